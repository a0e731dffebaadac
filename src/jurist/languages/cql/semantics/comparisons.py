"""Comparisons as functions of the values compared; `None` stands for a missing value.

Missing values make every comparison false (U4) but `absent` and `omits`, and
`none_of` where the schema says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import eq, ge, gt, le, lt, ne

from jurist.languages.cql.semantics.readings import NoneOfMissing, Readings
from jurist.languages.cql.semantics.values import (
    Atom,
    Coercion,
    Result,
    as_number,
    compare,
    constant_moment,
    text_of,
)
from jurist.languages.cql.syntax import Constant, Duration, Operand, Operator

Test = Callable[[Result | None], bool]
PairTest = Callable[[Result | None, Result | None], bool]
MomentTest = Callable[[int, int], bool]

_SIGNS: dict[Operator, frozenset[int | None]] = {
    Operator.EQUALS: frozenset({0}),
    Operator.DIFFERS: frozenset({-1, 1, None}),
    Operator.GREATER_THAN: frozenset({1}),
    Operator.AT_LEAST: frozenset({0, 1}),
    Operator.LESS_THAN: frozenset({-1}),
    Operator.AT_MOST: frozenset({-1, 0}),
}
"""For which results of `compare` an operator holds."""

BETWEEN_NUMBERS: dict[Operator, Callable[[int, int], bool]] = {
    Operator.EQUALS: eq,
    Operator.DIFFERS: ne,
    Operator.GREATER_THAN: gt,
    Operator.AT_LEAST: ge,
    Operator.LESS_THAN: lt,
    Operator.AT_MOST: le,
}
"""What an operator says of two whole numbers, in one step."""

REVERSED = {
    Operator.EQUALS: Operator.EQUALS,
    Operator.DIFFERS: Operator.DIFFERS,
    Operator.GREATER_THAN: Operator.LESS_THAN,
    Operator.LESS_THAN: Operator.GREATER_THAN,
    Operator.AT_LEAST: Operator.AT_MOST,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.BEFORE_DATE: Operator.AFTER_DATE,
    Operator.AFTER_DATE: Operator.BEFORE_DATE,
}
"""How a comparison is said from its other side."""

SYMBOL_OPERATORS = frozenset(_SIGNS)
RELATIVE_OPERATORS = frozenset(
    {Operator.WITHIN_LAST, Operator.WITHIN_NEXT, Operator.BEFORE_LAST, Operator.AFTER_NEXT}
)
DATE_OPERATORS = RELATIVE_OPERATORS | {Operator.BEFORE_DATE, Operator.AFTER_DATE}


def value_test(
    operator: Operator, constants: Sequence[Atom], coercion: Coercion, readings: Readings
) -> Test:
    """Whether a value stands in this relation to constants, for all but date operators."""
    if operator in _SIGNS:
        return _sign_test(operator, constants[0], coercion)
    texts = tuple(text_of(constant) for constant in constants)
    match operator:
        case Operator.EXISTS:
            return lambda value: value is not None
        case Operator.ABSENT:
            return lambda value: value is None
        case Operator.CONTAINS:
            return lambda value: value is not None and _contains(text_of(value), texts)
        case Operator.OMITS:
            return lambda value: value is None or not _contains(text_of(value), texts)
        case Operator.STARTS_WITH:
            return lambda value: value is not None and text_of(value).startswith(texts[0])
        case Operator.ENDS_WITH:
            return lambda value: value is not None and text_of(value).endswith(texts[0])
        case Operator.ONE_OF:
            return _membership_test(constants, coercion)
        case _:  # NONE_OF
            among = _membership_test(constants, coercion)
            missing = readings.none_of_missing is NoneOfMissing.TRUE
            return lambda value: missing if value is None else not among(value)


def pair_test(operator: Operator, coercion: Coercion) -> PairTest:
    """The same for a symbol operator between two values that are both read from a subject."""
    signs = _SIGNS[operator]

    def test(left: Result | None, right: Result | None) -> bool:
        return left is not None and right is not None and compare(left, right, coercion) in signs

    return test


def relative_test(operator: Operator, duration: int) -> MomentTest:
    """Whether a moment lies so towards now, edges included; all in milliseconds."""
    match operator:
        case Operator.WITHIN_LAST:
            return lambda moment, now: now - duration <= moment <= now
        case Operator.WITHIN_NEXT:
            return lambda moment, now: now <= moment <= now + duration
        case Operator.BEFORE_LAST:
            return lambda moment, now: moment <= now - duration
        case _:
            return lambda moment, now: moment >= now + duration


def moment_test(operator: Operator, argument: Operand) -> MomentTest:
    """Whether a moment stands in a date operator's relation to a constant, or towards now."""
    if operator in RELATIVE_OPERATORS:
        return relative_test(operator, argument.ms if isinstance(argument, Duration) else 0)
    bound = constant_moment(argument) if isinstance(argument, Constant) else None
    if bound is None:
        return lambda _moment, _now: False
    if operator is Operator.BEFORE_DATE:
        return lambda moment, _now: moment < bound
    return lambda moment, _now: moment > bound


def _contains(text: str, parts: Sequence[str]) -> bool:
    return any(part in text for part in parts)


def _membership_test(constants: Sequence[Atom], coercion: Coercion) -> Test:
    tests = tuple(_sign_test(Operator.EQUALS, constant, coercion) for constant in constants)
    if len(tests) == 1:
        return tests[0]
    return lambda value: any(test(value) for test in tests)


def _sign_test(operator: Operator, constant: Atom, coercion: Coercion) -> Test:
    signs = _SIGNS[operator]

    def test(value: Result | None) -> bool:
        return value is not None and compare(value, constant, coercion) in signs

    if type(constant) is int:
        holds = BETWEEN_NUMBERS[operator]
        return lambda value: holds(value, constant) if type(value) is int else test(value)
    if isinstance(constant, str) and as_number(constant, coercion) is None:
        return _text_test(operator, constant, test)
    return test


def _text_test(operator: Operator, constant: str, general: Test) -> Test:
    """The same as `general`, quicker for equality with text that is no number."""
    match operator:
        case Operator.EQUALS:
            return lambda value: value == constant if type(value) is str else general(value)
        case Operator.DIFFERS:
            return lambda value: value != constant if type(value) is str else general(value)
        case _:
            return general

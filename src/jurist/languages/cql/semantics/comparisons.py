"""Comparisons as functions of the values compared; `None` stands for a missing value.

Missing values make every comparison false (U4) but `absent` and `omits`, and
`none_of` where the schema says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import contains, eq, ge, gt, le, lt, ne
from typing import Any

from jurist.languages.cql.operators import Group, Operator, Unit
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.values import (
    TIMESTAMP,
    Atom,
    Coercion,
    Result,
    as_number,
    compare,
    constant_moment,
    is_bare_date,
    midnight,
    moment_of,
    text_of,
)
from jurist.languages.cql.syntax import (
    Constant,
    Context,
    Duration,
    Operand,
    Reduction,
    Scalar,
)

ValueTest = Callable[[Result | None], bool]
PairTest = Callable[[Result | None, Result | None], bool]
MomentTest = Callable[[int, int], bool]
DatedTest = Callable[[Result | None, int], bool]

AMONG_ALIKE: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUALS: eq,
    Operator.DIFFERS: ne,
    Operator.GREATER_THAN: gt,
    Operator.AT_LEAST: ge,
    Operator.LESS_THAN: lt,
    Operator.AT_MOST: le,
}
"""What an operator says, in one step, of two whole numbers, or (if of equality) of two texts."""

DATE_OPERATORS = frozenset(
    operator for operator in Operator if operator.group in {Group.DATE, Group.RELATIVE}
)


def value_test(
    operator: Operator, constants: Sequence[Atom], coercion: Coercion, readings: Readings
) -> ValueTest:
    """Whether a value stands in this relation to constants, for all but date operators."""
    if operator.holds_for_missing and operator.negated is not None:
        holds = value_test(operator.negated, constants, coercion, readings)
        of_missing = readings.holds_for_missing(operator)
        return lambda value: of_missing if value is None else not holds(value)
    texts = tuple(map(text_of, constants))
    match operator:
        case Operator.EXISTS:
            return lambda value: value is not None
        case Operator.CONTAINS:
            return lambda value: value is not None and _contains(text_of(value), texts)
        case Operator.STARTS_WITH:
            return lambda value: value is not None and text_of(value).startswith(texts)
        case Operator.ENDS_WITH:
            return lambda value: value is not None and text_of(value).endswith(texts)
        case Operator.ONE_OF if len(constants) > 1:
            tests = [_order_test(Operator.EQUALS, constant, coercion) for constant in constants]
            return lambda value: any(test(value) for test in tests)
        case Operator.ONE_OF:
            return _order_test(Operator.EQUALS, constants[0], coercion)
        case _:
            return _order_test(operator, constants[0], coercion)


def pair_test(operator: Operator, coercion: Coercion) -> PairTest:
    """The same for a symbol operator between two values that are both read from a subject."""
    signs = _signs(operator)

    def test(left: Result | None, right: Result | None) -> bool:
        return left is not None and right is not None and compare(left, right, coercion) in signs

    return test


def moment_test(operator: Operator, argument: Operand) -> MomentTest:
    """Whether a timestamp stands in a date operator's relation to a constant, or towards now.

    A function of its moment and now, in milliseconds; the edges of the relative ones are in.
    """
    if isinstance(argument, Duration):
        length = argument.ms
        match operator:
            case Operator.WITHIN_LAST:
                return lambda moment, now: now - length <= moment <= now
            case Operator.WITHIN_NEXT:
                return lambda moment, now: now <= moment <= now + length
            case Operator.BEFORE_LAST:
                return lambda moment, now: moment <= now - length
            case Operator.AFTER_NEXT:
                return lambda moment, now: moment >= now + length
            case _:
                raise _without_meaning(operator)
    bound = constant_moment(argument) if isinstance(argument, Constant) else None
    if bound is None:
        return lambda _moment, _now: False
    if operator is Operator.BEFORE_DATE:
        return lambda moment, _now: moment < bound
    if operator is Operator.AFTER_DATE:
        return lambda moment, _now: moment > bound
    raise _without_meaning(operator)


def search_test(operator: Operator) -> Callable[[str, str], bool]:
    """Whether a text has another one where a positive search looks for it."""
    match operator:
        case Operator.CONTAINS:
            return contains
        case Operator.STARTS_WITH:
            return str.startswith
        case Operator.ENDS_WITH:
            return str.endswith
        case _:
            raise _without_meaning(operator)


def dated_test(operator: Operator, argument: Operand) -> DatedTest:
    """Whether a value stands in a date operator's relation to a constant, or towards now.

    A function of the value and now. What reads as no moment stands in none. Of a relative
    operator in days a bare date is a day among days, today being that of now (A3, A4).
    """
    holds = moment_test(operator, argument)
    if not isinstance(argument, Duration) or argument.unit is not Unit.DAY:
        return lambda value, now: (at := moment_of(value)) is not None and holds(at, now)
    holds_of_day = _day_test(operator, argument)

    def test(value: Result | None, now: int) -> bool:
        moment = moment_of(value)
        if moment is None:
            return False
        return (holds_of_day if is_bare_date(value) else holds)(moment, now)

    return test


def _day_test(operator: Operator, length: Duration) -> MomentTest:
    """Whether a day, by its midnight, stands in a relation of so many days towards today."""
    if operator is Operator.AFTER_NEXT:  # the last of the days of `within_next` is not after them
        return lambda day, now: day > midnight(now) + length.ms
    holds = moment_test(operator, length)
    return lambda day, now: holds(day, midnight(now))


def is_event_time(value: Scalar) -> bool:
    """Whether it is the time of an event, or reduced from such times: never a bare date."""
    if isinstance(value, Reduction):
        return value.value is not None and is_event_time(value.value)
    return isinstance(value, Context) and value.name == TIMESTAMP


def _contains(text: str, parts: Sequence[str]) -> bool:
    return any(part in text for part in parts)


def _signs(operator: Operator) -> frozenset[int | None]:
    if not operator.signs:
        raise _without_meaning(operator)
    return operator.signs


def _without_meaning(operator: Operator) -> TypeError:
    return TypeError(f"`{operator}` has no meaning: it is neither an order nor a case of its own")


def _order_test(operator: Operator, constant: Atom, coercion: Coercion) -> ValueTest:
    signs = _signs(operator)

    def test(value: Result | None) -> bool:
        return value is not None and compare(value, constant, coercion) in signs

    kind, holds = type(constant), AMONG_ALIKE.get(operator)
    is_text = isinstance(constant, str) and as_number(constant, coercion) is None
    are_equal = operator in {Operator.EQUALS, Operator.DIFFERS}
    is_alike = kind is int or (is_text and are_equal and coercion is not Coercion.MOMENT)
    if holds is not None and is_alike:
        return lambda value: holds(value, constant) if type(value) is kind else test(value)
    return test

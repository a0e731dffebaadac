"""One shape for each comparison: few operators, one constant each, counts by thresholds.

What remains of the twenty operators: `=`, the four orders, `exists`, `contains`,
`starts_with`, `ends_with` and the dates. A count, which is never missing and always
whole, knows only `>= n`, whatever its condition said.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from jurist.languages.cql.boolean import FALSE, TRUE, conjunction, disjunction
from jurist.languages.cql.normal_form.simplification import NOBODY, Formula, literal, negate
from jurist.languages.cql.normal_form.spellings import (
    compared_value,
    dated,
    duration,
    searched_text,
)
from jurist.languages.cql.semantics.arrays import names_entries
from jurist.languages.cql.semantics.readings import NoneOfMissing, Readings, SumOfNothing
from jurist.languages.cql.semantics.values import Coercion
from jurist.languages.cql.syntax import (
    Comparison,
    Constant,
    Context,
    Date,
    Duration,
    Moment,
    Name,
    Number,
    Operator,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Text,
    Trait,
    Where,
)

_LARGEST_EXPANSION = 200_000
"""Characters (of its Python form) that a comparison with a list may become as single ones."""
_LARGEST_COUNT = 10**18
"""Beyond it a comparison with a count stays as it is written."""
_REFLEXIVE = {Operator.EQUALS, Operator.AT_LEAST, Operator.AT_MOST}
_AFFIXES = {Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH}
EMPTY = (Where(NOBODY),)
"""The filters of a stream that keeps nothing."""
_DATES = {Operator.BEFORE_DATE, Operator.AFTER_DATE}


def comparison(node: Comparison, coercion: Coercion, readings: Readings) -> Formula:
    """The formula that says a comparison.

    Args:
        node: A comparison whose left side is normal already.
        coercion: What happens between its sides where a number meets a text.
        readings: The readings of the schema.
    """
    left, operator = node.left, node.operator
    if _is_missing(left, readings):
        return _of_missing(operator, readings)
    match operator:
        case Operator.EXISTS:
            return _exists(left, readings)
        case Operator.ABSENT:
            return negate(_exists(left, readings))
        case Operator.DIFFERS:
            other = node.arguments[0]
            both = _exists(left, readings)
            if isinstance(other, Name):
                both = conjunction([both, _exists(other, readings)])
            equal = comparison(Comparison(left, Operator.EQUALS, (other,)), coercion, readings)
            return conjunction([both, negate(equal)])
        case Operator.ONE_OF:
            return _one_of(left, _constants(node), coercion)
        case Operator.NONE_OF:
            equal = _one_of(left, _constants(node), coercion)
            if readings.none_of_missing is NoneOfMissing.TRUE:
                return negate(equal)
            return conjunction([_exists(left, readings), negate(equal)])
        case Operator.OMITS:
            return negate(_searched(left, Operator.CONTAINS, _constants(node), readings))
        case _ if operator in _AFFIXES:
            return _searched(left, operator, _constants(node), readings)
        case _:
            return _single(left, operator, node.arguments[0], coercion, readings)


def _constants(node: Comparison) -> list[Constant]:
    return [one for one in node.arguments if isinstance(one, Constant)]


def is_empty(reduction: Reduction) -> bool:
    """Whether a normal stream keeps nothing."""
    return reduction.stream.filters == EMPTY


def _is_missing(left: Scalar, readings: Readings) -> bool:
    """Whether the value is missing for every customer."""
    if not isinstance(left, Reduction) or not is_empty(left):
        return False
    return not _always_exists(left, readings)


def _of_missing(operator: Operator, readings: Readings) -> Formula:
    if operator in {Operator.ABSENT, Operator.OMITS}:
        return TRUE
    if operator is Operator.NONE_OF and readings.none_of_missing is NoneOfMissing.TRUE:
        return TRUE
    return FALSE


def _exists(value: Scalar, readings: Readings) -> Formula:
    if isinstance(value, Reduction) and _always_exists(value, readings):
        return TRUE
    return literal(Comparison(value, Operator.EXISTS))


def _always_exists(value: Reduction, readings: Readings) -> bool:
    return value.reducer.counts or (
        value.reducer is Reducer.SUM and readings.sum_of_nothing is SumOfNothing.ZERO
    )


def _single(
    left: Scalar, operator: Operator, argument: object, coercion: Coercion, readings: Readings
) -> Formula:
    match argument:
        case Trait() | Property() | Context():
            return _between(left, operator, argument, readings)
        case Duration():
            return literal(Comparison(left, operator, (duration(argument.ms),)))
        case Number() | Text() | Date() | Moment() if operator in _DATES:
            moment = dated(argument)
            return FALSE if moment is None else literal(Comparison(left, operator, (moment,)))
        case Number() | Text() | Date() | Moment():
            return _compared(left, operator, argument, coercion)
        case _:
            msg = f"a comparison with {type(argument).__name__}"
            raise TypeError(msg)


def _between(
    left: Scalar, operator: Operator, right: Trait | Property | Context, readings: Readings
) -> Formula:
    if names_entries(left) or names_entries(right):
        return FALSE  # refused by the check: entries are compared with constants
    if left == right:
        if operator in _REFLEXIVE:
            return _exists(left, readings)
        if operator not in _DATES:
            return FALSE
    if isinstance(left, Name) and repr(right) < repr(left):
        return literal(Comparison(right, operator.mirrored or operator, (left,)))
    return literal(Comparison(left, operator, (right,)))


def _searched(
    left: Scalar, operator: Operator, constants: Sequence[Constant], readings: Readings
) -> Formula:
    texts = [searched_text(one) for one in constants]
    if not all(text.value for text in texts):
        return _exists(left, readings)  # every text holds the empty one
    if _too_large(left, texts):
        return literal(Comparison(left, operator, _listed(texts)))
    return disjunction(literal(Comparison(left, operator, (text,))) for text in texts)


def _one_of(left: Scalar, constants: Sequence[Constant], coercion: Coercion) -> Formula:
    if _too_large(left, constants):
        values = [compared_value(one, coercion, ordered=False) for one in constants]
        return literal(Comparison(left, Operator.ONE_OF, _listed(values)))
    return disjunction(_compared(left, Operator.EQUALS, one, coercion) for one in constants)


def _too_large(left: Scalar, constants: Sequence[Constant]) -> bool:
    """Whether a left side is too long to be said again with each constant."""
    repeated = isinstance(left, Reduction) and len(constants) > 1
    return repeated and len(repr(left)) * len(constants) > _LARGEST_EXPANSION


def _listed(constants: Iterable[Number | Text]) -> tuple[Number | Text, ...]:
    return tuple(sorted(set(constants), key=repr))


def _compared(left: Scalar, operator: Operator, constant: Constant, coercion: Coercion) -> Formula:
    if isinstance(left, Reduction) and left.reducer.counts:
        value = compared_value(constant, coercion, ordered=False)
        if isinstance(value, Number) and abs(value.value) <= _LARGEST_COUNT:
            return _counted(left, operator, value)
    else:
        value = compared_value(constant, coercion, ordered=operator is not Operator.EQUALS)
    return literal(Comparison(left, operator, (value,)))


def _counted(count: Reduction, operator: Operator, constant: Number) -> Formula:
    up, above = math.ceil(constant.value), math.floor(constant.value) + 1
    match operator:
        case Operator.AT_LEAST:
            return _at_least(count, up)
        case Operator.GREATER_THAN:
            return _at_least(count, above)
        case Operator.LESS_THAN:
            return negate(_at_least(count, up))
        case Operator.AT_MOST:
            return negate(_at_least(count, above))
        case _:
            # Equality: a fraction leaves no room between the two, so nothing is equal to it.
            return conjunction([_at_least(count, up), negate(_at_least(count, above))])


def _at_least(count: Reduction, n: int) -> Formula:
    if n <= 0:
        return TRUE
    if is_empty(count):
        return FALSE
    return literal(Comparison(count, Operator.AT_LEAST, (Number(n),)))

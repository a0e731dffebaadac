"""One shape for each comparison: few operators, one constant each and one spelling of it.

What remains of the twenty operators: `=`, the four orders, `exists`, `contains`,
`starts_with`, `ends_with` and the dates. A count, which is never missing and always
whole, knows only `>= n`, whatever its condition said.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from jurist.languages.cql.boolean import FALSE, TRUE, conjunction, disjunction
from jurist.languages.cql.normal_form.simplification import NOBODY, Formula, literal, negate
from jurist.languages.cql.operators import Group
from jurist.languages.cql.semantics.arrays import names_entries
from jurist.languages.cql.semantics.comparisons import DATE_OPERATORS, is_event_time
from jurist.languages.cql.semantics.readings import Readings, SumOfNothing
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    MAX_DIGITS,
    Coercion,
    coercion_at,
    constant_moment,
    constant_value,
    read_number,
    text_of,
)
from jurist.languages.cql.syntax import (
    Comparison,
    Constant,
    Context,
    Date,
    Duration,
    Moment,
    Name,
    Number,
    Operand,
    Operator,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Text,
    Trait,
    Unit,
    Where,
)

_LARGEST_EXPANSION = 200_000
"""Characters (of its Python form) that a comparison with a list may become as single ones."""
_LARGEST_COUNT = 10**18
"""Beyond it a comparison with a count stays as it is written."""
_AFFIXES = {Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH}
EMPTY = (Where(NOBODY),)
"""The filters of a stream that keeps nothing."""


def comparison(node: Comparison, readings: Readings) -> Formula:
    """The formula that says a comparison.

    Args:
        node: A typed comparison whose left side is normal already.
        readings: The readings of the schema.
    """
    left, operator = node.left, node.operator
    if _is_missing(left, readings):
        return _of_missing(operator, readings)
    for side in node.arguments:
        if type(side) is Reduction and _is_missing(side, readings):
            return FALSE
    match operator:
        case Operator.EXISTS:
            return _exists(left, readings)
        case Operator.ABSENT:
            return negate(_exists(left, readings))
        case Operator.DIFFERS:
            other = node.arguments[0]
            both = _exists(left, readings)
            if type(other) is Reduction or isinstance(other, Name):
                both = conjunction([both, _exists(other, readings)])
            equal = comparison(replace(node, operator=Operator.EQUALS), readings)
            return conjunction([both, negate(equal)])
        case Operator.ONE_OF:
            return _one_of(node, readings)
        case Operator.NONE_OF:
            equal = _one_of(node, readings)
            if readings.holds_for_missing(Operator.NONE_OF):
                return negate(equal)
            return conjunction([_exists(left, readings), negate(equal)])
        case Operator.OMITS:
            return negate(_searched(left, Operator.CONTAINS, _sought(node), readings))
        case _ if operator in _AFFIXES:
            return _searched(left, operator, _sought(node), readings)
        case _ if operator.symbol or operator in DATE_OPERATORS:
            return _single(node, node.arguments[0], readings)
        case _:
            return literal(node)  # what it says is not known here


def _constants(node: Comparison) -> list[Constant]:
    return [constant for constant in node.arguments if isinstance(constant, Constant)]


def _sought(node: Comparison) -> list[Text | Name]:
    """What is searched for: a constant by its text."""
    return [
        argument if isinstance(argument, Name) else Text(text_of(constant_value(argument)))
        for argument in node.arguments
        if isinstance(argument, Name | Constant)
    ]


def is_empty(reduction: Reduction) -> bool:
    """Whether a normal stream keeps nothing."""
    return reduction.stream.filters == EMPTY


def _is_missing(left: Scalar, readings: Readings) -> bool:
    """Whether the value is missing for every customer."""
    if type(left) is not Reduction or not is_empty(left):
        return False
    return not _always_exists(left, readings)


def _of_missing(operator: Operator, readings: Readings) -> Formula:
    if operator is Operator.NONE_OF:
        return TRUE if readings.holds_for_missing(Operator.NONE_OF) else FALSE
    return TRUE if operator.holds_for_missing else FALSE


def _exists(value: Scalar, readings: Readings) -> Formula:
    if type(value) is Reduction and _always_exists(value, readings):
        return TRUE
    return literal(Comparison(value, Operator.EXISTS))


def _always_exists(value: Reduction, readings: Readings) -> bool:
    return value.reducer.counts or (
        value.reducer is Reducer.SUM and readings.sum_of_nothing is SumOfNothing.ZERO
    )


def _single(node: Comparison, argument: Operand, readings: Readings) -> Formula:
    left, operator = node.left, node.operator
    match argument:
        case Number() | Text() | Date() | Moment() if operator.group is Group.DATE:
            ms = constant_moment(argument)
            if ms is None:
                return FALSE  # it says no moment
            return literal(Comparison(left, operator, (Moment(ms, zoned=True),)))
        case Number() | Text() | Date() | Moment():
            return _compared(node, argument, readings)
        case Duration():
            return literal(Comparison(left, operator, (_from_now(left, argument),)))
        case Trait() | Property() | Context() | Reduction():
            return _between(node, argument, readings)


def _between(node: Comparison, right: Scalar, readings: Readings) -> Formula:
    left, operator = node.left, node.operator
    if names_entries(left) or names_entries(right):
        return FALSE  # refused by the check: entries are compared with constants
    if left == right:
        if 0 in operator.signs:
            return _exists(left, readings)
        if operator.group is not Group.DATE:
            return FALSE
    if _place_in_order(right) < _place_in_order(left):
        operator = operator.mirrored or operator
        return literal(Comparison(right, operator, (left,), node.coercion))
    return literal(node)


def _place_in_order(side: Scalar) -> tuple[bool, str]:
    """Which of two values is said first: a stream, as what it is reduced to is looked into."""
    return not isinstance(side, Reduction), repr(side)


def _searched(
    left: Scalar, operator: Operator, sought: Sequence[Text | Name], readings: Readings
) -> Formula:
    of_entries = names_entries(left)
    itself = None if of_entries else left  # entries are searched for constants only
    if any(part in (Text(""), itself) for part in sought):
        return _exists(left, readings)  # every text holds the empty one, and itself
    parts = [
        part for part in sought if isinstance(part, Text) or not (of_entries or names_entries(part))
    ]
    if _too_large(left, parts):
        return literal(Comparison(left, operator, _listed(parts)))
    return disjunction(literal(Comparison(left, operator, (part,))) for part in parts)


def _one_of(node: Comparison, readings: Readings) -> Formula:
    constants, coercion = _constants(node), coercion_at(node, readings.number_like_text)
    if node.coercion is Coercion.TEXT:
        constants = [Text(text_of(constant_value(constant))) for constant in constants]
    if _too_large(node.left, constants):
        values = [_compared_value(constant, coercion, ordered=False) for constant in constants]
        listed = _listed(values)
        return literal(Comparison(node.left, Operator.ONE_OF, listed, node.coercion))
    equal = replace(node, operator=Operator.EQUALS)
    return disjunction(_compared(equal, value, readings) for value in constants)


def _too_large(left: Scalar, constants: Sequence[Operand]) -> bool:
    """Whether a left side is too long to be said again with each constant."""
    repeated = type(left) is Reduction and len(constants) > 1
    return repeated and len(repr(left)) * len(constants) > _LARGEST_EXPANSION


def _listed(constants: Iterable[Number | Text | Name]) -> tuple[Number | Text | Name, ...]:
    return tuple(sorted(set(constants), key=repr))


def _compared(node: Comparison, constant: Constant, readings: Readings) -> Formula:
    left, operator = node.left, node.operator
    coercion = coercion_at(node, readings.number_like_text)
    if node.coercion is Coercion.MOMENT and (dated := _dated(node, constant_moment(constant))):
        return dated
    if node.coercion is Coercion.TEXT:  # of a string: a number is its text
        constant = Text(text_of(constant_value(constant)))
    if type(left) is Reduction and left.reducer.counts:
        value = _compared_value(constant, coercion, ordered=False)
        if type(value) is Number and abs(value.value) <= _LARGEST_COUNT:
            return _counted(left, operator, value)
    else:
        value = _compared_value(constant, coercion, ordered=operator is not Operator.EQUALS)
    return literal(Comparison(left, operator, (value,), node.coercion))


def _dated(node: Comparison, moment: int | None) -> Formula | None:
    """A comparison of a date column with a moment, by what lies before and after whole moments."""
    if moment is None or not FIRST_MOMENT < moment < LAST_MOMENT:
        return None

    def lies(operator: Operator, ms: int) -> Formula:
        return literal(Comparison(node.left, operator, (Moment(ms, zoned=True),)))

    match node.operator:
        case Operator.GREATER_THAN:
            return lies(Operator.AFTER_DATE, moment)
        case Operator.AT_LEAST:
            return lies(Operator.AFTER_DATE, moment - 1)
        case Operator.LESS_THAN:
            return lies(Operator.BEFORE_DATE, moment)
        case Operator.AT_MOST:
            return lies(Operator.BEFORE_DATE, moment + 1)
        case _:
            since = lies(Operator.AFTER_DATE, moment - 1)
            return conjunction([since, lies(Operator.BEFORE_DATE, moment + 1)])


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


# --- constants ------------------------------------------------------------------------------


def _from_now(left: Scalar, length: Duration) -> Duration:
    """The length of a relative operator: days are hours where no bare date can stand (A4)."""
    if length.unit is Unit.DAY and is_event_time(left):
        return Duration(length.ms // Unit.HOUR.ms, Unit.HOUR)
    return length


def duration(ms: int) -> Duration:
    """The length in the largest unit that says it exactly.

    Args:
        ms: Milliseconds, a whole number of seconds.
    """
    unit = next(unit for unit in (Unit.DAY, Unit.HOUR, Unit.SECOND) if ms % unit.ms == 0)
    return Duration(ms // unit.ms, unit)


def _compared_value(constant: Constant, coercion: Coercion, *, ordered: bool) -> Number | Text:
    """A constant that a value is compared with.

    A date is the text that it is compared as. Text that reads as a number is that
    number, as nothing equals the one and not the other; where order matters, only if the
    text is the number's own spelling, as other text is compared with that.
    """
    value = constant_value(constant)
    if not isinstance(value, str):
        return Number(value)
    number = read_number(value) if coercion is Coercion.NUMBER else None
    if number is None:
        return Text(value)
    own = text_of(number)
    sayable = sum(map(str.isdigit, own)) <= MAX_DIGITS
    return Number(number) if sayable and (own == value or not ordered) else Text(value)

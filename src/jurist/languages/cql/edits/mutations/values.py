"""Wrong values, and comparisons that are nearly the right one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from msgspec.structs import replace

from jurist.languages.cql.edits.edit import (
    Setting,
    at_comparisons,
    at_conditions,
    replaced,
    with_operator,
    with_other_arguments,
)
from jurist.languages.cql.operators import DAY_MS, Group, Takes
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    Coercion,
    constant_moment,
    constant_value,
    moment_text,
    zeros_changed,
)
from jurist.languages.cql.syntax import (
    Comparison,
    Condition,
    Constant,
    Date,
    Moment,
    Name,
    Not,
    Number,
    Operand,
    Operator,
    Text,
)

_DATE_LENGTH = len("2026-01-31")
_KINDRED = {
    Operator.EQUALS: (Operator.CONTAINS,),
    Operator.CONTAINS: (Operator.EQUALS, Operator.STARTS_WITH),
    Operator.STARTS_WITH: (Operator.CONTAINS, Operator.ENDS_WITH),
    Operator.ENDS_WITH: (Operator.CONTAINS, Operator.STARTS_WITH),
    Operator.OMITS: (Operator.DIFFERS,),
    Operator.DIFFERS: (Operator.OMITS,),
}
_MOST_VALUES = 2


@at_conditions
def differs_for_not_equals(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """`!=`, which needs a value, stands for NOT `=`, or the other way."""
    match node:
        case Not(Comparison(_, Operator.EQUALS | Operator.ONE_OF) as equal):
            yield from with_operator(equal, equal.operator.negated)
        case Comparison(_, Operator.DIFFERS | Operator.NONE_OF):
            yield from map(Not, with_operator(node, node.operator.negated))
        case _:
            pass


@at_comparisons
def contrary_operator(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """An operator becomes its contrary, such as `exists` for `absent`."""
    if not node.operator.symbol:
        yield from with_operator(node, node.operator.negated)


@at_comparisons
def equals_for_contains(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A text is compared whole instead of in part, or the other way."""
    if len(node.arguments) == 1 and isinstance(node.arguments[0], Text | Name):
        yield from with_operator(node, *_KINDRED.get(node.operator, ()))


@at_comparisons
def presence_for_value(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`exists` stands for a certain value."""
    if node.operator is Operator.EQUALS and isinstance(node.arguments[0], Constant):
        yield replace(node, operator=Operator.EXISTS, arguments=())


@at_comparisons
def name_as_text(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A value that is read is taken for its name: `contains('plan')` for that of the trait."""
    return with_other_arguments(
        node, lambda argument: [Text(argument.name)] if isinstance(argument, Name) else []
    )


@at_comparisons
def literal_case(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A text is written in the other case."""
    return with_other_arguments(node, _other_case)


def _other_case(argument: Operand) -> Iterator[Text]:
    if isinstance(argument, Text):
        text = argument.value
        others = [
            other for other in (text.upper(), text.lower(), text.capitalize()) if other != text
        ]
        yield from map(Text, others[:1])


@at_comparisons
def zeros_of_text(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """A text of digits gains or loses a zero that does not change its number."""
    if node.operator.group is Group.EQUALITY and setting.coercion(node) is Coercion.TEXT:
        yield from with_other_arguments(node, _with_other_zeros)


def _with_other_zeros(argument: Operand) -> Iterator[Text]:
    if isinstance(argument, Text):
        yield from map(Text, zeros_changed(argument.value))


@at_comparisons
def other_value(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """Another value of the schema's list is named."""
    facts = setting.facts(node.left)
    listed = facts.enum or (("true", "false") if facts.kind is Kind.BOOLEAN else ())
    if node.operator.group is not Group.EQUALITY:
        return
    named = {
        constant_value(argument) for argument in node.arguments if isinstance(argument, Constant)
    }
    others = [value for value in listed if value not in named][:_MOST_VALUES]
    literals = [Text(value) if isinstance(value, str) else Number(value) for value in others]
    yield from with_other_arguments(node, lambda _argument: literals)


@at_comparisons
def date_shifted(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """A date is a day early or late."""
    is_date = node.operator.group is Group.DATE or setting.coercion(node) is Coercion.MOMENT
    return with_other_arguments(node, lambda argument: _neighbours(argument, is_date=is_date))


def _neighbours(constant: Operand, *, is_date: bool) -> Iterator[Constant]:
    """The constant a day later and a day earlier, where it is a date and a year is left."""
    if not isinstance(constant, Constant):
        return
    moment = constant_moment(constant)
    for days in (1, -1):
        if moment is None or not FIRST_MOMENT <= moment + days * DAY_MS <= LAST_MOMENT:
            continue
        match constant:
            case Date(day):
                yield Date(day + datetime.timedelta(days=days))
            case Moment(ms):
                yield replace(constant, ms=ms + days * DAY_MS)
            case Text(text) if is_date:
                moved = moment_text(moment + days * DAY_MS)
                yield Text(moved[:_DATE_LENGTH] if len(text) == _DATE_LENGTH else moved)
            case _:
                pass


@at_comparisons
def before_for_after(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """Before a date becomes after it, or the other way."""
    if node.operator.group is Group.DATE:
        yield from with_operator(node, node.operator.mirrored)


@at_comparisons
def list_shortened(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """One of several values is left out."""
    if node.operator.takes in {Takes.CONSTANTS, Takes.TEXTS} and len(node.arguments) > 1:
        for i in range(len(node.arguments)):
            yield replace(node, arguments=replaced(node.arguments, i))


VALUES = (
    *(differs_for_not_equals, contrary_operator, equals_for_contains, presence_for_value),
    *(literal_case, zeros_of_text, name_as_text, other_value, date_shifted, before_for_after),
    *(list_shortened,),
)

"""Wrong values, and comparisons that are nearly the right one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace

from jurist.languages.cql.edits.edit import Edit, Setting, at_comparisons, at_conditions, replaced
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    Atom,
    constant_moment,
    constant_value,
    moment_text,
)
from jurist.languages.cql.syntax import (
    Comparison,
    Condition,
    Constant,
    Date,
    Moment,
    Not,
    Number,
    Operand,
    Operator,
    Text,
)

_DAY_MS = 86_400_000
_DATE_LENGTH = len("2026-01-31")
_DATES = {
    Operator.BEFORE_DATE: Operator.AFTER_DATE,
    Operator.AFTER_DATE: Operator.BEFORE_DATE,
}
_KINDRED = {
    Operator.EQUALS: (Operator.CONTAINS,),
    Operator.CONTAINS: (Operator.EQUALS, Operator.STARTS_WITH),
    Operator.STARTS_WITH: (Operator.CONTAINS, Operator.ENDS_WITH),
    Operator.ENDS_WITH: (Operator.CONTAINS, Operator.STARTS_WITH),
    Operator.OMITS: (Operator.DIFFERS,),
    Operator.DIFFERS: (Operator.OMITS,),
}
_SHORTENED = frozenset({Operator.ONE_OF, Operator.NONE_OF, Operator.CONTAINS, Operator.OMITS})
_ENUMERATED = frozenset({Operator.EQUALS, Operator.DIFFERS, Operator.ONE_OF, Operator.NONE_OF})
_CONTRARY = {
    Operator.EXISTS: Operator.ABSENT,
    Operator.ABSENT: Operator.EXISTS,
    Operator.ONE_OF: Operator.NONE_OF,
    Operator.NONE_OF: Operator.ONE_OF,
    Operator.CONTAINS: Operator.OMITS,
    Operator.OMITS: Operator.CONTAINS,
}
_MOST_VALUES = 2


def _differs_for_not_equals(node: Condition, _setting: Setting) -> Iterator[Condition]:
    match node:
        case Not(Comparison(_, Operator.EQUALS) as equals):
            yield replace(equals, operator=Operator.DIFFERS)
        case Not(Comparison(_, Operator.ONE_OF) as among):
            yield replace(among, operator=Operator.NONE_OF)
        case Comparison(_, Operator.DIFFERS):
            yield Not(replace(node, operator=Operator.EQUALS))
        case Comparison(_, Operator.NONE_OF):
            yield Not(replace(node, operator=Operator.ONE_OF))
        case _:
            pass


def _contrary(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    if node.operator in _CONTRARY:
        yield replace(node, operator=_CONTRARY[node.operator])


def _equals_for_contains(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    match node.arguments:
        case (Text(),):
            for operator in _KINDRED.get(node.operator, ()):
                yield replace(node, operator=operator)
        case _:
            pass


def _presence_for_value(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    match node.operator, node.arguments:
        case Operator.EQUALS, (Text() | Number() | Date() | Moment(),):
            yield replace(node, operator=Operator.EXISTS, arguments=())
        case _:
            pass


def _case(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    for i, argument in enumerate(node.arguments):
        if isinstance(argument, Text):
            text = argument.value
            for other in dict.fromkeys((text.upper(), text.lower(), text.capitalize())):
                if other != text:
                    yield _with(node, i, Text(other))
                    break


def _other_value(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """Another one of the values that the schema lists."""
    facts = setting.facts(node.left)
    listed = facts.enum or (("true", "false") if facts.kind is Kind.BOOLEAN else ())
    if node.operator not in _ENUMERATED:
        return
    named = {
        constant_value(argument)
        for argument in node.arguments
        if isinstance(argument, Number | Text | Date | Moment)
    }
    others = [value for value in listed if value not in named][:_MOST_VALUES]
    for i in range(len(node.arguments)):
        for value in others:
            yield _with(node, i, _literal(value))


def _date_shifted(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    for i, argument in enumerate(node.arguments):
        for days in (1, -1):
            shifted = _shifted(argument, days, is_date=node.operator in _DATES)
            if shifted is not None:
                yield _with(node, i, shifted)


def _shifted(constant: Operand, days: int, *, is_date: bool) -> Constant | None:
    """The constant so many days later; `None` where it is no date, or no year is left."""
    if not isinstance(constant, Number | Text | Date | Moment):
        return None
    moment = constant_moment(constant)
    if moment is None or not FIRST_MOMENT <= moment + days * _DAY_MS <= LAST_MOMENT:
        return None
    match constant:
        case Date(day):
            return Date(day + datetime.timedelta(days=days))
        case Moment(ms):
            return replace(constant, ms=ms + days * _DAY_MS)
        case Text(text) if is_date:
            moved = moment_text(moment + days * _DAY_MS)
            return Text(moved[:_DATE_LENGTH] if len(text) == _DATE_LENGTH else moved)
        case _:
            return None


def _before_for_after(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    if node.operator in _DATES:
        yield replace(node, operator=_DATES[node.operator])


def _list_shortened(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    if node.operator in _SHORTENED and len(node.arguments) > 1:
        for i in range(len(node.arguments)):
            yield replace(node, arguments=replaced(node.arguments, i))


def _literal(value: Atom) -> Constant:
    return Text(value) if isinstance(value, str) else Number(value)


def _with(node: Comparison, i: int, constant: Constant) -> Comparison:
    return replace(node, arguments=replaced(node.arguments, i, constant))


VALUES = (
    Edit(
        "differs_for_not_equals",
        "`!=`, which needs a value, stands for NOT `=`, or the other way.",
        at_conditions(_differs_for_not_equals),
    ),
    Edit(
        "contrary_operator",
        "An operator becomes its contrary, such as `exists` for `absent`.",
        at_comparisons(_contrary),
    ),
    Edit(
        "equals_for_contains",
        "A text is compared whole instead of in part, or the other way.",
        at_comparisons(_equals_for_contains),
    ),
    Edit(
        "presence_for_value",
        "`exists` stands for a certain value.",
        at_comparisons(_presence_for_value),
    ),
    Edit("literal_case", "A text is written in the other case.", at_comparisons(_case)),
    Edit(
        "other_value", "Another value of the schema's list is named.", at_comparisons(_other_value)
    ),
    Edit("date_shifted", "A date is a day early or late.", at_comparisons(_date_shifted)),
    Edit(
        "before_for_after",
        "Before a date becomes after it, or the other way.",
        at_comparisons(_before_for_after),
    ),
    Edit("list_shortened", "One of several values is left out.", at_comparisons(_list_shortened)),
)

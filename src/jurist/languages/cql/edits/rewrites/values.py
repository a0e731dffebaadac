"""Other ways to compare a value with constants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from jurist.languages.cql.edits.edit import (
    Edit,
    Setting,
    at_comparisons,
    at_conditions,
    joined,
)
from jurist.languages.cql.edits.rewrites.thresholds import is_count
from jurist.languages.cql.semantics.readings import NoneOfMissing
from jurist.languages.cql.semantics.values import (
    Coercion,
    coercion_of,
    constant_moment,
    constant_value,
    moment_text,
    read_number,
    text_of,
)
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Context,
    Date,
    Moment,
    Not,
    Number,
    Operand,
    Operator,
    Or,
    Property,
    Reducer,
    Reduction,
    Text,
    Trait,
)

_LISTS = frozenset({Operator.ONE_OF, Operator.NONE_OF, Operator.CONTAINS, Operator.OMITS})
_EQUALITY = frozenset({Operator.EQUALS, Operator.DIFFERS, Operator.ONE_OF, Operator.NONE_OF})
_DATES = frozenset({Operator.BEFORE_DATE, Operator.AFTER_DATE})
_MAY_HOLD_OF_MISSING = frozenset({Operator.ABSENT, Operator.OMITS, Operator.NONE_OF})
_CONSTANTS = (Number, Text, Date, Moment)
_NEGATIONS = {
    Operator.CONTAINS: Operator.OMITS,
    Operator.OMITS: Operator.CONTAINS,
    Operator.EXISTS: Operator.ABSENT,
    Operator.ABSENT: Operator.EXISTS,
}
_MIRRORED = {
    Operator.EQUALS: Operator.EQUALS,
    Operator.DIFFERS: Operator.DIFFERS,
    Operator.LESS_THAN: Operator.GREATER_THAN,
    Operator.GREATER_THAN: Operator.LESS_THAN,
    Operator.AT_LEAST: Operator.AT_MOST,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.BEFORE_DATE: Operator.AFTER_DATE,
    Operator.AFTER_DATE: Operator.BEFORE_DATE,
}


def _one_by_one(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """A list as AND or OR of its members."""
    if node.operator not in _LISTS:
        return
    match node.operator:
        case Operator.ONE_OF:
            yield joined(Or, _each(node, Operator.EQUALS))
        case Operator.NONE_OF:
            missing = setting.schema.readings.none_of_missing is NoneOfMissing.TRUE
            every = joined(And, _each(node, Operator.DIFFERS))
            yield Or((every, _bare(node, Operator.ABSENT))) if missing else every
        case Operator.CONTAINS if len(node.arguments) > 1:
            yield Or(tuple(_each(node, Operator.CONTAINS)))
        case Operator.OMITS if len(node.arguments) > 1:
            yield And(tuple(_each(node, Operator.OMITS)))
        case _:
            pass


def _list_order(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    if node.operator in _LISTS and len(node.arguments) > 1:
        yield replace(node, arguments=node.arguments[::-1])


def _as_list(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`= 'a'` as `one_of('a')`."""
    if node.operator is Operator.EQUALS and isinstance(node.arguments[0], _CONSTANTS):
        yield replace(node, operator=Operator.ONE_OF)


def _into_list(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """`= 'a' OR = 'b'` of one value as `one_of('a', 'b')`."""
    if not isinstance(node, Or):
        return
    first = node.operands[0]
    arguments: list[Operand] = []
    for operand in node.operands:
        match operand, first:
            case (
                Comparison(
                    left, Operator.EQUALS, (Number() | Text() | Date() | Moment() as value,)
                ),
                Comparison(same),
            ) if left == same:
                arguments.append(value)
            case _:
                return
    if isinstance(first, Comparison):
        yield replace(first, operator=Operator.ONE_OF, arguments=tuple(arguments))


def _negated(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`omits` as NOT `contains`, `absent` as NOT `exists`, and the other way."""
    if node.operator in _NEGATIONS:
        yield Not(replace(node, operator=_NEGATIONS[node.operator]))


def _present_and_not_equal(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`!= 'a'` as `exists()` and NOT `= 'a'`."""
    if node.operator is Operator.DIFFERS and isinstance(node.arguments[0], _CONSTANTS):
        equal = replace(node, operator=Operator.EQUALS)
        yield And((_bare(node, Operator.EXISTS), Not(equal)))
        yield Not(Or((equal, _bare(node, Operator.ABSENT))))


def _is_there(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`= 'a'` as `= 'a'` and `exists()`."""
    certain = node.operator is Operator.EXISTS or is_count(node)
    if not certain and node.operator not in _MAY_HOLD_OF_MISSING:
        yield And((_bare(node, Operator.EXISTS), node))


def _implied_text(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """`= 'gold'` with `starts_with('gold')`, `starts_with('go')` with `contains('go')`."""
    match node.operator, node.arguments:
        case Operator.EQUALS, (Text(text),):
            coercion = coercion_of(setting.schema.readings.number_like_text)
            if read_number(text) is None or coercion is not Coercion.NUMBER:
                yield And((node, replace(node, operator=Operator.STARTS_WITH)))
        case Operator.STARTS_WITH | Operator.ENDS_WITH, _:
            yield And((node, replace(node, operator=Operator.CONTAINS)))
        case _:
            pass


def _number_spelling(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """`= 5` as `= '5'`, and where text is read as a number, as `= '5.0'`.

    Not of a mean, whose text is rounded.
    """
    mean = isinstance(node.left, Reduction) and node.left.reducer is Reducer.AVG
    if node.operator in _EQUALITY and not mean and not setting.is_of_row(node.left):
        coercion = coercion_of(setting.schema.readings.number_like_text)
        yield from _spelled(node, lambda constant: _other_number(constant, coercion))


def _other_number(constant: Operand, coercion: Coercion) -> Iterator[Operand]:
    match constant:
        case Number(value):
            yield Text(text_of(value))
            if coercion is Coercion.NUMBER and isinstance(value, int):
                yield Text(f"{value}.0")
        case Text(text):
            number = read_number(text)
            if number is not None and (text_of(number) == text or coercion is Coercion.NUMBER):
                yield Number(number)
        case _:
            pass


def _date_spelling(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A date as its text, as its midnight in UTC, or with another zone."""
    if node.operator in _DATES:
        yield from _spelled(node, _other_date)
    elif node.operator in _EQUALITY:
        yield from _spelled(node, _text_of_date)


def _other_date(constant: Operand) -> Iterator[Operand]:
    if not isinstance(constant, Number | Text | Date | Moment):
        return
    moment = constant_moment(constant)
    if moment is None:
        return
    yield Moment(moment, zoned=True)
    yield Text(moment_text(moment))
    if isinstance(constant, Date):
        yield Text(constant.value.isoformat())


def _text_of_date(constant: Operand) -> Iterator[Operand]:
    if isinstance(constant, Date | Moment):
        yield Text(text_of(constant_value(constant)))


def _spelled(
    node: Comparison, other: Callable[[Operand], Iterator[Operand]]
) -> Iterator[Condition]:
    for i, argument in enumerate(node.arguments):
        for spelling in other(argument):
            if spelling != argument:
                arguments = (*node.arguments[:i], spelling, *node.arguments[i + 1 :])
                yield replace(node, arguments=arguments)


def _each(node: Comparison, operator: Operator) -> Iterator[Comparison]:
    return (replace(node, operator=operator, arguments=(one,)) for one in node.arguments)


def _bare(node: Comparison, operator: Operator) -> Comparison:
    return replace(node, operator=operator, arguments=())


def _swapped_sides(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`a < b` of two values as `b > a`."""
    match node:
        case Comparison(
            Trait() | Property() | Context() as left,
            operator,
            (Trait() | Property() | Context() as right,),
        ) if operator in _MIRRORED:
            yield Comparison(right, _MIRRORED[operator], (left,))
        case _:
            pass


VALUES = (
    Edit("list_one_by_one", "A list is said by AND or OR.", at_comparisons(_one_by_one)),
    Edit("list_order", "The members of a list change their order.", at_comparisons(_list_order)),
    Edit("equals_as_list", "`=` is said by `one_of`.", at_comparisons(_as_list)),
    Edit("equals_into_list", "OR of equals becomes `one_of`.", at_conditions(_into_list)),
    Edit(
        "negated_operator",
        "`omits` is said by NOT `contains`, `absent` by NOT `exists`, or the other way.",
        at_comparisons(_negated),
    ),
    Edit(
        "differs_spelled_out",
        "`!=` is said by `exists` and NOT `=`.",
        at_comparisons(_present_and_not_equal),
    ),
    Edit("presence", "`exists` is added to what implies it.", at_comparisons(_is_there)),
    Edit("implied_text", "A part of a text is asked for too.", at_comparisons(_implied_text)),
    Edit("number_spelling", "A number is written as text.", at_comparisons(_number_spelling)),
    Edit("date_spelling", "A date is written in another way.", at_comparisons(_date_spelling)),
    Edit(
        "swapped_sides",
        "The two sides of a comparison trade places.",
        at_comparisons(_swapped_sides),
    ),
)

"""Other ways to compare a value with constants."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from jurist.languages.cql.edits.edit import (
    Setting,
    at_comparisons,
    at_conditions,
    joined,
    with_operator,
    with_other_arguments,
)
from jurist.languages.cql.edits.rewrites.thresholds import is_count
from jurist.languages.cql.operators import Group
from jurist.languages.cql.semantics.values import (
    Coercion,
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
    Constant,
    Date,
    Moment,
    Not,
    Number,
    Operand,
    Operator,
    Or,
    Reducer,
    Reduction,
    Scalar,
    Text,
)

_LISTS = {
    Operator.ONE_OF: (Or, Operator.EQUALS),
    Operator.NONE_OF: (And, Operator.DIFFERS),
    Operator.CONTAINS: (Or, Operator.CONTAINS),
    Operator.OMITS: (And, Operator.OMITS),
}
"""How the members of a list are joined, and what is asked of each."""


@at_comparisons
def list_one_by_one(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """A list is said by AND or OR."""
    if node.operator not in _LISTS:
        return
    kind, operator = _LISTS[node.operator]
    if operator is node.operator and len(node.arguments) < 2:
        return
    members = joined(
        kind,
        (replace(node, operator=operator, arguments=(argument,)) for argument in node.arguments),
    )
    of_missing = setting.schema.readings.holds_for_missing(Operator.NONE_OF)
    if node.operator is Operator.NONE_OF and of_missing:
        members = Or((members, _bare(node, Operator.ABSENT)))
    yield members


@at_comparisons
def list_order(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """The members of a list change their order."""
    if node.operator in _LISTS and len(node.arguments) > 1:
        yield replace(node, arguments=node.arguments[::-1])


@at_comparisons
def equals_as_list(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`=` is said by `one_of`."""
    if node.operator is Operator.EQUALS and isinstance(node.arguments[0], Constant):
        yield replace(node, operator=Operator.ONE_OF)


@at_conditions
def equals_into_list(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """OR of equals becomes `one_of`.

    `= 'a' OR = 'b'` of one value as `one_of('a', 'b')`.
    """
    if not isinstance(node, Or):
        return
    first = node.operands[0]
    equals = [
        operand
        for operand in node.operands
        if isinstance(operand, Comparison)
        and isinstance(first, Comparison)
        and operand.left == first.left
        and operand.operator is Operator.EQUALS
        and isinstance(operand.arguments[0], Constant)
    ]
    if len(equals) == len(node.operands):
        members = tuple(equal.arguments[0] for equal in equals)
        yield replace(equals[0], operator=Operator.ONE_OF, arguments=members)


@at_comparisons
def negated_operator(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`omits` is said by NOT `contains`, `absent` by NOT `exists`, or the other way."""
    if node.operator.group in {Group.SEARCH, Group.PRESENCE}:
        yield from map(Not, with_operator(node, node.operator.negated))


@at_comparisons
def differs_spelled_out(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`!=` is said by `exists` and NOT `=`."""
    if node.operator is Operator.DIFFERS and isinstance(node.arguments[0], Constant):
        equal = replace(node, operator=Operator.EQUALS)
        yield And((_bare(node, Operator.EXISTS), Not(equal)))
        yield Not(Or((equal, _bare(node, Operator.ABSENT))))


@at_comparisons
def presence(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`exists` is added to what implies it."""
    certain = node.operator is Operator.EXISTS or is_count(node)
    if not certain and not node.operator.holds_for_missing:
        yield And((_bare(node, Operator.EXISTS), node))


@at_comparisons
def implied_text(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """A part of a text is asked for too.

    `= 'gold'` with `starts_with('gold')`, `starts_with('go')` with `contains('go')`.
    """
    match node.operator, node.arguments:
        case Operator.EQUALS, (Text(text),):
            if read_number(text) is None or setting.coercion(node) is not Coercion.NUMBER:
                yield And((node, replace(node, operator=Operator.STARTS_WITH)))
        case Operator.STARTS_WITH | Operator.ENDS_WITH, _:
            yield And((node, replace(node, operator=Operator.CONTAINS)))
        case _:
            pass


@at_comparisons
def number_spelling(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """A number is written as text.

    `= 5` as `= '5'`, and where text is read as a number, as `= '5.0'`. Not of a mean, whose
    text is rounded.
    """
    mean = isinstance(node.left, Reduction) and node.left.reducer is Reducer.AVG
    if node.operator.group is Group.EQUALITY and not mean and not setting.is_of_row(node.left):
        coercion = setting.coercion(node)
        yield from with_other_arguments(node, lambda constant: _other_number(constant, coercion))


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


@at_comparisons
def date_spelling(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A date is written in another way.

    As its text, as its midnight in UTC, or with another zone.
    """
    if node.operator.group is Group.DATE:
        yield from with_other_arguments(node, _other_date)
    elif node.operator.group is Group.EQUALITY:
        yield from with_other_arguments(node, _text_of_date)


def _other_date(constant: Operand) -> Iterator[Operand]:
    moment = constant_moment(constant) if isinstance(constant, Constant) else None
    if moment is None:
        return
    yield Moment(moment, zoned=True)
    yield Text(moment_text(moment))
    if isinstance(constant, Date):
        yield Text(constant.value.isoformat())


def _text_of_date(constant: Operand) -> Iterator[Operand]:
    if isinstance(constant, Date | Moment):
        yield Text(text_of(constant_value(constant)))


@at_comparisons
def swapped_sides(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """The two sides of a comparison trade places.

    `a < b` of two values as `b > a`.
    """
    left, mirrored = node.left, node.operator.mirrored
    for right in node.arguments:
        if isinstance(right, Scalar) and mirrored is not None:
            yield replace(node, left=right, operator=mirrored, arguments=(left,))


def _bare(node: Comparison, operator: Operator) -> Comparison:
    return replace(node, operator=operator, arguments=())


VALUES = (
    *(list_one_by_one, list_order, equals_as_list, equals_into_list, negated_operator),
    *(differs_spelled_out, presence, implied_text, number_spelling, date_spelling),
    *(swapped_sides,),
)

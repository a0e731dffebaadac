"""The same conditions, otherwise written. Each holds in three-valued logic, NULLs among them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.clauses import is_number, shifted, spelt_out
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.trees import (
    Node,
    binary,
    conditions_of,
    filtered,
    inner,
    joined,
    negated,
    operands,
    part_of,
    parts_of,
    sides,
    swapped,
)

_FLIPPED: dict[type[exp.Binary], type[exp.Binary]] = {
    exp.EQ: exp.EQ,
    exp.NEQ: exp.NEQ,
    exp.GT: exp.LT,
    exp.LT: exp.GT,
    exp.GTE: exp.LTE,
    exp.LTE: exp.GTE,
}
_OPPOSITE: dict[type[exp.Binary], type[exp.Binary]] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.GT: exp.LTE,
    exp.LT: exp.GTE,
    exp.GTE: exp.LT,
    exp.LTE: exp.GT,
}


def _commuted(node: exp.Connector, _schema: SqlSchema) -> Iterator[Node]:
    if type(node.parent) is not type(node):
        every = operands(node, type(node))
        for i in range(len(every) - 1):
            yield joined(type(node), swapped(every, i))


def _flipped(node: exp.Binary, _schema: SqlSchema) -> Iterator[Node]:
    left, right = sides(node)
    if type(node) in _FLIPPED:
        yield binary(_FLIPPED[type(node)], right, left)


def _not_of_opposite(node: exp.Binary, _schema: SqlSchema) -> Iterator[Node]:
    """Both are unknown where a side is NULL."""
    is_condition = isinstance(node.parent, exp.Where | exp.Having | exp.Connector)
    if type(node) in _OPPOSITE and is_condition:
        opposite = binary(_OPPOSITE[type(node)], *sides(node))
        yield exp.Not(this=exp.Paren(this=opposite))


def _not_resolved(node: exp.Not, _schema: SqlSchema) -> Iterator[Node]:
    within = inner(node)
    if isinstance(within, exp.Binary) and type(within) in _OPPOSITE:
        yield binary(_OPPOSITE[type(within)], *sides(within))


def _de_morgan(node: exp.Connector, _schema: SqlSchema) -> Iterator[Node]:
    if type(node.parent) is not type(node):
        other = exp.Or if isinstance(node, exp.And) else exp.And
        parts = [negated(part) for part in operands(node, type(node))]
        yield exp.Not(this=exp.Paren(this=joined(other, parts)))


def _between_spelt_out(node: exp.Between, _schema: SqlSchema) -> Iterator[Node]:
    yield spelt_out(node, exp.GTE, exp.LTE)


def _as_between(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    conditions = conditions_of(select)
    for i, lower in enumerate(conditions):
        for k, upper in enumerate(conditions):
            if not isinstance(lower, exp.GTE) or not isinstance(upper, exp.LTE):
                continue
            (value, low), (same, high) = sides(lower), sides(upper)
            if value == same:
                between = exp.Between(this=value.copy(), low=low.copy(), high=high.copy())
                rest = [condition for n, condition in enumerate(conditions) if n not in {i, k}]
                yield filtered(select, [*rest, between])


def _list_spelt_out(node: exp.In, _schema: SqlSchema) -> Iterator[Node]:
    elements, value = parts_of(node), part_of(node, "this")
    if value is not None and elements:
        yield joined(exp.Or, [binary(exp.EQ, value, element) for element in elements])


def _as_list(node: exp.Or, _schema: SqlSchema) -> Iterator[Node]:
    every = operands(node, exp.Or)
    pairs = [sides(part) for part in every if isinstance(part, exp.EQ)]
    values = {value for value, _ in pairs}
    plain = all(isinstance(literal, exp.Literal) for _, literal in pairs)
    if len(values) == 1 and len(pairs) == len(every) > 1 and plain:
        elements = [literal.copy() for _, literal in pairs]
        yield exp.In(this=pairs[0][0].copy(), expressions=elements)


def _said_twice(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    """A condition once more, and a bound that another bound implies."""
    conditions = conditions_of(select)
    for condition in conditions:
        if isinstance(condition, exp.GT | exp.GTE | exp.LT | exp.LTE):
            left, right = sides(condition)
            if is_number(right):
                step = -1 if isinstance(condition, exp.GT | exp.GTE) else 1
                wider = binary(type(condition), left, shifted(right, step))
                yield filtered(select, [*conditions, wider])
    for condition in conditions:
        if not condition.find(exp.Query):
            yield filtered(select, [*conditions, condition])


def _absorbed(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    """`a` as `a OR (a AND b)`."""
    conditions = conditions_of(select)
    if len(conditions) > 1 and not any(condition.find(exp.Query) for condition in conditions[:2]):
        first, second, *rest = conditions
        either = joined(exp.Or, [first, joined(exp.And, [first, second])])
        yield filtered(select, [either, second, *rest])


COMMUTE = Edit("commute", "Conditions in another order.", at(exp.Connector, _commuted))
CONDITIONS = (
    COMMUTE,
    Edit("comparison_flipped", "A comparison from its other side.", at(exp.Binary, _flipped)),
    Edit("not_of_opposite", "Not the opposite of a comparison.", at(exp.Binary, _not_of_opposite)),
    Edit("not_resolved", "A negated comparison as its opposite.", at(exp.Not, _not_resolved)),
    Edit("de_morgan", "AND by NOT and OR, or the other way.", at(exp.Connector, _de_morgan)),
    Edit("between_spelt_out", "BETWEEN as two bounds.", at(exp.Between, _between_spelt_out)),
    Edit("as_between", "Two bounds as BETWEEN.", at(exp.Select, _as_between)),
    Edit("list_spelt_out", "IN as alternatives.", at(exp.In, _list_spelt_out)),
    Edit("as_list", "Alternatives as IN.", at(exp.Or, _as_list)),
    Edit("condition_implied", "A condition that others imply.", at(exp.Select, _said_twice)),
    Edit("absorbed", "A condition, or it and another one.", at(exp.Select, _absorbed)),
)

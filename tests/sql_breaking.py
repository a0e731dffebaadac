"""Small changes of a query, of the kinds that people and models get wrong."""

from __future__ import annotations

from dataclasses import replace

from sql_speller import Rule, Speller
from sql_trees import (
    Aggregate,
    Between,
    Case,
    Column,
    Comparison,
    Exists,
    InList,
    InQuery,
    IsNull,
    Join,
    Junction,
    Like,
    Literal,
    Not,
    Select,
    SetOperation,
    SortKey,
    Source,
    nodes,
)


def other_operator(speller: Speller, node: object) -> object | None:
    match node:
        case Comparison(operator=operator):
            near = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "="}[operator]
            return replace(node, operator=near)
        case Junction(operator=operator):
            return replace(node, operator="OR" if operator == "AND" else "AND")
        case SetOperation():
            other = speller.rng.choice(("UNION", "UNION ALL", "INTERSECT", "EXCEPT"))
            return replace(node, operator=other)
        case _:
            return None


def other_literal(speller: Speller, node: object) -> object | None:
    if not isinstance(node, Literal) or node.value is None:
        return None
    return replace(node, value=speller.rng.choice(speller.schema.pools[node.kind]))


def negated(_: Speller, node: object) -> object | None:
    match node:
        case InQuery() | Exists() | InList() | IsNull() | Between() | Like():
            return replace(node, negated=not node.negated)
        case _:
            return None


def dropped(speller: Speller, node: object) -> object | None:
    match node:
        case Junction(parts=parts):
            return speller.rng.choice(parts)
        case Not(part=part):
            return part
        case InList(items=items) if len(items) > 1:
            return replace(node, items=items[1:])
        case Select(having=having) if having is not None:
            return replace(node, having=None)
        case Select(where=where) if where is not None and speller.rng.random() < 0.3:
            return replace(node, where=None)
        case Case(branches=((_, then),)):
            return then
        case _:
            return None


def other_duplicates(_: Speller, node: object) -> object | None:
    match node:
        case Select(order=()):
            return replace(node, distinct=not node.distinct)
        case Aggregate(argument=argument) if argument is not None:
            return replace(node, distinct=not node.distinct)
        case _:
            return None


def other_aggregate(_: Speller, node: object) -> object | None:
    if not isinstance(node, Aggregate) or node.argument is None:
        return None
    if node.function in {"MIN", "MAX"}:
        return replace(node, function="MAX" if node.function == "MIN" else "MIN")
    return Aggregate("COUNT", None, False, node.kind) if node.function == "COUNT" else None


def other_join(_: Speller, node: object) -> object | None:
    if not isinstance(node, Source) or node.join not in {Join.INNER, Join.LEFT, Join.RIGHT}:
        return None
    return replace(node, join=Join.LEFT if node.join is Join.INNER else Join.INNER)


def other_column(_: Speller, node: object) -> object | None:
    if not isinstance(node, Select):
        return None
    for source in node.sources:
        for i, one in enumerate(source.fields):
            for j, other in enumerate(source.fields):
                if i != j and one.kind is other.kind:
                    column, new = source.column(i), source.column(j)
                    for k, output in enumerate(node.outputs):
                        if output.value == column and column not in (node.group or ()):
                            changed = replace(output, value=new)
                            outputs = (*node.outputs[:k], changed, *node.outputs[k + 1 :])
                            return replace(node, outputs=outputs)
    are_named = any(output.alias for output in node.outputs)
    if len(node.outputs) == 2 and not node.order and not are_named:
        return replace(node, outputs=node.outputs[::-1])
    return None


def other_tail(speller: Speller, node: object) -> object | None:
    match node:
        case SortKey():
            return replace(node, descending=not node.descending)
        case Select(order=order) | SetOperation(order=order) if order:
            if speller.rng.random() < 0.4:
                return replace(node, order=order[:-1])
            return replace(node, limit=speller.rng.choice((None, 1, 2)), offset=0)
        case _:
            return None


def other_groups(_: Speller, node: object) -> object | None:
    if not isinstance(node, Select) or not node.group:
        return None
    shown = {column for column in nodes(node.outputs) if isinstance(column, Column)}
    hidden = [key for key in node.group if key not in shown]
    if hidden:
        left = tuple(key for key in node.group if key != hidden[0])
        return replace(node, group=left or None)
    for source in node.sources:
        for i in range(len(source.fields)):
            if source.column(i) not in node.group:
                return replace(node, group=(*node.group, source.column(i)))
    return None


BREAKS: tuple[Rule, ...] = (
    *(other_operator, other_literal, negated, dropped, other_duplicates, other_aggregate),
    *(other_join, other_column, other_tail, other_groups),
)

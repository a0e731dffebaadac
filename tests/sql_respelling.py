"""Queries near to a query: said otherwise, or slightly broken. Which of the two is the oracle's
to say: a rule that keeps the meaning of one query changes that of another."""

from __future__ import annotations

from dataclasses import replace

from sql_respelt_conditions import CONDITIONS, TRUE
from sql_sampler import fields_of
from sql_speller import Rule, Speller
from sql_trees import (
    Case,
    Column,
    Comparison,
    Expression,
    InQuery,
    Join,
    Junction,
    Kind,
    Literal,
    Not,
    Output,
    Query,
    Select,
    SetOperation,
    SortKey,
    Source,
    is_grouped,
    nodes,
    own_aggregates,
)


def _anded(first: Expression | None, second: Expression | None) -> Expression | None:
    if first is None or second is None:
        return first or second
    return Junction("AND", (first, second))


def moved_on(speller: Speller, node: object) -> object | None:
    """The condition of the last join into WHERE, or the first part of WHERE into it."""
    if not isinstance(node, Select) or len(node.sources) < 2 or node.named:
        return None
    last = node.sources[-1]
    if last.on is not None and last.join is not Join.FULL and speller.rng.random() < 0.7:
        join = Join.CROSS if last.join is Join.INNER else last.join
        on = None if join is Join.CROSS else TRUE
        sources = (*node.sources[:-1], replace(last, join=join, on=on))
        return replace(node, sources=sources, where=_anded(node.where, last.on))
    if isinstance(node.where, Junction) and node.where.operator == "AND":
        first, *rest = node.where.parts
        if any(isinstance(one, Select | SetOperation) for one in nodes(first)):
            return None
        join = Join.INNER if last.join in {Join.COMMA, Join.CROSS} else last.join
        sources = (*node.sources[:-1], replace(last, join=join, on=_anded(last.on, first)))
        where = rest[0] if len(rest) == 1 else Junction("AND", tuple(rest))
        return replace(node, sources=sources, where=where)
    return None


def swapped_sources(_: Speller, node: object) -> object | None:
    """The two sources of a join in the other order; a LEFT one is a RIGHT one then."""
    if not isinstance(node, Select) or len(node.sources) != 2:
        return None
    first, second = node.sources
    join = {Join.LEFT: Join.RIGHT, Join.RIGHT: Join.LEFT}.get(second.join, second.join)
    if join is Join.FIRST:
        return None
    sources = (replace(second, join=Join.FIRST, on=None), replace(first, join=join, on=second.on))
    return replace(node, sources=sources)


def wrapped(speller: Speller, node: object) -> object | None:
    """A query as the only source of another one."""
    if not isinstance(node, Select | SetOperation) or node.named or _free(node):
        return None
    inner: Query = node
    if isinstance(node, Select):
        outputs = tuple(replace(one, alias=f"c{i + 1}") for i, one in enumerate(node.outputs))
        inner = replace(node, outputs=outputs)
    else:
        return None
    number = speller.fresh(node)
    source = Source(number, inner, f"d{number}", fields_of(inner))
    outer = tuple(Output(source.column(i), node.outputs[i].alias) for i in range(len(node.outputs)))
    return Select((source,), outer)


def _free(query: Query) -> bool:
    """Whether a query names sources around it."""
    own = {one.id for one in nodes(query) if isinstance(one, Source)}
    return any(isinstance(one, Column) and one.source not in own for one in nodes(query))


def distinct_or_group(_: Speller, node: object) -> object | None:
    """DISTINCT as GROUP BY all outputs, and back."""
    if not isinstance(node, Select) or node.order:
        return None
    values = [output.value for output in node.outputs]
    if node.distinct and not is_grouped(node):
        if all(isinstance(value, Column) for value in values):
            return replace(node, distinct=False, group=tuple(dict.fromkeys(values)))
    elif node.group is not None and set(node.group) == set(values) and node.having is None:
        return replace(node, distinct=True, group=None)
    return None


def having_or_where(_: Speller, node: object) -> object | None:
    """A condition on groups before them, and back."""
    if not isinstance(node, Select) or node.group is None:
        return None
    if node.having is not None and not any(True for _ in own_aggregates(node.having)):
        return replace(node, where=_anded(node.where, node.having), having=None)
    if node.where is not None and node.having is None:
        own = {source.id for source in node.sources}
        used = {one for one in nodes(node.where) if isinstance(one, Column) and one.source in own}
        if used <= set(node.group):
            return replace(node, having=node.where, where=None)
    return None


def or_as_union(speller: Speller, node: object) -> object | None:
    """OR as a UNION of the two, or as a UNION ALL."""
    if not isinstance(node, Select) or node.order or node.limit is not None or is_grouped(node):
        return None
    if node.named or not isinstance(node.where, Junction) or node.where.operator != "OR":
        return None
    first, second = node.where.parts[0], node.where.parts[-1]
    if speller.rng.random() < 0.5:
        return SetOperation("UNION", replace(node, where=first), replace(node, where=second))
    fails: Expression = first
    if speller.rng.random() < 0.5:  # where NULLs count
        fails = Case(((first, Literal(1, Kind.INTEGER)),), Literal(0, Kind.INTEGER), Kind.INTEGER)
    rest = Junction("AND", (second, Not(fails)))
    return SetOperation("UNION ALL", replace(node, where=first), replace(node, where=rest))


def operation_as_condition(speller: Speller, node: object) -> object | None:
    """INTERSECT and EXCEPT of a column as IN and NOT IN; UNION with its sides swapped."""
    if not isinstance(node, SetOperation) or node.order or node.limit is not None or node.named:
        return None
    if node.operator in {"UNION", "UNION ALL", "INTERSECT"} and speller.rng.random() < 0.5:
        return replace(node, left=node.right, right=node.left)
    left = node.left
    if not isinstance(left, Select) or is_grouped(left) or left.limit is not None:
        return None
    if node.operator not in {"INTERSECT", "EXCEPT"} or len(left.outputs) != 1:
        return None
    condition = InQuery(left.outputs[0].value, node.right, node.operator == "EXCEPT")
    where = _anded(left.where, condition)
    return replace(left, where=where, distinct=speller.rng.random() < 0.8)


def in_as_join(speller: Speller, node: object) -> object | None:
    """`x IN (SELECT y ...)` as a join with that."""
    if not isinstance(node, Select) or is_grouped(node) or not isinstance(node.where, InQuery):
        return None
    inside = node.where
    if inside.negated or node.named or _free(inside.query) or not isinstance(inside.query, Select):
        return None
    outputs = (replace(inside.query.outputs[0], alias="k1"),)
    inner = replace(inside.query, outputs=outputs, distinct=speller.rng.random() < 0.6)
    number = speller.fresh(node)
    source = Source(number, inner, f"d{number}", fields_of(inner), Join.INNER)
    source = replace(source, on=Comparison("=", source.column(0), inside.value))
    return replace(node, sources=(*node.sources, source), where=None)


def joined_with_parent(speller: Speller, node: object) -> object | None:
    """One more join: along a foreign key, or with the same row by its key."""
    if not isinstance(node, Select) or node.named or not node.sources:
        return None
    choices: list[Source] = []
    for source in node.sources:
        if not isinstance(source.of, str):
            continue
        table = speller.schema.by_name[source.of]
        number = speller.fresh(node)
        for key in table.foreign_keys:
            parent = speller.schema.by_name[key.table]
            other = Source(number, parent.name, f"t{number}", parent.fields, Join.INNER)
            on = Comparison(
                "=", other.column(parent.index(key.parent)), source.column(table.index(key.column))
            )
            choices.append(replace(other, on=on, join=speller.rng.choice((Join.INNER, Join.LEFT))))
        if len(table.primary_key) == 1:
            same = Source(number, table.name, f"t{number}", table.fields, Join.INNER)
            at = table.index(table.primary_key[0])
            choices.append(replace(same, on=Comparison("=", same.column(at), source.column(at))))
    if not choices:
        return None
    return replace(node, sources=(*node.sources, speller.rng.choice(choices)))


def sorted_more(speller: Speller, node: object) -> object | None:
    """One more sort key at the end."""
    if not isinstance(node, Select | SetOperation) or not node.order:
        return None
    return replace(node, order=(*node.order, SortKey(speller.rng.randint(1, len(node.outputs)))))


SAYS_OTHERWISE: tuple[Rule, ...] = (
    *CONDITIONS,
    *(moved_on, swapped_sources, wrapped, distinct_or_group, having_or_where, or_as_union),
    *(operation_as_condition, in_as_join, joined_with_parent, sorted_more),
)

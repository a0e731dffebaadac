"""The same join, otherwise written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.sources import source_nodes
from jurist.languages.sql.variants.clauses import compares_sources, is_inner, on_of
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.scopes import named_sources
from jurist.languages.sql.variants.trees import (
    Node,
    changed,
    conditions_of,
    filtered,
    joined,
    part_of,
    parts_of,
    without,
)


def inner_joins(select: exp.Select) -> list[exp.Join] | None:
    """The joins of a SELECT that has inner ones with ON, or commas, alone; `None` else."""
    joins = parts_of(select, "joins")
    plain = [
        join
        for join in joins
        if isinstance(join, exp.Join)
        and is_inner(join)
        and not parts_of(join, "using")
        and isinstance(join.this, exp.Table | exp.Subquery)
    ]
    return plain if plain and len(plain) == len(joins) else None


def rejoined(
    select: exp.Select, nodes: Sequence[Node], conditions: Sequence[Node], schema: SqlSchema
) -> exp.Select | None:
    """The sources in this order, each ON with what first can be said of it there."""
    left = list(conditions)
    seen = {nodes[0].alias_or_name.lower()}
    joins: list[Node] = []
    for node in nodes[1:]:
        seen.add(node.alias_or_name.lower())
        mine = [
            condition
            for condition in left
            if compares_sources(condition, schema) and named_sources(condition, schema) <= seen
        ]
        left = [part for part in left if all(part is not other for other in mine)]
        if not mine:
            return None
        joins.append(exp.Join(this=node.copy(), on=joined(exp.And, mine)))
    made = changed(select, from_=exp.From(this=nodes[0].copy()), joins=joins)
    return filtered(made, left)


def _commuted(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    joins = inner_joins(select)
    if joins is None or any(isinstance(output, exp.Star) for output in parts_of(select)):
        return
    nodes = source_nodes(select)
    conditions = [*(part for join in joins for part in on_of(join)), *conditions_of(select)]
    for i in range(1, len(nodes)):
        order = [nodes[i], *without(nodes, i)]
        other = rejoined(select, order, conditions, schema)
        if other is not None:
            yield other


def _on_in_where(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    joins = inner_joins(select)
    if joins is None:
        return
    conditions = [part for join in joins for part in on_of(join)]
    if conditions:
        commas = [exp.Join(this=join.this.copy()) for join in joins]
        yield filtered(changed(select, joins=commas), [*conditions, *conditions_of(select)])


def _where_in_on(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    joins = inner_joins(select)
    if joins is None or any(part_of(join, "on") is not None for join in joins):
        return
    other = rejoined(select, source_nodes(select), conditions_of(select), schema)
    if other is not None:
        yield other


def _condition_in_on(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    """A condition of WHERE in the ON of the last join, where all joins are inner ones."""
    joins = inner_joins(select)
    conditions = conditions_of(select)
    if joins is None or not on_of(joins[-1]):
        return
    for i, condition in enumerate(conditions):
        if not compares_sources(condition, schema) and not condition.find(exp.Query):
            last = changed(joins[-1], on=joined(exp.And, [*on_of(joins[-1]), condition]))
            made = changed(select, joins=[*joins[:-1], last])
            yield filtered(made, without(conditions, i))


JOINS = (
    Edit("join_commuted", "The tables in another order.", at(exp.Select, _commuted)),
    Edit("on_in_where", "Joins with commas and WHERE.", at(exp.Select, _on_in_where)),
    Edit("where_in_on", "Commas and WHERE as JOIN and ON.", at(exp.Select, _where_in_on)),
    Edit("condition_in_on", "A condition on rows within ON.", at(exp.Select, _condition_in_on)),
)

"""IN as EXISTS, and EXISTS as IN: the same where they stand for a filter, not negated."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.sources import source_nodes
from jurist.languages.sql.variants.scopes import named_sources, source_of
from jurist.languages.sql.variants.trees import (
    Node,
    changed,
    conditions_of,
    filtered,
    part_of,
    parts_of,
    sides,
    without,
)

_SHAPES = ("group", "having", "limit", "offset", "order", "distinct", "with_")


def plain_select(query: Node | None) -> exp.Select | None:
    """A SELECT that only joins and filters, with no aggregate; `None` where it is none."""
    select = None if query is None else query.unnest()
    if not isinstance(select, exp.Select) or part_of(select, "from_") is None:
        return None
    shaped = any(part_of(select, name) is not None for name in _SHAPES)
    if shaped or any(output.find(exp.AggFunc, exp.Window) for output in parts_of(select)):
        return None
    return select


def as_exists(test: exp.In, schema: SqlSchema) -> Iterator[Node]:
    """`x IN (SELECT y ...)` as `EXISTS (SELECT 1 ... AND y = x)`."""
    select = plain_select(part_of(test, "query"))
    value = part_of(test, "this")
    if select is None or len(parts_of(select)) != 1 or not isinstance(value, exp.Column):
        return
    known = source_of(value, schema)
    if known is None or _names(select, known[0].name):  # it would be captured within
        return
    outer = exp.column(value.this.copy(), table=exp.to_identifier(known[0].name))
    equal = exp.EQ(this=parts_of(select)[0].unalias().copy(), expression=outer)
    outputs = changed(select, expressions=[exp.Literal.number(1)])
    yield exp.Exists(this=filtered(outputs, [*conditions_of(select), equal]))


def as_in(test: exp.Exists, schema: SqlSchema) -> Iterator[Node]:
    """`EXISTS (SELECT ... WHERE y = x)` as `x IN (SELECT y ...)`, with x from around it."""
    select = plain_select(part_of(test, "this"))
    if select is None:
        return
    own = {node.alias_or_name.lower() for node in source_nodes(select)}
    conditions = conditions_of(select)
    for i, condition in enumerate(conditions):
        if not isinstance(condition, exp.EQ):
            continue
        left, right = sides(condition)
        for given, value in ((left, right), (right, left)):
            is_own = named_sources(given, schema) <= own and isinstance(given, exp.Column)
            is_outer = isinstance(value, exp.Column) and not named_sources(value, schema) & own
            if is_own and is_outer:
                listed = filtered(changed(select, expressions=[given]), without(conditions, i))
                yield exp.In(this=value.copy(), query=exp.Subquery(this=listed))


def _names(select: exp.Select, name: str) -> bool:
    return any(node.alias_or_name.lower() == name.lower() for node in source_nodes(select))

"""What a column of a query may be: the sources that it can name, and their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from sqlglot import exp

from jurist.languages.similar import likeness
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.text.sources import common_tables, source_nodes
from jurist.languages.sql.values import ValueType
from jurist.languages.sql.variants.trees import Node, nodes, parts_of

_NUMBERS = frozenset({ValueType.INTEGER, ValueType.REAL})
_DEEPEST = 20
"""Of queries in FROM, as far as their columns are looked for."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table, or a query in FROM, as a SELECT names it."""

    name: str
    """The alias, where there is one."""
    columns: tuple[Column, ...]
    table: Table | None

    def column(self, name: str) -> Column | None:
        """The column of a name, whatever its case."""
        low = name.lower()
        return next((column for column in self.columns if column.name.lower() == low), None)


def sources(select: exp.Select, schema: SqlSchema, depth: int = 0) -> list[Source]:
    """Those of the SELECT itself, in written order."""
    return [source(node, schema, depth) for node in source_nodes(select)]


def source(node: Node, schema: SqlSchema, depth: int = 0) -> Source:
    """What a node in FROM stands for."""
    name = node.alias_or_name
    if isinstance(node, exp.Table):
        query = _common_table(node)
        if query is None:
            table = schema.table(node.name)
            return Source(name, () if table is None else table.columns, table)
        return Source(name, _outputs(query, schema, depth), None)
    return Source(name, _outputs(node.unnest(), schema, depth), None)


def _common_table(node: exp.Table) -> Node | None:
    """The query of the WITH that a table's name stands for, if it does."""
    known = (common for common in common_tables(node) if not is_within(node, common))
    return next((cast("Node", common.this) for common in known), None)


def is_within(node: Node, other: Node) -> bool:
    """Whether a node is another one, or beneath it."""
    at: Node | None = node
    while at is not None and at is not other:
        at = at.parent
    return at is other


def _outputs(query: Node, schema: SqlSchema, depth: int) -> tuple[Column, ...]:
    while isinstance(query, exp.SetOperation):
        query = query.left.unnest()
    if not isinstance(query, exp.Select) or depth > _DEEPEST:
        return ()
    return tuple(_named(query, schema, depth + 1))


def _named(select: exp.Select, schema: SqlSchema, depth: int) -> Iterator[Column]:
    for output in parts_of(select):
        value = output.unalias()
        if isinstance(value, exp.Star):
            for known in sources(select, schema, depth):
                yield from known.columns
            continue
        column = _resolved(value, select, schema, depth) if isinstance(value, exp.Column) else None
        if output.alias_or_name:
            kind = ValueType.OTHER if column is None else column.type
            nullable = column is None or column.nullable
            yield Column(output.alias_or_name, kind, nullable)


def _resolved(
    column: exp.Column, select: exp.Select, schema: SqlSchema, depth: int
) -> Column | None:
    for known in sources(select, schema, depth):
        if column.table and column.table.lower() != known.name.lower():
            continue
        found = known.column(column.name)
        if found is not None:
            return found
    return None


def around(node: Node) -> exp.Select | None:
    """The SELECT that a node belongs to; of an ORDER BY of a set operation there is none."""
    at = node.parent
    while at is not None and not isinstance(at, exp.Query):
        at = at.parent
    return at if isinstance(at, exp.Select) else None


def source_of(column: exp.Column, schema: SqlSchema) -> tuple[Source, Column] | None:
    """Where a column comes from: a source of its SELECT, or of one around it."""
    select = around(column)
    while select is not None:
        for known in sources(select, schema):
            if not column.table or column.table.lower() == known.name.lower():
                found = known.column(column.name)
                if found is not None:
                    return known, found
        select = around(select)
    return None


def columns_of(node: Node) -> list[exp.Column]:
    """The columns that a node names, those of its subqueries among them."""
    return [*nodes(node, exp.Column)]


def named_sources(node: Node, schema: SqlSchema) -> set[str]:
    """The names of the sources that its columns come from, lower-cased."""
    found = (source_of(column, schema) for column in columns_of(node))
    return {known[0].name.lower() for known in found if known is not None}


def _are_alike(column: Column, other: Column) -> bool:
    """Whether either may stand for the other without a clash of types."""
    return column.type is other.type or {column.type, other.type} <= _NUMBERS


def neighbours(column: exp.Column, schema: SqlSchema, *, most: int) -> list[exp.Column]:
    """Columns of the same source that may be taken for this one, the nearest names first."""
    known = source_of(column, schema)
    if known is None:
        return []
    source, meant = known
    others = [
        other for other in source.columns if other.name != meant.name and _are_alike(other, meant)
    ]
    others.sort(key=lambda other: -likeness(meant.name, other.name))
    return [reference(other.name, source, column, schema) for other in others[:most]]


def namesakes(column: exp.Column, schema: SqlSchema) -> list[exp.Column]:
    """Columns of the same name in other sources of the same SELECT."""
    select, known = around(column), source_of(column, schema)
    if select is None or known is None:
        return []
    return [
        exp.column(exp.to_identifier(column.name), table=exp.to_identifier(other.name))
        for other in sources(select, schema)
        if other.name != known[0].name and other.column(column.name) is not None and other.name
    ]


def alias_of(name: str) -> exp.TableAlias:
    """A name as a source bears it."""
    return exp.TableAlias(this=exp.to_identifier(name))


def reference(
    name: str, source: Source, beside: exp.Column | None, schema: SqlSchema
) -> exp.Column:
    """A column of a source by name; with the source's where it must be, or where another has it."""
    needs = beside is None or bool(beside.table)
    if not needs and beside is not None:
        select = around(beside)
        others = [] if select is None else sources(select, schema)
        needs = sum(other.column(name) is not None for other in others) > 1
    table = exp.to_identifier(source.name) if needs and source.name else None
    return exp.column(exp.to_identifier(name), table=table)

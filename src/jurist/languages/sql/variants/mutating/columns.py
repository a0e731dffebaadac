"""Columns and tables that are close to the right ones, and outputs that are not as asked."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.similar import likeness
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.edits import Edit, at, at_outermost
from jurist.languages.sql.variants.scopes import (
    alias_of,
    columns_of,
    namesakes,
    neighbours,
    reference,
    sources,
)
from jurist.languages.sql.variants.trees import Node, changed, parts_of, shortened, swapped

_MOST_TABLES = 2


def _similar(column: exp.Column, schema: SqlSchema) -> Iterator[Node]:
    if column.find_ancestor(exp.Join) is None and not isinstance(column.parent, exp.Ordered):
        yield from neighbours(column, schema, most=2)


def _namesake(column: exp.Column, schema: SqlSchema) -> Iterator[Node]:
    if column.find_ancestor(exp.Join) is None:
        yield from namesakes(column, schema)


def _similar_table(table: exp.Table, schema: SqlSchema) -> Iterator[Node]:
    """Another table that has all columns of the name."""
    known, select = schema.table(table.name), table.parent_select
    if known is None or select is None:
        return
    names = {column.name.lower() for column in columns_of(select)}
    used = {name for name in names if known.column(name) is not None}
    others = [
        other
        for other in schema.tables
        if other is not known and all(other.column(name) is not None for name in used)
    ]
    others.sort(key=lambda other: -likeness(known.name, other.name))
    for other in others[:_MOST_TABLES]:
        made = changed(table, this=exp.to_identifier(other.name))
        yield made if table.alias else changed(made, alias=alias_of(table.name))


def _outputs_swapped(select: exp.Select, _schema: SqlSchema) -> Iterator[exp.Select]:
    outputs = parts_of(select)
    for i in range(len(outputs) - 1):
        yield changed(select, expressions=swapped(outputs, i))


def _output_dropped(select: exp.Select, _schema: SqlSchema) -> Iterator[exp.Select]:
    for fewer in shortened(parts_of(select)):
        yield changed(select, expressions=fewer)


def _output_added(select: exp.Select, schema: SqlSchema) -> Iterator[exp.Select]:
    """A first column more: the first of each source that is not there yet."""
    outputs = parts_of(select)
    given = {column.name.lower() for output in outputs for column in columns_of(output)}
    grouped = select.find(exp.AggFunc, exp.Group) is not None
    beside = next(iter(columns_of(select)), None)
    if grouped:
        return
    for source in sources(select, schema):
        more = [column for column in source.columns if column.name.lower() not in given]
        for column in more[:1]:
            made = reference(column.name, source, beside, schema)
            yield changed(select, expressions=[made, *outputs])


def _all_columns(select: exp.Select, _schema: SqlSchema) -> Iterator[exp.Select]:
    grouped = select.find(exp.AggFunc, exp.Group) is not None
    if not grouped and not any(isinstance(output, exp.Star) for output in parts_of(select)):
        yield changed(select, expressions=[exp.Star()])


COLUMNS = (
    Edit("similar_column", "Another column of the same table and type.", at(exp.Column, _similar)),
    Edit("namesake_column", "The column of that name of another table.", at(exp.Column, _namesake)),
    Edit("similar_table", "Another table with the same columns.", at(exp.Table, _similar_table)),
    Edit(
        "outputs_swapped", "Two columns of the result are swapped.", at_outermost(_outputs_swapped)
    ),
    Edit("output_added", "The result has a column too many.", at_outermost(_output_added)),
    Edit("output_dropped", "The result lacks a column.", at_outermost(_output_dropped)),
    Edit("all_columns", "The result has every column.", at_outermost(_all_columns)),
)

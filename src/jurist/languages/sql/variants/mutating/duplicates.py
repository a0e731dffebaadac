"""Rows counted twice, or not often enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.clauses import is_distinct
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.scopes import around, reference, sources
from jurist.languages.sql.variants.trees import Node, changed, part_of, parts_of

_MOST_COUNTED = 3
"""Columns that are counted in the stead of rows."""


def _added(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    if part_of(select, "distinct") is None:
        yield changed(select, distinct=exp.Distinct())


def _dropped(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    if is_distinct(select):
        yield changed(select, distinct=None)


def _added_within(aggregate: exp.AggFunc, _schema: SqlSchema) -> Iterator[Node]:
    argument = part_of(aggregate, "this")
    if isinstance(aggregate, exp.Count | exp.Sum | exp.Avg) and not isinstance(
        argument, exp.Star | exp.Distinct | exp.Literal | None
    ):
        yield changed(aggregate, this=exp.Distinct(expressions=[argument.copy()]))


def _dropped_within(aggregate: exp.AggFunc, _schema: SqlSchema) -> Iterator[Node]:
    argument = part_of(aggregate, "this")
    if isinstance(argument, exp.Distinct) and len(parts_of(argument)) == 1:
        yield changed(aggregate, this=parts_of(argument)[0])


def _rows_counted(count: exp.Count, _schema: SqlSchema) -> Iterator[Node]:
    if not isinstance(count.this, exp.Star):
        yield changed(count, this=exp.Star())


def _column_counted(count: exp.Count, schema: SqlSchema) -> Iterator[Node]:
    """Nullable columns first: of others the count is the same."""
    select = around(count)
    if select is None or not isinstance(count.this, exp.Star):
        return
    known = sources(select, schema)
    columns = [(source, column) for source in known for column in source.columns]
    columns.sort(key=lambda pair: not pair[1].nullable)
    beside = next(iter(select.find_all(exp.Column)), None)
    several = len(known) > 1
    for source, column in columns[:_MOST_COUNTED]:
        named = reference(column.name, source, None if several else beside, schema)
        yield changed(count, this=named)
        yield changed(count, this=exp.Distinct(expressions=cast("list[object]", [named.copy()])))


DUPLICATES = (
    Edit("distinct_added", "DISTINCT is added.", at(exp.Select, _added)),
    Edit("distinct_dropped", "DISTINCT is missing.", at(exp.Select, _dropped)),
    Edit(
        "aggregate_distinct_added",
        "Equal values are counted or added once.",
        at(exp.AggFunc, _added_within),
    ),
    Edit(
        "aggregate_distinct_dropped",
        "Equal values are counted or added as often as they occur.",
        at(exp.AggFunc, _dropped_within),
    ),
    Edit("rows_counted", "Rows are counted in place of values.", at(exp.Count, _rows_counted)),
    Edit(
        "column_counted",
        "The values of a column are counted in place of rows.",
        at(exp.Count, _column_counted),
    ),
)

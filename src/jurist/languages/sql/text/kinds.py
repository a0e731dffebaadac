"""What the values of an expression are, as far as columns, casts and constants show it."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from jurist.languages.effort import spend
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.sources import common_tables, source_nodes
from jurist.languages.sql.values import ValueType

_KEEPS: Final = (exp.Min, exp.Max, exp.Paren, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue)
"""Whose value is one of their first argument's."""
_DEPTH: Final = 20
_DATES: Final = (exp.CurrentDate, exp.Date, exp.TsOrDsToDate, exp.LastDay)
_MOMENTS: Final = (exp.CurrentTimestamp, exp.CurrentDatetime, exp.TsOrDsToTimestamp)


def kind_of(node: exp.Expr, schema: SqlSchema, depth: int = 0) -> ValueType | None:
    """The type of an expression of a qualified tree; `None`: it is not known.

    Columns of queries in FROM and of WITH are followed to what they are computed from.
    """
    spend(1)
    inner = node.unnest()
    if depth > _DEPTH:
        return None
    if isinstance(inner, exp.Cast):
        if inner.to.this is exp.DataType.Type.DATE:
            return ValueType.DATE
        is_moment = inner.to.this in exp.DataType.TEMPORAL_TYPES
        return ValueType.TIMESTAMP if is_moment and "TIMEST" in inner.to.this.name else None
    if isinstance(inner, _DATES):
        return ValueType.DATE
    if isinstance(inner, _MOMENTS):
        return ValueType.TIMESTAMP
    if isinstance(inner, exp.Window):
        return kind_of(inner.this, schema, depth + 1)
    if isinstance(inner, _KEEPS):
        return kind_of(inner.this, schema, depth + 1)
    if isinstance(inner, exp.Coalesce):
        kinds = {kind_of(part, schema, depth + 1) for part in (inner.this, *inner.expressions)}
        return kinds.pop() if len(kinds) == 1 else None
    if isinstance(inner, exp.Query):
        outputs = inner.selects
        return kind_of(outputs[0].unalias(), schema, depth + 1) if len(outputs) == 1 else None
    if not isinstance(inner, exp.Column):
        return type_of(inner, schema)
    query = _query_of(inner)
    if query is None:
        return type_of(inner, schema)
    for output in query.selects:
        if output.alias_or_name == inner.name:
            return kind_of(output.unalias(), schema, depth + 1)
    return None


def _query_of(column: exp.Column) -> exp.Query | None:
    """The query in FROM, or of a WITH, that a column is of."""
    select = column.find_ancestor(exp.Select)
    while select is not None:
        for source in source_nodes(select):
            if source.alias != column.table:
                continue
            if isinstance(source, exp.Subquery):
                inner = source.unnest()
                return inner if isinstance(inner, exp.Query) else None
            if isinstance(source, exp.Table):
                common = next(common_tables(source), None)
                inner = common.this.unnest() if common is not None else None
                return inner if isinstance(inner, exp.Query) else None
            return None
        select = select.find_ancestor(exp.Select)
    return None


def type_of(node: exp.Expr, schema: SqlSchema) -> ValueType | None:
    """The type of a literal, or of a column of a table, alone; `None`: it is not known."""
    while isinstance(node, exp.Paren | exp.Neg):
        node = node.this
    if isinstance(node, exp.Literal):
        return ValueType.TEXT if node.is_string else ValueType.REAL
    if not isinstance(node, exp.Column):
        return None
    select = node.find_ancestor(exp.Select)
    while select is not None:
        for source in select.find_all(exp.Table):
            if source.alias == node.table and source.find_ancestor(exp.Select) is select:
                table = schema.table(source.name)
                column = table.column(node.name) if table is not None else None
                return column.type if column is not None else None
        select = select.find_ancestor(exp.Select)
    return None


def signed_number(node: object) -> tuple[int, str] | None:
    """The sign (1 or -1) and the digits of a number as it is written; `None`: it is none."""
    sign = 1
    while isinstance(node, exp.Paren | exp.Neg):
        sign = -sign if isinstance(node, exp.Neg) else sign
        node = node.this
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    return sign, node.name

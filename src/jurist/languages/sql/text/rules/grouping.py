"""Aggregates where there are no groups yet, and columns that a group has no single value of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from jurist.languages.mistakes import quoted
from jurist.languages.sql.dialects import habits
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.findings import Finding, start_of
from jurist.languages.sql.text.rules.dependence import determined
from jurist.languages.sql.text.sources import source_nodes

AROUND_AGGREGATES: Final = (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)
"""What stands around an aggregate, or a window's function, and is read row by row as it is."""


def grouping_findings(tree: exp.Query, schema: SqlSchema) -> Iterator[Finding]:
    """What is wrong with the groups of a qualified query.

    Args:
        tree: Qualified, so that a column without a source is none.
        schema: Its dialect says whether a column beside GROUP BY is an error.
    """
    for select in tree.find_all(exp.Select):
        yield from _misplaced(select)
        if not habits(schema.dialect).bare_columns_are_open:
            yield from _bare(select, schema)


def _own_aggregates(part: exp.Expr) -> Iterator[exp.Expr]:
    """The aggregates over the groups of the query that a part belongs to, windows left out."""
    waiting = [part]
    while waiting:
        node = waiting.pop()
        if isinstance(node, exp.Query):
            continue
        if isinstance(node, exp.AggFunc) and not _is_over_window(node):
            yield node
        else:
            waiting.extend(node.iter_expressions())


def _is_over_window(aggregate: exp.Expr) -> bool:
    parent = aggregate.parent
    while isinstance(parent, AROUND_AGGREGATES):
        parent = parent.parent
    return isinstance(parent, exp.Window)


def _is_aggregate(node: exp.Expr) -> bool:
    while isinstance(node, AROUND_AGGREGATES):
        node = node.this
    return isinstance(node, exp.AggFunc)


def _misplaced(select: exp.Select) -> Iterator[Finding]:
    parts = [("WHERE", select.args.get("where")), ("GROUP BY", select.args.get("group"))]
    parts += [("ON", join.args.get("on")) for join in select.args.get("joins") or ()]
    for clause, part in parts:
        for aggregate in _own_aggregates(part) if part is not None else ():
            yield Finding(
                "misplaced_aggregate",
                start_of(aggregate),
                f"{quoted(aggregate.key)} in {clause}",
                "a condition on single rows; one on groups stands in HAVING",
            )
    for part in (*select.expressions, select.args.get("having")):
        for aggregate in _own_aggregates(part) if part is not None else ():
            inner = list(aggregate.iter_expressions())
            for nested in (found for child in inner for found in _own_aggregates(child)):
                yield Finding(
                    "nested_aggregate",
                    start_of(nested),
                    f"{quoted(nested.key)} within {quoted(aggregate.key)}",
                    "an aggregate of a value of each row",
                )


def _bare(select: exp.Select, schema: SqlSchema) -> Iterator[Finding]:
    group = select.args.get("group")
    having, order = select.args.get("having"), select.args.get("order")
    clauses = [*select.expressions, *(part for part in (having, order) if part is not None)]
    grouped = group is not None or having is not None
    if not grouped and not any(True for part in clauses for _ in _own_aggregates(part)):
        return
    if group is not None and not group.expressions:
        return  # GROUP BY ALL
    written: list[exp.Expr] = group.expressions if group is not None else []
    keys = [_key(key, select) for part in written for key in _single_keys(part)]
    known = determined(keys, select, schema)
    own = {source.alias for source in source_nodes(select)}
    for part in clauses:
        for column in _bare_columns(part, keys):
            if column.table in own and column not in known:
                yield Finding(
                    "bare_column",
                    start_of(column) or start_of(part),
                    f"column {quoted(column.name)}, neither grouped nor aggregated",
                    "a key of GROUP BY, or an aggregate",
                )


def _single_keys(part: exp.Expr) -> Iterator[exp.Expr]:
    """The keys of grouping sets, however they are nested."""
    if isinstance(part, exp.Rollup | exp.Cube | exp.GroupingSets | exp.Tuple):
        for inner in part.expressions:
            yield from _single_keys(inner)
    elif isinstance(part, exp.Paren):
        yield from _single_keys(part.this)
    else:
        yield part


def _key(key: exp.Expr, select: exp.Select) -> exp.Expr:
    if isinstance(key, exp.Literal) and key.is_int and 0 < int(key.this) <= len(select.expressions):
        return select.expressions[int(key.this) - 1].this
    return key


def _bare_columns(part: exp.Expr, keys: list[exp.Expr]) -> Iterator[exp.Column]:
    waiting = [part]
    while waiting:
        node = waiting.pop()
        if isinstance(node, exp.Query) or _is_aggregate(node) or node in keys:
            continue
        if isinstance(node, exp.Column):
            yield node
        else:
            waiting.extend(node.iter_expressions(reverse=True))

"""Which names a part of a query may mean: enough to tell what it can mean alone."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.sources import source_nodes


def source_columns(query: exp.Query, schema: SqlSchema) -> set[str]:
    """Lower-cased names that may be columns of what a query reads from: rather too many."""
    return set(_source_columns(query, schema))


def source_names(query: exp.Query) -> set[str]:
    """Lower-cased names of the sources of a query."""
    return {source.alias_or_name.lower() for source in source_nodes(query)}


def is_closed(query: exp.Query, schema: SqlSchema) -> bool:
    """Whether a query names nothing of a query around it.

    A name that its own sources have is theirs, whatever stands around.
    """
    tables = list(query.find_all(exp.Table))
    sources = {table.alias_or_name.lower() for table in tables}
    sources |= {inner.alias.lower() for inner in query.find_all(exp.Subquery) if inner.alias}
    sources |= {inner.alias.lower() for inner in query.find_all(exp.CTE)}
    columns: set[str] = set()
    for inner in query.find_all(exp.Query):
        columns |= source_columns(inner, schema)
        columns |= {output.alias.lower() for output in inner.selects if output.alias}
    return all(
        column.table.lower() in sources if column.table else column.name.lower() in columns
        for column in query.find_all(exp.Column)
        if not isinstance(column.this, exp.Star)
    )


def own_nodes(part: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes of a part of a query without those of queries in it."""
    for node in part.walk(prune=lambda node: isinstance(node, exp.Query)):
        if not isinstance(node, exp.Query):
            yield node


def _source_columns(query: exp.Query, schema: SqlSchema) -> Iterator[str]:
    for part in (query.args.get("from_"), *(query.args.get("joins") or ())):
        if not isinstance(part, exp.Expr):
            continue
        for table in part.find_all(exp.Table):
            known = schema.table(table.name)
            yield from (column.name.lower() for column in (known.columns if known else ()))
        for inner in part.find_all(exp.Query):
            yield from (output.alias_or_name.lower() for output in inner.selects)
    root = query.root()
    for inner in root.find_all(exp.CTE) if isinstance(root, exp.Query) else ():
        yield from (output.alias_or_name.lower() for output in inner.this.selects)

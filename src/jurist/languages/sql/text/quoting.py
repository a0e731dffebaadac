"""Every name and text of a query, and others put in their places."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from sqlglot import exp

from jurist.languages.capabilities import VALUE, Quoted
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.names import defined, is_quoted
from jurist.languages.sql.text.writing import canonical

ALIAS = "alias"
COLUMN = "column"
TABLE = "table"


def requote(query: SqlQuery, change: Callable[[Quoted], str]) -> SqlQuery:
    """The query with what `change` makes of each name and string, in written order."""
    tree = query.tree.copy()
    aliases = _aliases(tree)
    parts = [
        part
        for part in tree.walk()
        if isinstance(part, exp.Identifier) or (isinstance(part, exp.Literal) and part.is_string)
    ]
    for part in sorted(parts, key=_place):
        if isinstance(part, exp.Literal):
            part.set("this", change(Quoted(part.this, VALUE)))
            continue
        part.set("this", change(Quoted(part.this, _kind(part, aliases))) or "_")
        part.set("quoted", is_quoted(part, query.dialect))
    return SqlQuery(canonical(tree, query.dialect), query.dialect, tree, query.lacks)


def _place(part: exp.Expr) -> int:
    start = part.meta.get("start")
    return start if isinstance(start, int) else 0


def _aliases(tree: exp.Expr) -> frozenset[str]:
    aliases = tree.find_all(exp.Alias, exp.TableAlias)
    return frozenset(name.lower() for alias in aliases for name in defined(alias))


def _kind(name: exp.Identifier, aliases: frozenset[str]) -> str:
    is_qualifier = isinstance(name.parent, exp.Column) and name.arg_key == "table"
    if name.this.lower() in aliases:
        return ALIAS
    if is_qualifier or isinstance(name.parent, exp.Table):
        return TABLE
    return COLUMN


@lru_cache(maxsize=8)
def listed(schema: SqlSchema) -> frozenset[Quoted]:
    """The tables, the columns, and the texts that columns may have where the schema says so."""
    return frozenset(
        quoted
        for table in schema.tables
        for quoted in (
            Quoted(table.name, TABLE),
            *(Quoted(column.name, COLUMN) for column in table.columns),
            *(
                Quoted(value, VALUE)
                for column in table.columns
                for value in column.values or ()
                if isinstance(value, str)
            ),
        )
    )

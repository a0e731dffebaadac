"""Strings told from names.

In SQLite a double-quoted word that is no column where it stands is a string:
https://www.sqlite.org/quirks.html#double_quoted_string_literals_are_accepted
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from jurist.languages.sql.dialects import habits
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.refusing.limits import too_deep
from jurist.languages.sql.text.sources import common_tables, source_nodes

_ROW_IDS: Final = frozenset({"rowid", "oid", "_rowid_"})
_DEEPEST: Final = 60
"""Of queries that read from each other, where each stands behind the one that reads it."""


def tell_strings(tree: exp.Query, schema: SqlSchema, text: str) -> None:
    """Make strings of the double-quoted words that name no column where they stand.

    Args:
        tree: Changed in place.
        schema: Its dialect reads unknown double-quoted words so.
        text: What was parsed: brackets and backticks always make a name.

    Raises:
        Mistake: Its queries read from each other too deeply.
    """
    if not habits(schema.dialect).quoted_unknown_is_text:
        return
    in_doubt = [column for column in tree.find_all(exp.Column) if _may_be_string(column, text)]
    if not in_doubt:
        return
    names = _Names(schema)
    for common in tree.find_all(exp.CTE):  # each before those that read it: none is deep then
        names.outputs(common.this)
    for column in in_doubt:
        if column.name.lower() not in names.visible(column):
            string = exp.Literal.string(column.name)
            string.meta.update(column.this.meta)
            column.replace(string)


def _may_be_string(column: exp.Column, text: str) -> bool:
    name = column.this
    if column.table or not isinstance(name, exp.Identifier) or not name.quoted:
        return False
    start = name.meta.get("start")
    return not isinstance(start, int) or text[start : start + 1] == '"'


class _Names:
    """What an unqualified word may mean; the columns of each query are gathered once."""

    def __init__(self, schema: SqlSchema) -> None:
        self._schema = schema
        # By a query's identity, since queries that are alike may read different tables.
        self._of_queries: dict[int, frozenset[str]] = {}
        self._of_clauses: dict[int, frozenset[str]] = {}
        self._depth = 0

    def visible(self, column: exp.Column) -> set[str]:
        """The lower-cased names that a word may mean at a place."""
        visible = set(_ROW_IDS)
        node: exp.Expr = column
        is_inside = False
        while node.parent is not None:
            parent = node.parent
            if isinstance(parent, exp.Select):
                if not is_inside:
                    visible |= self._of_sources(parent)
                    visible |= {part.alias.lower() for part in parent.expressions if part.alias}
                is_inside = False
            elif isinstance(parent, exp.SetOperation) and node.arg_key not in {
                "this",
                "expression",
            }:
                visible |= self.outputs(parent)
            # A query in FROM sees no source beside it; what stands in WITH sees none at all.
            is_source = isinstance(parent, exp.From | exp.Join) and node.arg_key == "this"
            is_inside |= is_source or isinstance(parent, exp.CTE)
            node = parent
        return visible

    def outputs(self, query: exp.Expr) -> frozenset[str]:
        """The names of a query's columns; of one that reads from itself, those it has without."""
        while isinstance(query, exp.SetOperation | exp.Subquery):
            query = query.this
        if not isinstance(query, exp.Select):
            return frozenset()
        if id(query) not in self._of_queries:
            self._of_queries[id(query)] = frozenset()
            self._depth += 1
            if self._depth > _DEEPEST:
                raise too_deep(0)
            self._of_queries[id(query)] = frozenset(self._outputs(query))
            self._depth -= 1
        return self._of_queries[id(query)]

    def _outputs(self, select: exp.Select) -> Iterator[str]:
        for projection in select.expressions:
            if projection.is_star:
                yield from self._of_sources(select)
            else:
                yield projection.alias_or_name.lower()

    def _of_sources(self, select: exp.Select) -> frozenset[str]:
        if id(select) not in self._of_clauses:
            names = (name for source in source_nodes(select) for name in self._of_source(source))
            self._of_clauses[id(select)] = frozenset(names)
        return self._of_clauses[id(select)]

    def _of_source(self, source: exp.Expr) -> Iterator[str]:
        alias = source.args.get("alias")
        if isinstance(alias, exp.TableAlias):
            yield from (column.name.lower() for column in alias.columns)
        if isinstance(source, exp.Subquery):
            inner = source.this
            if isinstance(inner, exp.Query):
                yield from self.outputs(inner)
            elif isinstance(inner, exp.Expr):
                yield from self._of_source(inner)
        elif isinstance(source, exp.Table):
            yield from self._of_table(source)
        for join in source.args.get("joins") or ():
            yield from self._of_source(join.this)

    def _of_table(self, source: exp.Table) -> Iterator[str]:
        # A WITH is in sight of all that stands in it, before it and within it as well.
        common = next(common_tables(source), None)
        if common is not None:
            yield from (column.name.lower() for column in common.args["alias"].columns)
            yield from self.outputs(common.this)
            return
        table = self._schema.table(source.name)
        if table is not None:
            yield from (column.name.lower() for column in table.columns)

"""Queries of any dialect as SQLite's trees and texts: all that is looked at is looked at there."""

from __future__ import annotations

from typing import cast

from sqlglot import exp

from jurist.languages.sql.dialects import Dialect, Engine
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.grammars import grammar
from jurist.languages.sql.text.transpiling.transpiling import executable
from jurist.languages.sql.text.writing import canonical


def sqlite_tree(query: SqlQuery, schema: SqlSchema) -> exp.Query:
    """The query as SQLite reads it.

    Raises:
        UnsupportedError: SQLite has nothing that means the same.
    """
    if query.dialect is Dialect.SQLITE:
        return query.tree
    text = executable(query, schema, Engine.SQLITE)
    return cast("exp.Query", grammar(Dialect.SQLITE).parse(text)[0])  # it was written from one


def sqlite_text(tree: exp.Query) -> str:
    """The text that SQLite runs."""
    return canonical(tree, Dialect.SQLITE)

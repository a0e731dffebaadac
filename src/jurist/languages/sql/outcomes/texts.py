"""From a tree of any dialect to SQLite's text."""

from __future__ import annotations

from sqlglot import exp

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.writing import canonical


def sqlite_text(tree: exp.Query, dialect: Dialect) -> str:
    """The text that SQLite runs."""
    if dialect is Dialect.SQLITE:
        return canonical(tree, Dialect.SQLITE)
    return tree.sql("sqlite", comments=False)

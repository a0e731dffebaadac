"""From a tree to its dialect's text: canonical on one line, or laid out for people."""

from __future__ import annotations

from typing import Final

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.text.grammars import grammar


def canonical(tree: exp.Expr, dialect: Dialect) -> str:
    """The text on one line, keywords and functions in upper case, without comments."""
    return tree.sql(
        dialect=grammar(dialect),
        comments=False,
        normalize_functions="upper",
        unsupported_level=ErrorLevel.IGNORE,
    )


_WIDTH: Final = 72


def laid_out(query: SqlQuery) -> str:
    """The text on indented lines; on one where it is short."""
    if len(query.text) <= _WIDTH:
        return query.text
    return query.tree.sql(
        dialect=grammar(query.dialect),
        comments=False,
        normalize_functions="upper",
        unsupported_level=ErrorLevel.IGNORE,
        pretty=True,
        max_text_width=_WIDTH,
    )

"""From a tree to its dialect's text: canonical on one line, or laid out for people."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.grammars import grammar


def canonical(tree: exp.Expr, dialect: Dialect) -> str:
    """The text on one line, keywords and functions in upper case, without comments."""
    return tree.sql(
        dialect=grammar(dialect),
        comments=False,
        normalize_functions="upper",
        unsupported_level=ErrorLevel.IGNORE,
    )


def laid_out(tree: exp.Expr, dialect: Dialect) -> str:
    """The text on indented lines."""
    return tree.sql(
        dialect=grammar(dialect),
        comments=False,
        normalize_functions="upper",
        unsupported_level=ErrorLevel.IGNORE,
        pretty=True,
    )

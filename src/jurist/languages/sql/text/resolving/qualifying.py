"""A qualified copy of a query's tree: what the algebra and the engines start from.

    every name lower-cased and quoted; every source with an alias, every column with its source;
    stars expanded, every output with an alias; USING and NATURAL as conditions; VALUES as a union,
    FETCH as LIMIT; an output as a key of GROUP BY or ORDER BY by its position, a bare number.

Ours, and not sqlglot's, which reads NATURAL and the precedence of aliases otherwise than engines.
Nothing is simplified: that changes meanings unnoticed, and is the provers' business.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from jurist.errors import UnsupportedError
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.findings import Finding, Resolving
from jurist.languages.sql.text.resolving.resolving import resolve_query
from jurist.languages.sql.text.resolving.rewording import reword
from jurist.languages.sql.text.resolving.scopes import Place

_QUOTED: Final = True


def qualified(query: SqlQuery, schema: SqlSchema) -> exp.Query:
    """The query with every name resolved.

    Args:
        query: One that `check` accepts under the schema.
        schema: Where its names stand.

    Raises:
        UnsupportedError: A name cannot be resolved, or something is not known here.
        OutOfSteps: The steps were used up.
    """
    tree, findings = resolved(query, schema)
    if findings:
        first = findings[0]
        raise UnsupportedError(
            f"a name of the query cannot be resolved: {first.found}",
            expected=first.expected,
            fix=f"did you mean {first.nearest!r}?" if first.nearest else "check the query first",
        )
    return tree


def resolved(query: SqlQuery, schema: SqlSchema) -> tuple[exp.Query, list[Finding]]:
    """The qualified copy, and all names in it that are not what they should be.

    Raises:
        UnsupportedError: See `qualified`.
        OutOfSteps: See `qualified`.
    """
    if query.lacks:
        raise UnsupportedError(
            f"{query.lacks} is not supported",
            expected="a query of the functions and constructs that are",
            fix="put it otherwise",
        )
    tree = query.tree.copy()
    reword(tree, query.dialect)
    resolving = Resolving(schema, query.dialect)
    resolve_query(tree, Place(resolving))
    for name in tree.find_all(exp.Identifier):
        name.set("this", name.this.lower())
        name.set("quoted", _QUOTED)
    return tree, resolving.findings

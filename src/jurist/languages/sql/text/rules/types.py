"""Values of types that the dialect does not compare or add up: an error there, not a falsehood."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from jurist.languages.mistakes import quoted
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.findings import Finding, start_of
from jurist.languages.sql.text.kinds import type_of
from jurist.languages.sql.values import ValueType

_STRICT: Final = {Dialect.POSTGRESQL, Dialect.DUCKDB}
_COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def type_findings(tree: exp.Query, schema: SqlSchema) -> Iterator[Finding]:
    """Comparisons of texts with numbers, and sums of texts, in a dialect that refuses them.

    Only what columns of tables and literals show is known. DuckDB compares a text with a number;
    PostgreSQL does where the text is a literal, which it reads as a number (its manual, 10.2).
    """
    if schema.dialect not in _STRICT:
        return
    for node in tree.find_all(*_COMPARISONS) if schema.dialect is Dialect.POSTGRESQL else ():
        sides: tuple[exp.Expr, exp.Expr] = (node.this, node.expression)
        left, right = (type_of(side, schema) for side in sides)
        literal = any(side.is_string for side in sides)
        if left and right and _clash(left, right) and not literal:
            yield Finding(
                "type_clash",
                start_of(node),
                f"a value of type {left} compared with one of type {right}",
                "values of one type; CAST one of them",
            )
    for node in tree.find_all(exp.Sum, exp.Avg):
        kind = type_of(node.this, schema)
        if kind is ValueType.TEXT or (isinstance(node, exp.Sum) and kind and kind.is_time):
            yield Finding(
                "type_clash",
                start_of(node),
                f"{quoted(node.key)} of a value of type {kind}",
                "a number",
            )


def _clash(left: ValueType, right: ValueType) -> bool:
    texts = ValueType.TEXT in {left, right}
    return texts and any(kind.is_number for kind in (left, right))

"""What a query reads from, as it is written: before, or without, any name's being resolved."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp


def source_nodes(query: exp.Expr) -> list[exp.Expr]:
    """What stands in FROM and behind each JOIN, in written order."""
    clauses = (query.args.get("from_"), *(query.args.get("joins") or ()))
    return [clause.this for clause in clauses if clause is not None]


def common_tables(table: exp.Table) -> Iterator[exp.CTE]:
    """What has a table's name in each WITH around it, the innermost first.

    Whether one may be meant that stands behind the table, or that holds it, is the dialect's.
    """
    name = table.name.lower()
    node: exp.Expr | None = table
    while node is not None:
        clause = node.args.get("with_")
        for common in clause.expressions if clause is not None else ():
            if common.alias.lower() == name:
                yield common
        node = node.parent

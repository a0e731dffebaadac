"""A schema of what queries name, where there is none: no facts, and types that their use shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from jurist.errors import UnsupportedError
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import (
    Column,
    Fact,
    FactKind,
    FactOrigin,
    SqlSchema,
    Table,
)
from jurist.languages.sql.values import ValueType

_ARITHMETIC: Final = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.Sum, exp.Avg)
_COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between)
_ONLY: Final = "column_1"
"""Of a table of which no query names a column."""


@dataclass(slots=True)
class _Named:
    """A table while queries are gone through; columns by lower-cased names."""

    name: str
    columns: dict[str, str] = field(default_factory=dict[str, str])
    types: dict[str, ValueType] = field(default_factory=dict[str, ValueType])


def infer_schema(*queries: SqlQuery) -> SqlSchema:
    """A schema of all tables and columns that queries name.

    A column that several tables of a query might have is the one's that another place names so,
    else the first one's. A column is real where it is added up or compared with a number, text
    where it is compared with one or matched, an integer else; each is printed as a guess.

    Raises:
        UnsupportedError: No query is given, or they are in several dialects.
    """
    dialects = {query.dialect for query in queries}
    if len(dialects) != 1:
        raise UnsupportedError(
            "no schema can be inferred from queries of several dialects, or of none",
            expected="queries of a single dialect",
            fix="give a schema",
        )
    tables: dict[str, _Named] = {}
    scopes = [scope for query in queries for scope in traverse_scope(query.tree)]
    for scope in scopes:
        for source in _tables_of(scope).values():
            tables.setdefault(source.lower(), _Named(source))
    for settled in (True, False):
        for scope in scopes:
            for column in scope.columns:
                if column.find_ancestor(exp.Select, exp.SetOperation) is scope.expression:
                    _note(column, scope, tables, only_settled=settled)
    made = tuple(_table(named) for named in tables.values())
    guesses = tuple(
        Fact(FactKind.TYPE, table.name, (column.name,), str(column.type), FactOrigin.GUESSED)
        for table in made
        for column in table.columns
    )
    return SqlSchema("inferred from the queries", dialects.pop(), made, not_declared=guesses)


def _tables_of(scope: Scope) -> dict[str, str]:
    """Base tables by the lower-cased names under which a scope knows them."""
    return {
        alias.lower(): source.name
        for alias, source in scope.sources.items()
        if isinstance(source, exp.Table) and source.name
    }


def _note(
    column: exp.Column, scope: Scope, tables: dict[str, _Named], *, only_settled: bool
) -> None:
    if isinstance(column.this, exp.Star) or not column.name:
        return
    low = column.name.lower()
    around = list(_around(scope))
    if column.table:
        owners = [known[column.table.lower()] for known in around if column.table.lower() in known]
    else:
        owners = [table for known in around for table in known.values()]
        holding = [table for table in owners if low in tables[table.lower()].columns]
        plain = len(owners) == 1 and len(scope.sources) == 1
        if only_settled and not plain:
            return
        if not plain and _is_made(low, scope):
            return
        owners = holding or owners
    if owners:
        table = tables[owners[0].lower()]
        table.columns.setdefault(low, column.name)
        type_ = _type_of_use(column)
        if type_ is not None:
            table.types.setdefault(low, type_)


def _around(scope: Scope) -> Iterator[dict[str, str]]:
    """The tables of a scope, then those of the ones around it."""
    inner: Scope | None = scope
    while inner is not None:
        yield _tables_of(inner)
        inner = inner.parent


def _is_made(low: str, scope: Scope) -> bool:
    """Whether a query in FROM, or the scope itself, gives a column of this name."""
    inner = [source for source in scope.sources.values() if isinstance(source, Scope)]
    return any(
        name.lower() == low
        for made in (*(source.expression for source in inner), scope.expression)
        if isinstance(made, exp.Query)
        for name in made.named_selects
    )


def _type_of_use(column: exp.Column) -> ValueType | None:
    """What a use of a column shows of its type; `None`: nothing."""
    node = column.parent
    if isinstance(node, _ARITHMETIC):
        return ValueType.REAL
    if isinstance(node, exp.Like | exp.ILike):
        return ValueType.TEXT
    if isinstance(node, _COMPARISONS):
        literals = [
            literal
            for key in ("this", "expression", "low", "high", "expressions")
            for literal in _listed(node.args.get(key))
            if isinstance(literal, exp.Literal)
        ]
        if literals:
            return ValueType.TEXT if literals[0].is_string else ValueType.REAL
    return None


def _listed(value: object) -> list[object]:
    if isinstance(value, list):
        return [*value]  # pyright: ignore[reportUnknownVariableType]
    return [value.this if isinstance(value, exp.Neg) else value]


def _table(named: _Named) -> Table:
    columns = named.columns or {_ONLY: _ONLY}
    return Table(
        named.name,
        tuple(
            Column(name, named.types.get(low, ValueType.INTEGER)) for low, name in columns.items()
        ),
    )

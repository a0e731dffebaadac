"""What names stand for while a query is converted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from sqlglot import exp

from jurist.languages.sql.algebra.functions import refuse
from jurist.languages.sql.algebra.nodes import Expression, Query
from jurist.languages.sql.algebra.numbers import NumberKind
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.schema import SqlSchema

MOST_SOURCES: Final = 200
"""Of a query with its common table expressions written out."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a column's name stands for."""

    value: Expression
    has_affinity: bool
    """In SQLite; not of a subquery's computed column."""
    number: NumberKind
    """What SQLite divides it as."""


@dataclass(frozen=True, slots=True)
class Common:
    """A common table expression."""

    tree: exp.Expr
    columns: tuple[str, ...]
    before: Mapping[str, Common]
    """Those that it may name itself."""


@dataclass(slots=True)
class Conversion:
    """What the whole of a conversion shares."""

    schema: SqlSchema
    fresh: Iterator[int]
    sources: int = 0
    mixed: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    """Columns, by source, in which SQLite has integers and reals."""
    common_used: dict[int, int] = field(default_factory=dict[int, int])
    """How often each common table expression was written out, by the identity of its tree."""

    @property
    def dialect(self) -> Dialect:
        """The schema's."""
        return self.schema.dialect

    def next_source(self) -> int:
        """The number of another source.

        Raises:
            UnsupportedError: There are too many.
        """
        self.sources += 1
        if self.sources > MOST_SOURCES:
            raise refuse(f"a query of more than {MOST_SOURCES} tables")
        return next(self.fresh)


@dataclass(slots=True)
class Scope:
    """The sources of one SELECT, by their aliases, and the scopes around it."""

    outer: Scope | None
    common: Mapping[str, Common]
    tables: dict[str, dict[str, Named]] = field(default_factory=dict[str, dict[str, Named]])
    own: set[int] = field(default_factory=set[int])
    """The numbers of the sources."""
    aliases: dict[str, Named] = field(default_factory=dict[str, Named])
    """Output columns, for ORDER BY, GROUP BY and HAVING."""
    grouping: tuple[tuple[Expression, ...], tuple[Expression, ...]] | None = None
    """Of a grouping set: the keys it has, and those it lacks."""

    def column(self, column: exp.Column) -> Named:
        """What a column stands for.

        Raises:
            UnsupportedError: There is no such column.
        """
        name, table = column.name.lower(), column.table.lower()
        scope: Scope | None = self
        while scope is not None:
            if table:
                if table in scope.tables and name in scope.tables[table]:
                    return scope.tables[table][name]
            else:
                hits = [columns[name] for columns in scope.tables.values() if name in columns]
                if len(hits) == 1:
                    return hits[0]
                if not hits and name in scope.aliases:
                    return scope.aliases[name]
            scope = scope.outer
        raise refuse(f"the column {column.sql()[:60]}, which is not there or not unique,")


class Converts(Protocol):
    """What converts the expressions of a scope."""

    @property
    def conversion(self) -> Conversion:
        """What the whole conversion shares."""
        ...

    @property
    def scope(self) -> Scope:
        """The scope."""
        ...

    @property
    def dialect(self) -> Dialect:
        """The schema's."""
        ...

    def value(self, tree: exp.Expr) -> Expression:
        """An expression."""
        ...

    def condition(self, tree: exp.Expr) -> Expression:
        """An expression where its truth counts."""
        ...

    def query_of(self, tree: exp.Expr) -> Query:
        """A subquery."""
        ...

    def single(self, tree: exp.Expr) -> Query:
        """A subquery of a single column."""
        ...

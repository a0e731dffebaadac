"""How the dialects read what the standard leaves open, or read otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Dialect(StrEnum):
    """The dialects whose meaning is modelled."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    DUCKDB = "duckdb"
    MYSQL = "mysql"
    STANDARD = "standard"


class Engine(StrEnum):
    """Databases that can run a query here."""

    SQLITE = "SQLite"
    DUCKDB = "DuckDB"
    POSTGRESQL = "PostgreSQL"


class OnZero(StrEnum):
    """What a division by zero gives."""

    NULL = "null"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Habits:
    """What one dialect does; the defaults are the standard's."""

    sqlglot: str
    """The parser's name for it; empty for its own superset of the standard."""
    confirms: Engine | None
    """The engine in which a witness counts; `None`: none is at hand."""
    nulls_are_least: bool = False
    """Whether NULL sorts below every value; above every value else, or last whatever the
    direction."""
    nulls_are_last: bool = False
    """Whether NULL sorts last in either direction."""
    integers_divide_to_integers: bool = True
    on_zero: OnZero = OnZero.ERROR
    like_ignores_case: bool = False
    """Of ASCII letters."""
    equality_ignores_case: bool = False
    quoted_unknown_is_text: bool = False
    """Whether a double-quoted name that is no column is a string."""
    bare_columns_are_open: bool = False
    """Whether a column beside GROUP BY that is no key may be any row's; an error else."""
    scalar_takes_first_row: bool = False
    """Of a subquery with several rows; an error else."""


_HABITS: Final = {
    Dialect.SQLITE: Habits(
        sqlglot="sqlite",
        confirms=Engine.SQLITE,
        nulls_are_least=True,
        on_zero=OnZero.NULL,
        like_ignores_case=True,
        quoted_unknown_is_text=True,
        bare_columns_are_open=True,
        scalar_takes_first_row=True,
    ),
    Dialect.POSTGRESQL: Habits(sqlglot="postgres", confirms=Engine.POSTGRESQL),
    Dialect.DUCKDB: Habits(
        sqlglot="duckdb",
        confirms=Engine.DUCKDB,
        nulls_are_last=True,
        integers_divide_to_integers=False,
        on_zero=OnZero.NULL,
    ),
    Dialect.MYSQL: Habits(
        sqlglot="mysql",
        confirms=None,
        nulls_are_least=True,
        integers_divide_to_integers=False,
        on_zero=OnZero.NULL,
        like_ignores_case=True,
        equality_ignores_case=True,
    ),
    Dialect.STANDARD: Habits(sqlglot="", confirms=Engine.DUCKDB),
}


def habits(dialect: Dialect) -> Habits:
    """What a dialect does."""
    return _HABITS[dialect]

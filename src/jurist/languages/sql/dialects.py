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
    """What one dialect does."""

    sqlglot: str
    """The parser's name for it; empty for its own superset of the standard."""
    nulls_are_least: bool
    """Whether NULL sorts below every value; above every value else, or last whatever the
    direction."""
    nulls_are_last: bool
    """Whether NULL sorts last in either direction."""
    integers_divide_to_integers: bool
    on_zero: OnZero
    like_ignores_case: bool
    """Of ASCII letters."""
    equality_ignores_case: bool
    quoted_unknown_is_text: bool
    """Whether a double-quoted name that is no column is a string."""
    double_quotes_are_text: bool
    """Whether double quotes never are names."""
    pipes_are_or: bool
    bare_columns_are_open: bool
    """Whether a column beside GROUP BY that is no key may be any row's; an error else."""
    scalar_takes_first_row: bool
    """Of a subquery with several rows; an error else."""
    confirms: Engine | None
    """The engine in which a witness counts; `None`: none is at hand."""


_HABITS: Final = {
    Dialect.SQLITE: Habits(
        sqlglot="sqlite",
        nulls_are_least=True,
        nulls_are_last=False,
        integers_divide_to_integers=True,
        on_zero=OnZero.NULL,
        like_ignores_case=True,
        equality_ignores_case=False,
        quoted_unknown_is_text=True,
        double_quotes_are_text=False,
        pipes_are_or=False,
        bare_columns_are_open=True,
        scalar_takes_first_row=True,
        confirms=Engine.SQLITE,
    ),
    Dialect.POSTGRESQL: Habits(
        sqlglot="postgres",
        nulls_are_least=False,
        nulls_are_last=False,
        integers_divide_to_integers=True,
        on_zero=OnZero.ERROR,
        like_ignores_case=False,
        equality_ignores_case=False,
        quoted_unknown_is_text=False,
        double_quotes_are_text=False,
        pipes_are_or=False,
        bare_columns_are_open=False,
        scalar_takes_first_row=False,
        confirms=Engine.POSTGRESQL,
    ),
    Dialect.DUCKDB: Habits(
        sqlglot="duckdb",
        nulls_are_least=False,
        nulls_are_last=True,
        integers_divide_to_integers=False,
        on_zero=OnZero.NULL,
        like_ignores_case=False,
        equality_ignores_case=False,
        quoted_unknown_is_text=False,
        double_quotes_are_text=False,
        pipes_are_or=False,
        bare_columns_are_open=False,
        scalar_takes_first_row=False,
        confirms=Engine.DUCKDB,
    ),
    Dialect.MYSQL: Habits(
        sqlglot="mysql",
        nulls_are_least=True,
        nulls_are_last=False,
        integers_divide_to_integers=False,
        on_zero=OnZero.NULL,
        like_ignores_case=True,
        equality_ignores_case=True,
        quoted_unknown_is_text=False,
        double_quotes_are_text=True,
        pipes_are_or=True,
        bare_columns_are_open=False,
        scalar_takes_first_row=False,
        confirms=None,
    ),
    Dialect.STANDARD: Habits(
        sqlglot="",
        nulls_are_least=False,
        nulls_are_last=False,
        integers_divide_to_integers=True,
        on_zero=OnZero.ERROR,
        like_ignores_case=False,
        equality_ignores_case=False,
        quoted_unknown_is_text=False,
        double_quotes_are_text=False,
        pipes_are_or=False,
        bare_columns_are_open=False,
        scalar_takes_first_row=False,
        confirms=Engine.DUCKDB,
    ),
}


def habits(dialect: Dialect) -> Habits:
    """What a dialect does."""
    return _HABITS[dialect]

"""Whether a difference that SQLite shows is one in the dialect's own engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jurist.errors import UnsupportedError
from jurist.languages.sql.dialects import Dialect, Engine, habits
from jurist.languages.sql.engines.duckdb import duckdb_of, has_duckdb
from jurist.languages.sql.engines.postgresql import has_postgresql, postgresql_of
from jurist.languages.sql.engines.results import DoesNotRun, Result, Runs, RunsTooLong
from jurist.languages.sql.engines.sqlite import sqlite_of
from jurist.languages.sql.outcomes.comparing import Agreement, Comparison, compare
from jurist.languages.sql.outcomes.ordering import is_ordered
from jurist.languages.sql.outcomes.outcome import Class, Outcome
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.transpiling.transpiling import executable
from jurist.languages.sql.values import Database

_NAMES: Final = {
    Dialect.SQLITE: "SQLite",
    Dialect.POSTGRESQL: "PostgreSQL",
    Dialect.DUCKDB: "DuckDB",
    Dialect.MYSQL: "MySQL",
    Dialect.STANDARD: "DuckDB",
}
_AT_HAND: Final[dict[Engine, Callable[[], bool]]] = {
    Engine.SQLITE: lambda: True,
    Engine.DUCKDB: has_duckdb,
    Engine.POSTGRESQL: has_postgresql,
}
_OF: Final[dict[Engine, Callable[[SqlSchema], Runs]]] = {
    Engine.SQLITE: sqlite_of,
    Engine.DUCKDB: duckdb_of,
    Engine.POSTGRESQL: postgresql_of,
}


def judge_of(dialect: Dialect) -> Engine | None:
    """The engine of a dialect, if it is at hand."""
    engine = habits(dialect).confirms
    return engine if engine is not None and _AT_HAND[engine]() else None


class Ruling(StrEnum):
    """What the dialect's own engine says of a difference."""

    CONFIRMED = "confirmed"
    DENIED = "denied"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A ruling, and the engine's name as witnesses carry it."""

    ruling: Ruling
    engine: str


def why_not_run(query: SqlQuery, schema: SqlSchema) -> str:
    """Why a query does not run in its dialect's engine; empty where it does, or none is at hand."""
    engine = judge_of(schema.dialect)
    if engine is None or schema.dialect is Dialect.STANDARD:  # which is no engine's own
        return ""
    runs = _OF[engine](schema)
    try:
        runs.load({})
        runs.run(executable(query, schema, engine))
        if _runs_as_written(query):
            runs.run(query.written)  # which the canonical text may have mended
    except DoesNotRun as error:
        return f"{_NAMES[schema.dialect]}: {error}"
    except (RunsTooLong, UnsupportedError):
        return ""
    return ""


def _runs_as_written(query: SqlQuery) -> bool:
    """Whether its engine reads the written text as we do, if it reads it at all.

    SQLite may be built so that texts do not stand in double quotes.
    """
    is_quoted = query.dialect is Dialect.SQLITE and '"' in query.written
    return bool(query.written) and not is_quoted


def confirmed(
    reference: SqlQuery,
    candidate: SqlQuery,
    schema: SqlSchema,
    database: Database,
    comparison: Comparison,
) -> Confirmation:
    """Ask the dialect's own engine.

    Args:
        reference: The query that is right.
        candidate: The other one.
        schema: Of both.
        database: On which SQLite shows the difference.
        comparison: What it shows.
    """
    name = _NAMES[schema.dialect]
    if schema.dialect is Dialect.SQLITE:
        return Confirmation(Ruling.CONFIRMED, name)
    engine = judge_of(schema.dialect)
    if engine is None:
        return Confirmation(Ruling.NOT_ASKED, f"not confirmed in {name}")
    runs = _OF[engine](schema)
    try:
        runs.load(database)
        results = [
            _run(runs, executable(query, schema, engine)) for query in (reference, candidate)
        ]
    except (RunsTooLong, UnsupportedError):
        return Confirmation(Ruling.DENIED, name)
    differs = _still_differs(
        comparison, results[0], results[1], schema, ordered=is_ordered(reference.tree)
    )
    return Confirmation(Ruling.CONFIRMED if differs else Ruling.DENIED, name)


def _run(runs: Runs, text: str) -> Result | None:
    """The result; `None`: an error ends the query."""
    try:
        return runs.run(text)
    except DoesNotRun:
        return None


def _still_differs(
    comparison: Comparison,
    reference: Result | None,
    candidate: Result | None,
    schema: SqlSchema,
    *,
    ordered: bool,
) -> bool:
    """Whether the engine agrees about the reference, and the candidate's result is none of it."""
    if reference is None or candidate is None:
        errs = reference is None, candidate is None
        return errs == (comparison.reference.raises, comparison.candidate.raises)
    if comparison.reference.raises or comparison.candidate.raises:
        return False

    def agreement(result: Result) -> Agreement:
        other = _listed(result)
        return compare(comparison.reference, other, schema.readings, ordered=ordered).agreement

    return (
        agreement(reference) is not Agreement.DIFFERS and agreement(candidate) is Agreement.DIFFERS
    )


def _listed(result: Result) -> Outcome:
    return Outcome(tuple(Class((row,), 1) for row in result.rows), len(result.columns))

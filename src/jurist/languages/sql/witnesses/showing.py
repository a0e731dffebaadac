"""A witness as it is stored and drawn: tables as JSON, what both queries give, the story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from jurist.languages.capabilities import Grid
from jurist.languages.sql.outcomes.comparing import Comparison
from jurist.languages.sql.outcomes.outcome import Outcome
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.values import Database
from jurist.records import SIDES, Witness

KIND = "database"


def witness_of(
    database: Database,
    schema: SqlSchema,
    comparison: Comparison,
    *,
    names: tuple[tuple[str, ...], tuple[str, ...]],
    story: str,
    engine: str,
    now: str = "",
) -> Witness:
    """The witness of a difference.

    Args:
        database: On which the two were run.
        schema: Whose tables it has.
        comparison: What came of it.
        names: Of the columns of both results.
        story: For people.
        engine: In which it was confirmed, or in which it was not.
        now: What was read for the present moment, where a query asks for it.
    """
    tables = {
        name: {"columns": [column.name for column in table.columns], "rows": [*map(list, rows)]}
        for name, rows in database.items()
        if (table := schema.table(name)) is not None
    }
    return Witness(
        kind=KIND,
        input={
            "dialect": str(schema.dialect),
            "engine": engine,
            "tables": tables,
            "columns": dict(zip(map(str, SIDES), map(list, names), strict=True)),
            **({"now": now} if now else {}),
        },
        reference=_result_of(comparison.reference),
        candidate=_result_of(comparison.candidate),
        story=story,
    )


def grids_of(given: Mapping[str, object]) -> tuple[Grid, ...]:
    """The tables of a stored witness, to be shown; none where it has none."""
    tables = given.get("tables")
    if not isinstance(tables, dict):
        return ()
    return tuple(
        Grid(
            name,
            tuple(cast("Sequence[str]", table["columns"])),
            tuple(map(tuple, cast("Sequence[Sequence[object]]", table["rows"]))),
        )
        for name, table in cast("dict[str, dict[str, object]]", tables).items()
    )


def _result_of(outcome: Outcome) -> object:
    if outcome.raises:
        return "an error: a subquery for one value has several rows"
    return [list(row) for row in outcome.rows]

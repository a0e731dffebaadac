"""Databases as pictures: tables with the rows that matter to each query, and both results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, cast

from jurist.errors import UnsupportedError
from jurist.languages.capabilities import Grid
from jurist.languages.pictures import (
    Cell,
    CellKind,
    Outcome,
    Picture,
    Row,
    RowMark,
    Scene,
    Sheet,
    row_mark,
)
from jurist.languages.sql.engines.results import DoesNotRun, RunsTooLong
from jurist.languages.sql.engines.sqlite import sqlite_of
from jurist.languages.sql.outcomes.preparing import Prepared, prepared
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.readings import Order
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.values import Database
from jurist.languages.sql.values import Row as Values
from jurist.languages.sql.witnesses.showing import grids_of
from jurist.plurals import counted
from jurist.records import SIDES, Side, Witness
from jurist.shortening import shortened

_MOST_ROWS: Final = 40
_MOST_COLUMNS: Final = 16
_MOST_LEFT_OUT: Final = 24
"""Rows of a database of each of which it is looked at whether it matters."""
_LONGEST: Final = 120
_Grid = Sequence[Sequence[object]]


def picture(
    witness: Witness, reference: SqlQuery, candidate: SqlQuery, schema: SqlSchema
) -> Picture:
    """The picture of a database that was stored with what both queries give on it."""
    grids = grids_of(witness.input)
    database = {grid.name: [cast("Values", row) for row in grid.rows] for grid in grids}
    used = _used(database, reference, candidate, schema) if _fits(grids, schema) else {}
    sheets = [
        _sheet(
            grid.name,
            grid.columns,
            grid.rows,
            [used.get((grid.name, at), RowMark.NONE) for at in range(len(grid.rows))],
        )
        for grid in grids
        if grid.rows
    ]
    empty = [grid.name for grid in grids if not grid.rows]
    ordered = _orders(reference, schema)
    notes = [f"empty: {', '.join(empty)}"] if empty else []
    engine = witness.input.get("engine")
    if isinstance(engine, str):
        notes.append(_where(engine))
    return Picture(
        Outcome(_given(witness.reference)),
        Outcome(_given(witness.candidate)),
        (Scene(sheets=tuple(sheets)),) if sheets else (),
        _results(witness, ordered=ordered),
        ordered,
        notes=tuple(notes),
    )


def _where(engine: str) -> str:
    if engine == "SQLite":
        return "run in SQLite"
    return f"run in SQLite, {engine if engine.startswith('not ') else f'confirmed in {engine}'}"


def _orders(reference: SqlQuery, schema: SqlSchema) -> bool:
    try:
        is_ordered = prepared(reference, schema).is_ordered
    except UnsupportedError:
        return False
    return is_ordered and schema.readings.order is not Order.IGNORED


# --- results -----------------------------------------------------------------------------------


def _given(given: object) -> str:
    rows = _rows(given)
    if rows is not None:
        return counted(len(rows), "row") if rows else "no row"
    return "nothing" if given is None else str(given)[:_LONGEST]


def _rows(given: object) -> _Grid | None:
    if not isinstance(given, list):
        return None
    rows = cast("list[object]", given)
    return cast("_Grid", rows) if all(isinstance(row, list) for row in rows) else None


def _results(witness: Witness, *, ordered: bool) -> tuple[Sheet, ...]:
    """Both, with the rows that one has more often, or at another place, marked."""
    reference, candidate = _rows(witness.reference), _rows(witness.candidate)
    if reference is None and candidate is None:
        return ()
    names = witness.input.get("columns")
    named = cast("dict[str, list[str]]", names) if isinstance(names, dict) else {}
    return tuple(
        _sheet(
            side,
            _columns(named.get(side), rows or other or ()),
            rows or (),
            _compared(rows or (), other or (), side, ordered=ordered),
        )
        for side, rows, other in (
            (Side.REFERENCE, reference, candidate),
            (Side.CANDIDATE, candidate, reference),
        )
    )


def _columns(names: list[str] | None, rows: _Grid) -> Sequence[str]:
    width = max(map(len, rows), default=0)
    return names or [f"column {place + 1}" for place in range(width)]


def _compared(rows: _Grid, others: _Grid, side: Side, *, ordered: bool) -> list[RowMark]:
    """Each row of the other result stands for one here."""
    left = Counter(map(_key, others))
    only: list[bool] = []
    for row in map(_key, rows):
        only.append(not left[row])
        left[row] -= left[row] > 0
    moved = ordered and len(rows) == len(others) and not any(only)

    def mark(at: int) -> RowMark:
        if only[at]:
            return RowMark(side)
        is_there = not moved or _key(rows[at]) == _key(others[at])
        return RowMark.BOTH if is_there else RowMark.ELSEWHERE

    return [mark(at) for at in range(len(rows))]


def _key(row: Sequence[object]) -> str:
    return repr([float(cell) if isinstance(cell, int) else cell for cell in row])


# --- tables ------------------------------------------------------------------------------------


def _fits(grids: Sequence[Grid], schema: SqlSchema) -> bool:
    """Whether the tables are the schema's: what is stored may be of an earlier one."""
    return all(
        (table := schema.table(grid.name)) is not None
        and [column.name for column in table.columns] == [*grid.columns]
        and all(len(row) == len(grid.columns) for row in grid.rows)
        for grid in grids
    )


def _used(
    database: Database, reference: SqlQuery, candidate: SqlQuery, schema: SqlSchema
) -> dict[tuple[str, int], RowMark]:
    """Of each row: the queries that would give something else without it."""
    if sum(map(len, database.values())) > _MOST_LEFT_OUT:
        return {}
    try:
        pair = prepared(reference, schema), prepared(candidate, schema)
        whole = _outcomes(database, pair, schema)
    except UnsupportedError:
        return {}
    marks: dict[tuple[str, int], RowMark] = {}
    for name, rows in database.items():
        for at in range(len(rows)):
            without = {**database, name: [*rows[:at], *rows[at + 1 :]]}
            outcomes = zip(SIDES, whole, _outcomes(without, pair, schema), strict=True)
            marks[name, at] = row_mark({side for side, had, has in outcomes if had != has})
    return marks


def _outcomes(
    database: Database, pair: tuple[Prepared, Prepared], schema: SqlSchema
) -> list[object]:
    engine = sqlite_of(schema)
    engine.load(database)
    outcomes: list[object] = []
    for query in pair:
        try:
            rows = engine.run(query.text).rows
        except (DoesNotRun, RunsTooLong):
            outcomes.append(None)
            continue
        outcomes.append(rows if query.is_ordered else Counter(rows))
    return outcomes


def _sheet(name: str, columns: Sequence[str], rows: _Grid, marks: Sequence[RowMark]) -> Sheet:
    shown = tuple(
        Row(tuple(map(_cell, row[:_MOST_COLUMNS])), mark)
        for row, mark in zip(rows[:_MOST_ROWS], marks, strict=False)
    )
    names = [*columns[:_MOST_COLUMNS]]
    if len(columns) > _MOST_COLUMNS:
        name += f" (the first {_MOST_COLUMNS} of {len(columns)} columns)"
    return Sheet(name, tuple(names), shown, left_out=max(len(rows) - _MOST_ROWS, 0))


def _cell(value: object) -> Cell:
    if value is None:
        return Cell("NULL", CellKind.MISSING)
    if isinstance(value, str):
        return Cell(f"'{shortened(value, _LONGEST)}'", CellKind.TEXT)
    is_number = isinstance(value, int | float)
    return Cell(str(value)[:_LONGEST], CellKind.NUMBER if is_number else CellKind.OTHER)

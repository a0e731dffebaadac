"""Rows that foreign keys ask for in tables that no query names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final, TypeAlias

from jurist.errors import UnsupportedError
from jurist.languages.sql.readings import Presence
from jurist.languages.sql.schemas.schema import Column, ForeignKey, SqlSchema, Table
from jurist.languages.sql.searching.references import read_as
from jurist.languages.sql.values import Database, Value, ValueType

_MOST_ROWS: Final = 1_000
_A_DAY: Final = date(2024, 1, 1)
Cells: TypeAlias = dict[str, Value]
"""A row, by lower-cased names of columns."""


def completed(schema: SqlSchema, found: Mapping[str, list[Cells]]) -> Database:
    """A database of the rows, and of what their foreign keys refer to in further tables.

    Args:
        schema: Whose tables they are.
        found: Rows by lower-cased names of tables: those that are complete.

    Raises:
        UnsupportedError: Where foreign keys ask for rows without end.
    """
    rows = {name: [dict(row) for row in of] for name, of in found.items()}
    waiting = [(name, row) for name, of in rows.items() for row in of]
    made = 0
    while waiting:
        name, row = waiting.pop()
        for reference in schema.by_name[name].foreign_keys:
            parent = _needed(schema, rows, row, reference)
            if parent is not None:
                made += 1
                if made > _MOST_ROWS:
                    problem = f"foreign keys of {name} that ask for rows without end"
                    raise UnsupportedError(
                        problem,
                        expected="foreign keys that end in rows without a parent",
                        fix="let one of their columns be NULL",
                    )
                rows.setdefault(reference.table.lower(), []).append(parent)
                waiting.append((reference.table.lower(), parent))
    return {
        table.name: tuple(
            tuple(row[column.name.lower()] for column in table.columns)
            for row in rows[table.name.lower()]
        )
        for table in schema.tables
        if table.name.lower() in rows
    }


def _needed(
    schema: SqlSchema,
    rows: Mapping[str, list[Cells]],
    row: Cells,
    reference: ForeignKey,
) -> Cells | None:
    """The row that a reference asks for, where it is not there."""
    name = reference.table.lower()
    table = schema.by_name.get(name)
    if table is None:
        return None
    types = {column.name.lower(): column.type for column in table.columns}
    wanted = {
        parent.lower(): read_as(row[column.lower()], types[parent.lower()])
        for column, parent in zip(reference.columns, reference.parents, strict=True)
    }
    if None in wanted.values():
        return None
    there = rows.get(name, [])
    if any(all(other[column] == value for column, value in wanted.items()) for other in there):
        return None
    return _row(schema, table, wanted, rows)


def _row(
    schema: SqlSchema, table: Table, wanted: Mapping[str, Value], rows: Mapping[str, list[Cells]]
) -> Cells:
    """A row with some cells given: NULL elsewhere where that may be, else a plain value."""
    there = rows.get(table.name.lower(), [])
    unique = {column.lower() for key in table.keys for column in key}
    cells: Cells = dict(wanted)
    for reference in table.foreign_keys:
        # of rows that are there, before any is added to a table that a query names
        parents = rows.get(reference.table.lower(), [])
        if parents and not cells.keys() & {column.lower() for column in reference.columns}:
            for column, parent in zip(reference.columns, reference.parents, strict=True):
                cells[column.lower()] = parents[0][parent.lower()]
    for column in table.columns:
        name = column.name.lower()
        if cells.get(name) is not None or name in wanted:
            continue
        if column.nullable and schema.readings.nulls is Presence.POSSIBLE:
            cells[name] = None
        else:
            used = {row[name] for row in there} if name in unique else set[Value]()
            cells[name] = next((value for value in _plain(column) if value not in used), None)
    return cells


def _plain(column: Column) -> Iterator[Value]:
    """Values of a column, plain ones first."""
    if column.values is not None:
        yield from (value for value in column.values if value is not None)
        return
    least = column.minimum if column.minimum is not None else 1
    if column.maximum is not None:
        least = min(least, column.maximum) if column.minimum is None else least
    for number in range(_MOST_ROWS + 2):
        match column.type:
            case ValueType.INTEGER:
                yield int(least) + number
            case ValueType.REAL:
                yield float(least) + number
            case ValueType.BOOLEAN:
                yield number % 2
            case ValueType.DATE:
                yield (_A_DAY + timedelta(number)).isoformat()
            case ValueType.TIMESTAMP:
                yield f"{(_A_DAY + timedelta(number)).isoformat()} 00:00:00"
            case _:
                yield f"x{number}"

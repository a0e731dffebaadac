"""What of a schema a database breaks, read anew.

It shares nothing with what makes databases, so that a mistake there is seen here: values and
keys are looked at one by one, and conditions are SQLite's own CHECK constraints.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot import transpile
from sqlglot.errors import SqlglotError

from jurist.languages.sql.dialects import habits
from jurist.languages.sql.readings import Presence
from jurist.languages.sql.schemas.schema import Column, ForeignKey, SqlSchema, Table
from jurist.languages.sql.values import Database, Row, Value, ValueType

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")


def broken(schema: SqlSchema, database: Database) -> tuple[str, ...]:
    """What a database breaks of what a schema declares and its readings assume.

    A table that the database leaves out is empty.

    Args:
        schema: What is declared.
        database: Rows by table.
    """
    rows = {name.lower(): list(of) for name, of in database.items()}
    if habits(schema.dialect).equality_ignores_case:
        rows = {name: [tuple(map(_small, row)) for row in of] for name, of in rows.items()}
    return tuple(_breaches(schema, rows))


def _small(value: Value) -> Value:
    """A text as a dialect compares it whose equality ignores case."""
    return value.lower() if isinstance(value, str) else value


def _breaches(schema: SqlSchema, rows: dict[str, list[Row]]) -> Iterator[str]:
    known = {table.name.lower() for table in schema.tables}
    yield from (f"there is no table {name}" for name in rows if name not in known)
    for table in schema.tables:
        if table.name.lower() not in rows:
            continue
        there = rows[table.name.lower()]
        if any(len(row) != len(table.columns) for row in there):
            yield f"{table.name} has {len(table.columns)} columns, not all rows have as many cells"
            continue
        if not there and schema.readings.empty_tables is Presence.NEVER:
            yield f"{table.name} is empty"
        for column, cells in zip(table.columns, zip(*there, strict=True), strict=False):
            for cell in {(type(cell), cell): cell for cell in cells}.values():
                wrong = _wrong(column, cell, schema)
                if wrong:
                    yield f"{table.name}.{column.name} is {cell!r}: {wrong}"
        for key in table.keys:
            places = _places(table, key)
            counted = Counter(_cells(row, places) for row in there)
            for cells, times in counted.items():
                if times > 1 and None not in cells:
                    yield f"{table.name} has {times} rows of key ({', '.join(key)}) = {cells}"
        for reference in table.foreign_keys:
            yield from _dangling(schema, rows, table, reference)
        yield from _unchecked(schema, table, there)


def _wrong(column: Column, value: Value, schema: SqlSchema) -> str:
    """What a cell breaks; empty: nothing."""
    if value is None:
        if not column.nullable:
            return "it is not nullable"
        never = schema.readings.nulls is Presence.NEVER
        return "no value is missing, by the reading" if never else ""
    if not _is_of(column.type, value):
        return f"no {column.type}"
    values = column.values
    if values is not None and habits(schema.dialect).equality_ignores_case:
        values = tuple(map(_small, values))
    if values is not None and value not in values:
        return f"none of {', '.join(map(repr, values))}"
    if isinstance(value, int | float):
        if column.minimum is not None and value < column.minimum:
            return f"below {column.minimum}"
        if column.maximum is not None and value > column.maximum:
            return f"above {column.maximum}"
    return ""


def _is_of(kind: ValueType, value: Value) -> bool:
    match kind:
        case ValueType.INTEGER:
            return isinstance(value, int)
        case ValueType.REAL:
            return isinstance(value, int | float)
        case ValueType.BOOLEAN:
            return value in {0, 1}
        case ValueType.TEXT:
            return isinstance(value, str)
        case ValueType.DATE:
            return isinstance(value, str) and _DAY.fullmatch(value) is not None
        case ValueType.TIMESTAMP:
            return isinstance(value, str) and _MOMENT.fullmatch(value) is not None
        case _:
            return True


def _dangling(
    schema: SqlSchema, rows: dict[str, list[Row]], table: Table, key: ForeignKey
) -> Iterator[str]:
    parent = schema.table(key.table)
    if parent is None:
        return
    types = [parent.columns[place].type for place in _places(parent, key.parents)]
    there = {_cells(row, _places(parent, key.parents)) for row in rows.get(key.table.lower(), ())}
    for row in rows[table.name.lower()]:
        cells = _cells(row, _places(table, key.columns))
        if None in cells:
            continue
        if tuple(map(_read_as, cells, types)) not in there:
            where = f"{table.name}({', '.join(key.columns)})"
            yield f"{where} = {cells} refers to no row of {key.table}"


def _read_as(value: Value, kind: ValueType) -> Value:
    """A value as a column of another type compares it: a text as the number that it writes."""
    if kind.is_number and isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    if kind is ValueType.TEXT and isinstance(value, int | float):
        return str(value)
    return value


def _unchecked(schema: SqlSchema, table: Table, rows: Sequence[Row]) -> Iterator[str]:
    if not table.checks or not rows:
        return
    does = habits(schema.dialect)
    for check in table.checks:
        names = ", ".join('"' + column.name.replace('"', '""') + '"' for column in table.columns)
        connection = sqlite3.connect(":memory:")
        try:
            condition = transpile(check, read=does.sqlglot or None, write="sqlite")[0]
            if does.equality_ignores_case:
                condition = re.sub("'(?:[^']|'')*'", lambda text: text[0].lower(), condition)
            connection.execute(f"CREATE TABLE checked ({names}, CHECK ({condition}))")
            places = ", ".join("?" * len(table.columns))
            connection.executemany(f"INSERT INTO checked VALUES ({places})", rows)  # noqa: S608 - in memory
        except (sqlite3.Error, SqlglotError) as error:
            yield f"{table.name} breaks CHECK ({check}): {error}"
        finally:
            connection.close()


def _places(table: Table, columns: Sequence[str]) -> tuple[int, ...]:
    names = [column.name.lower() for column in table.columns]
    return tuple(names.index(column.lower()) for column in columns)


def _cells(row: Row, places: Sequence[int]) -> Row:
    return tuple(row[place] for place in places)

"""Witnesses of SQL read from their JSON and run in a SQLite of our own."""

from __future__ import annotations

import random
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import cast

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.schema import SqlSchema, Table
from jurist.languages.sql.values import Value, ValueType
from jurist.languages.sql.witnesses.legal import broken
from jurist.records import Witness

Cells = tuple[Value, ...]
HIDDEN = "the difference is hidden"
"""The candidate leaves something open, and no arrangement of the rows makes SQLite show it."""
_TYPES = {
    ValueType.INTEGER: "INTEGER",
    ValueType.REAL: "REAL",
    ValueType.BOOLEAN: "INTEGER",
    ValueType.OTHER: "BLOB",
}


def illegal(schema: SqlSchema, witness: Witness) -> tuple[str, ...]:
    """What a witness breaks of its schema."""
    return broken(schema, {name: rows for name, _, rows in _tables(witness)})


def not_replayed(schema: SqlSchema, reference: str, candidate: str, witness: Witness) -> str:
    """Why a witness does not show what it says; empty where it does, or is of another dialect.

    What an engine gives on the rows in their order must be what is recorded. Where the candidate
    leaves something open, the difference may show with the rows in another order only.
    """
    if schema.dialect is not Dialect.SQLITE:
        return ""
    given = _replayed(schema, (reference, candidate), witness, lambda rows: rows)
    told = (witness.reference, witness.candidate)
    for side, result, recorded in zip(("reference", "candidate"), given, told, strict=True):
        if isinstance(recorded, str):
            return ""  # an error of a dialect, of which SQLite makes a value
        kept = [tuple(map(_plain, row)) for row in cast("list[list[Value]]", recorded)]
        if isinstance(result, str):
            return f"the {side} does not run: {result}"
        if Counter(result.rows) != Counter(kept):
            return f"the {side} gives {result.rows[:5]}, the witness says {kept[:5]}"
    ordered = re.search(r"\bORDER BY\b", reference) is not None
    for arrange in _ARRANGEMENTS:
        if _differ(*_replayed(schema, (reference, candidate), witness, arrange), ordered=ordered):
            return ""
    return f"{HIDDEN}: both give {witness.reference}"


_ARRANGEMENTS: tuple[Callable[[list[Cells]], list[Cells]], ...] = (
    lambda rows: rows,
    lambda rows: rows[::-1],
    lambda rows: random.Random(1).sample(rows, len(rows)),
    lambda rows: random.Random(2).sample(rows, len(rows)),
)


@dataclass(frozen=True)
class _Result:
    width: int
    rows: list[Cells]


def _differ(one: _Result | str, other: _Result | str, *, ordered: bool) -> bool:
    if isinstance(one, str) or isinstance(other, str) or one.width != other.width:
        return True
    return one.rows != other.rows if ordered else Counter(one.rows) != Counter(other.rows)


def _replayed(
    schema: SqlSchema,
    texts: tuple[str, str],
    witness: Witness,
    arrange: Callable[[list[Cells]], list[Cells]],
) -> tuple[_Result | str, _Result | str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for table in schema.tables:
            if not table.name.lower().startswith("sqlite_"):  # its own, which nobody can make
                connection.execute(_creation(table))
        for name, columns, rows in _tables(witness):
            named, marks = ", ".join(map(_quoted, columns)), ", ".join("?" * len(columns))
            into = f"INSERT INTO {_quoted(name)} ({named}) VALUES ({marks})"  # noqa: S608
            connection.executemany(into, arrange(rows))
        now = str(witness.input.get("now", ""))
        return _given(connection, _at(now, texts[0])), _given(connection, _at(now, texts[1]))


def _at(now: str, text: str) -> str:
    """The query at another moment than the present one."""
    if not now:
        return text
    for word, meant in [("TIMESTAMP", now), ("DATE", now[:10]), ("TIME", now[11:])]:
        text = re.sub(rf"\bCURRENT_{word}\b", f"'{meant}'", text)
    return re.sub("'now'", f"'{now}'", text, flags=re.IGNORECASE)


def _tables(witness: Witness) -> Iterator[tuple[str, list[str], list[Cells]]]:
    for name, table in cast("Mapping[str, Mapping[str, object]]", witness.input["tables"]).items():
        columns = cast("list[str]", table["columns"])
        yield name, columns, [tuple(row) for row in cast("list[list[Value]]", table["rows"])]


def _creation(table: Table) -> str:
    """Without any constraint: what is declared is checked apart."""
    columns = ", ".join(
        f"{_quoted(column.name)} {_TYPES.get(column.type, 'TEXT')}" for column in table.columns
    )
    return f"CREATE TABLE {_quoted(table.name)} ({columns})"


def _given(connection: sqlite3.Connection, text: str) -> _Result | str:
    try:
        cursor = connection.execute(text)
        rows = [tuple(map(_plain, row)) for row in cursor.fetchall()]
    except sqlite3.Error as error:
        return str(error)
    return _Result(len(cursor.description), rows)


def _plain(value: Value) -> Value:
    """Numbers to nine digits, whole ones as integers, as results are compared."""
    if isinstance(value, float):
        near = float(f"{value:.9g}")
        return int(near) if near.is_integer() else near
    return value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

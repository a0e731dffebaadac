"""Whether a database is one that its DDL allows: asked of SQLite itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from sql_trees import Value

_STORED = {
    "INTEGER": ("integer",),
    "INT": ("integer",),
    "REAL": ("real", "integer"),
    "TEXT": ("text",),
    "DATE": ("text",),
}
"""What SQLite may hold for a value of a declared type. A whole number is one of REAL's."""


def illegal(ddl: str, database: Mapping[str, Sequence[Sequence[Value]]]) -> list[str]:
    """All that speaks against a database: what SQLite refuses, and values of another type.

    Args:
        ddl: CREATE TABLE statements in SQLite's dialect, with all constraints.
        database: Rows by table, each in the order of its columns.
    """
    return list(_problems(ddl, database))


def _problems(ddl: str, database: Mapping[str, Sequence[Sequence[Value]]]) -> Iterator[str]:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(ddl)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN")
        connection.execute("PRAGMA defer_foreign_keys = ON")
        for table, rows in database.items():
            columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
            if not columns:
                yield f"there is no table {table}"
                continue
            for row in rows:
                yield from _inserted(connection, table, columns, row)
        yield from (
            f"a foreign key dangles: {one}"
            for one in connection.execute("PRAGMA foreign_key_check")
        )
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            yield str(error)
    finally:
        connection.close()


def _inserted(
    connection: sqlite3.Connection,
    table: str,
    columns: Sequence[tuple[int, str, str, int, object, int]],
    row: Sequence[Value],
) -> Iterator[str]:
    if len(row) != len(columns):
        yield f"{table} has {len(columns)} columns, not {len(row)}"
        return
    for (_, name, declared, _, _, key), value in zip(columns, row, strict=True):
        if value is None:
            if key:  # SQLite lets a key be NULL, and numbers an INTEGER one itself
                yield f"{table}.{name} is a key and NULL"
            continue
        (kind,) = connection.execute("SELECT typeof(?)", (value,)).fetchone()
        if kind not in _STORED.get(declared.upper(), (kind,)):
            yield f"{table}.{name} is {declared}, not {value!r}"
    marks = ", ".join("?" * len(row))
    try:
        connection.execute(f'INSERT INTO "{table}" VALUES ({marks})', tuple(row))  # noqa: S608
    except sqlite3.Error as error:
        yield f"{error}: {table} {tuple(row)}"

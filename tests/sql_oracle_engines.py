"""Engines with a drawn schema, for the oracle to be checked against."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Protocol, cast

import duckdb

from sql_meaning import Database
from sql_trees import Row
from sql_worlds import SchemaOf


class Engine(Protocol):
    def runs(self, text: str) -> bool:
        """Whether the engine takes a query."""
        ...

    def rows(self, text: str, database: Database) -> list[Row]:
        """What it gives on a database."""
        ...


class SqliteEngine:
    """Plain SQLite with the schema's own DDL."""

    def __init__(self, schema: SchemaOf) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.executescript(schema.ddl)
        self._tables = schema.tables

    def runs(self, text: str) -> bool:
        try:
            self._connection.execute(text).fetchall()
        except sqlite3.Error:
            return False
        return True

    def rows(self, text: str, database: Database) -> list[Row]:
        for table in self._tables:
            self._connection.execute(f"DELETE FROM {table.name}")  # noqa: S608
        for table in self._tables:
            marks = ", ".join("?" * len(table.columns))
            insert = f"INSERT INTO {table.name} VALUES ({marks})"  # noqa: S608
            self._connection.executemany(insert, database[table.name])
        return self._connection.execute(text).fetchall()


class DuckEngine:
    """DuckDB with the schema's columns and none of its facts, which it checks too early."""

    def __init__(self, schema: SchemaOf) -> None:
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        for table in schema.tables:
            columns = ", ".join(f"{column.name} {column.kind}" for column in table.columns)
            self._connection.execute(f"CREATE TABLE {table.name} ({columns})")
        self._tables = schema.tables

    def runs(self, text: str) -> bool:
        try:
            self._connection.execute(text).fetchall()
        except duckdb.Error:
            return False
        return True

    def rows(self, text: str, database: Database) -> list[Row]:
        for table in self._tables:
            self._connection.execute(f"DELETE FROM {table.name}")  # noqa: S608
            marks = ", ".join("?" * len(table.columns))
            insert = f"INSERT INTO {table.name} VALUES ({marks})"  # noqa: S608
            for row in database[table.name]:
                self._connection.execute(insert, row)
        found = self._connection.execute(text).fetchall()
        return [tuple(_plain(cell) for cell in row) for row in cast("Sequence[Row]", found)]


def _plain(cell: object) -> int | float | str | None:
    if cell is None or isinstance(cell, str | float):
        return cell
    return int(cell) if isinstance(cell, int) else float(str(cell))

"""Writing and finding many rows at once.

A server is told all rows in one parameter, as JSON, and unfolds them itself: it and its client
spend several times as much on rows that are sent one by one. SQLite is quicker one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import msgspec
from sqlalchemy import (
    ARRAY,
    JSON,
    BindParameter,
    ColumnElement,
    Connection,
    Insert,
    String,
    Table,
    TableValuedAlias,
    Text,
    Update,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
    update,
)

Rows = Sequence[Mapping[str, object]]
"""Rows that all have the same columns."""

_MOST_BYTES: Final = 16_000_000
"""Of one parameter; a server takes a gigabyte."""
_COUNTED: Final = {"preserve_rowcount": True}


def insert_absent(connection: Connection, table: Table, rows: Rows) -> int:
    """Insert rows but those whose key is there already; returns how many were new."""
    if not rows:
        return 0
    return _write(connection, _insertion(connection.dialect.name, table, tuple(rows[0])), rows)


def update_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Change rows, each found by its key, in the columns that are given beside it."""
    if rows:
        _write(connection, _change(connection.dialect.name, table, tuple(rows[0])), rows)


def insert_adding(connection: Connection, table: Table) -> Insert:
    """An insertion that adds to the numbers of a row whose key is there already."""
    return _addition(connection.dialect.name, table)


def is_chosen(dialect: str, one: ColumnElement[str]) -> ColumnElement[bool]:
    """That a column is one of the texts in the parameter `chosen`."""
    if dialect == "postgresql":
        return one == any_(bindparam("chosen", type_=ARRAY(Text)))
    return one.in_(bindparam("chosen", expanding=True))


def _write(connection: Connection, statement: Insert | Update, rows: Rows) -> int:
    if connection.dialect.name == "postgresql":
        return sum(
            connection.execute(statement, {"given": text}, execution_options=_COUNTED).rowcount
            for text in _as_json(rows)
        )
    text, names = _text_of(statement)
    every = [tuple([row[name] for name in names]) for row in rows]  # as SQLAlchemy would, dearly
    return connection.exec_driver_sql(text, every, execution_options=_COUNTED).rowcount


def _as_json(rows: Rows) -> list[str]:
    text = msgspec.json.encode(rows)
    if len(text) <= _MOST_BYTES or len(rows) == 1:
        return [text.decode()]
    half = len(rows) // 2
    return [*_as_json(rows[:half]), *_as_json(rows[half:])]


def _given(table: Table, names: tuple[str, ...]) -> TableValuedAlias:
    """The rows in the parameter `given`, on a server."""
    columns = [
        # Without a length, so that what is too long is refused by the table, and not cut off here.
        column(name, Text() if isinstance(table.c[name].type, String) else table.c[name].type)
        for name in names
    ]
    rows = func.json_to_recordset(cast(bindparam("given", type_=Text), JSON))
    return rows.table_valued(*columns, name="given").render_derived(with_types=True)


# The dialects are dear to load, and who only reads needs none but the store's own.


@lru_cache
def _insertion(dialect: str, table: Table, names: tuple[str, ...]) -> Insert:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        rows = _given(table, names)
        every = select(*(rows.c[name] for name in names))
        inserting = postgresql.insert(table).from_select(names, every, include_defaults=False)
        return inserting.on_conflict_do_nothing()
    from sqlalchemy.dialects import sqlite

    inserting = sqlite.insert(table).values({name: _parameter(name) for name in names})
    return inserting.on_conflict_do_nothing()


@lru_cache
def _change(dialect: str, table: Table, names: tuple[str, ...]) -> Update:
    keys = [each.name for each in table.primary_key.columns]
    others = [name for name in names if name not in keys]
    if dialect == "postgresql":
        rows = _given(table, names)
        found = [table.c[name] == rows.c[name] for name in keys]
        return update(table).where(*found).values({name: rows.c[name] for name in others})
    found = [table.c[name] == _parameter(name) for name in keys]
    return update(table).where(*found).values({name: _parameter(name) for name in others})


def _parameter(name: str) -> BindParameter[object]:
    return bindparam(f"of_{name}")


@lru_cache
def _text_of(statement: Insert | Update) -> tuple[str, list[str]]:
    """A statement as SQLite takes it, and the columns that its parameters are for."""
    from sqlalchemy.dialects import sqlite

    compiled = statement.compile(dialect=sqlite.dialect())
    return str(compiled), [name.removeprefix("of_") for name in compiled.positiontup or ()]


@lru_cache
def _addition(dialect: str, table: Table) -> Insert:
    keys = list(table.primary_key.columns)
    numbers = [column for column in table.columns if not column.primary_key]
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        adding = postgresql.insert(table)
        sums = {column.name: column + adding.excluded[column.name] for column in numbers}
        return adding.on_conflict_do_update(index_elements=keys, set_=sums)
    from sqlalchemy.dialects import sqlite

    inserting = sqlite.insert(table)
    sums = {column.name: column + inserting.excluded[column.name] for column in numbers}
    return inserting.on_conflict_do_update(index_elements=keys, set_=sums)

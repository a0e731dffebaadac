"""Inserting what may be there already."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Connection, Insert, Table


def insert_absent(connection: Connection, table: Table) -> Insert:
    """An insertion that leaves rows whose key is there already as they are."""
    return _insertion(connection.dialect.name, table)


def insert_adding(connection: Connection, table: Table) -> Insert:
    """An insertion that adds to the numbers of a row whose key is there already."""
    return _addition(connection.dialect.name, table)


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


@lru_cache
def _insertion(dialect: str, table: Table) -> Insert:
    # The dialects are dear to load, and who only reads needs none but the store's own.
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table).on_conflict_do_nothing()

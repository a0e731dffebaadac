"""Inserting what may be there already."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Connection, Insert, Table


def insert_absent(connection: Connection, table: Table) -> Insert:
    """An insertion that leaves rows whose key is there already as they are."""
    return _insertion(connection.dialect.name, table)


@lru_cache
def _insertion(dialect: str, table: Table) -> Insert:
    # The dialects are dear to load, and who only reads needs none but the store's own.
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table).on_conflict_do_nothing()

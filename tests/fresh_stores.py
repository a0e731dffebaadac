"""Fresh stores without Alembic: what it says to an empty database is recorded, and said again.

Nearly every test makes a store. The first of a process on each kind of database is made by the
migrations themselves, as are all that a command makes in a process of its own; a database that
has tables is always theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event, inspect

Upgrade = Callable[[Connection], None]


def recorded(upgrade: Upgrade) -> Upgrade:
    """The same upgrade, which empty databases are given as it was when it was first done."""
    said: dict[str, list[tuple[str, Any]]] = {}

    def upgraded(connection: Connection) -> None:
        kind = connection.dialect.name
        if inspect(connection).get_table_names():
            upgrade(connection)
        elif kind in said:
            for statement, values in said[kind]:
                connection.exec_driver_sql(statement, values)
        else:
            said[kind] = _heard(upgrade, connection)

    return upgraded


def _heard(upgrade: Upgrade, connection: Connection) -> list[tuple[str, Any]]:
    """Upgrade a database; what changed something in it."""
    heard: list[tuple[str, Any]] = []

    def hear(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.split(maxsplit=1)[0].upper() not in {"SELECT", "PRAGMA"}:
            heard.append((statement, values))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        upgrade(connection)
    finally:
        event.remove(connection, "before_cursor_execute", hear)
    return heard

"""What a database is to us, and bringing a store's tables up to date.

Alembic is imported only where there is work for it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import Connection, inspect, text

from jurist.errors import StoreError
from jurist.store.tables import METADATA

_FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x6A75726973740001
"""PostgreSQL's advisory lock under which one process at a time migrates."""
_VERSION: Final = "alembic_version"
_CORE: Final = frozenset({_VERSION, "runs", "datasets", "cases", "tasks"})
"""Tables that a store of any revision has."""
_LISTED: Final = 5


class Standing(StrEnum):
    """What a database is to this Jurist."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"


def head() -> str:
    """The newest revision: revisions are numbered, and each file is called NUMBER_name.py."""
    return max(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def standing_of(connection: Connection, place: str) -> tuple[Standing, str]:
    """What a database is to us, and the revision of its tables (empty: it has none).

    Raises:
        StoreError: It is a newer Jurist's store, or something else's database.
    """
    tables = frozenset(inspect(connection).get_table_names())
    ours = tables & {_VERSION, *METADATA.tables}
    # A server's database may be shared with other programs, a file is one program's own.
    if not ours and (not tables or connection.dialect.name == "postgresql"):
        return Standing.EMPTY, ""
    found: object = None
    if tables >= _CORE:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if not isinstance(found, str) or not re.fullmatch("[0-9]{4}", found):
        listed = ", ".join(sorted(tables)[:_LISTED])
        raise StoreError(
            f"{place} is a database, but no store of Jurist: it has the tables {listed}"
            + (f" and {len(tables) - _LISTED} more" if len(tables) > _LISTED else ""),
            expected="a store that `jurist run` made, or a place where there is nothing yet",
            fix="name the store with --store; nothing was changed in this database",
        )
    newest = head()
    if found > newest:
        raise StoreError(
            f"the store {place} was written by a newer Jurist (tables of revision {found})",
            expected=f"tables of revision {newest} at most",
            fix="install a newer jurist: pip install --upgrade jurist",
        )
    return (Standing.CURRENT if found == newest else Standing.OLDER), found


_one_at_a_time: Final = Lock()
"""Alembic keeps the upgrade that is under way in globals of the process."""


def upgrade_tables(connection: Connection, place: str) -> str:
    """Apply what is missing, one process at a time; returns the revision that was there.

    Args:
        connection: With an open transaction that may write.
        place: The store, for messages.

    Raises:
        StoreError: See `standing_of`.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    standing, revision = standing_of(connection, place)  # another process may have been quicker
    if standing is not Standing.CURRENT:
        with _one_at_a_time:
            _upgrade(connection)
    return revision


def _upgrade(connection: Connection) -> None:
    from alembic.command import upgrade
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    upgrade(config, "head")

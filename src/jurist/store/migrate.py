"""Bringing a store's tables up to date. Alembic is imported only where there is work for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from jurist.errors import StoreError

_FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x6A75726973740001
"""PostgreSQL's advisory lock under which one process at a time migrates."""

_Transaction = Callable[[], AbstractContextManager[Connection]]


def head() -> str:
    """The newest revision: revisions are numbered, and each file is called NUMBER_name.py."""
    return max(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def migrate(write: _Transaction, read: _Transaction, place: str) -> None:
    """Apply what is missing, in one transaction, one process at a time.

    Raises:
        StoreError: The store was written by a newer Jurist.
    """
    newest = head()
    with read() as connection:
        if _revision(connection) == newest:
            return
    with write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        found = _revision(connection)  # another process may have been quicker
        if found == newest:
            return
        if found is not None and found > newest:
            raise StoreError(
                f"the store {place} was written by a newer Jurist (tables of revision {found},"
                f" this one knows {newest})\n  fix: install a newer jurist"
            )
        _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: object = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found if isinstance(found, str) else None


def _upgrade(connection: Connection) -> None:
    from alembic.command import upgrade
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    upgrade(config, "head")

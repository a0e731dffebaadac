"""What a store is, for who looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, text

from jurist.store.engine import Store
from jurist.store.migrate import standing_of
from jurist.store.tables import ANNOTATIONS, RUNS, USERS


@dataclass(frozen=True, slots=True)
class Description:
    """A store in figures."""

    kind: str
    """SQLite or PostgreSQL."""
    place: str
    size: int
    """Bytes, its journal included."""
    revision: str
    """Of its tables."""
    runs: int
    labels: int
    users: int


def describe(store: Store) -> Description:
    """The store in figures."""
    with store.read() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (RUNS, ANNOTATIONS, USERS)
        ]
        _, revision = standing_of(connection, store.place)
        size = (
            connection.scalar(text("SELECT pg_database_size(current_database())"))
            if store.shared
            else 0
        )
    kind = "PostgreSQL" if store.shared else "SQLite"
    files = _files(store.path) if store.path else ()
    return Description(
        kind,
        store.place,
        sum(each.stat().st_size for each in files) or size or 0,
        revision,
        *counts,
    )


def _files(path: Path) -> list[Path]:
    return [each for end in ("", "-wal") if (each := path.with_name(path.name + end)).exists()]

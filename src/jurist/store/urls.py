"""Where a store is: what people write, and how messages call it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from jurist.errors import StoreError


def locate(where: str | Path) -> tuple[URL, str]:
    """A store's URL, and how messages call it."""
    url = _read_url(where)
    if url.get_backend_name() == "sqlite" and url.database:
        return url, url.database
    return url, url.render_as_string(hide_password=True)


def _read_url(where: str | Path) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(Path(where).expanduser()))
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):
        raise StoreError(
            "the store's URL cannot be read",
            expected="a file path, or postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
            fix="percent-encode special characters of the password",
        ) from None
    backend = url.drivername.partition("+")[0]
    if backend == "sqlite":
        return url.set(drivername="sqlite")
    if backend not in {"postgresql", "postgres"}:
        raise StoreError(
            f"a store cannot be kept in {backend!r}",
            expected="a file path (SQLite) or a postgresql:// URL",
            fix="name a file with --store, or as `store` in the study",
        )
    if importlib.util.find_spec("psycopg") is None:
        raise StoreError(
            "PostgreSQL needs a driver that is not installed",
            expected="the package psycopg",
            fix="pip install 'jurist[postgres]'",
        )
    return url.set(drivername="postgresql+psycopg")


def file_of(url: URL) -> Path | None:
    """The file of a SQLite store; `None` for a server or a store in memory."""
    name = url.database if url.get_backend_name() == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None

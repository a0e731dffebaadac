"""Opening a store: a SQLite file by default, PostgreSQL by URL, brought to today's tables.

SQLite runs in WAL mode with full synchronisation: a committed transaction outlives the
process and the machine. Writers begin with `BEGIN IMMEDIATE`, so that two of them queue
up instead of failing when a reader turns writer.
"""

from __future__ import annotations

import importlib.util
import logging
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from jurist.errors import StoreError
from jurist.private_files import make_private
from jurist.store.faults import explain
from jurist.store.migrate import migrate

_BUSY_MS: Final = 30_000

A_PAGE_AT_A_TIME: Final = {"yield_per": 500}
"""Execution options of a statement whose rows are streamed in flat memory."""


class Store:
    """An open store. Thread-safe: every thread gets a connection of its own.

    Args:
        engine: Its connections.
        place: The URL without its password, for messages.
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self.place = place

    @property
    def shared(self) -> bool:
        """Whether several processes may work on one run of this store."""
        return self._engine.dialect.name == "postgresql"

    @property
    def path(self) -> Path | None:
        """The file of a SQLite store; `None` for a server or a store in memory."""
        return None if self.shared else _file_of(self._engine.url)

    @contextmanager
    def write(self) -> Generator[Connection]:
        """One transaction that may write: committed at the end, rolled back on any exception.

        Raises:
            StoreError: The database did not do it, and why.
        """
        with (
            self._explained(),
            self._engine.connect().execution_options(jurist_writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def read(self) -> Generator[Connection]:
        """One transaction that only reads; for many rows use the options `A_PAGE_AT_A_TIME`.

        Raises:
            StoreError: The database did not do it, and why.
        """
        with self._explained(), self._engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StoreError(explain(error, self.place)) from error
        except OverflowError as error:  # of SQLite's driver, before the database sees the number
            raise StoreError(f"{self.place}: a number is too large for it ({error})") from error
        except SQLAlchemyError as error:
            raise StoreError(f"{self.place}: {str(error).splitlines()[0]}") from error


def open_store(where: str | Path) -> Store:
    """The store at a path or URL, made if need be, its tables brought up to date.

    Args:
        where: A file path (SQLite), or a `sqlite:///` or `postgresql://` URL.

    Raises:
        StoreError: It cannot be opened: what is wrong and what to do.
    """
    url = _read_url(where)
    place = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        place = url.database or place
        _make_folder(url)
    engine = _connect(url)
    store = Store(engine, place)
    try:
        with store.read() as connection:
            connection.execute(select(1))
        migrate(store.write, store.read, place)
    except StoreError:
        store.close()
        raise
    return store


def now_ms(connection: Connection) -> int:
    """Milliseconds since 1970 by the clock that all workers on this store share."""
    if connection.dialect.name == "postgresql":
        moment = connection.scalar(select(func.extract("epoch", func.clock_timestamp()) * 1000))
        return int(cast("float", moment))
    return time.time_ns() // 1_000_000


def _read_url(where: str | Path) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(Path(where).expanduser()))
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):
        raise StoreError(
            "the store's URL cannot be read\n  expected: a file path,"
            " or postgresql://USER:PASSWORD@HOST:PORT/DATABASE\n"
            "  fix: percent-encode special characters of the password"
        ) from None
    backend = url.drivername.partition("+")[0]
    if backend == "sqlite":
        return url.set(drivername="sqlite")
    if backend not in {"postgresql", "postgres"}:
        raise StoreError(
            f"a store cannot be kept in {backend!r}\n"
            "  expected: a file path (SQLite) or a postgresql:// URL"
        )
    if importlib.util.find_spec("psycopg") is None:
        raise StoreError(
            "PostgreSQL needs a driver that is not installed\n  fix: pip install 'jurist[postgres]'"
        )
    return url.set(drivername="postgresql+psycopg")


def _file_of(url: URL) -> Path | None:
    name = url.database
    return Path(name) if name and name != ":memory:" else None


def _make_folder(url: URL) -> None:
    path = _file_of(url)
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path}: its folder cannot be made ({error.strerror})\n"
            "  fix: name a folder that you may write to"
        ) from error
    with suppress(OSError):  # SQLite says better what is wrong
        make_private(path)


def _connect(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        # Of a lost server the driver also warns; the error says it, and whoever logs still sees it.
        logging.getLogger("psycopg").addHandler(logging.NullHandler())
        return create_engine(url, pool_size=4, max_overflow=4, hide_parameters=True)
    engine = (
        create_engine(url, hide_parameters=True)  # in memory: one connection, one database
        if _file_of(url) is None
        else create_engine(url, pool_size=4, max_overflow=12, hide_parameters=True)
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see `_begin_sqlite`
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = bool(connection.get_execution_options().get("jurist_writes", False))
    connection.execute(text("BEGIN IMMEDIATE" if writes else "BEGIN"))

"""Opening a store: a SQLite file by default, PostgreSQL by URL.

Who will write gets it made and brought to today's tables; who only looks changes nothing, not
even the journal's mode of a file that turns out to be no store. SQLite runs in WAL mode with
full synchronisation: a committed transaction outlives the process and the machine. Writers
begin with `BEGIN IMMEDIATE`, so that two of them queue up instead of failing when a reader
turns writer.
"""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, cast

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from jurist.errors import StoreError
from jurist.private_files import make_private, make_private_folder
from jurist.store.faults import TO_READ, TO_WRITE, explain
from jurist.store.migrate import Standing, head, standing_of, upgrade_tables
from jurist.store.urls import file_of, locate

_BUSY_MS: Final = 30_000
_RETRY_S: Final = 0.02
_SILENCE_MS: Final = 15_000
"""How long a server waits within a transaction that writes; a session's lease is shorter."""
_SLOTS: Final = 16

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
        self.slot = secrets.randbelow(_SLOTS) if self.shared else 0
        """Which of the rows that count something this one adds to; see `counters`."""
        self.away_since: float | None = None
        """Since when its server is out of reach, by the monotonic clock; see `patience`."""
        self.refusal: StoreError | None = None
        """Why nothing may be written any more; see `server_lock`."""

    @property
    def shared(self) -> bool:
        """Whether several processes may work on one run of this store."""
        return self._engine.dialect.name == "postgresql"

    @property
    def path(self) -> Path | None:
        """The file of a SQLite store; `None` for a server or a store in memory."""
        return None if self.shared else file_of(self._engine.url)

    @contextmanager
    def write(self) -> Generator[Connection]:
        """One transaction that may write: committed at the end, rolled back on any exception.

        Raises:
            StoreError: The database did not do it, and why.
        """
        if self.refusal is not None:
            raise self.refusal
        with (
            self._explained(TO_WRITE),
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
        with self._explained(TO_READ), self._engine.connect() as connection:
            try:
                yield connection
            except (msgspec.DecodeError, TypeError, ValueError) as error:
                raise StoreError(
                    f"the store {self.place} holds a row that cannot be read ({error})"[:500],
                    expected="rows as Jurist wrote them",
                    fix="restore a copy of the store, or delete the run with `jurist runs`",
                ) from error

    @contextmanager
    def alone(self) -> Generator[Connection]:
        """A connection to a server without a transaction, for what it does in none."""
        engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with self._explained(TO_WRITE), engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _explained(self, expected: str) -> Generator[None]:
        try:
            yield
        except DBAPIError as error:
            raise explain(error, self.place, expected=expected) from error
        except OverflowError as error:  # of SQLite's driver, before the database sees the number
            raise StoreError(
                f"the store {self.place}: a number is too large for it ({error})",
                expected=expected,
                fix="see which number of the study or of a reply has more than 18 digits",
            ) from error
        except SQLAlchemyError as error:
            raise StoreError(
                f"the store {self.place}: {str(error).splitlines()[0]}",
                expected=expected,
                fix="try again; if it stays, copy the store and report it",
            ) from error


def open_store(where: str | Path) -> Store:
    """The store at a path or URL to work with, made if need be, its tables brought up to date.

    Args:
        where: A file path (SQLite), or a `sqlite:///` or `postgresql://` URL.

    Raises:
        StoreError: It cannot be opened: what is wrong and what to do.
    """
    url, place = locate(where)
    path = file_of(url)
    if path is not None and _is_there(path):
        look = _look(url, place)
        with _closing(look), look.read() as connection:
            standing_of(connection, place)
    else:
        _make_folder(url)
    store = Store(_connect(url), place)
    try:
        with store.read() as connection:
            standing, _ = standing_of(connection, place)
        if standing is not Standing.CURRENT:
            with store.write() as connection:
                upgrade_tables(connection, place)
    except StoreError:
        store.close()
        raise
    return store


def read_store(where: str | Path) -> Store:
    """The store at a path or URL to look at: nothing is made, changed or brought up to date.

    Args:
        where: See `open_store`.

    Raises:
        StoreError: It cannot be read, or this Jurist cannot read its tables.
    """
    url, place = locate(where)
    store = _look(url, place)
    try:
        _require_current(store)
    except StoreError:
        store.close()
        raise
    return store


def _require_current(store: Store) -> None:
    place = store.place
    with store.read() as connection:
        standing, revision = standing_of(connection, place)
    if standing is Standing.EMPTY:
        raise _nothing_in(place)
    if standing is Standing.OLDER:
        raise StoreError(
            f"the store {place} was written by an older Jurist (tables of revision {revision})",
            expected=f"tables of revision {head()}; looking at a store changes nothing in it",
            fix=f"jurist migrate --store {place}",
        )


def migrate_store(where: str | Path) -> tuple[str, str]:
    """Bring a store that is there up to date; returns its revisions before and after.

    Raises:
        StoreError: There is no store in this place, or it cannot be opened.
    """
    url, place = locate(where)
    look = _look(url, place)
    with _closing(look), look.read() as connection:
        standing, revision = standing_of(connection, place)
    if standing is Standing.EMPTY:
        raise _nothing_in(place)
    open_store(where).close()
    return revision, head()


def _nothing_in(place: str) -> StoreError:
    return StoreError(
        f"there is nothing in {place} yet",
        expected="a store with runs",
        fix="make a run: jurist run STUDY",
    )


@contextmanager
def _closing(store: Store) -> Generator[None]:
    try:
        yield
    finally:
        store.close()


def now_ms(connection: Connection) -> int:
    """Milliseconds since 1970 by the clock that all workers on this store share."""
    if connection.dialect.name == "postgresql":
        moment = connection.scalar(select(func.extract("epoch", func.clock_timestamp()) * 1000))
        return int(cast("float", moment))
    return time.time_ns() // 1_000_000


def place_of(where: str | Path) -> tuple[str, Path | None]:
    """How messages call a store, and its file; `None` for a server or a store in memory."""
    url, place = locate(where)
    return place, file_of(url)


def _make_folder(url: URL) -> None:
    path = file_of(url)
    if path is None:
        return
    try:
        make_private_folder(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path}: its folder cannot be made ({error.strerror})",
            expected="a file in a folder that you may write to",
            fix="name another file",
        ) from error
    with suppress(OSError):  # SQLite says better what is wrong
        make_private(path)


def _is_there(path: Path) -> bool:
    """Whether a file is there with something in it; raises where it is no file."""
    try:
        if path.exists() and not path.is_file():
            raise StoreError(
                f"{path} is no file",
                expected="a SQLite file, or a postgresql:// URL",
                fix="name the store's file with --store",
            )
        return path.exists() and path.stat().st_size > 0
    except OSError as error:
        raise StoreError(
            f"{path} cannot be opened ({error.strerror})",
            expected=TO_READ,
            fix="check the path, its permissions and those of its folder",
        ) from error


def _look(url: URL, place: str) -> Store:
    """A store whose connections cannot write."""
    path = file_of(url)
    if path is None:
        return Store(_connect(url).execution_options(postgresql_readonly=True), place)
    if not _is_there(path):
        raise _nothing_in(place)
    address = _address_to_read(path.resolve())

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, check_same_thread=False)

    engine = create_engine(url, creator=connect, hide_parameters=True)
    event.listen(engine, "connect", _set_up_reading)
    event.listen(engine, "begin", _begin_sqlite)
    return Store(engine, place)


_WAL_MODE: Final = b"\x02\x02"
"""Bytes 18 and 19 of a SQLite file whose changes go through a journal beside it."""


def _address_to_read(path: Path) -> str:
    """The URI under which SQLite reads a file and leaves nothing behind."""
    try:
        with path.open("rb") as file:
            journalled = file.read(20)[18:] == _WAL_MODE
    except OSError:
        return f"{path.as_uri()}?mode=ro"  # SQLite says better what is wrong
    if not journalled:
        return f"{path.as_uri()}?mode=ro"
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        # Readers of such a file share an index beside it; only who may write puts it away again.
        return f"{path.as_uri()}?mode=rw"
    journal = path.with_name(f"{path.name}-wal")
    at_work = journal.exists() and journal.stat().st_size > 0
    return f"{path.as_uri()}?{'mode=ro' if at_work else 'immutable=1'}"


def _connect(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        # Of a lost server the driver also warns; the error says it, and whoever logs still sees it.
        logging.getLogger("psycopg").addHandler(logging.NullHandler())
        engine = create_engine(url, pool_size=4, max_overflow=4, hide_parameters=True)
        event.listen(engine, "begin", _begin_postgres)
        return engine
    # In memory: one connection, one database.
    pool = {} if file_of(url) is None else {"pool_size": 4, "max_overflow": 12}
    engine = create_engine(url, hide_parameters=True, **pool)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _begin_postgres(connection: Connection) -> None:
    """Whoever falls silent while it writes loses what it locked: others would wait for ever.

    As a process does that was stopped, or whose machine was: the server holds its connection.
    """
    if connection.get_execution_options().get("jurist_writes", False):
        connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = {_SILENCE_MS}"))


def _set_up_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    _set_up(connection, "synchronous=FULL", "foreign_keys=ON")
    _keep_a_write_ahead_log(connection)


def _set_up_reading(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    _set_up(connection, "query_only=ON")


def _set_up(connection: DBAPIConnection, *pragmas: str) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see `_begin_sqlite`
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={_BUSY_MS}", *pragmas):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _keep_a_write_ahead_log(connection: DBAPIConnection) -> None:
    """Change the journal's mode; a file that is in it already is only read.

    The change begins as a reader and turns writer, which SQLite refuses at once, whatever
    `busy_timeout` says, while another process has begun the same: hence our own patience.
    """
    end = time.monotonic() + _BUSY_MS / 1000
    cursor = connection.cursor()
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_RETRY_S)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = bool(connection.get_execution_options().get("jurist_writes", False))
    connection.execute(text("BEGIN IMMEDIATE" if writes else "BEGIN"))

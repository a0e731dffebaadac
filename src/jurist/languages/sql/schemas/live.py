"""Databases of users, opened to be read and for nothing else.

Only our own statements run here. What candidates write reaches a user's database, if at all,
by a way of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import quote, urlsplit

from jurist.errors import SchemaError, UnsupportedError
from jurist.languages.sql.dialects import Dialect

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from psycopg import Connection as PostgresConnection

_SQLITE_MAGIC: Final = b"SQLite format 3\x00"
_DUCKDB_MAGIC: Final = b"DUCK"
_MILLISECONDS: Final = 30_000
_DUCKDB: Final = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}


class Reads(Protocol):
    """A database that can be asked."""

    @property
    def dialect(self) -> Dialect:
        """In which it is asked."""
        ...

    def rows(self, statement: str) -> Sequence[Sequence[object]]:
        """What one of our statements gives.

        Raises:
            SchemaError: The database cannot answer.
        """
        ...


def dialect_of_address(address: str | Path) -> Dialect | None:
    """The dialect of the database that an address, or a file, is; `None`: it is none."""
    text = str(address)
    scheme = text.partition(":")[0].lower()
    if "://" in text or scheme in {"sqlite", "duckdb"}:
        return _SCHEMES.get(scheme)
    try:
        with Path(text).open("rb") as file:
            beginning = file.read(16)
    except (OSError, ValueError):
        return None
    if beginning == _SQLITE_MAGIC:
        return Dialect.SQLITE
    return Dialect.DUCKDB if beginning[8:12] == _DUCKDB_MAGIC else None


@contextmanager
def opened(address: str | Path) -> Generator[Reads]:
    """A database to be asked, closed at the end.

    Args:
        address: A SQLite or DuckDB file, `sqlite:///FILE`, `duckdb:///FILE`, or
            `postgresql://USER@HOST/DATABASE`.

    Raises:
        SchemaError: It is no database, or cannot be opened.
        UnsupportedError: A package to open it with is not installed.
    """
    match dialect_of_address(address):
        case Dialect.SQLITE:
            with _sqlite(file_of_address(address)) as database:
                yield database
        case Dialect.DUCKDB:
            with opened_duckdb(file_of_address(address), _DUCKDB) as connection:
                yield _Duckdb(connection)
        case Dialect.POSTGRESQL:
            with _postgres(str(address)) as database:
                yield database
        case _:
            raise SchemaError(
                f"{without_password(address)} is no database that is read here",
                expected="a SQLite or DuckDB file, sqlite:///FILE, duckdb:///FILE or "
                "postgresql://USER@HOST/DATABASE",
                fix="check the address",
            )


def without_password(address: str | Path) -> str:
    """An address as errors and reports may show it."""
    text = str(address)
    if "://" not in text:
        return text[:200]
    parts = urlsplit(text)
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{place}{parts.path}"[:200]


# --- one of each kind -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sqlite:
    connection: sqlite3.Connection
    dialect: Dialect = Dialect.SQLITE

    def rows(self, statement: str) -> Sequence[Sequence[object]]:
        try:
            return self.connection.execute(statement).fetchall()
        except sqlite3.Error as error:
            raise _unanswered(error) from error


@contextmanager
def _sqlite(path: Path) -> Generator[Reads]:
    try:
        uri = f"file:{quote(str(path.resolve()))}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    except (sqlite3.Error, OSError, ValueError) as error:
        raise unopened(path, error) from error
    with closing(connection):
        connection.text_factory = _text
        # A file's own views, triggers and defaults are somebody else's code.
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        yield _Sqlite(connection)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Duckdb:
    connection: DuckDBPyConnection
    dialect: Dialect = Dialect.DUCKDB

    def rows(self, statement: str) -> Sequence[Sequence[object]]:
        import duckdb

        try:
            rows: list[tuple[object, ...]] = self.connection.execute(statement).fetchall()
        except duckdb.Error as error:
            raise _unanswered(error) from error
        return rows


@contextmanager
def opened_duckdb(path: Path, config: Mapping[str, str]) -> Generator[DuckDBPyConnection]:
    """A DuckDB file that is read and not written, closed at the end.

    Raises:
        SchemaError: It cannot be opened.
        UnsupportedError: DuckDB is not installed.
    """
    try:
        import duckdb
    except ImportError:
        raise not_installed("DuckDB", "duckdb") from None
    try:
        connection = duckdb.connect(str(path), read_only=True, config={**config})
    except duckdb.Error as error:
        raise unopened(path, error) from error
    with closing(connection):
        yield connection


@dataclass(frozen=True, slots=True)
class _Postgres:
    connection: PostgresConnection[tuple[object, ...]]
    dialect: Dialect = Dialect.POSTGRESQL

    def rows(self, statement: str) -> Sequence[Sequence[object]]:
        import psycopg

        try:
            return self.connection.execute(statement.encode()).fetchall()
        except psycopg.Error as error:
            raise _unanswered(error) from error


@contextmanager
def _postgres(address: str) -> Generator[Reads]:
    try:
        import psycopg
    except ImportError:
        raise not_installed("PostgreSQL", "postgres") from None
    try:
        connection = psycopg.connect(address, connect_timeout=10)
    except (psycopg.Error, UnicodeError) as error:
        raise SchemaError(
            f"{without_password(address)} cannot be opened as a PostgreSQL database",
            expected="a server that answers, a database and a role that may connect",
            fix="check the address with psql",
        ) from error
    with closing(connection):
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute(f"SET LOCAL statement_timeout = {_MILLISECONDS}".encode())
        try:
            yield _Postgres(connection)
        finally:
            connection.rollback()


# --- addresses and errors -------------------------------------------------------------------

_SCHEMES: Final = {
    "sqlite": Dialect.SQLITE,
    "duckdb": Dialect.DUCKDB,
    "postgresql": Dialect.POSTGRESQL,
    "postgres": Dialect.POSTGRESQL,
}


def file_of_address(address: str | Path) -> Path:
    """The file that `sqlite:///relative`, `sqlite:////absolute` or a plain path names."""
    scheme, separator, rest = str(address).partition(":///")
    return Path(rest if separator and scheme.lower() in _SCHEMES else str(address))


def unopened(path: Path, error: Exception) -> SchemaError:
    """The error of a file that is no database, or may not be read."""
    return SchemaError(
        f"{path} cannot be opened as a database: {str(error)[:200]}",
        expected="a database file that may be read",
        fix="check the path and its permissions",
    )


def _unanswered(error: Exception) -> SchemaError:
    return SchemaError(
        f"the database cannot answer: {' '.join(str(error).split())[:300]}",
        expected="a role that may read its tables and their definitions",
        fix="check the role's rights, or write the schema as a file with its DDL",
    )


def not_installed(engine: str, extra: str) -> UnsupportedError:
    """The error of an engine whose package is not there, with the extra that has it."""
    return UnsupportedError(
        f"{engine} cannot be opened: its package is not installed",
        expected=f"the extra {extra!r}",
        fix=f"pip install 'jurist[{extra}]'",
    )

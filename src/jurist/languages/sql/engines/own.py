"""The user's own database, on which candidates run: as hostile code is run.

What holds each text back, whatever it is:

    tree        only queries of the schema's tables and of listed functions get this far (`text/`)
    engine      read-only, nothing attached, no files, no network, a single statement
    rights      PostgreSQL: a role that may do nothing but SELECT from the schema's tables
                (`roles`); SQLite: an authorizer that knows the schema's tables alone
    amount      rows, steps (SQLite), seconds (DuckDB, PostgreSQL), memory
    afterwards  everything is rolled back
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, LiteralString, Protocol, cast
from urllib.parse import quote

from jurist.errors import SchemaError, UnsupportedError
from jurist.languages.effort import spend
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.engines.duckdb import CONFIG
from jurist.languages.sql.engines.results import ROWS, DoesNotRun, Result, RunsTooLong, bounded
from jurist.languages.sql.engines.roles import refuse_powers
from jurist.languages.sql.engines.sqlite import Sqlite
from jurist.languages.sql.schemas.live import (
    dialect_of_address,
    file_of_address,
    not_installed,
    opened_duckdb,
    unopened,
)
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.functions import allowed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from psycopg import Connection

TICKS: Final = 50_000
"""Looks at SQLite's machine in one run, 2,000 of its instructions each: some seconds."""
SECONDS: Final = 20.0
_STEPS: Final = 5_000
_FETCH: Final = cast("LiteralString", f"FETCH {ROWS + 1} FROM own")
_DUCKDB: Final = CONFIG | {"lock_configuration": "true"}


class Own(Protocol):
    """A user's database while it is asked."""

    def run(self, text: str) -> Result:
        """What a query in the database's dialect gives.

        Raises:
            DoesNotRun: It is refused, or an error ends it.
            RunsTooLong: It took too long, or gave too many rows.
        """
        ...


@contextmanager
def own_database(schema: SqlSchema) -> Generator[Own]:
    """The database that a schema names, opened so that nothing can be done to it.

    Raises:
        SchemaError: It cannot be opened, or its role may do more than is safe.
        UnsupportedError: It is of another dialect than the schema, or its package is missing.
    """
    address = schema.database.address if schema.database else ""
    if dialect_of_address(address) is not schema.dialect:
        raise UnsupportedError(
            f"the database of {schema.name!r} is not one of {schema.dialect}",
            expected="a database of the dialect that its queries are written in",
            fix="name another database, or ask none",
        )
    match schema.dialect:
        case Dialect.SQLITE:
            engine = OwnSqlite(schema, file_of_address(address))
            with closing(engine):
                yield engine
        case Dialect.DUCKDB:
            with opened_duckdb(file_of_address(address), _DUCKDB) as connection:
                yield _OwnDuckDb(connection)
        case _:
            with _postgresql(schema, address) as connection:
                yield _OwnPostgreSql(connection)


class OwnSqlite(Sqlite):
    """A SQLite file, with what it takes to see what queries leave open.

    Args:
        schema: Whose tables alone can be read.
        path: The file.

    Raises:
        SchemaError: It cannot be opened.
    """

    def __init__(self, schema: SqlSchema, path: Path) -> None:
        try:
            address = f"file:{quote(str(path.resolve()))}?mode=ro"
            super().__init__(schema, address=address, ticks=TICKS)
            self._connection.execute("PRAGMA trusted_schema = OFF")  # its views are not ours
            self._connection.execute("PRAGMA query_only = ON")
            there = "SELECT lower(name), type FROM sqlite_master WHERE type IN ('table', 'view')"
            kinds = dict(self._connection.execute(there).fetchall())
            modules = self._connection.execute("SELECT lower(name) FROM pragma_module_list")
            self._modules = frozenset(name for (name,) in modules)
        except (sqlite3.Error, OSError) as error:
            raise unopened(path, error) from error
        self._names = frozenset(table.name.lower() for table in schema.tables)
        self._views = frozenset(name for name, kind in kinds.items() if kind == "view")
        self._others = (frozenset(kinds) | self._modules) - self._names
        self._functions = allowed(Dialect.SQLITE) | {
            self.FIRST, self.AT_MIN, self.AT_MAX, self.TIES,
        }  # fmt: skip
        self._connection.set_authorizer(self._authorize)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _authorize(
        self, action: int, name: str | None, detail: str | None, base: str | None, by: str | None
    ) -> int:
        match action:
            case sqlite3.SQLITE_SELECT | sqlite3.SQLITE_RECURSIVE:
                safe = True
            case sqlite3.SQLITE_FUNCTION:
                safe = (detail or "").lower() in self._functions
            case sqlite3.SQLITE_READ:
                # Neither a common table expression nor a count of rows names a database; `by` is
                # such an expression, or a view.
                table = (name or "").lower()
                safe = (by or "").lower() not in self._views and (
                    table in self._names
                    if base == "main"
                    else base is None
                    and table not in self._others
                    and not table.startswith(("sqlite_", "pragma_"))
                )
            case _:
                safe = False
        return sqlite3.SQLITE_OK if safe else sqlite3.SQLITE_DENY


# --- DuckDB ---------------------------------------------------------------------------------


class _OwnDuckDb:
    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection

    def run(self, text: str) -> Result:
        import duckdb

        spend(_STEPS)
        watch = threading.Timer(SECONDS, self._connection.interrupt)
        try:
            statements = self._connection.extract_statements(text)
            if [str(each.type) for each in statements] != ["StatementType.SELECT"]:
                raise DoesNotRun("not a single query")
            watch.start()
            cursor = self._connection.execute(statements[0])
            columns = tuple(str(column[0]) for column in cursor.description or ())
            rows: list[tuple[object, ...]] = cursor.fetchmany(ROWS + 1)
        except duckdb.InterruptException as error:
            raise RunsTooLong(f"more than {SECONDS:g} seconds") from error
        except duckdb.Error as error:
            raise DoesNotRun(str(error).splitlines()[0]) from error
        finally:
            watch.cancel()
        return bounded(columns, rows)


# --- PostgreSQL -----------------------------------------------------------------------------


@contextmanager
def _postgresql(schema: SqlSchema, address: str) -> Generator[Connection[tuple[object, ...]]]:
    try:
        import psycopg
    except ImportError:
        raise not_installed("PostgreSQL", "postgres") from None
    try:
        connection = psycopg.connect(
            address,
            connect_timeout=10,
            # Of the session: what would end the transaction would still not write.
            options="-c default_transaction_read_only=on",
        )
    except psycopg.Error as error:
        raise SchemaError(
            f"the database of {schema.name!r} cannot be reached",
            expected="a PostgreSQL server that answers",
            fix="check its address with psql",
        ) from error
    with closing(connection):
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        milliseconds = int(SECONDS * 1000)
        for setting in (
            f"statement_timeout = {milliseconds}",
            f"lock_timeout = {milliseconds}",
            f"idle_in_transaction_session_timeout = {10 * milliseconds}",
            "work_mem = '16MB'",
            "max_parallel_workers_per_gather = 0",
            "row_security = on",
        ):
            connection.execute(cast("LiteralString", f"SET LOCAL {setting}"))
        try:
            refuse_powers(connection, schema)
            yield connection
        finally:
            connection.rollback()


class _OwnPostgreSql:
    def __init__(self, connection: Connection[tuple[object, ...]]) -> None:
        self._connection = connection

    def run(self, text: str) -> Result:
        import psycopg

        spend(_STEPS)
        declared = cast("LiteralString", f"DECLARE own NO SCROLL CURSOR FOR {text}")
        try:
            with self._connection.transaction(force_rollback=True):
                # Prepared, so that the server takes a single statement and no more.
                cursor = self._connection.cursor()
                cursor.execute(declared, prepare=True)
                cursor.execute(_FETCH)
                columns = tuple(column.name for column in cursor.description or ())
                rows = cursor.fetchall()
        except psycopg.errors.QueryCanceled as error:
            raise RunsTooLong(f"more than {SECONDS:g} seconds") from error
        except psycopg.Error as error:
            raise DoesNotRun(str(error).splitlines()[0]) from error
        return bounded(columns, rows)

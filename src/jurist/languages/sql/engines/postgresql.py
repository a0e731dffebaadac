"""The user's PostgreSQL, where `JURIST_SQL_POSTGRESQL` has its address: the judge of its dialect.

All that is done is done in one transaction that is never committed: temporary tables hold the
rows, no other schema is on the search path, and queries run where nothing may be written.
"""

from __future__ import annotations

import importlib.util
import os
import weakref
from typing import TYPE_CHECKING, Final, LiteralString, cast

from jurist.errors import UnsupportedError
from jurist.languages.effort import spend
from jurist.languages.sql.engines.kept import Kept
from jurist.languages.sql.engines.results import ROWS, DoesNotRun, Result, RunsTooLong, bounded
from jurist.languages.sql.engines.sqlite import quoted
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.values import Database, Value, ValueType

if TYPE_CHECKING:
    from psycopg import Connection

ADDRESS: Final = "JURIST_SQL_POSTGRESQL"
"""The variable that names the server: `postgresql://USER@HOST/DATABASE`."""
_STEPS: Final = 5_000
_HANGS: Final = "SET LOCAL statement_timeout = '20s'"
"""Some dozens of rows take milliseconds: what this ends would never end."""
_TYPES: Final = {
    ValueType.INTEGER: "bigint",
    ValueType.REAL: "double precision",
    ValueType.BOOLEAN: "boolean",
    ValueType.DATE: "date",
    ValueType.TIMESTAMP: "timestamp",
}


def has_postgresql() -> bool:
    """Whether there is a server to ask, and what it takes to ask it."""
    return bool(os.environ.get(ADDRESS)) and importlib.util.find_spec("psycopg") is not None


class PostgreSqlEngine:
    """The tables of one schema, in one thread.

    Args:
        schema: Whose tables they are.
        address: Of the server.

    Raises:
        UnsupportedError: The server cannot be reached.
    """

    def __init__(self, schema: SqlSchema, address: str) -> None:
        self._schema = schema
        self._connection = _connect(address)
        weakref.finalize(self, self._connection.close)

    def load(self, database: Database) -> None:
        """Let temporary tables hold these rows alone."""
        spend(_STEPS)
        execute = self._execute
        self._connection.rollback()
        execute("SET LOCAL search_path = pg_temp, pg_catalog")
        execute(_HANGS)
        for table in self._schema.tables:
            columns = ", ".join(
                f"{quoted(column.name)} {_TYPES.get(column.type, 'text')}"
                for column in table.columns
            )
            execute(f"CREATE TEMPORARY TABLE {quoted(table.name)} ({columns}) ON COMMIT DROP")
        for name, rows in database.items():
            table = self._schema.table(name)
            if rows and table is not None:
                is_truth = [column.type is ValueType.BOOLEAN for column in table.columns]
                places = ", ".join(["%s"] * len(is_truth))
                insert = f"INSERT INTO {quoted(table.name)} VALUES ({places})"  # noqa: S608
                for row in rows:
                    cells = zip(row, is_truth, strict=True)
                    execute(insert, [bool(c) if t and c is not None else c for c, t in cells])
        execute("SET TRANSACTION READ ONLY")

    def run(self, text: str) -> Result:
        """What a query gives. See `Runs.run`."""
        import psycopg

        spend(_STEPS)
        try:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                cursor.execute(cast("LiteralString", text))  # checked on its tree
                columns = tuple(column.name for column in cursor.description or ())
                rows: list[tuple[Value, ...]] = cursor.fetchmany(ROWS + 1)
        except psycopg.errors.QueryCanceled as error:
            raise RunsTooLong(str(error)) from error
        except psycopg.Error as error:
            raise DoesNotRun(str(error).splitlines()[0]) from error
        return bounded(columns, rows)

    def _execute(self, statement: str, values: list[Value] | None = None) -> None:
        self._connection.execute(cast("LiteralString", statement), values)  # names are quoted


def _connect(address: str) -> Connection:
    import psycopg

    try:
        return psycopg.connect(address, connect_timeout=5)
    except psycopg.Error as error:
        raise UnsupportedError(
            "the PostgreSQL that is to confirm witnesses cannot be reached",
            expected=f"a server at the address in {ADDRESS}",
            fix="start it, or unset the variable: witnesses then say that they are not confirmed",
        ) from error


_kept: Final = Kept[PostgreSqlEngine](most=1)  # which is one connection a thread


def postgresql_of(schema: SqlSchema) -> PostgreSqlEngine:
    """This thread's tables of a schema, in the server that is at hand.

    Raises:
        UnsupportedError: The server cannot be reached.
    """
    address = os.environ[ADDRESS]
    return _kept.get((address, schema.digest), lambda: PostgreSqlEngine(schema, address))

"""DuckDB in memory: the judge of its own dialect, and of the standard's."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Final

from jurist.languages.effort import spend
from jurist.languages.sql.dialects import habits
from jurist.languages.sql.engines.kept import Kept
from jurist.languages.sql.engines.results import ROWS, DoesNotRun, Result, bounded
from jurist.languages.sql.engines.sqlite import quoted
from jurist.languages.sql.schemas.live import not_installed
from jurist.languages.sql.schemas.schema import Column, SqlSchema
from jurist.languages.sql.values import Database, Value, ValueType

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STEPS: Final = 2_000
"""Of a load or a run, which take some milliseconds."""
_TYPES: Final = {
    ValueType.INTEGER: "BIGINT",
    ValueType.REAL: "DOUBLE",
    ValueType.BOOLEAN: "BOOLEAN",
    ValueType.DATE: "DATE",
    ValueType.TIMESTAMP: "TIMESTAMP",
}
CONFIG: Final = {
    "threads": "1",
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "256MB",
    "max_temp_directory_size": "0KB",
}
"""One thread, bounded memory, and nothing outside of the database."""


def has_duckdb() -> bool:
    """Whether DuckDB is installed."""
    return importlib.util.find_spec("duckdb") is not None


class DuckDbEngine:
    """The tables of one schema in one thread, without keys: what is loaded has been checked.

    Args:
        schema: Whose tables they are.

    Raises:
        UnsupportedError: DuckDB is not installed.
    """

    def __init__(self, schema: SqlSchema) -> None:
        self._schema = schema
        self._filled: set[str] = set()
        self._connection = self._connect(schema)
        for table in schema.tables:
            columns = ", ".join(
                f"{quoted(column.name)} {_type(column)}" for column in table.columns
            )
            self._connection.execute(f"CREATE TABLE {quoted(table.name)} ({columns})")
        self._connection.execute("SET lock_configuration = true")

    def load(self, database: Database) -> None:
        """Let the tables hold these rows alone."""
        spend(_STEPS)
        for name in sorted(self._filled):
            self._connection.execute(f"DELETE FROM {quoted(name)}")  # noqa: S608 - quoted
        self._filled.clear()
        for name, rows in database.items():
            if rows:
                places = ", ".join("?" * len(rows[0]))
                insert = f"INSERT INTO {quoted(name)} VALUES ({places})"  # noqa: S608 - quoted
                self._connection.executemany(insert, [list(row) for row in rows])
                self._filled.add(name)

    def run(self, text: str) -> Result:
        """What a query gives. See `Runs.run`."""
        import duckdb

        spend(_STEPS)
        try:
            cursor = self._connection.execute(text)
            columns = tuple(str(column[0]) for column in cursor.description or ())
            rows: list[tuple[Value, ...]] = cursor.fetchmany(ROWS + 1)
        except duckdb.Error as error:
            raise DoesNotRun(str(error).splitlines()[0]) from error
        return bounded(columns, rows)

    def _connect(self, schema: SqlSchema) -> DuckDBPyConnection:
        if not has_duckdb():
            raise not_installed("DuckDB", "duckdb")
        import duckdb

        connection = duckdb.connect(":memory:", config=dict(CONFIG))
        is_typed = habits(schema.dialect).integers_divide_to_integers
        connection.execute(f"SET integer_division = {str(is_typed).lower()}")
        if not habits(schema.dialect).nulls_are_least:
            connection.execute("SET default_null_order = 'NULLS_LAST'")
        return connection


def _type(column: Column) -> str:
    return _TYPES.get(column.type, "VARCHAR")


_kept: Final = Kept[DuckDbEngine](most=4)


def duckdb_of(schema: SqlSchema) -> DuckDbEngine:
    """This thread's tables of a schema in DuckDB, made where there are none yet.

    Raises:
        UnsupportedError: DuckDB is not installed.
    """
    return _kept.get(schema.digest, lambda: DuckDbEngine(schema))

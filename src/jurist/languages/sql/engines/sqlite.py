"""SQLite in memory: what searches for databases, and the judge of its own dialect.

A connection belongs to a schema and a thread, and its tables are made once: making them cost
more than all else of an easy pair. They carry no keys: the rowid of an INTEGER PRIMARY KEY
would sort the rows, whose order must be ours to shuffle.
"""

from __future__ import annotations

import re
import sqlite3
import weakref
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from jurist.languages.effort import spend
from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.engines.kept import Kept
from jurist.languages.sql.engines.results import ROWS, DoesNotRun, Result, RunsTooLong, bounded
from jurist.languages.sql.engines.several import AtExtreme, First, Several
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.schemas.types import affinity
from jurist.languages.sql.text.collating import fold_value
from jurist.languages.sql.values import Database, ValueType

TICK: Final = 2_000
"""Instructions of SQLite's machine between two looks at how many there were."""
TICKS: Final = 400
"""Of one run: far beyond what a query on some dozens of rows needs."""
_STEPS_A_TICK: Final = 40
_STEPS_A_RUN: Final = 20
_LENGTH: Final = 1_000_000
"""Bytes of a text, a row or a statement."""
_AFFINITY: Final = {
    ValueType.INTEGER: "INTEGER",
    ValueType.REAL: "REAL",
    ValueType.BOOLEAN: "INTEGER",
    ValueType.OTHER: "",
}
_QUERY: Final = re.compile(r"\s*(?:\(|(?:SELECT|WITH|VALUES)\b)", re.IGNORECASE)
"""What a query begins with: loading's own statements are compiled, and not authorized again."""
_READS: Final = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
    }
)
_REFUSED_FUNCTIONS: Final = frozenset(
    {"load_extension", "randomblob", "zeroblob", "fts3_tokenizer", "sqlite_log"}
)


def quoted(name: str) -> str:
    """A name between double quotes."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(slots=True)
class _Run:
    """How far the current run has come, and whether tables may be written."""

    most: int
    ticks: int = 0
    loads: bool = True

    def tick(self) -> int:
        self.ticks += 1
        return int(self.ticks > self.most)

    def authorize(
        self, action: int, name: str | None, detail: str | None, base: str | None, _by: str | None
    ) -> int:
        if self.loads:
            return sqlite3.SQLITE_OK
        allowed = action in _READS and base in {None, "main", "temp"}
        if action == sqlite3.SQLITE_FUNCTION:
            allowed = allowed and (detail or "").lower() not in _REFUSED_FUNCTIONS
        if action == sqlite3.SQLITE_READ:
            allowed = allowed and not (name or "").lower().startswith("sqlite_")
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


class Sqlite:
    """A connection that answers queries, and tells what several values they met.

    It does all that it is told until whoever makes one ends that, by `_run.loads` or by an
    authorizer of its own.

    Args:
        schema: Whose dialect says how LIKE reads case.
        address: Of the database, as SQLite's URI.
        ticks: Of one run.

    Raises:
        sqlite3.Error: It cannot be opened.
    """

    FIRST: Final = "jurist_first"
    """For probes, as are the next: an aggregate that gives the first of its values."""
    AT_MIN: Final = "jurist_at_min"
    """The first value of those that stand beside the least first argument."""
    AT_MAX: Final = "jurist_at_max"
    TIES: Final = "jurist_ties"
    """A function that gives its second argument; the first counts rows that are equal here."""

    def __init__(
        self, schema: SqlSchema, *, address: str = "file::memory:", ticks: int = TICKS
    ) -> None:
        self._run = _Run(ticks)
        self._several = Several()
        self._connection = self._connect(schema, address)

    def run(self, text: str) -> Result:
        """What a query gives. See `Runs.run`."""
        if not _QUERY.match(text):
            raise DoesNotRun("not a query")
        run = self._run
        run.ticks = 0
        try:
            with closing(self._connection.execute(text)) as cursor:
                rows = cursor.fetchmany(ROWS + 1)
                columns = tuple(column[0] for column in cursor.description or ())
        except (sqlite3.Error, sqlite3.Warning, OverflowError, UnicodeError) as error:
            if run.ticks > run.most:
                raise RunsTooLong(f"more than {TICK * run.most} steps") from error
            raise DoesNotRun(str(error)) from error
        finally:
            spend(_STEPS_A_RUN + _STEPS_A_TICK * run.ticks)
        return bounded(columns, rows)

    def saw_several(self) -> bool:
        """Whether a probe saw two values where there should be one, since this was last asked."""
        return self._several.asked()

    def _connect(self, schema: SqlSchema, address: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            address,
            uri=True,
            isolation_level=None,
            cached_statements=256,
            check_same_thread=False,  # where a thread has ended, another one closes
        )
        weakref.finalize(self, connection.close)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LENGTH)
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _LENGTH)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        if not habits(schema.dialect).like_ignores_case:
            connection.execute("PRAGMA case_sensitive_like = ON")
        several = self._several
        connection.create_aggregate(self.FIRST, 1, lambda: First(several))
        connection.create_aggregate(self.AT_MIN, 2, lambda: AtExtreme(several, sign=-1))
        connection.create_aggregate(self.AT_MAX, 2, lambda: AtExtreme(several, sign=1))
        connection.create_function(self.TIES, 2, several.tied)
        connection.set_progress_handler(self._run.tick, TICK)
        connection.set_authorizer(self._run.authorize)
        return connection


class SqliteEngine(Sqlite):
    """The tables of one schema in one thread.

    Args:
        schema: Whose tables they are, and whose dialect says how LIKE and equality read case.
    """

    def __init__(self, schema: SqlSchema) -> None:
        super().__init__(schema)
        self._filled: set[str] = set()
        self._folds = habits(schema.dialect).equality_ignores_case
        self._tables: dict[str, tuple[str, str]] = {}
        for table in schema.tables:
            if not table.name.lower().startswith("sqlite_"):  # its own, which none can make
                self._make(table, schema.dialect)
        self._run.loads = False

    def load(self, database: Database) -> None:
        """Let the tables hold these rows alone, in this order; folded for what ignores case."""
        self._run.loads = True
        self._run.ticks = 0  # of a query before, which may have been stopped by them
        try:
            execute = self._connection.execute
            execute("BEGIN")
            for name in sorted(self._filled):
                execute(self._tables[name][1])
            self._filled.clear()
            for table, rows in database.items():
                if rows:
                    name = table.lower()
                    if self._folds:
                        rows = [tuple(map(fold_value, row)) for row in rows]
                    self._connection.executemany(self._tables[name][0], rows)
                    self._filled.add(name)
            execute("COMMIT")
        finally:
            self._run.loads = False
        spend(10 + 2 * sum(map(len, database.values())))

    def _make(self, table: Table, dialect: Dialect) -> None:
        columns = ", ".join(
            f"{quoted(column.name)} {_declaration(column, dialect)}" for column in table.columns
        )
        name = quoted(table.name)
        self._connection.execute(f"CREATE TABLE {name} ({columns})")
        places = ", ".join("?" * len(table.columns))
        self._tables[table.name.lower()] = (
            f"INSERT INTO {name} VALUES ({places})",  # noqa: S608 - quoted
            f"DELETE FROM {name}",  # noqa: S608 - quoted
        )


def _declaration(column: Column, dialect: Dialect) -> str:
    """The type that gives the column the affinity of its dialect."""
    if dialect is Dialect.SQLITE and column.declared:
        return affinity(column.declared)
    return _AFFINITY.get(column.type, "TEXT")


_kept: Final = Kept[SqliteEngine](most=12)


def sqlite_of(schema: SqlSchema) -> SqliteEngine:
    """This thread's tables of a schema, made where there are none yet."""
    return _kept.get(schema.digest, lambda: SqliteEngine(schema))

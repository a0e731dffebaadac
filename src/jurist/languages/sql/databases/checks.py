"""The declared conditions on a row, asked of SQLite, so that no row is made that breaks one."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Sequence

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.schemas.schema import Table
from jurist.languages.sql.text.collating import fold, fold_value
from jurist.languages.sql.values import Value


class Checks:
    """The checks of a table.

    A check that SQLite cannot read holds of no row: the table stays empty rather than illegal.

    Args:
        table: Whose checks they are.
        dialect: That they are written in.
    """

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self._asks: list[str] = []
        self._folds = habits(dialect).equality_ignores_case
        self._connection = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False
        )
        weakref.finalize(self, self._connection.close)
        quoted = (column.name.replace('"', '""') for column in table.columns)
        row = ", ".join(f'? AS "{name}"' for name in quoted)
        for check in table.checks:
            try:
                tree = parse_one(check, read=habits(dialect).sqlglot or None)
            except SqlglotError:
                tree = parse_one("0")
            if self._folds:
                for literal in tree.find_all(exp.Literal):
                    literal.set("this", fold(literal.name))
            text = tree.sql("sqlite")
            self._asks.append(f"SELECT ({text}) FROM (SELECT {row})")  # noqa: S608 - in memory

    def hold(self, row: Sequence[Value]) -> bool:
        """Whether none of them is false of a row; unknown breaks none."""
        if self._folds:
            row = tuple(map(fold_value, row))
        try:
            return all(self._connection.execute(ask, row).fetchone()[0] != 0 for ask in self._asks)
        except sqlite3.Error:
            return False

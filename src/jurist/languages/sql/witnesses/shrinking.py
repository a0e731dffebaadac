"""From a database that tells two queries apart to the smallest near it that still does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.values import Database, Row, Value
from jurist.languages.sql.witnesses.legal import broken

MOST_TRIES: Final = 150
"""Databases that are tried: beyond, what is reached is small enough."""
_PLAIN_NUMBERS: Final = (1, 2, 3, 0)
_PLAIN_TEXTS: Final = ("a", "b", "c")
_PLAIN_LENGTH: Final = 1


def shrunk(database: Database, schema: SqlSchema, differs: Callable[[Database], bool]) -> Database:
    """The database with rows gone and values plain, as long as it stays legal and differs.

    Args:
        database: A legal one for which `differs` holds.
        schema: What it must obey.
        differs: Whether a database still tells the two apart.
    """
    shrinking = _Shrinking(schema, differs, database)
    shrinking.drop_rows()
    shrinking.make_plain()
    return shrinking.database


class _Shrinking:
    def __init__(
        self, schema: SqlSchema, differs: Callable[[Database], bool], database: Database
    ) -> None:
        self.database: Database = {name: tuple(rows) for name, rows in database.items()}
        self._schema = schema
        self._differs = differs
        self._left = MOST_TRIES

    def drop_rows(self) -> None:
        """Halves of tables first, then single rows; children before what they refer to."""
        is_smaller = True
        while is_smaller and self._left:
            is_smaller = False
            for name in reversed(list(self.database)):
                size = len(self.database[name])
                while size and self._left:
                    is_smaller |= self._drop(name, size)
                    size //= 2

    def _drop(self, name: str, size: int) -> bool:
        is_smaller = False
        start = 0
        while start < len(self.database[name]):
            rows = self.database[name]
            if self._take({**self.database, name: (*rows[:start], *rows[start + size :])}):
                is_smaller = True
            else:
                start += size
        return is_smaller

    def make_plain(self) -> None:
        """Give each value that is not plain a plainer one, everywhere at once."""
        for value in list(self._values()):
            for plain in _plainer(value):
                if self._left and self._take(self._renamed(value, plain)):
                    break

    def _values(self) -> Iterator[Value]:
        cells = (cell for rows in self.database.values() for row in rows for cell in row)
        return iter(dict.fromkeys(cell for cell in cells if not _is_plain(cell)))

    def _renamed(self, value: Value, plain: Value) -> Database:
        def row_of(row: Row) -> Row:
            return tuple(plain if cell == value and cell is not None else cell for cell in row)

        return {name: tuple(map(row_of, rows)) for name, rows in self.database.items()}

    def _take(self, smaller: Database) -> bool:
        """Go on with another database, if it will do."""
        if not self._left:
            return False
        self._left -= 1
        if broken(self._schema, smaller) or not self._differs(smaller):
            return False
        self.database = smaller
        return True


def _is_plain(value: Value) -> bool:
    if isinstance(value, str):
        return len(value) <= _PLAIN_LENGTH and value.islower()
    return value is None or value in _PLAIN_NUMBERS


def _plainer(value: Value) -> Iterator[Value]:
    if isinstance(value, str):
        if len(value) >= 10 and value[:4].isdecimal():  # a date: no other one is plainer
            return
        yield from _PLAIN_TEXTS[:2]
    elif isinstance(value, int):
        yield from _PLAIN_NUMBERS[:2]
    elif isinstance(value, float):
        yield from (1.0, 2.0)

"""Values, rows and databases as plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = int | float | str | None
"""What stands in a cell. Truth values are 0 and 1; dates `2024-02-29`, moments
`2024-02-29 13:30:00`, as text."""
Row: TypeAlias = tuple[Value, ...]
Database: TypeAlias = Mapping[str, Sequence[Row]]
"""By the table's name as the schema writes it; each row in the order of the table's columns."""


class ValueType(StrEnum):
    """What a column's values are; `null` is of no type alone."""

    INTEGER = "integer"
    REAL = "real"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    NULL = "null"
    """Of the literal alone: nothing is known of what it might have been."""
    OTHER = "other"
    """Bytes, JSON, arrays, ...: equal or not, and nothing else is known."""

    @property
    def is_number(self) -> bool:
        """Whether there is arithmetic on it."""
        return self in {ValueType.INTEGER, ValueType.REAL, ValueType.BOOLEAN}

    def is_comparable_to(self, other: ValueType) -> bool:
        """Whether values of both are compared as they are, so that equal ones are the same."""
        return self is other or (self.is_number and other.is_number)

    @property
    def is_time(self) -> bool:
        """Whether it is a date or a moment."""
        return self in {ValueType.DATE, ValueType.TIMESTAMP}

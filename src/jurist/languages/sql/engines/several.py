"""Functions by which SQLite tells that there were several values where there should be one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, cast

Cell: TypeAlias = int | float | str | bytes | None


@dataclass(slots=True)
class Several:
    """What the probes of a connection remember."""

    _seen: bool = False

    def remember(self) -> None:
        """There was another value."""
        self._seen = True

    def asked(self) -> bool:
        """Whether there was, since this was last asked."""
        seen, self._seen = self._seen, False
        return seen

    def tied(self, equals: Cell, value: Cell) -> Cell:
        """The value, which is one of so many equals."""
        if isinstance(equals, int) and equals > 1:
            self._seen = True
        return value


@dataclass(slots=True)
class First:
    """The first of the values of a group."""

    several: Several
    is_empty: bool = True
    value: Cell = None

    def step(self, value: Cell) -> None:
        """Take in a row."""
        if self.is_empty:
            self.value, self.is_empty = value, False
        elif value != self.value:
            self.several.remember()

    def finalize(self) -> int:
        """What the group gives."""
        return cast("int", self.value)  # the stub knows no other type; SQLite takes any


@dataclass(slots=True)
class AtExtreme:
    """The value beside the least (sign -1) or greatest (1) first argument; NULLs are passed over.

    Where all of them are NULL, any row's value might be given.
    """

    several: Several
    sign: int
    extreme: Cell = None
    values: list[Cell] = field(default_factory=list[Cell])

    def step(self, *cells: Cell) -> None:
        """Take in a row: by what, and the value."""
        by, value = cells
        if by is None and self.extreme is not None:
            return
        if self.extreme is None and by is not None:
            self.extreme, self.values = by, [value]
        elif by is None or _rank(by) == _rank(self.extreme):
            self.values.append(value)
        elif (_rank(by) > _rank(self.extreme)) == (self.sign > 0):
            self.extreme, self.values = by, [value]

    def finalize(self) -> int:
        """What the group gives."""
        if any(value != self.values[0] for value in self.values):
            self.several.remember()
        return cast("int", self.values[0] if self.values else None)


def _rank(cell: Cell) -> tuple[int, Cell]:
    """How SQLite sorts values that are not NULL: numbers, texts, bytes."""
    if isinstance(cell, str):
        return 1, cell
    return (2, cell) if isinstance(cell, bytes) else (0, cell)

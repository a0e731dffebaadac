"""What decides which options of some dimensions can be taken together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Chain = Sequence[Sequence[int]]
"""The atoms of one quantity by ascending bound, equal bounds together."""
Cells = tuple[int, ...]
"""For each chain, how many of its bounds are reached."""


@dataclass(frozen=True, slots=True)
class Refuted:
    """A bound that takes part in a contradiction: the cells of a chain that have it."""

    chain: int
    cells: Sequence[int]


class Theory(Protocol):
    """Confirms or refutes combinations of cells of all its chains."""

    @property
    def width(self) -> int:
        """How many chains."""
        ...

    def conflict(self, cells: Cells) -> tuple[Refuted, ...] | None:
        """Why nothing takes exactly these cells; `None` where something does."""
        ...

"""What decides which bounds on one group can be reached together."""

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
    cells: range


class Reach(Protocol):
    """Confirms or refutes combinations of cells of all chains of a group."""

    @property
    def chains(self) -> Sequence[Chain]:
        """The bounds of each quantity."""
        ...

    def refutation(self, cells: Cells) -> tuple[Refuted, ...] | None:
        """Why no group reaches exactly these cells; `None` where one does."""
        ...

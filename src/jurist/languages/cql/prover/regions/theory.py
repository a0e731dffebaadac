"""What decides which options of some dimensions can be taken together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Thresholds = Sequence[Sequence[int]]
"""The atoms of one quantity by ascending bound, those of equal bounds together."""
Levels = tuple[int, ...]
"""For each quantity, how many of its thresholds are reached."""


@dataclass(frozen=True, slots=True)
class Refuted:
    """A bound that takes part in a contradiction: the levels of a quantity that have it."""

    quantity: int
    levels: Sequence[int]


class Theory(Protocol):
    """Confirms or refutes combinations of levels of all its quantities."""

    @property
    def width(self) -> int:
        """How many quantities."""
        ...

    def conflict(self, levels: Levels) -> tuple[Refuted, ...] | None:
        """Why nothing takes exactly these levels; `None` where something does."""
        ...

"""The kinds of databases that are made, in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """How the rows of a database come about."""

    name: str
    rows: tuple[int, int]
    """Fewest and most of a table."""
    nulls: float
    """Share of the cells of nullable columns."""
    values: int
    """Different ones that joined columns draw from."""
    at_constants: float
    """Share of these that a query mentions."""
    is_skewed: bool
    """Whether some values and parents come far more often, and whole rows twice."""


PROFILES: Final = (
    Profile("tiny", (1, 3), 0.0, 3, 0.7, is_skewed=False),
    Profile("clash", (3, 6), 0.0, 3, 0.6, is_skewed=False),
    Profile("nulls", (3, 7), 0.25, 3, 0.5, is_skewed=False),
    Profile("wide", (5, 9), 0.05, 6, 0.4, is_skewed=False),
    Profile("duplicates", (4, 8), 0.1, 2, 0.8, is_skewed=True),
    Profile("fan-out", (8, 16), 0.05, 4, 0.6, is_skewed=True),
    Profile("distinct", (6, 10), 0.0, 12, 0.3, is_skewed=False),
)

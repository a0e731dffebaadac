"""Numbers as tables and sentences say them."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jurist.analysis.intervals import Estimate

NOTHING: Final = "–"
"""Stands where there is no number."""


def nearest_level(score: float) -> int:
    """The level from 1 to 5 that a score is nearest to, the better of two."""
    return min(5, max(1, floor(score + 0.5)))


def interval_words(estimate: Estimate | None) -> str:
    """`3.42 [3.21, 3.63]`; a dash where there is no value."""
    if estimate is None or estimate.value != estimate.value:
        return NOTHING
    value = f"{estimate.value:.2f}"
    if estimate.low != estimate.low:
        return value
    return f"{value} [{estimate.low:.2f}, {estimate.high:.2f}]"


def percent(share: float, places: int = 1) -> str:
    """A share as a percentage; a dash where there is none."""
    return NOTHING if share != share else f"{100 * share:.{places}f} %"


def whole(number: float) -> str:
    """`1,072`."""
    return f"{number:,.0f}"


def p_words(p_value: float) -> str:
    """`0.031`, `< 0.001`, or a dash."""
    if p_value != p_value:
        return NOTHING
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"

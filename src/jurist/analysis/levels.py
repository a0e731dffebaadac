"""From where on an answer passes, and how sure intervals and plans are to be."""

from __future__ import annotations

from typing import Final

CONFIDENCE: Final = 0.95
"""Of two-sided intervals."""
LEVEL: Final = (1 - CONFIDENCE) / 2
"""Of a decision to one side: 2.5 %."""
POWER: Final = 0.8
"""The chance of finding a difference that is there."""
LEAST_TO_DECIDE: Final = 5
"""References below which nothing is decided: an interval is shown, with a note."""
LEAST_TO_RESAMPLE: Final = 15
"""References below which a resampled statistic has no interval: too few to stand for others."""
SAME: Final = 4.5
"""Score from which on, rounded, two queries are called the same."""
PASS: Final = 4.0
"""Score from which on an answer passes, unless a study says otherwise."""

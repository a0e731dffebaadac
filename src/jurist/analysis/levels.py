"""From where on an answer passes, and how sure intervals and plans are to be."""

from __future__ import annotations

from typing import Final

CONFIDENCE: Final = 0.95
"""Of two-sided intervals."""
POWER: Final = 0.8
"""The chance of finding a difference that is there."""
PASS: Final = 4.0
"""Score from which on an answer passes, unless a study says otherwise."""

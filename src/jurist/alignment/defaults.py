"""What functions and commands do where nothing is said: one place for both.

It imports nothing, so that a command can show its defaults without loading what computes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

SEED: Final = 0

# --- challenge ------------------------------------------------------------------------------

ITEMS: Final = 20
"""Most items of one operator."""
PROBES: Final = 20
"""Most pairs for each metamorphic check."""
LIMIT: Final = 0.2
"""Error rate of one operator that a judge may have."""
LEAST: Final = 17
"""Items of an operator that can show a rate below `LIMIT`: 0 of 17 has the upper bound .195."""

# --- labels ---------------------------------------------------------------------------------

TASKS: Final = 50
"""Answers to draw for annotation, those that are labelled already included."""
RANDOM_SHARE: Final = 0.4
"""Share of them that is drawn in proportion to all answers."""

# --- tune -----------------------------------------------------------------------------------


class TuningMethod(StrEnum):
    """How a judge is tuned: guidelines and examples, or prompt evolution."""

    MEMORY = "memory"
    EVOLUTION = "evolution"


EXAMPLES: Final = (3,)
"""Numbers of nearest examples that are tried."""
TRIALS: Final = 200
"""About the most trials of evolution."""

# --- plan -----------------------------------------------------------------------------------

HALF_WIDTH: Final = 0.1
"""Of the interval that is wanted, in points of mean score."""
QUESTIONS: Final = (1, 2, 3, 5, 10)
"""Numbers of questions a case that are weighed against each other."""

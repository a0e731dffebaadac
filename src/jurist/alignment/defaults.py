"""What functions and commands do where nothing is said: one place for both.

It imports nothing, so that a command can show its defaults without loading what computes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

SEED: Final = 0

# --- challenge ------------------------------------------------------------------------------

ITEMS: Final = 20
"""Most items of one operator, each of another reference: 12 errors in 20 are significantly above
`MAX_OPERATOR_ERROR` among 100 operators, so one that errs in three of four is found in 95 %."""
PROBES: Final = 20
"""Most pairs for each metamorphic check."""
MAX_ERROR: Final = 0.05
"""Total error that a judge may have. 72 references without an error show it; with 1 % errors 111,
as the shipped workspace shop has them, do in 9 of 10 challenges."""
MAX_OPERATOR_ERROR: Final = 0.2
"""Error rate that no operator may be significantly above."""
LEAST: Final = 6
"""Items of an operator from which on it is tested: the fewest on which being always wrong is
significant among up to 390 operators, 0.2^6 <= .025 / 390."""
MAX_UNTESTED: Final = 0.3
"""Share of a language's operators that may have fewer. Rare constructs give few items: in the
shipped workspaces with more than 100 references, 20 to 25 % of the operators have fewer."""

ERROR_RATE: Final = 0.01
"""Of the judge that a planned challenge should qualify."""
CERTAINTY: Final = 0.9
"""With which it should."""

# --- labels ---------------------------------------------------------------------------------

TASKS: Final = 50
"""Answers to draw for annotation, those that are labelled already included."""
RANDOM_SHARE: Final = 0.4
"""Share of them that is drawn in proportion to all answers, where they choose or tune a judge."""

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

WANTED_POWER: Final = 0.8
"""Chance of finding a difference that is there, or of an unchanged system to pass."""
MAX_DROP: Final = 0.2
"""Of a gate that is planned."""
HALF_WIDTH: Final = 0.1
"""Of the interval that is wanted, in points of mean score."""
QUESTIONS: Final = (1, 2, 3, 5, 10)
"""Numbers of questions a case that are weighed against each other."""

"""What became of a session of a run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jurist.store.failures import Failures


class Ending(StrEnum):
    """How a session of a run ended."""

    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    """It was asked to stop; what is open is done next time."""
    OUT_OF_BUDGET = "out_of_budget"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a session of a run."""

    run: str
    ending: Ending
    done: int
    """Tasks that this session did, and no other did before it."""
    open: int
    """Tasks that are known and not done."""
    reason: str = ""
    """Why it ended early."""
    seconds: float = 0.0
    reopened: Failures | None = None
    """What was asked again; `None`: nobody wanted that."""

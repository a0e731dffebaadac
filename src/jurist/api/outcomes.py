"""How far a run has come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a run has come."""

    state: str
    """`finished`; or `open`: it was interrupted, its budget ended, or it is still running."""
    tasks: int
    """Questions to write, to answer and answers to judge, as far as they are known."""
    open: int
    """Of these not done."""
    failed: int
    """Results that an error left missing (an answer's verdicts count with it); asked for again by
    `jurist.run(..., retry_failures=True)`."""

"""The steps of a run, and where a task stands."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The steps of a run, in order."""

    QUESTIONS = "questions"
    CANDIDATES = "candidates"
    VERDICTS = "verdicts"


class Status(StrEnum):
    """Where a task stands."""

    PENDING = "pending"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
    """Done, and the result is a failure that another try might mend."""

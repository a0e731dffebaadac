"""The command that a launcher starts, and what its exit code means to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Ended(IntEnum):
    """Exit codes of `jurist work` after which it is not started again."""

    FINISHED = 0
    """Nothing is left to do."""
    UNABLE = 2
    """It cannot work, and says why."""
    STOPPED = 3
    """By a signal, or because the budget is used up."""


FINAL: Final = frozenset(Ended)
_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class SessionCommand:
    """`jurist work` for one run. The store's address is no part of it: it may hold a password."""

    run: str
    folder: str = ""
    """Where nodes have the study's own modules; empty: nowhere in particular."""

    @property
    def name(self) -> str:
        """The end of the run's id, in letters that any system takes for a name."""
        plain = re.sub("[^a-z0-9]+", "-", self.run.lower())
        return plain[-_LONGEST_NAME:].strip("-")

    def arguments(self, workers: str) -> list[str]:
        """What follows `jurist`.

        Args:
            workers: Processes for proofs: a number, or what a shell makes one of; empty: one a
                core.
        """
        folder = ["--folder", self.folder] if self.folder else []
        share = ["--workers", workers] if workers else []
        return ["work", self.run, *share, *folder, "--quiet"]

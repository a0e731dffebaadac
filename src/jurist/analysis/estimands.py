"""What a decision is about, and how often one looks: the words, with nothing heavy to import."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from jurist.records import Origin

ORIGINS: Final = (Origin.REAL, Origin.AUTHORED, Origin.SYNTHETIC)
"""Which questions decide, and what generators are ordered by: the first that there are."""
DROP: Final = "change of the mean score"
"""The criterion that holds a run against its baseline."""
ALL: Final = "all"
"""The system where plain verdicts name none."""


class About(StrEnum):
    """What is estimated."""

    REQUESTS = "requests"
    """Requests like these: the references are draws from what people ask."""
    CASES = "cases"
    """These very cases: no reference is a draw, only a generator's repeated answers vary."""


class Looks(StrEnum):
    """How often the same question is put to growing data."""

    ONCE = "once"
    DAILY = "daily"
    """As often as one likes, and stopping when one likes."""


class Needed(StrEnum):
    """Which of several generators must pass."""

    EVERY = "every"
    ANY = "any"


def asked_words(run: str, origin: Origin) -> str:
    """Which questions a number speaks of; of plain tables, which are no run, no origin is known."""
    return f"{origin} questions" if run else "these items"

"""What a decision is about, and how often one looks: the words, with nothing heavy to import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from jurist.provenance import anchor_of, anchors

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


def anchored_words(origin: str, systems: Iterable[str]) -> Iterator[str]:
    """Why scores on anchored cases are apart, and which system they favour; nothing of others.

    Args:
        origin: A provenance.
        systems: The generators whose scores are told.
    """
    anchor = anchor_of(origin)
    if not anchor:
        return
    own = [name for name in systems if anchors(origin, name)]
    whose = f": here {' and '.join(own)} is judged by edits of its own answers" if own else ""
    yield (
        f"References anchored by {anchor} are what people made of its answers: scores on them "
        f"favour it, and whoever answers alike; they are pooled with no others{whose}."
    )


def asked_words(run: str, origin: str) -> str:
    """Which questions a number speaks of; of plain tables, which are no run, no origin is known."""
    return f"{origin} questions" if run else "these items"

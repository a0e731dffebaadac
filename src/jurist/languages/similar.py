"""Names of a schema that a reader or a model takes for one another."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_MOST_SIMILAR = 4
_LEAST_LIKENESS = 0.3


def similar_names(name: str, others: Iterable[str]) -> list[str]:
    """The most similar other names, the nearest first; words in common count most."""
    rated = [(likeness(name, other), other) for other in others if other != name]
    near = sorted((-rate, other) for rate, other in rated if rate >= _LEAST_LIKENESS)
    return [other for _, other in near[:_MOST_SIMILAR]]


def likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1: the words that both have, and their letters."""
    words, other_words = _words(one), _words(other)
    shared = len(words & other_words) / max(len(words | other_words), 1)
    letters = difflib.SequenceMatcher(a=one.casefold(), b=other.casefold()).ratio()
    return (shared + letters) / 2


def _words(name: str) -> frozenset[str]:
    spaced = "".join(sign if sign.isalnum() else " " for sign in name.casefold())
    return frozenset(spaced.split())

"""Plain texts beside and between others."""

from __future__ import annotations

from collections.abc import Sequence

from jurist.languages.cql.semantics.values import read_number


def text_beside(taken: Sequence[str]) -> str:
    """A text that is none of these."""
    words = ("other", "another", "something else")
    return next((w for w in words if w not in taken), None) or max(taken, key=len) + "x"


def text_between(low: str | None, high: str | None) -> str | None:
    """A text, no number, strictly between two; `None`: there is none, or no bound."""
    candidates = ["other", "a", "A", "zz", ""]
    if low is not None:
        candidates += [low + "x", low + "a", low + " ", low + "!", low + "\0"]
    for candidate in candidates:
        is_between = (low is None or low < candidate) and (high is None or candidate < high)
        if is_between and read_number(candidate) is None:
            return candidate
    return None

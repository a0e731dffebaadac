"""The known name that an unknown one most likely means."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable

_LONGEST = 120
_CLOSE_ENOUGH = 0.6
_FINALISTS = 10


class NearestNames:
    """Known names, made ready to be compared with unknown ones.

    Case, spaces and punctuation do not count. Pairs of letters choose a few finalists,
    so that a long list of names costs little.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, str] = {}
        for name in names:
            self._names.setdefault(_folded(name), name)
        self._pairs = {folded: _pairs(folded) for folded in self._names}

    def nearest(self, name: str) -> str | None:
        """The nearest name, `None` where none is near."""
        folded = _folded(name)
        if folded in self._names:
            return self._names[folded]
        pairs = _pairs(folded)

        def likeness(known: str) -> float:
            others = self._pairs[known]
            return len(pairs & others) / (len(pairs) + len(others))

        finalists = heapq.nlargest(_FINALISTS, self._names, key=likeness)
        close = difflib.get_close_matches(folded, finalists, n=1, cutoff=_CLOSE_ENOUGH)
        return self._names[close[0]] if close else None


def _folded(name: str) -> str:
    letters = "".join(sign for sign in name[:_LONGEST].casefold() if sign.isalnum())
    return letters or name[:_LONGEST]


def _pairs(folded: str) -> frozenset[str]:
    framed = f" {folded} "
    return frozenset(framed[i : i + 2] for i in range(len(framed) - 1))

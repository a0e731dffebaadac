"""What is done more often than something else: "ordered more often than they returned"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from jurist.languages.cql.english.reading.segments import Word
from jurist.languages.cql.english.reading.spans import Bound, Times
from jurist.languages.cql.operators import Operator

_OFTEN: Final = (
    ("at least as often as", Operator.AT_LEAST),
    ("at most as often as", Operator.AT_MOST),
    ("just as often as", Operator.EQUALS),
    ("exactly as often as", Operator.EQUALS),
    ("more often than", Operator.GREATER_THAN),
    ("more times than", Operator.GREATER_THAN),
    ("less often than", Operator.LESS_THAN),
    ("fewer times than", Operator.LESS_THAN),
)
_MORE: Final = {
    "more": Operator.GREATER_THAN,
    "fewer": Operator.LESS_THAN,
    "less": Operator.LESS_THAN,
}


class Compared(NamedTuple):
    """Two things that were done, and how often the one against the other."""

    one: Sequence[Word]
    operator: Operator
    other: Sequence[Word]
    is_of_often: bool = True
    """Whether nothing else can be meant: not so of "more ... than"."""


def compared_deeds(words: Sequence[Word]) -> Compared | None:
    """The two parts of a comparison of how often; `None` where the words are none."""
    low = [word.text.lower() if word.span is None else "" for word in words]
    for phrase, operator in _OFTEN:
        parts = phrase.split()
        for start in range(1, len(low) - len(parts)):
            if low[start : start + len(parts)] == parts:
                return Compared(words[:start], operator, words[start + len(parts) :])
    if any(isinstance(word.span, Bound | Times) for word in words) or "than" not in low:
        return None
    than = low.index("than")
    start = next((n for n in range(than) if low[n] in _MORE), None)
    if start is None or not start + 1 < than < len(low) - 1:
        return None
    return Compared(
        words[start + 1 : than], _MORE[low[start]], words[than + 1 :], is_of_often=False
    )

"""Which texts of a query a judge may read: names and values that cannot be sentences."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LONGEST: Final = 40
MOST_WORDS: Final = 4

_WORD = r"[^\W_]+"
_NAME: Final = re.compile(rf"\$?{_WORD}(?:(?:[ _.:/$&+-]|\\\.){{1,2}}{_WORD}|\.\$)*")
_PART: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^\W_A-Za-z0-9]+")
_CONSTANT: Final = re.compile(
    r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{5,12}(?:Z|[+-][0-9:]{4,5})?)?",
    re.ASCII,
)
_ADDRESSES_A_JUDGE: Final = frozenset(
    {
        *("assistant", "disregard", "equal", "equivalent", "forget", "give", "identical", "ignore"),
        *("instruction", "instructions", "judge", "judges", "must", "obey", "override"),
        *("prompt", "score", "verdict"),
    }
)
_STAND_IN: Final = re.compile(
    r"(?:unlisted )?(?:text|event|property|trait|context|entity|source) [0-9]+", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def is_constant(text: str) -> bool:
    """Whether it is nothing, a number or a date: such texts say nothing, however many there are."""
    return not text or _CONSTANT.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def is_plain(text: str) -> bool:
    """Whether a text that a schema lists reads as a name: few words, and none to a judge.

    This is a sieve and no proof: who may name events in a schema still has a few words.
    """
    if len(text) > LONGEST or _NAME.fullmatch(text) is None or _STAND_IN.fullmatch(text):
        return False
    words = [word.lower() for word in _PART.findall(text)]
    if words[-1:] == ["score"]:  # lead_score, Churn Score: a name all the same
        words.pop()
    spoken = sum(not word.isdigit() for word in words)
    return spoken <= MOST_WORDS and _ADDRESSES_A_JUDGE.isdisjoint(words)

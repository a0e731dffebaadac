"""Words that are hidden: those of values and, where names are hidden too, of names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from jurist.privacy.cipher import pieces
from jurist.privacy.spelling import plainly

_LETTERS: Final = [chr(code) for code in range(0x530)]
"""Whole alphabets, Latin to Cyrillic: a pseudonym has any letter of its name's alphabet."""
_SMALL: Final = "".join(filter(str.islower, _LETTERS))
_LARGE: Final = "".join(filter(str.isupper, _LETTERS))
_HUMPS: Final = re.compile(
    f"(?<=[{_SMALL}0-9])(?=[{_LARGE}])|(?<=[{_LARGE}])(?=[{_LARGE}][{_SMALL}])"
)
_ENDINGS: Final = frozenset(
    {"", "s", "es", "d", "ed", "r", "er", "rs", "ers", "ing", "ings", "ion", "ions"}
)
_SHORTEST_STEM: Final = 4
_YEAR: Final = 4
"""Digits of a number that may stand for itself within names: `holiday 2025`."""
FUNCTION_WORDS: Final = frozenset(
    """
    second seconds minute minutes hour hours day days week weeks month months quarter quarters
    year years time times past ago
    true false null none a about above after again all also am an and any are as at be been
    before being below between both but by can did do does down during each either else ever
    every few for from had has have having he her hers him his how i if in into is it its just
    least less many me more most much my neither never no nor not of off on once one only or
    other our out over own same she should since so some such than that the their them then
    there these they this those through to too twice under until up upon us very was we were
    what when where which while who whom whose why will with within without would you your
    """.split()  # noqa: SIM905 - a word a line says no more
)
"""Words that say how a request is meant: they stay where nothing quotes them."""


def words_of(text: str) -> list[str]:
    """The words of a text, in order."""
    return [word for is_word, word in pieces(text) if is_word]


def name_parts(name: str) -> list[str]:
    """A name in parts that are put together unchanged: `lineItem_id` is line, Item, _, id."""
    return [part for _, piece in pieces(name) for part in _HUMPS.split(piece)]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Hidden words, as they are looked up, without those that every request has."""

    words: frozenset[str]
    more: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Vocabulary:
        """The words of texts."""
        return cls(_words(texts))

    def with_texts(self, texts: Iterable[str]) -> Vocabulary:
        """With the words of other texts too."""
        return Vocabulary(self.words, self.more | _words(texts))

    def has(self, word: str) -> bool:
        """Whether a word is one of them, or such a one in another of its forms."""
        small = plainly(word)
        if small.isdecimal() and len(small) < _YEAR:  # a number, also where a name has it
            return False
        if not small[:1].isalnum() or small in FUNCTION_WORDS:
            return False
        if self._is_one(small):
            return True
        return any(self._is_one(small[:cut] + ending) for cut, ending in _forms(small))

    def _is_one(self, small: str) -> bool:
        return small in self.words or small in self.more


def _words(texts: Iterable[str]) -> frozenset[str]:
    words: set[str] = set()
    for text in texts:
        parts = [plainly(part) for part in name_parts(text) if part[:1].isalnum()]
        words.update(parts)
        if len(parts) > 1 and any(len(part) > _SHORTEST_STEM for part in parts):
            words.add("".join(parts))  # as some write them: `silverplus`
    return frozenset(words - FUNCTION_WORDS)


def _forms(word: str) -> Iterator[tuple[int, str]]:
    """Where a word may be cut from its ending, and which ending another form of it may have."""
    for cut in range(len(word), _SHORTEST_STEM - 1, -1):
        if word[cut:] in _ENDINGS:
            for ending in _ENDINGS:
                yield cut, ending

"""The keyed cipher of texts: word by word, it keeps prefixes, lengths, case and separators.

As Crypto-PAn does for addresses (Xu, Fan, Ammar and Moon, "Prefix-preserving IP address
anonymization", ICNP 2002), what stands for a character depends on the key and on the
characters before it within its word: two words have as long a beginning in common as
their pseudonyms have. The step is never 0, so no letter or digit stands for itself; case
and what is neither letter nor digit stay. Each step can be undone from the left with the
key alone, so the cipher is injective and no table is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from typing import Final

from jurist.privacy.alphabets import alphabet_of, folded, in_word
from jurist.privacy.key import Key

SPECIAL: Final = frozenset({"", "true", "false", "null", "none"})
"""Texts in small letters that stay as they are: they say nothing, and languages know them."""


class TextCipher:
    """Texts as pseudonyms, and back."""

    def __init__(self, key: Key) -> None:
        self._secret = key.derived("texts")
        self._put: Callable[[str], str] = lru_cache(maxsize=65_536)(self._put_word)
        self._back: Callable[[str], str] = lru_cache(maxsize=65_536)(self._word_back)

    def put(self, text: str) -> str:
        """The pseudonym of a text."""
        return _walked(text, self._put)

    def back(self, text: str) -> str:
        """The text of a pseudonym."""
        return _walked(text, self._back)

    def put_words(self, text: str) -> str:
        """A text whose words are all put, also where the whole would stay."""
        return "".join(self._put(word) if is_word else word for is_word, word in pieces(text))

    def words_back(self, text: str) -> str:
        """The reverse of `put_words`."""
        return "".join(self._back(word) if is_word else word for is_word, word in pieces(text))

    def _put_word(self, word: str) -> str:
        before, made = "", ""
        for character in word:
            small = folded(character)
            made += _in_case(self._turned(small, before, 1), character)
            before += small
        return made

    def _word_back(self, word: str) -> str:
        before, made = "", ""
        for character in word:
            small = self._turned(folded(character), before, -1)
            made += _in_case(small, character)
            before += small
        return made

    def _turned(self, small: str, before: str, way: int) -> str:
        alphabet = alphabet_of(small)
        if alphabet is None:
            return small
        seen = f"{before}\0{alphabet.letters[0]}{len(alphabet.letters)}".encode()
        digest = hashlib.blake2b(seen, digest_size=8, key=self._secret).digest()
        step = 1 + int.from_bytes(digest) % (len(alphabet.letters) - 1)
        return alphabet.turned(small, way * step)


def pieces(text: str) -> list[tuple[bool, str]]:
    """A text as words and what is between them, in order; `True` marks a word."""
    return [(is_word, "".join(run)) for is_word, run in groupby(text, in_word)]


def is_special(text: str) -> bool:
    """Whether a text stays as it is."""
    return text.lower() in SPECIAL


def _walked(text: str, step: Callable[[str], str]) -> str:
    """A text with each word changed; again where that gave a special one, so that none meets it."""
    if is_special(text):
        return text
    while True:
        text = "".join(step(word) if is_word else word for is_word, word in pieces(text))
        if not is_special(text):
            return text


def _in_case(small: str, like: str) -> str:
    return small if folded(like) == like else small.upper()

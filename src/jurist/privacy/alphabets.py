"""Which characters may stand for a character: of its own kind, so that a pseudonym can be read.

Vowels stand for vowels, consonants for consonants, digits for digits, and any other letter
has those of its own block, script and case behaviour. What is no letter and no digit has
no alphabet, and stays.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_BLOCK: Final = 256
_VOWELS: Final = frozenset("aeiou")


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Characters that may stand for each other, at least two."""

    letters: str
    places: dict[str, int]

    def turned(self, letter: str, steps: int) -> str:
        """The letter so many steps on, around the end."""
        return self.letters[(self.places[letter] + steps) % len(self.letters)]


@lru_cache(maxsize=8_192)  # asked of every character of every prompt
def in_word(character: str) -> bool:
    """Whether it belongs to a word: letters, marks and decimal digits do."""
    return _category(character)[0] in "LM" or _category(character) == "Nd"


def folded(character: str) -> str:
    """Its small form, where small and capital form are each other's and single characters."""
    small = character.lower()
    return small if len(small) == 1 and small.upper() == character else character


@lru_cache(maxsize=8_192)
def alphabet_of(character: str) -> Alphabet | None:
    """The alphabet of a folded character; `None` where nothing may stand for it."""
    kind = _kind(character)
    if kind is None:
        return None
    return _alphabet(ord(character) // _BLOCK, kind)


@lru_cache(maxsize=1_024)
def _alphabet(block: int, kind: tuple[str, ...]) -> Alphabet | None:
    candidates = map(chr, range(block * _BLOCK, (block + 1) * _BLOCK))
    letters = "".join(each for each in candidates if _kind(each) == kind)
    if len(letters) < 2:
        return None
    return Alphabet(letters, {letter: i for i, letter in enumerate(letters)})


def _category(character: str) -> str:
    return unicodedata.category(character)


def _kind(character: str) -> tuple[str, ...] | None:
    """What two characters of a block must share to be of one alphabet."""
    category = _category(character)
    if category == "Nd":
        zero = ord(character) - unicodedata.decimal(character)
        return ("digit", str(zero))
    if category[0] != "L":
        return None
    if folded(character) != character:  # a capital: its small form has the alphabet
        return None
    script = unicodedata.name(character, "").split(" ")[0]
    base = unicodedata.normalize("NFD", character)[0]
    plain = "plain" if character.isascii() else "other"
    sound = "vowel" if base in _VOWELS else "consonant"
    return (script, plain, _case(character), sound)


def _case(character: str) -> str:
    small, capital = character.lower(), character.upper()
    if small == capital:
        return "none"
    is_small_form = capital != character and len(capital) == 1 and folded(capital) == character
    return "both" if is_small_form else "odd"

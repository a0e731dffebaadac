"""Texts for integers of a model: in their order, matching the patterns that they match there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Final

from jurist.languages.sql.smt.patterns import Pattern
from jurist.languages.sql.smt.texts import Texts, number_spelled

_MOST_TRIED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a model says of a text."""

    code: int
    matches: Mapping[Pattern, bool]
    number: Fraction | None = None
    """The number that it spells."""
    is_number: bool | None = None
    """`None`: nobody asks."""


def named(texts: Texts, wanted: Sequence[Wanted]) -> dict[int, str]:
    """A text for each integer.

    Constants are themselves. Where no text that is tried fits all that is wanted, one is given
    that does not: whoever uses them tries them.
    """
    names: dict[int, str] = {}
    used = set(texts.constants)
    previous = ""
    for text in sorted(wanted, key=lambda text: text.code):
        constant = texts.constant(text.code)
        if constant is None:
            low, high = texts.neighbours(text.code)
            low = max(low, previous)
            constant = _chosen(text, low, high, used)
            used.add(constant)
        names[text.code] = previous = constant
    return names


def _chosen(wanted: Wanted, low: str, high: str | None, used: set[str]) -> str:
    fallback = f"w{wanted.code}"
    unordered: str | None = None
    for number, text in enumerate(_candidates(wanted, low, high)):
        if number > _MOST_TRIED:
            break
        if text in used or not _fits(wanted, text):
            continue
        if text > low and (high is None or text < high):
            return text
        unordered = unordered or text
    return unordered or fallback


def _fits(wanted: Wanted, text: str) -> bool:
    if any(pattern.matches(text) is not holds for pattern, holds in wanted.matches.items()):
        return False
    spelled = number_spelled(text)
    if wanted.is_number is not None and wanted.is_number is not (spelled is not None):
        return False
    return not wanted.is_number or wanted.number is None or spelled == wanted.number


def _candidates(wanted: Wanted, low: str, high: str | None) -> Iterator[str]:
    if wanted.is_number and wanted.number is not None:
        yield from _spellings(wanted.number)
    positive = [pattern for pattern, holds in wanted.matches.items() if holds]
    if positive:
        for filler in _fillers(wanted.code, low, high):
            yield from _instances(positive, filler)
    yield from _between(low, high)
    for filler in _fillers(wanted.code, low, high):
        yield filler
        yield low + filler


def _spellings(number: Fraction) -> Iterator[str]:
    plain = str(number.numerator) if number.denominator == 1 else repr(float(number))
    sign, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    for zeros in range(20):
        yield f"{sign}{'0' * zeros}{digits}"
    for zeros in range(1, 20):
        yield plain + ("." if "." not in plain else "") + "0" * zeros


def _fillers(code: int, low: str, high: str | None) -> Iterator[str]:
    yield from ("", "a", "b", "m", "z", "A", "Z", "0", "9", " ", "!", "~")
    yield f"v{abs(code)}"
    yield low
    yield high or ""
    for pair in product("abmz09", repeat=2):
        yield "".join(pair)


def _instances(patterns: Sequence[Pattern], filler: str) -> Iterator[str]:
    """Texts that some of the patterns match, perhaps all."""
    single = filler[:1] or "a"
    pieces = [
        "".join(
            (filler if token.letter == "%" else single) if token.is_wild else token.letter
            for token in pattern.tokens
        )
        for pattern in patterns
    ]
    yield from pieces
    for piece in pieces:
        yield from (piece.upper(), piece.capitalize(), piece.swapcase())
    if len(pieces) > 1:
        yield "".join(pieces)
        yield "".join(reversed(pieces))
        yield filler.join(pieces)


def _between(low: str, high: str | None) -> Iterator[str]:
    """Texts right above one, and right below another."""
    if low and low[-1] < "z":
        yield low[:-1] + chr(ord(low[-1]) + 1)
    for letter in "am0! \x01":
        yield low + letter
    if high:
        below = chr(ord(high[-1]) - 1) if ord(high[-1]) > 1 else ""
        for letter in "zma9 ":
            yield high[:-1] + below + letter
        yield high[:-1]

"""From a request to a tree of segments: what is joined by and, or, commas and parentheses."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from jurist.languages.cql.english.reading.spans import MARKER, Marked, Span
from jurist.languages.cql.english.reading.vocabulary import NEGATIVE, stem

_SHORT: Final = 120
_DEEPEST: Final = 6
_GROUP: Final = re.compile(r"([^()]+)\(((?:[^()]|\([^()]*\))*)\)\s*")
_WORD: Final = re.compile(r"⟦\d+⟧|[\w$@./+'\\-]*\w|[.@/][\w.@/-]+|[^\s\w]")
_STRONG: Final = re.compile(
    r"\s*(?:;|\s[-–—]+\s|:(?=\s)|,\s*(?:and|but|yet)\b|,\s*(?=then\b)|\bin which\b|"
    r"\bbut\b|\bwhile\b|\byet\b|(?=\bminus\b|\bexcept\b|\bleaving out\b|\bexcluding\b))\s*",
    re.IGNORECASE,
)
_JOINS: Final = (
    ("and", _STRONG, " "),
    ("or", re.compile(r"\s*,?\s*\bor\b\s*", re.IGNORECASE), " or "),
    ("and", re.compile(r"\s*(?:,|\band\b)\s*", re.IGNORECASE), " and "),
)
"""What parts are joined by, the loosest first, and what stands between those that stay together."""
GLOSS: Final = re.compile(
    r"\b(?:going by|judging by|according to|based on|by the|use the trait|use the)\b", re.I
)
"""Begins a remark on where to look, which makes all of a request one segment."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, its stem, and the span that it stands for, if any."""

    text: str
    stem: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """Words that say one condition."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words, for people."""
        return " ".join(word.text for word in self.words if word.span is None)


@dataclass(frozen=True, slots=True)
class Joined:
    """Segments that hold together (`and`), one of which holds (`or`), or that do not (`not`)."""

    word: str
    parts: tuple[Part, ...]


Part = Segment | Joined


def words_of(marked: Marked, text: str) -> tuple[Word, ...]:
    """The words of a piece of a request."""
    words: list[Word] = []
    for match in _WORD.finditer(text):
        marker = MARKER.fullmatch(match[0])
        if marker is not None:
            words.append(Word(match[0], "", marked.spans[int(marker[1])]))
        elif match[0][-1].isalnum():
            words.append(Word(match[0], stem(match[0])))
    return tuple(words)


def split(marked: Marked, stands_alone: Callable[[Segment, Segment | None], bool]) -> Part:
    """The tree of a request.

    Args:
        marked: The request with its spans found.
        stands_alone: Whether a segment says something by itself, given the one before it;
            if not, it belongs to that.
    """
    return _Splitter(marked, stands_alone).part(marked.text)


class _Splitter:
    def __init__(
        self, marked: Marked, stands_alone: Callable[[Segment, Segment | None], bool]
    ) -> None:
        self._marked = marked
        self._stands_alone = stands_alone

    def part(self, text: str, depth: int = 0) -> Part:
        """A tree; `and` binds tighter than `or`, a comma or semicolon less than both."""
        inner = text.strip()
        while inner.startswith("(") and _closing(inner) == len(inner) - 1:
            inner = inner[1:-1].strip()
        group = _GROUP.fullmatch(inner)
        if (
            group is not None
            and depth <= _DEEPEST
            and not self._stands_alone(self._segment(group[1]), None)
        ):
            return self._group(group[1], group[2], depth)
        whole = depth > _DEEPEST or (GLOSS.search(inner) and len(inner) < _SHORT)
        for word, separator, glue in () if whole else _JOINS:
            pieces = self._merged(_split_outside(inner, separator), glue)
            if len(pieces) > 1:
                return Joined(word, tuple(self.part(piece, depth + 1) for piece in pieces))
        return self._segment(re.sub(r"[()]", " ", inner))

    def _segment(self, text: str) -> Segment:
        return Segment(words_of(self._marked, text))

    def _group(self, lead: str, inside: str, depth: int) -> Part:
        """What a lead without a name of its own says of the conditions in parentheses."""
        if NEGATIVE & {word.text.lower() for word in words_of(self._marked, lead)}:
            return Joined("not", (self.part(inside, depth + 1),))
        return self.part(f"{lead} {inside}", depth + 1)

    def _merged(self, pieces: Sequence[str], glue: str) -> list[str]:
        """Pieces, each of which names something: others go with the one before, or after."""
        merged: list[str] = []
        waiting = ""
        for piece in pieces:
            whole = f"{waiting}{glue}{piece}" if waiting else piece
            waiting = ""
            before = self._segment(merged[-1]) if merged else None
            if self._stands_alone(self._segment(whole), before):
                merged.append(whole)
            elif merged:
                merged[-1] = f"{merged[-1]}{glue}{whole}"
            else:
                waiting = whole
        if waiting:
            merged.append(waiting)
        return merged


def _closing(text: str) -> int:
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place
    return -1


def _split_outside(text: str, separator: re.Pattern[str]) -> list[str]:
    """Split where no parenthesis is open."""
    pieces: list[str] = []
    start = 0
    for match in separator.finditer(text):
        if text.count("(", 0, match.start()) != text.count(")", 0, match.start()):
            continue
        pieces.append(text[start : match.start()])
        start = match.end()
    pieces.append(text[start:])
    return [piece for piece in pieces if piece.strip()]

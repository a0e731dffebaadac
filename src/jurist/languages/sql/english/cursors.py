"""A request as words, and a place among them from which phrases are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

LONGEST: Final = 4_000
"""Characters of a request that is read."""
DEEPEST: Final = 8
"""Brackets within one another: what stands in them is tried in more than one way."""
_MOST_WORDS: Final = 6
"""Of a noun."""
_TOKEN: Final = re.compile(
    r"(?P<text>'(?:[^']|'')*')|(?P<date>\d{4}-\d\d-\d\d)(?!\w)|"
    r"(?P<number>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?!\w)|(?P<word>\w+)|(?P<mark>[(),;])"
)


class NotUnderstood(Exception):  # noqa: N818 - says what happened
    """A request says what is not read; its text is why."""


class TokenKind(StrEnum):
    """What a token is."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    WORD = "word"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a literal or a mark."""

    kind: TokenKind
    text: str
    """As it is written."""
    low: str


def tokens_of(request: str) -> tuple[Token, ...]:
    """The tokens of a request; other signs are left out.

    Raises:
        NotUnderstood: It is too long, or has too many brackets within one another.
    """
    if len(request) > LONGEST:
        raise NotUnderstood(f"the request has more than {LONGEST} characters")
    tokens = tuple(
        Token(TokenKind(str(match.lastgroup)), match[0], match[0].lower())
        for match in _TOKEN.finditer(request)
    )
    depth = 0
    for token in tokens:
        depth += (token.low == "(") - (token.low == ")")
        if depth > DEEPEST:
            raise NotUnderstood(f"the request has more than {DEEPEST} brackets within one another")
    return tokens


@lru_cache(maxsize=1024)
def words_in(phrase: str) -> tuple[str, ...]:
    """The words and marks of a phrase."""
    return tuple(match[0].lower() for match in _TOKEN.finditer(phrase))


@dataclass
class Cursor:
    """A place among tokens, before an end."""

    tokens: Sequence[Token]
    at: int
    end: int

    def part(self, start: int, end: int) -> Cursor:
        """A cursor over some of the tokens."""
        return Cursor(self.tokens, start, end)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self.at >= self.end

    def nouns(self, start: int) -> Iterator[tuple[tuple[str, ...], int]]:
        """The words from a place on that may be a noun, each with its end, the longest first."""
        for end in range(min(start + _MOST_WORDS, self.end), start, -1):
            words = tuple(token.low for token in self.tokens[start:end])
            if all(map(str.isalnum, words)):
                yield words, end

    def stands(self, phrase: str, at: int | None = None) -> bool:
        """Whether a phrase stands at a place; at this one, if none is named."""
        place, words = self.at if at is None else at, words_in(phrase)
        if place + len(words) > self.end:
            return False
        found = self.tokens[place : place + len(words)]
        return all(token.low == word for token, word in zip(found, words, strict=True))

    def take(self, phrases: Iterable[str]) -> bool:
        """Go past the longest of some phrases that stands here; whether there is one."""
        found = max((len(words_in(phrase)) for phrase in phrases if self.stands(phrase)), default=0)
        self.at += found
        return found > 0

    def need(self, phrases: Sequence[str]) -> None:
        """Go past a phrase that must stand here.

        Raises:
            NotUnderstood: It does not.
        """
        if not self.take(phrases):
            raise NotUnderstood(f"{self.here} where {phrases[0]!r} was expected")

    @property
    def here(self) -> str:
        """What stands here, for errors."""
        rest = " ".join(token.text for token in self.tokens[self.at : self.end][:6])
        return repr(rest[:80]) if rest else "the end"

    def brackets(self) -> Cursor:
        """What stands in the brackets that begin here; this cursor goes past them.

        Raises:
            NotUnderstood: None do, or they do not end.
        """
        self.need(["("])
        start, depth = self.at, 1
        while not self.is_done:
            low = self.tokens[self.at].low
            depth += (low == "(") - (low == ")")
            self.at += 1
            if not depth:
                return self.part(start, self.at - 1)
        raise NotUnderstood("a bracket that does not end")

    def outside(self) -> Iterator[int]:
        """The places that are in no brackets, from here on."""
        depth = 0
        for place in range(self.at, self.end):
            low = self.tokens[place].low
            depth -= low == ")"
            if not depth:
                yield place
            depth += low == "("

    def find(self, phrases: Iterable[str]) -> int | None:
        """The first place outside brackets where one of some phrases stands."""
        known = tuple(phrases)
        return next((p for p in self.outside() if any(self.stands(x, p) for x in known)), None)

    def finish(self) -> None:
        """Raise `NotUnderstood` where something is left."""
        if not self.is_done:
            raise NotUnderstood(f"{self.here}, which was not understood")

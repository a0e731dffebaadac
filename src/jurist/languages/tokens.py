"""The pieces of a query's text, for who shows it in colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class TokenKind(StrEnum):
    """What a piece of a text is."""

    WORD = "word"
    """A word of the language, such as NOT or WHERE."""
    JOIN = "join"
    """What stands between two parts that are joined: AND, OR, a comma."""
    CALL = "call"
    """A word of the language, or the name of a function, that is given something."""
    NAME = "name"
    TEXT = "text"
    NUMBER = "number"
    """Moments and durations too."""
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text."""

    text: str
    kind: TokenKind = TokenKind.PLAIN
    means: str | None = None
    """What it says where that is not its text: of a name that the query itself gave, what it
    stands for; nothing of what only gives a name."""


Span = tuple[int, int, TokenKind, str | None]
"""Where a token begins and ends, its kind, and what it means."""


def tokens_between(text: str, spans: Iterable[Span]) -> Iterator[Token]:
    """The whole text in pieces: those at the places given, and what lies between them, plain."""
    end = 0
    for start, stop, kind, means in spans:
        if start < end or stop <= start:
            continue
        if start > end:
            yield Token(text[end:start])
        yield Token(text[start:stop], kind, means)
        end = stop
    if end < len(text):
        yield Token(text[end:])

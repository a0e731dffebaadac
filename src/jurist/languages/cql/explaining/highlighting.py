"""The kinds of words of CQL's text, whether it parses or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from jurist.languages.tokens import Span, Token, TokenKind, tokens_between

_WORDS: Final = re.compile(
    r"""(?P<text>'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?)
      | (?P<number>-?\d[\d.:TZ+-]*(?:\ (?:day|hour|second|sec|hr)s?\b)?)
      | (?P<join>(?:AND|OR)\b)
      | (?P<word>(?:NOT|ANY|ALL)\b|[<>=!]+)
      | (?P<call>[A-Za-z_]+(?=\s*\())""",
    re.VERBOSE,
)


def tokens(text: str) -> tuple[Token, ...]:
    """The whole text in pieces."""
    return tuple(tokens_between(text, _spans(text)))


def _spans(text: str) -> Iterator[Span]:
    for match in _WORDS.finditer(text):
        yield match.start(), match.end(), TokenKind(match.lastgroup or "plain"), None

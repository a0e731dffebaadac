"""The kinds of words of SQL's text, by sqlglot's tokenizer, and what its own names stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token as Read
from sqlglot.tokenizer_core import TokenType

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.grammars import grammar
from jurist.languages.tokens import Span, Token, TokenKind, tokens_between

_KINDS: Final = {
    TokenType.STRING: TokenKind.TEXT,
    TokenType.NUMBER: TokenKind.NUMBER,
    TokenType.VAR: TokenKind.NAME,
    TokenType.IDENTIFIER: TokenKind.NAME,
    TokenType.AND: TokenKind.JOIN,
    TokenType.OR: TokenKind.JOIN,
    TokenType.COMMA: TokenKind.JOIN,
}
_NAMES: Final = frozenset({TokenType.VAR, TokenType.IDENTIFIER})


@lru_cache(maxsize=1_024)  # a reference is shown beside each of its answers
def tokens(text: str) -> tuple[Token, ...]:
    """The whole text in pieces; what is no SQL at all is one."""
    try:
        read = grammar(Dialect.SQLITE).tokenize(text)
    except TokenError:
        return (Token(text),)
    return tuple(tokens_between(text, _spans(text, read)))


def _spans(text: str, read: Sequence[Read]) -> Iterator[Span]:
    given, silent = _aliases(read)
    between = False
    for place, token in enumerate(read):
        written = text[token.start : token.end + 1]
        after = read[place + 1] if place + 1 < len(read) else None
        kind = _KINDS.get(token.token_type)
        if kind is None and not written[:1].isalpha():
            continue
        between = between or token.token_type is TokenType.BETWEEN
        if between and token.token_type is TokenType.AND:
            kind, between = TokenKind.WORD, False
        adjacent = after is not None and after.start == token.end + 1
        if adjacent and after is not None and after.token_type is TokenType.DOT:
            # A table's name goes together with its dot.
            name = given.get(token.text.lower())
            means = None if name is None else name and f"{name}."
            yield token.start, after.end + 1, TokenKind.NAME, means
            continue
        calls = adjacent and after is not None and after.token_type is TokenType.L_PAREN
        if calls and kind not in {TokenKind.JOIN, TokenKind.TEXT} and written[:1].isalpha():
            kind = TokenKind.CALL
        yield token.start, token.end + 1, kind or TokenKind.WORD, "" if place in silent else None


def _aliases(read: Sequence[Read]) -> tuple[Mapping[str, str], frozenset[int]]:
    """What each name of a table stands for, and the places of tokens that only give such names.

    Tables that are read twice keep the names that tell them apart. A single table needs no name.
    """
    tables: list[tuple[str, str, tuple[int, ...]]] = []
    for place, token in enumerate(read):
        if token.token_type not in {TokenType.FROM, TokenType.JOIN}:
            continue
        kinds = [each.token_type for each in read[place + 1 : place + 4]]
        if not kinds or kinds[0] not in _NAMES:
            continue
        name = read[place + 1].text.lower()
        if kinds[1:2] == [TokenType.ALIAS] and kinds[2:3] and kinds[2] in _NAMES:
            tables.append((name, read[place + 3].text.lower(), (place + 2, place + 3)))
        elif len(kinds) > 1 and kinds[1] in _NAMES:
            tables.append((name, read[place + 2].text.lower(), (place + 2,)))
        else:
            tables.append((name, name, ()))
    names = [name for name, _, _ in tables]
    known = [alias for _, alias, _ in tables]
    single = len(tables) == 1 and sum(each.token_type is TokenType.SELECT for each in read) == 1
    given: dict[str, str] = {}
    silent: set[int] = set()
    for name, alias, places in tables:
        if names.count(name) == 1 and known.count(alias) == 1:
            given[alias] = "" if single else name
            silent.update(places)
    return given, frozenset(silent)

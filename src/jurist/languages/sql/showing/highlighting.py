"""The kinds of words of SQL's text, by sqlglot's tokenizer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token as Read
from sqlglot.tokenizer_core import TokenType

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.grammars import grammar
from jurist.languages.tokens import Token, TokenKind, tokens_between

_KINDS: Final = {
    TokenType.STRING: TokenKind.TEXT,
    TokenType.NUMBER: TokenKind.NUMBER,
    TokenType.VAR: TokenKind.NAME,
    TokenType.IDENTIFIER: TokenKind.NAME,
    TokenType.AND: TokenKind.JOIN,
    TokenType.OR: TokenKind.JOIN,
    TokenType.COMMA: TokenKind.JOIN,
}


def tokens(text: str) -> tuple[Token, ...]:
    """The whole text in pieces; what is no SQL at all is one."""
    try:
        read = grammar(Dialect.SQLITE).tokenize(text)
    except TokenError:
        return (Token(text),)
    return tuple(tokens_between(text, _spans(text, read)))


def _spans(text: str, read: list[Read]) -> Iterator[tuple[int, int, TokenKind]]:
    for token, after in zip(read, [*read[1:], None], strict=True):
        written = text[token.start : token.end + 1]
        kind = _KINDS.get(token.token_type)
        if kind is None and not written[:1].isalpha():
            continue
        is_called = after is not None and after.token_type is TokenType.L_PAREN
        if (
            kind is not TokenKind.JOIN
            and written[:1].isalpha()
            and is_called
            and after
            and after.start == token.end + 1
        ):
            kind = TokenKind.CALL
        yield token.start, token.end + 1, kind or TokenKind.WORD

"""How large a query may be, so that no text can crash, hang or recurse to death."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from jurist.languages.mistakes import Mistake

MAX_TEXT: Final = 50_000
"""Characters of a query's text."""
MAX_TOKENS: Final = 10_000
MAX_NESTING: Final = 24
"""Parentheses and CASEs open at one place: the parser takes some twenty calls for each."""
MAX_PREFIXES: Final = 24
"""NOTs and signs in a row."""
MAX_DEPTH: Final = 200
"""Of the tree, in which a chain of ANDs is as deep as it is long."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_OPENING: Final = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE}
_CLOSING: Final = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END}
_PREFIXES: Final = {TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE}


def check_text(text: str) -> None:
    """Refuse what is too long, or holds what no query holds.

    Raises:
        Mistake: Says which, and where.
    """
    if len(text) > MAX_TEXT:
        raise Mistake(
            f"the query has {len(text)} characters", at=MAX_TEXT, hint=f"the most is {MAX_TEXT}"
        )
    if found := _FORBIDDEN.search(text):
        code = ord(found.group())
        what = "half of a surrogate pair" if code >= 0xD800 else "a control character"
        raise Mistake(f"the query holds {what}, U+{code:04X}", at=found.start(), hint="remove it")


def check_tokens(tokens: Sequence[Token]) -> None:
    """Refuse what has too many words, or is nested too deeply to be parsed.

    Raises:
        Mistake: Says which, and where.
    """
    if len(tokens) > MAX_TOKENS:
        raise Mistake(
            f"the query has {len(tokens)} words and signs",
            at=tokens[MAX_TOKENS].start,
            hint=f"the most is {MAX_TOKENS}",
        )
    depth = prefixes = 0
    for token in tokens:
        kind = token.token_type
        if kind in _OPENING:
            depth += 1
        elif kind in _CLOSING:
            depth -= 1
        prefixes = prefixes + 1 if kind in _PREFIXES else 0
        if depth > MAX_NESTING or prefixes > MAX_PREFIXES:
            raise too_deep(token.start)


def check_depth(tree: exp.Expr) -> None:
    """Refuse a tree on which what recurses into it could run out of stack.

    Raises:
        Mistake: It is too deep.
    """
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.iter_expressions()]
        if not level:
            return
    raise too_deep(level[0].meta.get("start", 0))


def too_deep(at: int) -> Mistake:
    """The mistake of a query that is nested too deeply at a place."""
    return Mistake(
        "the query is nested too deeply",
        at=at,
        hint=f"remove parentheses that are not needed; the most is {MAX_NESTING} levels, and "
        f"{MAX_DEPTH} conditions in one chain",
    )

"""What the rules say, and where: by the words of the text, for the algebra has no places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token

from jurist.languages.doubts import Doubt
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.grammars import grammar


@dataclass(frozen=True, slots=True)
class Remark:
    """A doubt before its place in the text is known."""

    kind: str
    reason: str
    fix: str
    clause: tuple[str, ...] = ()
    """Words, upper-cased, that follow each other where it begins: `ORDER BY`, `LIMIT`, `/`."""
    name: str = ""
    """A name, lower-cased, that stands behind them."""


def placed(remarks: Sequence[Remark], text: str, dialect: Dialect) -> tuple[Doubt, ...]:
    """Remarks with their places, each once, in the order of the text."""
    try:
        tokens = grammar(dialect).tokenize(text)
    except TokenError:
        tokens = []
    doubts = [_placed(remark, tokens, text) for remark in dict.fromkeys(remarks)]
    return tuple(sorted(doubts, key=lambda doubt: (doubt.line, doubt.column)))


def _placed(remark: Remark, tokens: Sequence[Token], text: str) -> Doubt:
    start = _start(remark, tokens)
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return Doubt(remark.kind, remark.reason, remark.fix, line, column)


def _start(remark: Remark, tokens: Sequence[Token]) -> int:
    """Where the name stands that follows the clause; where the clause does, or the text else."""
    words = [(word, token.start) for token in tokens for word in token.text.upper().split()]
    size = len(remark.clause)
    begins = [
        place
        for place in range(len(words) - size + 1)
        if tuple(word for word, _ in words[place : place + size]) == remark.clause
    ]
    name = remark.name.upper()
    for begin in begins if name else ():
        for word, start in words[begin + size :]:
            if word == name:
                return start
    return words[begins[0]][1] if begins and size else 0

"""From text to tokens, for lark: a word is what it is wherever it stands.

Lark's own lexers ask in each state of the parser what may come, and count lines; here one
expression cuts the text, and a name or sign is one token whenever it comes. A parse takes
half as long (`parse_per_s` of `benchmarks.bench_text`). Tokens know no places, and not every
query is cut rightly (`asstring`): what fails is to be read by context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Token
from lark.common import LexerConf
from lark.lexer import Lexer, TerminalDef

_BLANKS = " \t\r\n"
_KEPT = 1_000
_KEPT_LENGTH = 20
"""So many tokens of so many characters are kept: names, signs, and constants that came first."""


class WordLexer(Lexer):
    """Cuts a text by the grammar's terminals, whatever the parser expects."""

    def __init__(self, conf: LexerConf) -> None:
        ignored = "|".join(_pattern(t) for t in conf.terminals if t.name in conf.ignore)
        terminals = [t for t in conf.terminals if t.name not in conf.ignore]
        terminals.sort(key=lambda terminal: (terminal.priority, terminal.pattern.max_width))
        pieces = "|".join(map(_pattern, reversed(terminals)))
        # What no terminal fits is all the rest, and no blanks are the last, so that no text is
        # gone through again and again: by each quote that never closes, by each blank.
        self._pieces = re.compile(rf"(?:{ignored})*+({pieces}|(?s:.+))")
        self._tokens = _Tokens(terminals)

    def lex(self, data: str) -> Iterator[Token]:  # pyright: ignore[reportIncompatibleMethodOverride] - as lark's page on custom lexers has it
        """The tokens of a whole text; what no terminal fits is of an unknown type."""
        return map(self._tokens.__getitem__, self._pieces.findall(data.rstrip(_BLANKS)))


class _Tokens(dict[str, Token]):
    """The token of a piece of text: the narrowest terminal that it is, so a keyword is no unit."""

    def __init__(self, terminals: list[TerminalDef]) -> None:
        super().__init__()
        narrowest_first = sorted(terminals, key=lambda terminal: terminal.pattern.max_width)
        named = (f"(?P<{terminal.name}>{_pattern(terminal)})" for terminal in narrowest_first)
        self._kind = re.compile("|".join(named)).fullmatch

    def __missing__(self, piece: str) -> Token:
        match = self._kind(piece)
        token = Token((match and match.lastgroup) or "$UNKNOWN", piece)
        if len(piece) <= _KEPT_LENGTH and len(self) < _KEPT:
            self[piece] = token
        return token


def _pattern(terminal: TerminalDef) -> str:
    return terminal.pattern.to_regexp()

"""LIKE patterns: what they match, and what of two of them can be told without a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

_MANY: Final = "%"
_ONE: Final = "_"
_MOST_STATES: Final = 400
"""Of the search for a text that one pattern matches and another does not."""


@dataclass(frozen=True, slots=True)
class Token:
    """A letter, or a wildcard (`%` or `_`)."""

    letter: str
    is_wild: bool


@dataclass(frozen=True)
class Pattern:
    """A pattern, with its escapes resolved: equal ones match the same texts."""

    tokens: tuple[Token, ...]
    ignores_case: bool
    """Of ASCII letters."""

    @property
    def text(self) -> str | None:
        """The only text that it matches; `None` where it may match several."""
        if any(token.is_wild for token in self.tokens):
            return None
        text = "".join(token.letter for token in self.tokens)
        return None if self.ignores_case and text != _other_case(text) else text

    @property
    def start(self) -> str | None:
        """What all texts begin with that it matches, and no others; `None` where it asks more."""
        *letters, last = self.tokens or (Token("", is_wild=False),)
        if not letters or last != Token(_MANY, is_wild=True):
            return None
        return replace(self, tokens=tuple(letters)).text

    @property
    def matches_all(self) -> bool:
        """Whether it matches every text."""
        return self.tokens == (Token(_MANY, is_wild=True),)

    def matches(self, text: str) -> bool:
        """Whether it matches a text."""
        return self._expression.fullmatch(text) is not None

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        parts = [
            {_MANY: ".*", _ONE: "."}[token.letter] if token.is_wild else re.escape(token.letter)
            for token in self.tokens
        ]
        flags = re.DOTALL | (re.IGNORECASE | re.ASCII if self.ignores_case else 0)
        return re.compile("".join(parts), flags)


def pattern(text: str, *, ignores_case: bool, escape: str = "") -> Pattern:
    """Read a pattern: `%` is any text, `_` any letter, the escape makes either a letter.

    Wildcards beside one another are brought in one order, so that `%_` is `_%` and `%%` is `%`.
    """
    tokens: list[Token] = []
    letters = iter(text)
    for letter in letters:
        if escape and letter == escape:
            escaped = next(letters, "")
            if escaped:
                tokens.append(Token(_folded(escaped, ignores_case=ignores_case), is_wild=False))
        elif letter in {_MANY, _ONE}:
            tokens.append(Token(letter, is_wild=True))
        else:
            tokens.append(Token(_folded(letter, ignores_case=ignores_case), is_wild=False))
    return Pattern(tuple(_ordered(tokens)), ignores_case)


def _folded(letter: str, *, ignores_case: bool) -> str:
    return letter.lower() if ignores_case and letter.isascii() else letter


def _other_case(text: str) -> str:
    return "".join(letter.swapcase() if letter.isascii() else letter for letter in text)


def _ordered(tokens: list[Token]) -> list[Token]:
    ordered: list[Token] = []
    run: list[Token] = []
    for token in (*tokens, None):
        if token is not None and token.is_wild:
            run.append(token)
            continue
        ordered += [wild for wild in run if wild.letter == _ONE]
        ordered += [wild for wild in run if wild.letter == _MANY][:1]
        run = []
        if token is not None:
            ordered.append(token)
    return ordered


@lru_cache(maxsize=4096)
def implies(narrow: Pattern, wide: Pattern) -> bool:
    """Whether whatever the one matches, the other does; false where that takes long to tell."""
    return _apart(narrow, wide, wide_matches=False) is False


@lru_cache(maxsize=4096)
def exclude(left: Pattern, right: Pattern) -> bool:
    """Whether no text matches both; false where that takes long to tell."""
    return _apart(left, right, wide_matches=True) is False


def _apart(left: Pattern, right: Pattern, *, wide_matches: bool) -> bool | None:
    """Whether a text matches the one and (as asked) matches or does not match the other.

    Both patterns are automata whose states are positions; their sets of positions are walked
    in step, letter by letter of an alphabet in which every letter that neither names is one.
    """
    letters = {token.letter for token in (*left.tokens, *right.tokens) if not token.is_wild}
    named = letters | {_other_case(letter) for letter in letters}
    other = next(letter for letter in map(chr, range(1, 0x10000)) if letter not in named)
    alphabet = (*sorted(named), other)
    start = (_closed(left, {0}), _closed(right, {0}))
    waiting, known = [start], {start}
    while waiting:
        ours, theirs = waiting.pop()
        if len(left.tokens) in ours and (len(right.tokens) in theirs) is wide_matches:
            return True
        for letter in alphabet:
            after = (_step(left, ours, letter), _step(right, theirs, letter))
            if after[0] and after not in known:
                if len(known) >= _MOST_STATES:
                    return None
                known.add(after)
                waiting.append(after)
    return False


def _step(walked: Pattern, positions: frozenset[int], letter: str) -> frozenset[int]:
    following: set[int] = set()
    lowered = _folded(letter, ignores_case=walked.ignores_case)
    for position in positions:
        if position == len(walked.tokens):
            continue
        token = walked.tokens[position]
        if not token.is_wild:
            if token.letter == lowered:
                following.add(position + 1)
        elif token.letter == _ONE:
            following.add(position + 1)
        else:
            following.add(position)
    return _closed(walked, following)


def _closed(walked: Pattern, positions: set[int]) -> frozenset[int]:
    """With the positions behind each `%`, which may match nothing."""
    closed = set(positions)
    for position in sorted(positions):
        place = position
        while place < len(walked.tokens) and walked.tokens[place] == Token(_MANY, is_wild=True):
            place += 1
            closed.add(place)
    return frozenset(closed)

"""Patterns of LIKE: their fixed texts, what these ask, and others in their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from jurist.languages.pseudonymizing import Relation
from jurist.languages.sql.dialects import Dialect

USUAL_ESCAPES: Final = {Dialect.POSTGRESQL: "\\", Dialect.MYSQL: "\\"}
"""The escape character where none is written; elsewhere there is none."""
_WILD: Final = frozenset("%_")
Piece = tuple[bool, str]
"""Whether it is a wildcard, and the wildcard or the text."""


def pieces(pattern: str, escape: str) -> tuple[Piece, ...]:
    """A pattern as wildcards and the texts between them, without escapes."""
    found: list[Piece] = []
    at = 0
    while at < len(pattern):
        is_escaped = bool(escape) and pattern[at] == escape and at + 1 < len(pattern)
        character = pattern[at + is_escaped]
        if character in _WILD and not is_escaped:
            found.append((True, character))
        elif found and not found[-1][0]:
            found[-1] = (False, found[-1][1] + character)
        else:
            found.append((False, character))
        at += 1 + is_escaped
    return tuple(found)


def fixed_texts(pattern: str, escape: str) -> Iterator[tuple[str, Relation]]:
    """The texts of a pattern, each with what it asks of a value."""
    parts = pieces(pattern, escape)
    for at, (is_wild, text) in enumerate(parts):
        if not is_wild:
            yield text, _relation(at, len(parts))


def relations(pattern: str, escape: str) -> frozenset[Relation]:
    """What a pattern asks."""
    return frozenset(relation for _, relation in fixed_texts(pattern, escape))


def is_carried(pattern: str, escape: str) -> bool:
    """Whether other texts in it ask the same: no `_` stands before a letter of the same word."""
    parts = pieces(pattern, escape)
    return not any(
        wildcard == "_" and not is_wild and text[0].isalnum()
        for (_, wildcard), (is_wild, text) in pairwise(parts)
    )


def with_texts(pattern: str, escape: str, change: Callable[[str], str]) -> str:
    """The pattern with other texts in it."""
    parts = pieces(pattern, escape)
    return "".join(text if is_wild else _escaped(change(text), escape) for is_wild, text in parts)


def _relation(at: int, size: int) -> Relation:
    is_first, is_last = at == 0, at == size - 1
    if is_first and is_last:
        return Relation.EQUALITY
    if is_first:
        return Relation.PREFIX
    return Relation.SUFFIX if is_last else Relation.CONTAINMENT


def _escaped(text: str, escape: str) -> str:
    if not escape:
        return text
    special: Sequence[str] = ("%", "_", escape)
    return "".join(escape + each if each in special else each for each in text)

"""What a reply gives away of a reference: its words, and whether it says them as a query does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_WORD: Final = re.compile(r"\w+")
_OPERATOR: Final = re.compile(r"[<>!=]=|<>|&&|\|\||::|->")
_CALL: Final = re.compile(r"\b[A-Za-z_]\w*(?=\()")
_NAME: Final = re.compile(r"\b[A-Za-z]\w*(?:[._]\w+)+|\b[a-z]+[A-Z]\w*")
"""A name as only a query writes it: with a point or an underscore in it, or a capital inside."""
_RUN: Final = 4
"""Words of the reference in a row that nobody says by chance."""


def share_given_away(reply: str, reference: str, known: Iterable[str]) -> float:
    """The share of a reference's words and numbers that a reply says first, from 0 to 1.

    Args:
        reply: What the user said.
        reference: The query, as text.
        known: What was said before it: the question, what was asked, other replies.
    """
    own = _words(reference)
    said = _words(reply) - set().union(*map(_words, known))
    return len(own & said) / len(own) if own else 0.0


def leaks(reply: str, reference: str, known: Iterable[str]) -> tuple[str, ...]:
    """What of a reply only somebody says who reads the query out; empty where there is nothing.

    That is an operator, a call, a name as it is spelled in queries, or four of its words in a row,
    where nobody said so before.

    Args:
        reply: What the user said.
        reference: The query, as text.
        known: What may be said: the question, what was asked, the schema's own English.
    """
    allowed = "\n".join(known)
    return tuple(dict.fromkeys(_leaks(reply, reference, allowed)))


def _leaks(reply: str, reference: str, allowed: str) -> Iterator[str]:
    for pattern in (_OPERATOR, _CALL, _NAME):
        for found in pattern.findall(reply):
            if found in reference and found not in allowed:
                yield found
    own, before = _runs(reference), _runs(allowed)
    yield from (" ".join(run) for run in sorted(_runs(reply) & own - before))


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return {tuple(words[place : place + _RUN]) for place in range(len(words) - _RUN + 1)}

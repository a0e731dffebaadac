"""Where the nodes of a query stand in the text that it was read from.

Nodes know no places, which hardly any query needs; when one does, the words of its text are
held against its nodes, which begin in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jurist.languages.cql.syntax import (
    AllUsers,
    AnyUser,
    Between,
    Comparison,
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
    Event,
    ExpiresAfter,
    Moment,
    Node,
    Not,
    Number,
    Property,
    Reduction,
    Scalar,
    Sources,
    Text,
    Trait,
    Where,
    Within,
)
from jurist.languages.cql.tree import children

_WORD = re.compile(
    r"""('(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")|([A-Z_]+)"""
    r"|(?:[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]*(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    r"|-?[0-9]*\.?[0-9]+)",
    re.IGNORECASE,
)
_STRING, _NUMBER = "'", "0"  # which no word is
_BEGINS: Mapping[type[Node], str] = {
    Trait: "trait",
    Property: "property",
    Context: "context",
    Event: "event",
    Entity: "entity",
    Where: "where",
    Sources: "sources",
    Within: "within",
    Between: "between",
    Not: "not",
    ExpiresAfter: "expires_after",
    AnyUser: "any",
    AllUsers: "all",
    Text: _STRING,
    **dict.fromkeys((Number, Date, Moment, Duration), _NUMBER),
}
"""What a node begins with; the others begin with their first child."""
_CONSTANTS = frozenset({_STRING, _NUMBER})
_OF_VALUES = _CONSTANTS | {"trait", "property", "context", "event", "entity"}
"""What a side of a comparison may begin with."""
_NAMED = frozenset({Trait, Property, Context, Event, Entity})


def offsets(text: str, query: CqlQuery) -> Mapping[int, int]:
    """Where the nodes of a query begin, by their `id`.

    Args:
        text: What the query was read from; the places in another text mean nothing.
        query: What `parse` makes of it, or an equal query.

    Returns:
        The offset of each node; of none in a JSON view, and of none that the text has not.
    """
    places: dict[int, int] = {}
    if text.lstrip().startswith("{"):
        return places
    words = _Words(text)
    begun: list[Node] = []
    pending: list[Node] = [query]
    while pending:
        node = pending.pop()
        begun.append(node)
        begins = _BEGINS.get(type(node))
        if begins is not None:
            start = words.next(begins)
            places.update((id(outer), start) for outer in begun if start >= 0)
            begun.clear()
            names = len(node.exclude) if isinstance(node, Sources) else type(node) in _NAMED
            for _ in range(names):
                words.next(_STRING)
        elif isinstance(node, Reduction) and node.minimum is not None:
            pending.append(Number(node.minimum))  # which is no node, but a word
        parts = children(node)
        if isinstance(node, Comparison) and _is_value(node.left) and words.a_constant_is_next():
            parts = parts[::-1]  # `5 < trait('x')`, whose tree has its value on the left
        pending += reversed(parts)
    return places


def _is_value(side: Node) -> bool:
    return isinstance(side, Scalar)  # a tree without shape may have a constant there


class _Words:
    """The words of a text, gone through once."""

    def __init__(self, text: str) -> None:
        self._words = list(_words(text))
        self._at = 0

    def next(self, begins: str) -> int:
        """Where the next word of a kind stands; -1 where there is none."""
        while self._at < len(self._words):
            word, start = self._words[self._at]
            self._at += 1
            if word == begins:
                return start
        return -1

    def a_constant_is_next(self) -> bool:
        """Whether a constant comes before any name does."""
        i = self._at
        while i < len(self._words) and self._words[i][0] not in _OF_VALUES:
            i += 1
        return i < len(self._words) and self._words[i][0] in _CONSTANTS


def _words(text: str) -> Iterator[tuple[str, int]]:
    for match in _WORD.finditer(text):
        string, word = match.groups()
        yield _STRING if string else (word or _NUMBER).lower(), match.start()

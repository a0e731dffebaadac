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
    words = _words(text)
    begun: list[Node] = []
    pending: list[Node] = [query]
    while pending:
        node = pending.pop()
        begun.append(node)
        begins = _BEGINS.get(type(node))
        if begins is not None:
            start = _next(words, begins)
            places.update((id(outer), start) for outer in begun if start >= 0)
            begun.clear()
            names = len(node.exclude) if isinstance(node, Sources) else type(node) in _NAMED
            for _ in range(names):
                _next(words, _STRING)
        elif isinstance(node, Reduction) and node.minimum is not None:
            pending.append(Number(node.minimum))  # which is no node, but a word
        pending += reversed(children(node))
    return places


def _next(words: Iterator[tuple[str, int]], begins: str) -> int:
    return next((start for word, start in words if word == begins), -1)


def _words(text: str) -> Iterator[tuple[str, int]]:
    for match in _WORD.finditer(text):
        string, word = match.groups()
        yield _STRING if string else (word or _NUMBER).lower(), match.start()

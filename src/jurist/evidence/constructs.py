"""The words of a language that a query is written with."""

from __future__ import annotations

from jurist.errors import InputError
from jurist.languages.base import Language, Node, Schema


def constructs_of(query: str, language: Language, schema: Schema) -> frozenset[str]:
    """The constructs of a query's outline; none where it cannot be read."""
    try:
        root = language.outline(language.parse(query, schema))
    except InputError:
        return frozenset()
    found: set[str] = set()
    nodes: list[Node] = [root]
    while nodes:
        node = nodes.pop()
        found.update(node.constructs)
        nodes += node.children
    return frozenset(found)

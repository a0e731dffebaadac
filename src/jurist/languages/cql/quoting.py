"""Every text that a query quotes: names of the schema and values, each to be put differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from jurist.languages.capabilities import VALUE, Quoted
from jurist.languages.cql.checking.known_names import STANDARD_CONTEXT
from jurist.languages.cql.schemas.schema import (
    CqlSchema,
    EntitySpec,
    Fields,
    context_of,
    named_fields,
)
from jurist.languages.cql.syntax import (
    Context,
    CqlQuery,
    Entity,
    Event,
    Node,
    Property,
    Sources,
    Text,
    Trait,
)
from jurist.languages.cql.tree import transform

Change = Callable[[Quoted], str]


_QUOTED: Final[Mapping[type[Node], tuple[str, str]]] = {
    Event: ("name", "event"),
    Entity: ("slug", "entity"),
    Trait: ("name", "trait"),
    Property: ("name", "property"),
    Context: ("name", "context"),
    Text: ("value", VALUE),
}
"""The field of a node that is a text between quotes, and the kind of that text."""


def quoted_text(node: Node) -> str:
    """The text that a name or a literal text quotes."""
    text: str = getattr(node, _QUOTED[type(node)][0])
    return text


def with_quoted_text(node: Node, text: str) -> Node:
    """A name or a literal text with another text; itself where it is the same."""
    return node if text == quoted_text(node) else replace(node, **{_QUOTED[type(node)][0]: text})


def requote(query: CqlQuery, change: Change) -> CqlQuery:
    """The query with what `change` makes of each text that it quotes, in written order."""

    def requoted(node: Node) -> Node:
        if type(node) in _QUOTED:
            kind = _QUOTED[type(node)][1]
            return with_quoted_text(node, change(Quoted(quoted_text(node), kind)))
        if isinstance(node, Sources):
            ids = tuple(change(Quoted(source, "source")) for source in node.exclude)
            return node if ids == node.exclude else replace(node, exclude=ids)
        return node

    return transform(query, requoted)


def listed(schema: CqlSchema) -> frozenset[Quoted]:
    """The names that the schema lists, and the values that its enums list."""
    return context_of(schema).get(_listed)


def _listed(schema: CqlSchema) -> frozenset[Quoted]:
    return frozenset(_names_and_values(schema))


def _names_and_values(schema: CqlSchema) -> Iterator[Quoted]:
    for name, event in schema.events.items():
        yield Quoted(name, "event")
        yield from _fields(event.properties, "property")
        yield from _fields(event.context, "context")
    yield from _fields(schema.traits, "trait")
    yield from _fields(schema.account_traits, "trait")
    yield from _entities(schema.entities)
    for name in STANDARD_CONTEXT:
        yield Quoted(name, "context")
    for flag in ("true", "false"):
        yield Quoted(flag, VALUE)


def _entities(entities: Mapping[str, EntitySpec]) -> Iterator[Quoted]:
    for slug, entity in entities.items():
        yield Quoted(slug, "entity")
        yield from _fields(entity.properties, "property")
        yield from _entities(entity.entities)


def _fields(fields: Fields, kind: str) -> Iterator[Quoted]:
    for name, field in named_fields(fields):
        yield Quoted(name, kind)
        for facts in (field, field.items):
            for value in () if facts is None else facts.enum or ():
                if isinstance(value, str):
                    yield Quoted(value, VALUE)

"""Every text that a query quotes: names of the schema and values, each to be put differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from jurist.languages.base import VALUE, Quoted
from jurist.languages.cql.checking.known_names import STANDARD_CONTEXT
from jurist.languages.cql.schemas.fields import named_fields
from jurist.languages.cql.schemas.schema import CqlSchema, EntitySpec, Field, Fields
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Entity,
    Event,
    Filter,
    Not,
    Operand,
    Or,
    Property,
    Reduction,
    Scalar,
    Sources,
    Stream,
    Text,
    Trait,
    Where,
)

Change = Callable[[Quoted], str]


def requote(query: CqlQuery, change: Change) -> CqlQuery:
    """The query with what `change` makes of each text that it quotes, in written order."""
    return _condition(query, change) if isinstance(query, Condition) else _scalar(query, change)


@lru_cache(maxsize=64)
def listed(schema: CqlSchema) -> frozenset[Quoted]:
    """The names that the schema lists, and the values that its enums list."""
    return frozenset(_listed(schema))


def _listed(schema: CqlSchema) -> Iterator[Quoted]:
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
        yield from _values(field)
        if field.items is not None:
            yield from _values(field.items)


def _values(field: Field) -> Iterator[Quoted]:
    for value in field.enum or ():
        if isinstance(value, str):
            yield Quoted(value, VALUE)


# --- the tree -------------------------------------------------------------------------------


def _condition(node: Condition, change: Change) -> Condition:
    match node:
        case And(operands) | Or(operands):
            return replace(node, operands=tuple(_condition(each, change) for each in operands))
        case Not(operand) | AnyUser(operand) | AllUsers(operand):
            return replace(node, operand=_condition(operand, change))
        case Comparison(left, _, arguments):
            return replace(
                node,
                left=_scalar(left, change),
                arguments=tuple(_operand(each, change) for each in arguments),
            )


def _scalar(node: Scalar, change: Change) -> Scalar:
    if not isinstance(node, Reduction):
        return _named(node, change)
    stream = _stream(node.stream, change)
    value = None if node.value is None else _value(node.value, change)
    return replace(node, stream=stream, value=value)


def _stream(node: Stream, change: Change) -> Stream:
    match node.source:
        case Event(name) as source:
            source = replace(source, name=change(Quoted(name, "event")))
        case Entity(slug) as source:
            source = replace(source, slug=change(Quoted(slug, "entity")))
    return replace(node, source=source, filters=tuple(_filter(f, change) for f in node.filters))


def _filter(node: Filter, change: Change) -> Filter:
    match node:
        case Where(condition):
            return replace(node, condition=_condition(condition, change))
        case Sources(exclude):
            return replace(node, exclude=tuple(change(Quoted(each, "source")) for each in exclude))
        case _:
            return node


def _operand(node: Operand, change: Change) -> Operand:
    match node:
        case Text(value):
            return replace(node, value=change(Quoted(value, VALUE)))
        case Trait() | Property() | Context():
            return _named(node, change)
        case _:
            return node


def _named(node: Trait | Property | Context, change: Change) -> Trait | Property | Context:
    if isinstance(node, Trait):
        return replace(node, name=change(Quoted(node.name, "trait")))
    return _value(node, change)


def _value(node: Property | Context, change: Change) -> Property | Context:
    kind = "property" if isinstance(node, Property) else "context"
    return replace(node, name=change(Quoted(node.name, kind)))

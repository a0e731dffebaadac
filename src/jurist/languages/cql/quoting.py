"""Every text that a query quotes: names of the schema and values, each to be put differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from jurist.languages.capabilities import VALUE, Quoted
from jurist.languages.cql.checking.known_names import STANDARD_CONTEXT
from jurist.languages.cql.schemas.context import context_of
from jurist.languages.cql.schemas.schema import CqlSchema, EntitySpec, Field, Fields, named_fields
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Context,
    CqlQuery,
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


def listed(schema: CqlSchema) -> frozenset[Quoted]:
    """The names that the schema lists, and the values that its enums list."""
    return context_of(schema).get(_listed)


def _listed(schema: CqlSchema) -> frozenset[Quoted]:
    return frozenset(_each_listed(schema))


def _each_listed(schema: CqlSchema) -> Iterator[Quoted]:
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


# --- the tree (a node in which nothing changes is the same node: most texts stay) ---------------

Part = TypeVar("Part", Condition, Filter, Operand)


def _condition(node: Condition, change: Change) -> Condition:
    match node:
        case And(operands) | Or(operands):
            found = tuple(_condition(each, change) for each in operands)
            return node if _same(found, operands) else replace(node, operands=found)
        case Not(operand) | AnyUser(operand) | AllUsers(operand):
            inner = _condition(operand, change)
            return node if inner is operand else replace(node, operand=inner)
        case Comparison(left, _, arguments):
            side = _scalar(left, change)
            others = tuple(_operand(each, change) for each in arguments)
            if side is left and _same(others, arguments):
                return node
            return replace(node, left=side, arguments=others)


def _scalar(node: Scalar, change: Change) -> Scalar:
    if not isinstance(node, Reduction):
        return _named(node, change)
    stream = _stream(node.stream, change)
    value = None if node.value is None else _value(node.value, change)
    if stream is node.stream and value is node.value:
        return node
    return replace(node, stream=stream, value=value)


def _stream(node: Stream, change: Change) -> Stream:
    source = node.source
    if isinstance(source, Event):
        name = change(Quoted(source.name, "event"))
        source = source if name == source.name else replace(source, name=name)
    else:
        slug = change(Quoted(source.slug, "entity"))
        source = source if slug == source.slug else replace(source, slug=slug)
    filters = tuple(_filter(each, change) for each in node.filters)
    if source is node.source and _same(filters, node.filters):
        return node
    return replace(node, source=source, filters=filters)


def _filter(node: Filter, change: Change) -> Filter:
    match node:
        case Where(condition):
            inner = _condition(condition, change)
            return node if inner is condition else replace(node, condition=inner)
        case Sources(exclude):
            ids = tuple(change(Quoted(each, "source")) for each in exclude)
            return node if ids == exclude else replace(node, exclude=ids)
        case _:
            return node


def _operand(node: Operand, change: Change) -> Operand:
    match node:
        case Text(value):
            text = change(Quoted(value, VALUE))
            return node if text == value else replace(node, value=text)
        case Trait() | Property() | Context():
            return _named(node, change)
        case _:
            return node


def _named(node: Trait | Property | Context, change: Change) -> Trait | Property | Context:
    if not isinstance(node, Trait):
        return _value(node, change)
    name = change(Quoted(node.name, "trait"))
    return node if name == node.name else replace(node, name=name)


def _value(node: Property | Context, change: Change) -> Property | Context:
    name = change(Quoted(node.name, "property" if isinstance(node, Property) else "context"))
    return node if name == node.name else replace(node, name=name)


def _same(found: Sequence[Part], before: Sequence[Part]) -> bool:
    return all(one is other for one, other in zip(found, before, strict=True))

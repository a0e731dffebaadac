"""Fitting the query of a known question to a new one: its numbers, times, values and names."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar, cast

from jurist.languages.cql.fields import find_field
from jurist.languages.cql.schema import CqlSchema, Field
from jurist.languages.cql.syntax import (
    UNIT_MS,
    Comparison,
    CqlQuery,
    Duration,
    Event,
    Node,
    Number,
    Property,
    Reduction,
    Stream,
    Text,
    Trait,
    Unit,
)
from jurist.roles.offline.rules.english import stem
from jurist.roles.offline.rules.names import Index, Known, index_of, stems_of
from jurist.roles.offline.slots import Slot, SlotKind

NodeT = TypeVar("NodeT", bound=Node)
_NAMED: Final = 0.9
"""How well a name must be found to take the place of another."""


def adapt(
    query: CqlQuery, known: Sequence[Slot], asked: Sequence[Slot], request: str, schema: CqlSchema
) -> CqlQuery:
    """A known question's query, made to fit a new request.

    Args:
        query: The query of the known question.
        known: The known question's numbers and times.
        asked: The request's; they are matched by kind and order.
        request: What is asked.
        schema: The names there are.
    """
    words = [stem(word) for word in request.replace("'", " ").split()]
    words = [stem("".join(c for c in word if c.isalnum() or c in "-_")) for word in words]
    index = index_of(schema)
    fitted = _with_slots(query, known, asked)
    fitted = _with_values(fitted, words, index)
    return _with_names(fitted, words, index)


# --- numbers and times -------------------------------------------------------------------------


def _with_slots(query: CqlQuery, known: Sequence[Slot], asked: Sequence[Slot]) -> CqlQuery:
    waiting: defaultdict[Slot, list[Slot]] = defaultdict(list)
    for kind in SlotKind:
        old = [slot for slot in known if slot.kind is kind]
        new = [slot for slot in asked if slot.kind is kind]
        for before, after in zip(old, new, strict=False):
            waiting[before].append(after)

    def fitted(node: Node) -> Node:
        slot = _slot_of(node)
        if slot is None or not waiting.get(slot):
            return node
        line = waiting[slot]
        after = line.pop(0) if len(line) > 1 else line[0]
        return Number(after.value) if isinstance(node, Number) else _duration(after, node)

    return changed(query, fitted)


def _slot_of(node: Node) -> Slot | None:
    match node:
        case Number(value=value):
            return Slot(SlotKind.NUMBER, value)
        case Duration():
            return Slot(SlotKind.HOURS, node.ms // UNIT_MS[Unit.HOUR])
        case _:
            return None


def _duration(slot: Slot, old: Node) -> Node:
    hours = int(slot.value)
    in_hours = isinstance(old, Duration) and old.unit is Unit.HOUR
    if hours % 24 or (in_hours and hours < 7 * 24):
        return Duration(hours, Unit.HOUR)
    return Duration(hours // 24, Unit.DAY)


# --- values ---------------------------------------------------------------------------------------


def _with_values(query: CqlQuery, words: Sequence[str], index: Index) -> CqlQuery:
    """A listed value that the request does not name gives way to one that it does."""
    source: list[Event] = [each for each in nodes(query) if isinstance(each, Event)]

    def fitted(node: Node) -> Node:
        if not isinstance(node, Comparison) or len(node.arguments) != 1:
            return node
        old = node.arguments[0]
        field = _field_of(node, source, index.schema)
        if not isinstance(old, Text) or field is None or not field.enum:
            return node
        options = Known("", (), frozenset(), field)
        named = [hit.value for hit in index.values(words, [options])]
        if old.value in named or not named:
            return node
        return dataclasses.replace(node, arguments=(Text(named[0]),))

    return changed(query, fitted)


def _field_of(node: Comparison, events: Sequence[Event], schema: CqlSchema) -> Field | None:
    match node.left:
        case Trait(name=name):
            return find_field(schema.traits, name) or find_field(schema.account_traits, name)
        case Property(name=name):
            specs = (schema.events.get(event.name) for event in events)
            found = (find_field(spec.properties, name) for spec in specs if spec)
            return next((field for field in found if field is not None), None)
        case _:
            return None


# --- names ----------------------------------------------------------------------------------------


def _with_names(query: CqlQuery, words: Sequence[str], index: Index) -> CqlQuery:
    """A membership or a bare event that is not named gives way to one that is."""

    def fitted(node: Node) -> Node:
        match node:
            case Trait(name=name):
                old = next((each for each in index.traits if each.name == name), None)
                if old is None or not old.is_membership:
                    return node
                others = [
                    each
                    for each in index.traits
                    if each.is_membership and each.of_user == old.of_user
                ]
                return Trait(_named_instead(name, words, others, index))
            case Stream(source=Event(name=name)) if not _has_properties(node):
                new = _named_instead(name, words, index.events, index)
                return dataclasses.replace(node, source=Event(new))
            case Reduction(value=None, stream=stream):
                return dataclasses.replace(node, stream=fitted(stream))
            case _:
                return node

    return changed(query, fitted)


def _named_instead(name: str, words: Sequence[str], among: Sequence[Known], index: Index) -> str:
    if set(stems_of(name)) & set(words):
        return name
    hits = [hit for hit in index.find(words, among) if hit.score >= _NAMED]
    return hits[0].known.name if hits else name


def _has_properties(stream: Stream) -> bool:
    return any(isinstance(each, Property) for each in nodes(stream.filters))


# --- trees ----------------------------------------------------------------------------------------


def nodes(value: object) -> Iterator[Node]:
    """Every node of a query, in written order."""
    if isinstance(value, tuple):
        for each in cast("tuple[object, ...]", value):
            yield from nodes(each)
    elif isinstance(value, Node):
        yield value
        for field in dataclasses.fields(value):
            yield from nodes(getattr(value, field.name))


def changed(query: NodeT, change: Callable[[Node], Node]) -> NodeT:
    """The query with each node changed, the innermost first, in written order."""
    return cast("NodeT", _changed(query, change))


def _changed(value: object, change: Callable[[Node], Node]) -> object:
    if isinstance(value, tuple):
        return tuple(_changed(each, change) for each in cast("tuple[object, ...]", value))
    if not isinstance(value, Node):
        return value
    parts = {
        field.name: _changed(getattr(value, field.name), change)
        for field in dataclasses.fields(value)
        if field.init and field.name != "at"
    }
    return change(dataclasses.replace(value, **parts))

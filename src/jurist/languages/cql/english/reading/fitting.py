"""Fitting the query of a known question to a new one that names other things."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import cast

from jurist.languages.capabilities import Slot
from jurist.languages.cql.english.reading.slots import SlotKind
from jurist.languages.cql.syntax import (
    Context,
    CqlQuery,
    Duration,
    Entity,
    Event,
    Node,
    Number,
    Property,
    Text,
    Trait,
    Unit,
)

_TRAITS = (SlotKind.TRAIT, SlotKind.MEMBERSHIP)


def adapt(query: CqlQuery, known: Sequence[Slot], asked: Sequence[Slot]) -> CqlQuery:
    """A known question's query with the new request's numbers, times, texts and names.

    Slots are matched by kind and in order. What the known question named and the query
    holds gives way to what the request names in that place; what has no partner stays.

    Args:
        query: The query of the known question.
        known: What the known question names.
        asked: What the request names.
    """
    waiting: defaultdict[Slot, list[Slot]] = defaultdict(list)
    for kind in SlotKind:
        old = [slot for slot in known if slot.kind == kind]
        new = [slot for slot in asked if slot.kind == kind]
        for before, after in zip(old, new, strict=False):
            waiting[before].append(after)

    def fitted(node: Node) -> Node:
        for slot in _slots_of(node):
            line = waiting.get(slot)
            if line:
                # A name or number that comes twice is fitted in order; the last one serves on.
                return _put(line.pop(0) if len(line) > 1 else line[0], node)
        return node

    return cast("CqlQuery", _changed(query, fitted))


def _slots_of(node: Node) -> tuple[Slot, ...]:
    match node:
        case Number(value=value):
            return (Slot(SlotKind.NUMBER, value),)
        case Duration():
            return (Slot(SlotKind.HOURS, node.ms // Unit.HOUR.ms),)
        case Text(value=text):
            return (Slot(SlotKind.TEXT, text),)
        case Event(name=name):
            return (Slot(SlotKind.EVENT, name),)
        case Trait(name=name):
            return tuple(Slot(kind, name) for kind in _TRAITS)
        case Property(name=name) | Context(name=name):
            return (Slot(SlotKind.PROPERTY, name),)
        case Entity(slug=slug):
            return (Slot(SlotKind.ENTITY, slug),)
        case _:
            return ()


def _put(slot: Slot, node: Node) -> Node:
    value = slot.value
    match node:
        case Number() if not isinstance(value, str):
            return Number(value)
        case Duration() if not isinstance(value, str):
            return _duration(int(value), node)
        case Text():
            return Text(str(value))
        case Event() | Trait() | Property() | Context():
            return dataclasses.replace(node, name=str(value))
        case Entity():
            return Entity(str(value))
        case _:
            return node


def _duration(hours: int, old: Duration) -> Duration:
    if hours % 24 or (old.unit is Unit.HOUR and hours < 7 * 24):
        return Duration(hours, Unit.HOUR)
    return Duration(hours // 24, Unit.DAY)


def _changed(value: object, change: Callable[[Node], Node]) -> object:
    """A value with each node changed, the innermost first, in written order."""
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

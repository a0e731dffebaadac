"""Fitting the query of a known question to a new one that names other things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from jurist.languages.capabilities import Slot
from jurist.languages.cql.english.reading.slots import SlotKind
from jurist.languages.cql.quoting import quoted_text, with_quoted_text
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
from jurist.languages.cql.tree import transform

_KINDS: Final[Mapping[type[Node], tuple[SlotKind, ...]]] = {
    Text: (SlotKind.TEXT,),
    Event: (SlotKind.EVENT,),
    Trait: (SlotKind.TRAIT, SlotKind.MEMBERSHIP),
    Property: (SlotKind.PROPERTY,),
    Context: (SlotKind.PROPERTY,),
    Entity: (SlotKind.ENTITY,),
}
"""As what a request may name the text that a node quotes."""


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

    return transform(query, fitted)


def _slots_of(node: Node) -> tuple[Slot, ...]:
    match node:
        case Number():
            return (Slot(SlotKind.NUMBER, node.value),)
        case Duration():
            return (Slot(SlotKind.HOURS, node.ms // Unit.HOUR.ms),)
        case _:
            return tuple(Slot(kind, quoted_text(node)) for kind in _KINDS.get(type(node), ()))


def _put(slot: Slot, node: Node) -> Node:
    value = slot.value
    match node:
        case Number():
            return node if isinstance(value, str) else Number(value)
        case Duration():
            return node if isinstance(value, str) else _duration(int(value), node)
        case _:
            return with_quoted_text(node, str(value))


def _duration(hours: int, old: Duration) -> Duration:
    if hours % 24 or (old.unit is Unit.HOUR and hours < 7 * 24):
        return Duration(hours, Unit.HOUR)
    return Duration(hours // 24, Unit.DAY)

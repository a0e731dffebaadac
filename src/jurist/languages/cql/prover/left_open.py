"""Where an analysis allows more than there is, in words that an undecided verdict can give."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from jurist.languages.cql.prover.abstraction.atoms import (
    SHARED,
    GroupKey,
    GroupKind,
    Slot,
    holds_entries,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.histories import JointDimension
from jurist.languages.cql.prover.limits import TEXTS_AND_NUMBERS, WHOLE
from jurist.languages.cql.prover.regions.dimensions import OrderDimension, SlotDimension
from jurist.languages.cql.prover.theories.linked import Linked
from jurist.languages.cql.prover.theories.listed_groups import GroupTheory


class Parts(NamedTuple):
    """What an analysis is made of."""

    slots: Collection[SlotDimension]
    orders: Collection[OrderDimension]
    joint: Collection[JointDimension]
    theories: Collection[GroupTheory]
    linked: Collection[Linked]
    groups: Sequence[GroupKey]
    named: Iterable[Slot]
    """Values that something is said of, at whatever level."""


def left_open(sort: Sort, parts: Parts) -> Iterator[str]:
    """What the parts of an analysis of a sort allow beyond what there is."""
    if any(values.domain.joint for values in parts.slots):
        yield TEXTS_AND_NUMBERS
    if parts.orders:
        yield "the order of two values beside what else is asked of them"
    for part in (*parts.joint, *parts.theories, *parts.linked):
        yield from part.left_open
    if parts.joint and parts.linked:
        yield "streams that are compared beside values or events that are tied"
    if any(key.kind in SHARED for key in parts.groups):
        yield "events or rows that several conditions share"
    names = [(key.kind, key.name) for key in parts.groups]
    entries = [key for key in parts.groups if key.kind is GroupKind.ENTRIES]
    slots = {values.slot for values in parts.slots}
    slots |= {slot for linked in parts.linked for slot in linked.slots}
    if (
        len(set(names)) < len(names)
        or any(slots.issuperset(pair) for pair in sort.implied)
        or any(holds_entries(slot, key) for slot in parts.named for key in entries)
    ):
        yield WHOLE

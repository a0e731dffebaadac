"""The atoms of formulas: what can be said of an item by itself.

An item is an account, a user, an event or a row. What is said of it are facts about
its values (traits, properties, time ...) and about the groups of items below it: how
many users, events or rows pass a formula, what their values add up to. The formula is
over the atoms of the group's own sort, so the structure is a tree like the data itself.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, TypeAlias

from jurist.languages.cql.boolean import Formula
from jurist.languages.cql.prover.values.predicates import Primitive
from jurist.languages.cql.semantics.values import split_path
from jurist.languages.cql.syntax import Node, Operator


class SlotKind(StrEnum):
    """Where a value of an item is found."""

    TRAIT = "trait"
    PROPERTY = "property"
    CONTEXT = "context"
    ENTRY = "entry"
    """An entry of an array that is a trait, or what lies in it; named by the whole path."""
    SOURCE = "source"
    TIME = "time"
    """When an event happened; never missing."""
    DELAY = "delay"
    """How long after its parent an event happened."""


class Slot(NamedTuple):
    """One value of an item."""

    kind: SlotKind
    name: str = ""


TIME = Slot(SlotKind.TIME)
DELAY = Slot(SlotKind.DELAY)
SOURCE = Slot(SlotKind.SOURCE)


class GroupKind(StrEnum):
    """What a group is made of."""

    SUBJECT = "subject"
    """Whom the queries are about, who is in no group."""
    USERS = "users"
    EVENTS = "events"
    ROWS = "rows"
    ENTRIES = "entries"
    """Of an array that is a trait: the group's name is the path to it."""
    FOLLOWERS = "followers"
    """Events seen from an event: shared between parents, so not independent of them."""
    SEEN_ROWS = "seen rows"
    """The customer's rows, seen from an event: shared between events likewise."""


PROFILES = frozenset({GroupKind.SUBJECT, GroupKind.USERS})
OF_EVENTS = frozenset({GroupKind.EVENTS, GroupKind.FOLLOWERS})
OF_ROWS = frozenset({GroupKind.ROWS, GroupKind.SEEN_ROWS})
SHARED = frozenset({GroupKind.FOLLOWERS, GroupKind.SEEN_ROWS})
"""Whose members other items of the same customer have too."""


class GroupKey(NamedTuple):
    """A group below an item: users, events of a name, rows of a slug.

    `arrays`: the arrays that are unrolled, so that the members are their entries.
    """

    kind: GroupKind
    name: str = ""
    arrays: tuple[tuple[str, ...], ...] = ()


class ValueAtom(NamedTuple):
    """A fact about one of the item's values."""

    slot: Slot
    fact: Primitive


class Whose(StrEnum):
    """Whose value another value is compared with."""

    OWN = "own"
    PARENT = "parent"
    PROFILE = "profile"


class Order(NamedTuple):
    """The order of one of the item's values and another value, own or further out."""

    left: Slot
    whose: Whose
    right: Slot
    moments: bool
    """Whether both are compared as moments."""
    of_row: bool = False
    """Whether a number and a text cannot be compared (A10)."""
    exact: bool = False
    """Whether they are equal only where their texts are: of strings."""


class SignAtom(NamedTuple):
    """An order is -1, 0 or 1, or 2: the two cannot be compared."""

    order: Order
    sign: int


class Search(NamedTuple):
    """A search for one text in another: of one of the item's values, and of another value."""

    left: Slot
    whose: Whose
    right: Slot
    operator: Operator
    is_sought: bool
    """Whether it is the item's own value that is sought in the other one."""


class SearchAtom(NamedTuple):
    """One text is found in another; what that has to do with other facts is not looked into."""

    search: Search


INCOMPARABLE = 2
"""The sign of two values of which none comes first and that are not equal."""


class CountAtom(NamedTuple):
    """At least `least` members of a group pass a formula."""

    group: GroupKey
    members: Formula
    least: int


class SumAtom(NamedTuple):
    """The values of those members that pass sum to at least `bound` units."""

    group: GroupKey
    members: Formula
    slot: Slot
    bound: int


class MeanAtom(NamedTuple):
    """Their mean is at least (`strict`: more than) numerator/denominator; false of none."""

    group: GroupKey
    members: Formula
    slot: Slot
    numerator: int
    denominator: int
    strict: bool


class DistinctAtom(NamedTuple):
    """They have at least `least` different values."""

    group: GroupKey
    members: Formula
    slot: Slot
    least: int


class Measured(StrEnum):
    """What of a group is a number."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    DISTINCT = "distinct"
    LEAST = "least"
    GREATEST = "greatest"


class Measure(NamedTuple):
    """A number of the members of a group that pass a formula: of them, or of their values."""

    group: GroupKey
    members: Formula
    measured: Measured
    slot: Slot | None = None


Quantity: TypeAlias = "Measure | Slot"


class QuantityAtom(NamedTuple):
    """A number is at least (`strict`: more than) another; false where one is no number.

    Of no values the sum is 0, and there is no least or greatest.
    """

    left: Quantity
    right: Quantity
    strict: bool


class EndAtom(NamedTuple):
    """The value of the first (`latest`: last) member that passes and has one has a fact."""

    group: GroupKey
    members: Formula
    slot: Slot
    latest: bool
    fact: Primitive


class ModeAtom(NamedTuple):
    """Their most frequent value, as text, which occurs at least `least` times, has a fact."""

    group: GroupKey
    members: Formula
    slot: Slot
    least: int
    fact: Primitive


class OuterAtom(NamedTuple):
    """A formula about an item so many levels further out, to be taken out of the group's."""

    levels: int
    formula: Formula


class OpaqueAtom(NamedTuple):
    """A condition that is not looked into: equal only to itself."""

    node: Node
    beyond: str
    """What of it the exact procedure does not reach."""


GroupAtom = CountAtom | SumAtom | MeanAtom | DistinctAtom | EndAtom
Atom = (
    ValueAtom | SignAtom | SearchAtom | GroupAtom | ModeAtom | QuantityAtom | OuterAtom | OpaqueAtom
)


def is_nested(outer: Slot, inner: Slot) -> bool:
    """Whether a value lies inside another: `a.b` being there makes `a` an object."""
    if not inner.name or outer.kind is not inner.kind or "." not in inner.name:
        return False
    path, longer = split_path(outer.name), split_path(inner.name)
    return len(path) < len(longer) and longer[: len(path)] == path


def holds_entries(slot: Slot, key: GroupKey) -> bool:
    """Whether a value is the array that a group's members are entries of, or holds it."""
    path = split_path(slot.name)
    return slot.kind is SlotKind.TRAIT and split_path(key.name)[: len(path)] == path

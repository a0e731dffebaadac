"""The independent dimensions of an item: its values, and the groups below it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from jurist.languages.cql.prover.abstraction.atoms import (
    DELAY,
    TIME,
    GroupKey,
    Order,
    Slot,
    ValueAtom,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.values.partition import domain
from jurist.languages.cql.prover.values.predicates import MOMENT, Primitive, inside
from jurist.languages.cql.prover.values.representatives import moment_cells
from jurist.languages.cql.prover.values.value_classes import NOTHING, Allowed, Domain, ValueClass
from jurist.languages.cql.semantics.values import FIRST_MOMENT, Coercion, Value


class NoModelKnown(Exception):  # noqa: N818 - says what happened
    """No concrete item of a region can be built."""


@dataclass(slots=True)
class Sample:
    """A concrete item: its values, and the members of the groups below it."""

    values: dict[Slot, Value] = field(default_factory=dict[Slot, Value])
    spans: dict[Slot, tuple[int, int]] = field(default_factory=dict[Slot, tuple[int, int]])
    """The cells of its time and delay, in milliseconds, both ends inside."""
    signs: dict[Order, int] = field(default_factory=dict[Order, int])
    compared: dict[Order, tuple[Allowed, Allowed]] = field(
        default_factory=dict[Order, "tuple[Allowed, Allowed]"]
    )
    """What the schema says of the two sides of each order."""
    settled: set[Slot] = field(default_factory=set[Slot])
    """Values that an order has already been made with."""
    groups: dict[GroupKey, list[Sample]] = field(default_factory=dict[GroupKey, "list[Sample]"])

    def merged(self, other: Sample) -> None:
        """Take over what another sample says of other dimensions."""
        self.values.update(other.values)
        self.spans.update(other.spans)
        self.signs.update(other.signs)
        self.compared.update(other.compared)
        for key, members in other.groups.items():
            self.groups.setdefault(key, []).extend(members)


@dataclass(frozen=True, slots=True)
class Dimension:
    """Options of which an item takes exactly one.

    `true`: for each atom, the options at which it holds. `no_model_known`: options that perhaps
    nothing takes.
    """

    size: int
    true: Mapping[int, Sequence[int]]
    no_model_known: Sequence[int] = ()
    over_approximates: bool = False
    """Whether the options are only a guess, so that a witness may not be what it seems."""


@dataclass(frozen=True, slots=True)
class SlotDimension:
    """The classes of one value; `standing`: for each option the class that stands for it."""

    slot: Slot
    domain: Domain
    dimension: Dimension
    standing: Sequence[int]
    facts: Mapping[int, Primitive]
    """What each atom says of the value."""

    def sample(self, option: int) -> Sample:
        """An item whose value lies in a class."""
        each = self.domain.classes[self.standing[option]]
        if self.slot in (TIME, DELAY):
            assert each.low is not None  # noqa: S101 - cells of a time line are bounded
            assert each.high is not None  # noqa: S101
            return Sample(spans={self.slot: (each.low, each.high)})
        value = each.sample
        assert value is not NOTHING  # noqa: S101 - options without a model are never sampled
        return Sample({} if value is None else {self.slot: value})


def slot_dimension(
    sort: Sort, slot: Slot, atoms: Sequence[int], coercion: Coercion, now: int
) -> SlotDimension:
    """The dimension of a slot, as these atoms cut it."""
    facts: dict[int, Primitive] = {}
    for number in atoms:
        atom = sort.atoms[number]
        assert isinstance(atom, ValueAtom)  # noqa: S101 - atoms of a slot
        facts[number] = atom.fact
    if slot == TIME:
        values = _interval_classes(facts.values(), FIRST_MOMENT, now)
    elif slot == DELAY:
        values = _interval_classes(facts.values(), FIRST_MOMENT, -FIRST_MOMENT)
    else:
        own = Coercion.NONE if sort.of_rows else coercion
        values = domain(facts.values(), sort.known[slot], own)
    return _of_classes(slot, values, facts, range(len(values.classes)))


def coarsened(fine: SlotDimension) -> SlotDimension:
    """The dimension with classes that no atom tells apart as one option: the first with a model.

    That is what a kind is where likeness is measured; and the fewer options, the smaller
    every product that the dimension is part of.
    """
    unknown = set(fine.dimension.no_model_known)
    alike: dict[frozenset[Primitive], int] = {}
    for option, values in enumerate(fine.domain.classes):
        if values.facts not in alike or (alike[values.facts] in unknown and option not in unknown):
            alike[values.facts] = option
    if len(alike) == fine.dimension.size:
        return fine
    return _of_classes(fine.slot, fine.domain, fine.facts, list(alike.values()))


def _of_classes(
    slot: Slot, values: Domain, facts: Mapping[int, Primitive], standing: Sequence[int]
) -> SlotDimension:
    """The options that some classes stand for; `facts`: what each atom says."""
    classes = [values.classes[i] for i in standing]
    true = {n: [i for i, c in enumerate(classes) if f in c.facts] for n, f in facts.items()}
    unknown = [i for i, each in enumerate(classes) if each.sample is NOTHING]
    dimension = Dimension(len(classes), true, unknown, over_approximates=values.joint)
    return SlotDimension(slot, values, dimension, standing, facts)


def _interval_classes(facts: Collection[Primitive], first: int, last: int) -> Domain:
    """The cells of a time line, the latest one first."""
    cells = reversed(moment_cells(facts, first, last))
    return Domain(
        tuple(
            ValueClass(
                frozenset(f for f in facts if f.kind == MOMENT and inside(low, f)),
                low,
                low=low,
                high=high,
            )
            for low, high in cells
        ),
        1,
    )


def opaque_dimension(number: int) -> Dimension:
    """A condition that is not looked into may hold or not."""
    return Dimension(2, {number: [1]}, over_approximates=True)


SIGNS = (None, 0, 1, -1, 2)
"""The options of an order; `None`: one of the two values is missing."""


def order_dimension(order: Order, signs: Mapping[int, int]) -> Dimension:
    """The order of two values, whatever they are; `signs`: that of each atom about it.

    That an order may contradict the classes of the two values is not looked into: more
    than there is, so a proof stays a proof, and a witness has to replay.
    """
    options = SIGNS if order.of_row else SIGNS[:-1]
    true = {n: [options.index(sign)] if sign in options else [] for n, sign in signs.items()}
    return Dimension(len(options), true, over_approximates=True)


def cell_dimension(ranks: Sequence[Sequence[int]]) -> Dimension:
    """How many of ascending thresholds are reached; `ranks`: the atoms of each."""
    size = len(ranks) + 1
    return Dimension(
        size, {number: range(i + 1, size) for i, rank in enumerate(ranks) for number in rank}
    )

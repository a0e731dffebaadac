"""The dimensions of an item: its values, and the groups below it; and what ties some of them.

Everything that two queries can tell apart about an item (a customer, an event, a row) falls
into finitely many options along its dimensions. A point of their product takes one option
in each; a theory says of some dimensions which options can be taken together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Protocol, TypeAlias

from jurist.languages.cql.boolean import Junction
from jurist.languages.cql.prover.abstraction.atoms import (
    DELAY,
    TIME,
    GroupKey,
    Order,
    Search,
    Slot,
    ValueAtom,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.values.moments import moment_cells
from jurist.languages.cql.prover.values.partition import domain, domain_of_texts
from jurist.languages.cql.prover.values.predicates import AMONG, MOMENT, Primitive, inside
from jurist.languages.cql.prover.values.value_classes import NOTHING, Allowed, Domain, ValueClass
from jurist.languages.cql.semantics.values import FIRST_MOMENT, Coercion, Value

Options = tuple[int, ...]
"""The option of each dimension: a point, or a part of one."""
Thresholds = Sequence[Sequence[int]]
"""The atoms of one quantity by ascending bound, those of equal bounds together."""


class Literal(NamedTuple):
    """A dimension takes one of some options, which are bits."""

    dimension: int
    options: int


Goal: TypeAlias = "Literal | Junction[Literal]"
"""A formula over options, without negations."""


class NoModelKnown(Exception):  # noqa: N818 - says what happened
    """No concrete item of a region can be built."""


@dataclass(slots=True)
class Sample:
    """A concrete item: its values, and the members of the groups below it."""

    values: dict[Slot, Value] = field(default_factory=dict[Slot, Value])
    spans: dict[Slot, tuple[int, int]] = field(default_factory=dict[Slot, tuple[int, int]])
    """The cells of its time and delay, in milliseconds, both ends inside."""
    signs: dict[Order, int] = field(default_factory=dict[Order, int])
    found: dict[Search, bool] = field(default_factory=dict[Search, bool])
    """Whether one text is found in another."""
    compared: dict[Order | Search, tuple[Allowed, Allowed]] = field(
        default_factory=dict["Order | Search", "tuple[Allowed, Allowed]"]
    )
    """What the schema says of the two sides of each order, and of each search."""
    cells: dict[Slot, tuple[Domain, ValueClass]] = field(
        default_factory=dict[Slot, "tuple[Domain, ValueClass]"]
    )
    """Where the values lie, as far as facts about them are known."""
    settled: set[Slot] = field(default_factory=set[Slot])
    """Values that an order has already been made with."""
    groups: dict[GroupKey, list[Sample]] = field(default_factory=dict[GroupKey, "list[Sample]"])

    @property
    def is_tied(self) -> bool:
        """Whether values of it, or of items below it, are compared or searched."""
        if self.signs or self.found:
            return True
        return any(member.is_tied for members in self.groups.values() for member in members)

    def merged(self, other: Sample) -> None:
        """Take over what another sample says of other dimensions."""
        self.values.update(other.values)
        self.spans.update(other.spans)
        self.signs.update(other.signs)
        self.found.update(other.found)
        self.cells.update(other.cells)
        self.compared.update(other.compared)
        for key, members in other.groups.items():
            self.groups.setdefault(key, []).extend(members)


def first_of(samples: Iterable[Sample]) -> Sample:
    """The first of some items.

    Raises:
        NoModelKnown: Where there is none.
    """
    for sample in samples:
        return sample
    raise NoModelKnown


@dataclass(frozen=True, slots=True)
class Dimension:
    """Options of which an item takes exactly one.

    `true`: for each atom, the options at which it holds, as bits. `no_model_known`: options
    that perhaps nothing takes, as bits. `weights`: how many kinds each option stands for,
    where that is not one.
    """

    size: int
    true: Mapping[int, int]
    no_model_known: int = 0
    over_approximates: bool = False
    """Whether the options are only a guess, so that a witness may not be what it seems."""
    weights: Sequence[int] = ()

    def weight(self, options: int) -> int:
        """How many kinds some options, as bits, stand for together."""
        if not self.weights:
            return options.bit_count()
        return sum(weight for i, weight in enumerate(self.weights) if options >> i & 1)


class Theory(Protocol):
    """Decides which options of some neighbouring dimensions can be taken together."""

    @property
    def width(self) -> int:
        """How many dimensions."""
        ...

    def conflict(self, options: Options, /) -> tuple[Literal, ...] | None:
        """What of these options nothing takes together; `None` where something takes all.

        Its dimensions are numbered from the first of the theory.
        """
        ...


class Product:
    """The dimensions of an item, and the theories that tie some of them.

    Args:
        dimensions: Of each an item takes one option.
        theories: Each with its first dimension.
    """

    def __init__(
        self, dimensions: Sequence[Dimension], theories: Sequence[tuple[int, Theory]]
    ) -> None:
        self.dimensions = dimensions
        self.literals = {
            number: Literal(at, options)
            for at, dimension in enumerate(dimensions)
            for number, options in dimension.true.items()
        }
        """Where each atom holds."""
        self.theories = theories

    def conflict(self, point: Options) -> tuple[Literal, ...] | None:
        """What of a point a theory refutes; `None` where none does."""
        for at, theory in self.theories:
            conflict = theory.conflict(point[at : at + theory.width])
            if conflict is not None:
                return tuple([Literal(at + quantity, options) for quantity, options in conflict])
        return None


@dataclass(frozen=True, slots=True)
class Region:
    """Points with the same truths (bits of `mask`) and the same options of some dimensions."""

    mask: int
    options: Options
    has_model: bool
    """Whether a sample can be built."""
    place: int | Options


def bits(options: Iterable[int]) -> int:
    """Options as bits."""
    return sum([1 << option for option in options])


def lowest(options: int) -> int:
    """The first of some bits; there is one."""
    return (options & -options).bit_length() - 1


# --- the dimensions that are no groups ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SlotDimension:
    """The classes of one value; `standing`: for each option the class that stands for it."""

    slot: Slot
    domain: Domain
    dimension: Dimension
    standing: Sequence[int]
    facts: Mapping[int, Primitive]
    """What each atom says of the value."""
    width: ClassVar[int] = 1

    def sample(self, options: Options) -> Sample:
        """An item whose value lies in a class."""
        value_class = self.domain.classes[self.standing[options[0]]]
        if self.slot in (TIME, DELAY):
            assert value_class.low is not None  # noqa: S101 - cells of a time line are bounded
            assert value_class.high is not None  # noqa: S101
            return Sample(spans={self.slot: (value_class.low, value_class.high)})
        value = value_class.sample
        assert value is not NOTHING  # noqa: S101 - options without a model are never sampled
        cells = {self.slot: (self.domain, value_class)}
        return Sample({} if value is None else {self.slot: value}, cells=cells)


def slot_dimension(
    sort: Sort, slot: Slot, atoms: Iterable[int], coercion: Coercion, now: int
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
        cut = domain_of_texts if sort.is_exact(slot) else domain
        values = cut(facts.values(), sort.known[slot], own)
    return _of_classes(slot, values, facts, range(len(values.classes)))


def coarsened(fine: SlotDimension) -> SlotDimension:
    """The dimension with classes that no atom tells apart as one option: the first with a model.

    That is what a kind is where likeness is measured, but of values in long lists each is a
    kind; and the fewer options, the smaller every product that the dimension is part of.
    """
    unknown = fine.dimension.no_model_known
    alike: dict[frozenset[Primitive], int] = {}
    kinds = Counter[frozenset[Primitive]]()
    for option, values in enumerate(fine.domain.classes):
        kinds[values.facts] += values.size or 1
        first = alike.get(values.facts)
        if first is None or (unknown >> first & 1 and not unknown >> option & 1):
            alike[values.facts] = option
    listed = any(fact.kind == AMONG for fact in fine.facts.values())
    if len(alike) == fine.dimension.size and not listed:
        return fine
    weights = [kinds[facts] if any(fact.kind == AMONG for fact in facts) else 1 for facts in alike]
    return _of_classes(
        fine.slot, fine.domain, fine.facts, list(alike.values()), weights if listed else ()
    )


def _of_classes(
    slot: Slot,
    values: Domain,
    facts: Mapping[int, Primitive],
    standing: Sequence[int],
    weights: Sequence[int] = (),
) -> SlotDimension:
    """The options that some classes stand for; `facts`: what each atom says."""
    classes = [values.classes[i] for i in standing]
    true = {n: bits([i for i, c in enumerate(classes) if f in c.facts]) for n, f in facts.items()}
    unknown = bits([i for i, c in enumerate(classes) if c.sample is NOTHING])
    dimension = Dimension(
        len(classes), true, unknown, over_approximates=values.joint, weights=weights
    )
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
    return Dimension(2, {number: 0b10}, over_approximates=True)


_SIGNS = (None, 0, 1, -1, 2)
"""The options of an order; `None`: one of the two values is missing."""


@dataclass(frozen=True, slots=True)
class OrderDimension:
    """The order of two values, whatever they are.

    That an order may contradict the classes of the two values is not looked into: more
    than there is, so a proof stays a proof, and a witness has to replay.
    """

    order: Order
    compared: tuple[Allowed, Allowed]
    dimension: Dimension
    width: ClassVar[int] = 1

    def sample(self, options: Options) -> Sample:
        """An item with the two values in that order."""
        sign = _SIGNS[options[0]]
        if sign is None:
            return Sample()
        return Sample(signs={self.order: sign}, compared={self.order: self.compared})


def order_dimension(sort: Sort, order: Order, signs: Mapping[int, int]) -> OrderDimension:
    """The dimension of an order; `signs`: that of each atom about it."""
    options = _SIGNS if order.of_row else _SIGNS[:-1]
    true = {n: bits([i for i, s in enumerate(options) if s == sign]) for n, sign in signs.items()}
    dimension = Dimension(len(options), true, over_approximates=True)
    return OrderDimension(order, sort.compared_facts(order), dimension)


@dataclass(frozen=True, slots=True)
class SearchDimension:
    """Whether one text is found in another, whatever they are: more than there is likewise."""

    search: Search
    compared: tuple[Allowed, Allowed]
    dimension: Dimension
    width: ClassVar[int] = 1

    def sample(self, options: Options) -> Sample:
        """An item with the one text in the other, or not."""
        return Sample(found={self.search: options[0] == 1}, compared={self.search: self.compared})


def search_dimension(sort: Sort, search: Search, number: int) -> SearchDimension:
    """The dimension of a search, and its atom."""
    return SearchDimension(search, sort.compared_facts(search), opaque_dimension(number))


def level_dimension(thresholds: Thresholds) -> Dimension:
    """How many thresholds of a quantity are reached."""
    size = len(thresholds) + 1
    return Dimension(
        size,
        {
            number: bits(range(i + 1, size))
            for i, numbers in enumerate(thresholds)
            for number in numbers
        },
    )

"""The regions of a thing: which truths of several formulas about it can go together.

A thing is a point in the product of its dimensions: the classes of each of its values,
and for each group below it the profile of that group. The formulas cut the product into
cells, one for each combination of their truths; a cell with a point in it is a region.
A group is analysed by the regions of its own members, so the procedure is one recursion
from accounts to users to events and rows. Groups with sums, means, distinct values or
too many counts have no list of profiles; their points are confirmed or refuted one by
one by the solver (`arithmetic`), which strikes out whole sets of points at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jurist.languages.cql.customers import Value
from jurist.languages.cql.prover.arithmetic import Arithmetic, Kind
from jurist.languages.cql.prover.counting import Profile, profiles
from jurist.languages.cql.prover.dimensions import (
    SIGNS,
    Dimension,
    Sample,
    SlotDimension,
    cell_dimension,
    opaque_dimension,
    order_dimension,
    slot_dimension,
)
from jurist.languages.cql.prover.domains import Domain, ValueClass
from jurist.languages.cql.prover.formulas import Formula, atoms_of, truth_set
from jurist.languages.cql.prover.limits import MOST_REGIONS, TooWide
from jurist.languages.cql.prover.resources import Resources
from jurist.languages.cql.prover.space import Space, lowest
from jurist.languages.cql.prover.things import (
    TIME,
    CountAtom,
    DistinctAtom,
    EndAtom,
    GroupAtom,
    GroupKey,
    GroupKind,
    MeanAtom,
    OpaqueAtom,
    Order,
    SignAtom,
    Slot,
    SumAtom,
    Thing,
    ValueAtom,
)


@dataclass(frozen=True, slots=True)
class Region:
    """Things with the same truths; `classes`: that of each value that is reduced."""

    mask: int
    """Which formulas hold, as bits."""
    points: int
    classes: dict[Slot, ValueClass]


@dataclass(slots=True)
class _Listed:
    """A group whose profiles are listed: one dimension."""

    key: GroupKey
    at: int
    members: Analysis
    regions: Sequence[Region]
    profiles: Sequence[Profile]


@dataclass(slots=True)
class _Computed:
    """A group that the solver decides: several dimensions from `at` on."""

    key: GroupKey
    at: int
    width: int
    members: Analysis
    regions: Sequence[Region]
    arithmetic: Arithmetic


@dataclass(slots=True)
class _Dimensions:
    all: list[Dimension] = field(default_factory=list["Dimension"])
    slots: list[tuple[int, SlotDimension]] = field(
        default_factory=list["tuple[int, SlotDimension]"]
    )
    orders: list[tuple[int, Order]] = field(default_factory=list["tuple[int, Order]"])
    listed: list[_Listed] = field(default_factory=list["_Listed"])
    computed: list[_Computed] = field(default_factory=list["_Computed"])

    def add(self, dimension: Dimension) -> int:
        self.all.append(dimension)
        return len(self.all) - 1


class Analysis:
    """The dimensions of a thing as some formulas see it, and their regions.

    Args:
        thing: The thing, with the table of the formulas' atoms.
        formulas: What is said of it.
        reduced: Slots whose classes regions must not mix, and atoms that must cut them.
        resources: The moment, the coercion, the time that is left.

    Raises:
        TooWide: Where there are too many combinations.
    """

    def __init__(
        self,
        thing: Thing,
        formulas: Sequence[Formula],
        reduced: Mapping[Slot, Sequence[int]],
        resources: Resources,
    ) -> None:
        self._thing = thing
        self._resources = resources
        self._dimensions = _Dimensions()
        self._where: dict[int, tuple[int, Sequence[int]]] = {}
        self._columns: dict[int, int] = {}
        self._build(formulas, reduced)
        self._space = Space([d.size for d in self._dimensions.all])
        self._alive = self._space.full
        self._sure = self._space.full
        for i, dimension in enumerate(self._dimensions.all):
            if dimension.unsure:
                self._sure &= ~self._space.column(i, dimension.unsure)
        self.blind = any(d.blind for d in self._dimensions.all) or any(
            group.members.blind or group.key.kind is GroupKind.FOLLOWERS
            for group in (*self._dimensions.listed, *self._dimensions.computed)
        )
        self.blind |= any(group.arithmetic.blind for group in self._dimensions.computed)

    # --- dimensions ---

    def _build(self, formulas: Sequence[Formula], reduced: Mapping[Slot, Sequence[int]]) -> None:
        by_slot = {slot: list(numbers) for slot, numbers in reduced.items()}
        by_group: dict[GroupKey, list[int]] = {}
        by_order: dict[Order, dict[int, int]] = {}
        used = dict.fromkeys(number for formula in formulas for number in atoms_of(formula))
        for number in used:
            atom = self._thing.atoms[number]
            match atom:
                case ValueAtom(slot):
                    by_slot.setdefault(slot, []).append(number)
                case SignAtom(order, sign):
                    by_order.setdefault(order, {})[number] = sign
                case OpaqueAtom():
                    self._place(opaque_dimension(number))
                case CountAtom() | SumAtom() | MeanAtom() | DistinctAtom() | EndAtom():
                    by_group.setdefault(atom.group, []).append(number)
                case _:
                    raise TooWide("conditions that depend on one another across levels")
        for slot, numbers in by_slot.items():
            numbers = list(dict.fromkeys(numbers))
            dimension = slot_dimension(
                self._thing, slot, numbers, self._resources.coercion, self._resources.now
            )
            at = self._place(dimension.dimension)
            self._dimensions.slots.append((at, dimension))
        for order, signs in by_order.items():
            self._dimensions.orders.append((self._place(order_dimension(signs)), order))
        for key, numbers in by_group.items():
            self._add_group(key, numbers)

    def _place(self, dimension: Dimension) -> int:
        at = self._dimensions.add(dimension)
        for number, options in dimension.true.items():
            self._where[number] = (at, options)
        return at

    def _add_group(self, key: GroupKey, numbers: Sequence[int]) -> None:
        atoms = {number: self._group_atom(number) for number in numbers}
        streams = list(dict.fromkeys(atom.members for atom in atoms.values()))
        reduced = self._reduced(key, atoms.values())
        members = Analysis(self._thing.groups[key], streams, reduced, self._resources)
        regions = members.regions(streams, reduced)
        streams_of = _merged_streams(streams, regions)
        if not reduced:
            counts = {n: a for n, a in atoms.items() if isinstance(a, CountAtom)}
            if self._add_listed(key, counts, streams_of, members, regions):
                return
        at = len(self._dimensions.all)
        kinds = [Kind(_stream_mask(region, streams_of), region.classes) for region in regions]
        domains = {slot: members.domain_of(slot) for slot in reduced}
        arithmetic = Arithmetic(atoms, streams_of, kinds, domains, self._resources)
        for ranks in arithmetic.chains:
            self._place(cell_dimension(ranks))
        width = len(arithmetic.chains)
        self._dimensions.computed.append(_Computed(key, at, width, members, regions, arithmetic))

    def _reduced(self, key: GroupKey, atoms: Iterable[GroupAtom]) -> dict[Slot, list[int]]:
        """The values of a group's members that are reduced, and the atoms that cut them."""
        reduced: dict[Slot, list[int]] = {}
        for atom in atoms:
            if isinstance(atom, CountAtom):
                continue
            cuts = reduced.setdefault(atom.slot, [])
            if isinstance(atom, EndAtom):
                inner = self._thing.groups[key]
                cuts.append(inner.atom(ValueAtom(atom.slot, atom.fact)))
                if key.kind is not GroupKind.ROWS:
                    reduced.setdefault(TIME, [])
        return reduced

    def _group_atom(self, number: int) -> GroupAtom:
        atom = self._thing.atoms[number]
        assert isinstance(atom, CountAtom | SumAtom | MeanAtom | DistinctAtom | EndAtom)  # noqa: S101
        return atom

    def _add_listed(
        self,
        key: GroupKey,
        atoms: dict[int, CountAtom],
        streams_of: dict[Formula, int],
        members: Analysis,
        regions: Sequence[Region],
    ) -> bool:
        width = max(streams_of.values()) + 1
        thresholds: list[set[int]] = [set() for _ in range(width)]
        for atom in atoms.values():
            thresholds[streams_of[atom.members]].add(atom.least)
        ordered = [sorted(each) for each in thresholds]
        masks = [_stream_mask(region, streams_of) for region in regions]
        distinct = {mask: i for i, mask in reversed(list(enumerate(masks)))}
        listed = profiles(list(distinct), ordered)
        if listed is None:
            return False
        first = list(distinct.values())
        listed = [Profile(p.cells, tuple(first[r] for r in p.regions)) for p in listed]
        true: dict[int, list[int]] = {}
        for number, atom in atoms.items():
            stream = streams_of[atom.members]
            rank = ordered[stream].index(atom.least)
            true[number] = [i for i, p in enumerate(listed) if p.cells[stream] > rank]
        unsure_regions = {i for i, region in enumerate(regions) if not members.is_sure(region)}
        unsure = [i for i, p in enumerate(listed) if any(r in unsure_regions for r in p.regions)]
        at = self._place(Dimension(len(listed), true, unsure))
        self._dimensions.listed.append(_Listed(key, at, members, regions, listed))
        return True

    # --- regions ---

    def _column(self, number: int) -> int:
        column = self._columns.get(number)
        if column is None:
            at, options = self._where[number]
            column = self._columns[number] = self._space.column(at, options)
        return column

    @property
    def everything(self) -> int:
        """All points."""
        return self._space.full

    def points(self, formula: Formula) -> int:
        """The points at which a formula holds."""
        return truth_set(formula, self._column, self._space.full)

    def regions(self, formulas: Sequence[Formula], reduced: Iterable[Slot] = ()) -> list[Region]:
        """The combinations of truths that are not refuted, each with its points."""
        cells: list[tuple[int, int, dict[Slot, ValueClass]]] = [(0, self._space.full, {})]
        for slot in reduced:
            at, dimension = next(d for d in self._dimensions.slots if d[1].slot == slot)
            columns = [
                (each, self._space.column(at, (i,)))
                for i, each in enumerate(dimension.domain.classes)
            ]
            cells = [
                (0, points & column, {**classes, slot: each})
                for _, points, classes in cells
                for each, column in columns
                if points & column
            ]
        for i, formula in enumerate(formulas):
            holds = self.points(formula)
            following: list[tuple[int, int, dict[Slot, ValueClass]]] = []
            for mask, points, classes in cells:
                if inside := points & holds:
                    following.append((mask | 1 << i, inside, classes))
                if outside := points & ~holds:
                    following.append((mask, outside, classes))
            if len(following) > MOST_REGIONS:
                raise TooWide(f"over {MOST_REGIONS} kinds of {self._name()}")
            cells = following
        found = [Region(*cell) for cell in cells]
        if self._dimensions.computed:
            found = [region for region in found if self.inhabited(region.points)]
        return found

    def _name(self) -> str:
        key = self._thing.key
        return f"{key.kind} {key.name!r}" if key is not None else "customers"

    def is_sure(self, region: Region) -> bool:
        """Whether a sample of the region can be built."""
        return bool(region.points & self._sure)

    def inhabited(self, points: int) -> bool:
        """Whether something lies at one of the points."""
        return next(self._confirmed(points), None) is not None

    def _confirmed(self, points: int) -> Iterator[int]:
        """Points that no solver refutes; those that can be sampled first."""
        for part in (points & self._sure, points & ~self._sure):
            while remaining := part & self._alive:
                self._resources.tick()
                point = lowest(remaining)
                refuted = self._refuted(point)
                if refuted:
                    self._alive &= ~refuted
                    continue
                yield point
                part &= ~(1 << point)

    def _refuted(self, point: int) -> int:
        """Points that are impossible for the same reason as this one; 0 if it is possible."""
        if not self._dimensions.computed:
            return 0
        options = self._space.coordinates(point)
        for group in self._dimensions.computed:
            cells = options[group.at : group.at + group.width]
            core = group.arithmetic.refutation(cells)
            if core is not None:
                refuted = self._space.full
                for bound in core:
                    refuted &= self._space.column(group.at + bound.chain, bound.cells)
                return refuted
        return 0

    def domain_of(self, slot: Slot) -> Domain:
        """The classes of a value."""
        return next(d.domain for _, d in self._dimensions.slots if d.slot == slot)

    # --- samples ---

    def samples(self, points: int) -> Iterator[Sample]:
        """Concrete things at the points, as many as are asked for."""
        for point in self._confirmed(points):
            if 1 << point & self._sure:
                yield self._sample(point)

    def _sample(self, point: int) -> Sample:
        options = self._space.coordinates(point)
        sample = Sample()
        for at, dimension in self._dimensions.slots:
            sample.merged(dimension.sample(options[at]))
        for at, order in self._dimensions.orders:
            sign = SIGNS[options[at]]
            if sign is not None:
                sample.signs[order] = sign
        for group in self._dimensions.listed:
            members = [
                group.members.first_sample(group.regions[region].points)
                for region in group.profiles[options[group.at]].regions
            ]
            sample.merged(Sample(groups={group.key: members}))
        for group in self._dimensions.computed:
            cells = options[group.at : group.at + group.width]
            members = [
                _with_values(group.members.first_sample(group.regions[region].points), values)
                for region, values in group.arithmetic.model(cells)
            ]
            sample.merged(Sample(groups={group.key: members}))
        return sample

    def first_sample(self, points: int) -> Sample:
        """One concrete thing at the points."""
        return next(self.samples(points))


def _with_values(sample: Sample, values: dict[Slot, Value]) -> Sample:
    sample.values.update(values)
    return sample


def _merged_streams(streams: Sequence[Formula], regions: Sequence[Region]) -> dict[Formula, int]:
    """A number for each stream, equal where they have the same regions."""
    numbers: dict[tuple[int, ...], int] = {}
    merged: dict[Formula, int] = {}
    for i, stream in enumerate(streams):
        inside = tuple(r for r, region in enumerate(regions) if region.mask >> i & 1)
        merged[stream] = numbers.setdefault(inside, len(numbers))
    return merged


def _stream_mask(region: Region, streams_of: dict[Formula, int]) -> int:
    mask = 0
    for i, number in enumerate(streams_of.values()):
        if region.mask >> i & 1:
            mask |= 1 << number
    return mask

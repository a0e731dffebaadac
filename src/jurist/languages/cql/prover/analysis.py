"""The regions of an item: which truths of several formulas about it can go together.

An item is a point in the product of its dimensions: the classes of each of its values,
and for each group below it the profile of that group. The formulas cut the product into
cells, one for each combination of their truths; a cell with a point in it is a region.
A group is analysed by the regions of its own members, so the procedure is one recursion
from accounts to users to events and rows. Groups with sums, means, distinct values or
too many counts have no list of profiles; their points are confirmed or refuted one by
one by the solver (`arithmetic`), which strikes out whole sets of points at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import prod

from jurist.languages.cql.boolean import Formula, atoms_of, conjunction, disjunction
from jurist.languages.cql.prover.abstraction.atoms import (
    CountAtom,
    GroupAtom,
    GroupKey,
    ModeAtom,
    OpaqueAtom,
    Order,
    QuantityAtom,
    SearchAtom,
    SignAtom,
    Slot,
    ValueAtom,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.context import FastPath, Resources, is_on
from jurist.languages.cql.prover.group_members import bounds_of, linked_items
from jurist.languages.cql.prover.histories import JointDimension, joint_dimensions
from jurist.languages.cql.prover.left_open import Parts, left_open
from jurist.languages.cql.prover.limits import (
    LARGEST_LISTED,
    LARGEST_SPACE,
    MODES,
    NO_EXAMPLE,
    SEARCHES,
    TooWide,
)
from jurist.languages.cql.prover.regions.branching_search import BranchingSearch
from jurist.languages.cql.prover.regions.dimensions import (
    Dimension,
    NoModelKnown,
    Options,
    OrderDimension,
    Product,
    Region,
    Sample,
    SearchDimension,
    SlotDimension,
    coarsened,
    first_of,
    level_dimension,
    opaque_dimension,
    order_dimension,
    search_dimension,
    slot_dimension,
)
from jurist.languages.cql.prover.regions.explicit_search import ExplicitSearch
from jurist.languages.cql.prover.theories.arithmetic import Arithmetic
from jurist.languages.cql.prover.theories.existence import FEWEST, Existence, is_existence
from jurist.languages.cql.prover.theories.linked import (
    Linked,
    LinkedGroup,
    LinkedPart,
    linked_parts,
)
from jurist.languages.cql.prover.theories.listed_groups import (
    ComputedGroup,
    GroupTheory,
    ListedGroup,
    listed_group,
    merged_streams,
    reduced_slots,
)
from jurist.languages.cql.prover.values.value_classes import Domain, ValueClass
from jurist.languages.effort import OutOfSteps, share_of, spend

_STEPS_AN_ATOM = 20
"""To see which dimension it belongs to, and to cut that."""
_SHARE = 0.1
"""Of the steps that are left, to count how much two formulas share: no verdict needs it."""
_MOST_KNOWN = 2_000

_Asked = tuple[Sort, GroupKey, tuple[int, ...]]
"""A group, and the atoms that are said of it."""


@dataclass(slots=True)
class KnownGroups:
    """Listed groups by the atoms that are said of them, for other formulas with the same ones."""

    joints: dict[tuple[Sort, tuple[int, ...]], JointDimension] = field(
        default_factory=dict[tuple[Sort, tuple[int, ...]], JointDimension]
    )
    _listed: dict[tuple[_Asked, bool], ListedGroup] = field(
        default_factory=dict["tuple[_Asked, bool]", ListedGroup]
    )

    def get(self, asked: _Asked, *, relaxed: bool) -> ListedGroup | None:
        """What is kept; `relaxed`: that atoms count as independent may be as well."""
        if not is_on(FastPath.KNOWN_GROUPS):
            return None
        exact = self._listed.get((asked, False))
        return self._listed.get((asked, True)) if exact is None and relaxed else exact

    def keep(self, asked: _Asked, listed: ListedGroup, *, relaxed: bool) -> None:
        """Remember a group, and forget the oldest where there are too many.

        Where nothing over-approximates, there was nothing to tie either.
        """
        if len(self._listed) >= _MOST_KNOWN:
            del self._listed[next(iter(self._listed))]
        self._listed[asked, relaxed and listed.members.over_approximates] = listed


class Analysis:
    """The dimensions of an item as some formulas see it, and their regions.

    Args:
        sort: The sort of items, with the table of the formulas' atoms.
        formulas: What is said of it.
        reduced: Slots whose classes regions must not mix, and atoms that must cut them.
        resources: Shared by the decision.
        known: Groups that other formulas over the same tables were about.
        relaxed: Whether atoms that share events or values count as independent, which is
            more than there is.

    Raises:
        TooWide: Where there are too many combinations.
    """

    def __init__(
        self,
        sort: Sort,
        formulas: Sequence[Formula],
        reduced: Mapping[Slot, Sequence[int]],
        resources: Resources,
        known: KnownGroups,
        *,
        relaxed: bool = False,
    ) -> None:
        self._sort = sort
        self._relaxed = relaxed
        self._known = known
        self.resources = resources
        self._dimensions: list[Dimension] = []
        self._slots: dict[Slot, tuple[int, SlotDimension]] = {}
        self._orders: list[tuple[int, OrderDimension]] = []
        self._searches: list[tuple[int, SearchDimension]] = []
        self._joint: list[tuple[int, JointDimension]] = []
        self._listed: list[tuple[int, ListedGroup]] = []
        self._computed: list[tuple[int, ComputedGroup]] = []
        self._linked: list[tuple[int, Linked]] = []
        self._beyond: list[str] = []
        self._build(formulas, reduced)
        theories = [(at, group.theory) for at, group in self._computed]
        product = Product(self._dimensions, [*theories, *self._joint, *self._linked])
        points = prod(d.size for d in self._dimensions)
        most = LARGEST_LISTED if sort.outer is None else LARGEST_SPACE
        is_small = points <= most or not is_on(FastPath.BRANCHING)
        is_listed = is_small and is_on(FastPath.LISTED_POINTS)
        self._search = ExplicitSearch(product) if is_listed else BranchingSearch(product)
        self._left_open = tuple(dict.fromkeys(left_open(sort, self._parts())))
        self.over_approximates = (
            bool(self._left_open)
            or any(dimension.over_approximates for dimension in self._dimensions)
            or any(group.members.over_approximates for group in self._groups())
        )
        """Whether more is allowed than there is, so that a witness may not be what it seems."""

    def _parts(self) -> Parts:
        return Parts(
            [dimension for _, dimension in self._slots.values()],
            [dimension for _, dimension in self._orders],
            [joint for _, joint in self._joint],
            [group.theory for _, group in self._computed],
            [linked for _, linked in self._linked],
            [group.key for group in self._groups()],
            self._named | self._sort.compared_inside,
        )

    @property
    def is_settled(self) -> bool:
        """Whether more time would not show more, as far as was asked."""
        return all(joint.is_settled for _, joint in self._joint) and all(
            group.members.is_settled for group in self._groups()
        )

    @property
    def beyond(self) -> tuple[str, ...]:
        """What is not looked into, each once."""
        inside = [construct for group in self._groups() for construct in group.members.beyond]
        tied = [construct for _, joint in self._joint for construct in joint.beyond]
        named = tuple(dict.fromkeys([*self._beyond, *self._left_open, *tied, *inside]))
        is_unseen = any(dimension.no_model_known for dimension in self._dimensions)
        return named or ((NO_EXAMPLE,) * is_unseen)

    def _groups(self) -> list[ListedGroup | ComputedGroup | LinkedGroup]:
        linked = [group for _, linked in self._linked for group in linked.groups]
        return [*(group for _, group in (*self._listed, *self._computed)), *linked]

    # --- dimensions ---

    def _build(self, formulas: Sequence[Formula], reduced: Mapping[Slot, Sequence[int]]) -> None:
        by_slot = {slot: list(numbers) for slot, numbers in reduced.items()}
        by_group: dict[GroupKey, dict[int, GroupAtom]] = {}
        by_order: dict[Order, dict[int, int]] = {}
        compared: dict[int, QuantityAtom] = {}
        used = dict.fromkeys(number for formula in formulas for number in atoms_of(formula))
        self._named = set(self._sort.slots_of(used))
        spend(_STEPS_AN_ATOM * (1 + len(used)))
        for joint in self._joints(used, reduced):
            self._joint.append((self._place(joint.dimension), joint))
            used = {number: None for number in used if number not in joint.atoms}
        for number in used:
            atom = self._sort.atoms[number]
            match atom:
                case ValueAtom(slot):
                    by_slot.setdefault(slot, []).append(number)
                case SignAtom(order, sign):
                    by_order.setdefault(order, {})[number] = sign
                case SearchAtom(search):
                    found = search_dimension(self._sort, search, number)
                    self._searches.append((self._place(found.dimension), found))
                    self._beyond.append(SEARCHES)
                case OpaqueAtom() | ModeAtom():
                    self._place(opaque_dimension(number))
                    self._beyond.append(atom.beyond if isinstance(atom, OpaqueAtom) else MODES)
                case _ if isinstance(atom, GroupAtom):
                    by_group.setdefault(atom.group, {})[number] = atom
                case QuantityAtom():
                    compared[number] = atom
                case _:
                    raise TooWide("conditions that depend on one another across levels")
        for part in linked_parts(compared) if compared else ():
            self._add_linked(part, by_slot, by_group)
        coercion, now = self.resources.coercion, self.resources.now
        for slot, numbers in by_slot.items():
            dimension = slot_dimension(self._sort, slot, dict.fromkeys(numbers), coercion, now)
            if slot not in reduced:
                dimension = coarsened(dimension)
            self._slots[slot] = self._place(dimension.dimension), dimension
        for order, signs in by_order.items():
            ordered = order_dimension(self._sort, order, signs)
            self._orders.append((self._place(ordered.dimension), ordered))
        for key, atoms in by_group.items():
            self._add_group(key, atoms)

    def _joints(self, used: Iterable[int], reduced: Iterable[Slot]) -> list[JointDimension]:
        if self._relaxed:
            return []
        known = self._known.joints if is_on(FastPath.KNOWN_GROUPS) else {}
        return joint_dimensions(
            self._sort, used, reduced, self.resources, self._relaxed_truths, known
        )

    def _relaxed_truths(self, numbers: Sequence[int]) -> list[frozenset[int]] | None:
        """The truths of some atoms, as if each item had values and followers of its own."""
        with suppress(TooWide):
            relaxed = Analysis(self._sort, numbers, {}, self.resources, self._known, relaxed=True)
            return [
                frozenset(n for i, n in enumerate(numbers) if region.mask >> i & 1)
                for region in relaxed.regions(numbers)
            ]
        return None

    def _place(self, *dimensions: Dimension) -> int:
        """Where the first of further dimensions stands."""
        self._dimensions.extend(dimensions)
        return len(self._dimensions) - len(dimensions)

    def _add_group(self, key: GroupKey, atoms: Mapping[int, GroupAtom]) -> None:
        asked = self._sort, key, tuple(atoms)
        listed = self._known.get(asked, relaxed=self._relaxed)
        if listed is None:
            streams = list(dict.fromkeys(atom.members for atom in atoms.values()))
            inner = self._sort.groups[key]
            reduced = reduced_slots(inner, atoms.values())
            members = self._members(inner, streams, reduced)
            if (
                len(streams) >= FEWEST
                and is_existence(atoms.values())
                and is_on(FastPath.EXISTENCE)
            ):
                existence = Existence(atoms, members.is_possible, members.sample_that)
                self._add_computed(key, members, existence)
                return
            regions = members.regions(streams, reduced)
            streams_of, masks = merged_streams(streams, regions)
            if not reduced and is_on(FastPath.LISTED_GROUPS):
                counts = {n: a for n, a in atoms.items() if isinstance(a, CountAtom)}
                listed = listed_group(key, counts, streams_of, members, regions, masks)
            if listed is None:
                bounds, sample_of = bounds_of(
                    members, streams, reduced, atoms, self.resources.coercion
                )
                arithmetic = Arithmetic(bounds, self.resources, sample_of)
                self._add_computed(key, members, arithmetic)
                return
            if members.is_settled:
                self._known.keep(asked, listed, relaxed=self._relaxed)
        self._listed.append((self._place(listed.dimension), listed))

    def _add_linked(
        self,
        part: LinkedPart,
        by_slot: dict[Slot, list[int]],
        by_group: dict[GroupKey, dict[int, GroupAtom]],
    ) -> None:
        linked = linked_items(part, self._sort, by_slot, by_group, self.resources, self._members)
        self._linked.append((self._place(*linked.dimensions), linked))

    def _members(
        self, inner: Sort, streams: Sequence[Formula], reduced: Mapping[Slot, Sequence[int]]
    ) -> Analysis:
        return Analysis(inner, streams, reduced, self.resources, self._known, relaxed=self._relaxed)

    def _add_computed(self, key: GroupKey, members: Analysis, theory: GroupTheory) -> None:
        at = self._place(*map(level_dimension, theory.thresholds))
        self._computed.append((at, ComputedGroup(key, members, theory)))

    # --- regions ---

    def regions(self, formulas: Sequence[Formula], reduced: Iterable[Slot] = ()) -> list[Region]:
        """The combinations of truths, and of classes of the reduced values, that there are."""
        return self._search.regions(formulas, [self._slots[slot][0] for slot in reduced])

    def classes_of(self, region: Region, reduced: Iterable[Slot]) -> dict[Slot, ValueClass]:
        """The classes of the reduced values in one of these regions."""
        pairs = zip(reduced, region.options, strict=True)
        return {slot: self.domain_of(slot).classes[option] for slot, option in pairs}

    def domain_of(self, slot: Slot) -> Domain:
        """The classes of a value."""
        _, dimension = self._slots[slot]
        return dimension.domain

    # --- samples ---

    def samples(self, formula: Formula) -> Iterator[Sample]:
        """Concrete items of which a formula holds, as many as are asked for."""
        return self._sampled(self._search.solutions(formula))

    def is_possible(self, formula: Formula) -> bool:
        """Whether the formula holds of anything; unproved cases count as possible."""
        return self._search.is_possible(formula)

    def likeness(self, first: Formula, second: Formula) -> float | None:
        """Of the kinds of items of which either formula holds, the share of which both do.

        A kind is a point of the product of all that the formulas tell apart; 1 where
        neither holds of anything. `None`: there are too many kinds to count.
        """
        with suppress(TooWide, OutOfSteps), share_of(_SHARE):
            either = self._search.count(disjunction((first, second)))
            both = self._search.count(conjunction((first, second)))
            return both / either if either else 1.0
        return None

    def sample_of(self, region: Region) -> Sample:
        """One concrete item of a region.

        Raises:
            NoModelKnown: Where none can be built.
        """
        return first_of(self._sampled(self._search.options(region.place)))

    def sample_that(self, formula: Formula) -> Sample:
        """One concrete item of which a formula holds.

        Raises:
            NoModelKnown: Where none can be built.
        """
        return first_of(self.samples(formula))

    def _sampled(self, points: Iterable[Options]) -> Iterator[Sample]:
        for point in points:
            with suppress(NoModelKnown):
                yield self._sample(point)

    def _sample(self, point: Options) -> Sample:
        spend(_STEPS_AN_ATOM + 4 * len(point))
        sample = Sample()
        values = (*self._slots.values(), *self._orders, *self._searches, *self._joint)
        for at, part in (*values, *self._listed, *self._computed, *self._linked):
            options = point[at : at + part.width]
            try:
                sample.merged(part.sample(options))
            except NoModelKnown:
                if self.is_settled:  # else more time may show one
                    self._search.mark_no_model_known(at, options)
                raise
        return sample

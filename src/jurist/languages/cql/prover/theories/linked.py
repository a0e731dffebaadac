"""Groups and values of one item that are compared with one another: one linear problem.

Each group is encoded as by itself (`encoding`), each compared value is an integer within the
interval of its class, and a comparison is one of two sums. A greatest value is one that some
member has and that no member need be above: so each member's value lies in what is left of its
class's interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from jurist.languages.cql.prover.abstraction.atoms import (
    GroupKey,
    Measure,
    Measured,
    Quantity,
    QuantityAtom,
    Slot,
)
from jurist.languages.cql.prover.context import FastPath, Resources, is_on
from jurist.languages.cql.prover.limits import MOST_SHOWN, TEXTS_AND_NUMBERS
from jurist.languages.cql.prover.regions.dimensions import (
    Dimension,
    Literal,
    NoModelKnown,
    Options,
    Sample,
    SlotDimension,
    level_dimension,
)
from jurist.languages.cql.prover.theories.group_bounds import GroupBounds
from jurist.languages.cql.prover.theories.group_models import level_limits, members_of
from jurist.languages.cql.prover.theories.linked_encoding import (
    LinkedEncoding,
    class_name,
    link_name,
    value_name,
)
from jurist.languages.cql.prover.theories.listed_groups import Members
from jurist.languages.cql.prover.theories.smt import Solver
from jurist.languages.cql.prover.values.value_classes import NOTHING
from jurist.languages.effort import OutOfSteps, share_of, spend

_FEWEST_FIRST = (1, 2, 3, 4, 6, 8, 3_000, MOST_SHOWN)
_SHARE = 0.1
"""Of the steps that are left, for a model with so many members."""
_ADDED = (Measured.SUM, Measured.MEAN)
_EXTREMES = (Measured.LEAST, Measured.GREATEST)


@dataclass(frozen=True, slots=True)
class LinkedGroup:
    """A group that is compared: what is said of it, and a member of a region by its number."""

    key: GroupKey
    members: Members
    bounds: GroupBounds
    sample_of: Callable[[int], Sample]


def linked_group(
    key: GroupKey,
    members: Members,
    bounds: GroupBounds,
    measures: Sequence[Measure],
    sample_of: Callable[[int], Sample],
) -> LinkedGroup:
    """A group, some of whose values are added up, or told apart, only to be compared."""
    sums = [of.slot for of in measures if of.measured in _ADDED and of.slot is not None]
    added = tuple(dict.fromkeys((*bounds.added, *sums)))
    counted = [
        (bounds.streams_of[of.members], of.slot)
        for of in measures
        if of.measured is Measured.DISTINCT and of.slot is not None
    ]
    told_apart = tuple(dict.fromkeys((*bounds.told_apart, *counted)))
    bounds = replace(bounds, added=added, told_apart=told_apart)
    return LinkedGroup(key, members, bounds, sample_of)


@dataclass(frozen=True, slots=True)
class LinkedPart:
    """Values and groups that are compared with one another, and with no others."""

    atoms: Mapping[int, QuantityAtom]

    @property
    def slots(self) -> list[Slot]:
        """The values."""
        return list(dict.fromkeys(side for side in self._sides() if isinstance(side, Slot)))

    @property
    def measures(self) -> dict[GroupKey, list[Measure]]:
        """What is compared of each group."""
        measures: dict[GroupKey, list[Measure]] = {}
        for side in dict.fromkeys(self._sides()):
            if isinstance(side, Measure):
                measures.setdefault(side.group, []).append(side)
        return measures

    def _sides(self) -> list[Quantity]:
        return [side for atom in self.atoms.values() for side in (atom.left, atom.right)]


def linked_parts(compared: Mapping[int, QuantityAtom]) -> Iterator[LinkedPart]:
    """Comparisons in parts that have no value and no group in common."""
    parts: list[tuple[set[Slot | GroupKey], dict[int, QuantityAtom]]] = []
    for number, atom in compared.items():
        places = {s.group if isinstance(s, Measure) else s for s in (atom.left, atom.right)}
        atoms = {number: atom}
        apart: list[tuple[set[Slot | GroupKey], dict[int, QuantityAtom]]] = []
        for others, told in parts:
            if others.isdisjoint(places):
                apart.append((others, told))
            else:
                places, atoms = places | others, told | atoms
        parts = [*apart, (places, atoms)]
    for _, atoms in parts:
        yield LinkedPart(atoms)


class Linked:
    """Which classes of values and bounds of groups go together, where some are compared.

    Args:
        values: The values that are compared.
        groups: The groups.
        compared: The comparisons, by number.
        resources: Where the solver's share is counted.
    """

    def __init__(
        self,
        values: Sequence[SlotDimension],
        groups: Sequence[LinkedGroup],
        compared: Mapping[int, QuantityAtom],
        resources: Resources,
    ) -> None:
        self._values = values
        self.groups = groups
        self._resources = resources
        atoms: dict[tuple[object, object], dict[bool, list[int]]] = {}
        for number, atom in compared.items():
            ranks = atoms.setdefault((atom.left, atom.right), {})
            ranks.setdefault(atom.strict, []).append(number)
        self._compared = [
            (compared[next(iter(ranks.values()))[0]], sorted(ranks)) for ranks in atoms.values()
        ]
        """Each pair of quantities, and whether it is asked for at least and for more."""
        self._thresholds = [[ranks[rank] for rank in sorted(ranks)] for ranks in atoms.values()]
        self._encoded: LinkedEncoding | None = None
        self._verdict = cache(self._refuted)
        self.dimensions: list[Dimension] = [value.dimension for value in values]
        for group in groups:
            self.dimensions += map(level_dimension, group.bounds.thresholds)
        self.dimensions += map(level_dimension, self._thresholds)
        self.width = len(self.dimensions)

    @property
    def slots(self) -> list[Slot]:
        """The values that are compared."""
        return [value.slot for value in self._values]

    @property
    def left_open(self) -> Iterator[str]:
        """Where more is allowed than there is, so that a model may not be what it seems."""
        measures = [
            side
            for atom, _ in self._compared
            for side in (atom.left, atom.right)
            if isinstance(side, Measure)
        ]
        if any(side.measured is Measured.MEAN for side in measures):
            yield "an average compared with a value that is no constant"
        extremes = {side for side in measures if side.measured in _EXTREMES}
        for group in self.groups:
            own = [side for side in extremes if side.group == group.key]
            bounds = group.bounds
            reduced = {*bounds.added, *bounds.distinct, *(slot for _, slot, _ in bounds.ends)}
            if len(own) > 2 or any(side.slot in reduced for side in own):
                yield "a least or greatest value compared beside what else its values come to"
            if bounds.ends or set(bounds.added) & set(bounds.distinct):
                yield "a compared stream beside its first, last or different values"
            yield from filter(None, map(bounds.not_told_apart, bounds.distinct))
            if any(domain.joint for domain in bounds.domains.values()):
                yield TEXTS_AND_NUMBERS
        if any(value.domain.joint for value in self._values):
            yield TEXTS_AND_NUMBERS

    def conflict(self, options: Options) -> tuple[Literal, ...] | None:
        """Why no item has just these options; `None` where one has.

        Raises:
            OutOfSteps: Where the solver does not find out in the steps that are left.
        """
        return self._verdict(options)

    def _refuted(self, options: Options) -> tuple[Literal, ...] | None:
        encoded = self._encoding()
        limits = self._limits(options)
        if encoded.solver.check(list(limits)):
            return None
        if not is_on(FastPath.SHARED_REFUTATIONS):
            return tuple(Literal(at, 1 << option) for at, option in enumerate(options))
        return tuple(limits[pair] for pair in encoded.solver.core(limits))

    def _encoding(self) -> LinkedEncoding:
        if self._encoded is None:
            self._encoded = LinkedEncoding(
                self._values,
                {group.key: group.bounds for group in self.groups},
                self._compared,
                Solver(self._resources),
            )
        return self._encoded

    def _limits(self, options: Options) -> dict[tuple[str, bool], Literal]:
        limits: dict[tuple[str, bool], Literal] = {}
        at = len(self._values)
        for v, option in enumerate(options[:at]):
            limits[class_name(v, option), True] = Literal(v, 1 << option)
        for encoding in self._encoding().groups:
            width = len(encoding.bounds.thresholds)
            for name, (quantity, allowed) in level_limits(
                encoding, options[at : at + width]
            ).items():
                limits[name] = Literal(at + quantity, allowed)
            at += width
        for p, (level, (_, ranks)) in enumerate(zip(options[at:], self._compared, strict=True)):
            for i, strict in enumerate(ranks):
                is_reached = level > i
                allowed = sum(1 << o for o in range(len(ranks) + 1) if (o > i) is is_reached)
                limits[link_name(p, strict), is_reached] = Literal(at + p, allowed)
        return limits

    def sample(self, options: Options) -> Sample:
        """An item with these options; raises `NoModelKnown` where none is found."""
        for is_round in (True, False):
            for most in _FEWEST_FIRST:
                model = self._model(options, most, is_round=is_round)
                if model is not None:
                    return self._sample(options, *model)
        self._resources.is_unshown = True
        raise NoModelKnown

    def _model(
        self, options: Options, most: int, *, is_round: bool
    ) -> tuple[dict[str, int], set[str]] | None:
        """A model of groups of so many members, unless that takes long to say."""
        encoded = self._encoding()
        guessed = [group.at_most(most) for group in encoded.groups]
        guessed += encoded.rounded if is_round else []
        wanted = [*self._limits(options), *((name, True) for name in guessed)]
        try:
            with share_of(_SHARE):
                return encoded.solver.model() if encoded.solver.check(wanted) else None
        except OutOfSteps:
            self._encoded = None  # what was broken off slows z3 down from then on
            spend()
            return None

    def _sample(self, options: Options, integers: Mapping[str, int], true: set[str]) -> Sample:
        sample = Sample()
        for v, (value, option) in enumerate(zip(self._values, options, strict=False)):
            part = value.domain.classes[value.standing[option]]
            if part.numeric:
                units = integers.get(value_name(v), 0)
                sample.values[value.slot] = value.domain.number(part, units)
            elif part.sample is NOTHING:
                raise NoModelKnown
            elif part.sample is not None:
                sample.values[value.slot] = part.sample
        encoded = self._encoding()
        for group, encoding in zip(self.groups, encoded.groups, strict=True):
            members = members_of(encoding, integers, true)
            encoded.assign_extremes(group.key, members, integers, true)
            samples: list[Sample] = []
            for region, values in members:
                member = group.sample_of(region)
                member.values.update(values)
                samples.append(member)
            sample.groups[group.key] = samples
        return sample

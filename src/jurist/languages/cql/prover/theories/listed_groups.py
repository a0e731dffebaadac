"""Groups whose combinations of counts are listed, by saturated counting.

Let a group's members fall into regions, a region being the set of streams (formulas) that
its members belong to. Any number of members of any regions is a group, since members are
independent. Counts beyond the largest threshold of a stream change nothing any more, so
each stream's count is kept only up to there: finitely many states, all met by adding one
member at a time, breadth first; so the first way to reach a state uses fewest members.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar, Protocol

from jurist.languages.cql.boolean import Formula
from jurist.languages.cql.prover.abstraction.atoms import (
    OF_ROWS,
    TIME,
    CountAtom,
    EndAtom,
    GroupAtom,
    GroupKey,
    Slot,
    ValueAtom,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.limits import MOST_COUNT_STEPS
from jurist.languages.cql.prover.regions.dimensions import (
    Dimension,
    Options,
    Region,
    Sample,
    Theory,
    Thresholds,
    bits,
)
from jurist.languages.effort import spend


class Members(Protocol):
    """What is known of the members of a group: their analysis, as far as a group needs it."""

    over_approximates: bool
    """Whether more is allowed than there is, so that a witness may not be what it seems."""

    @property
    def is_settled(self) -> bool:
        """Whether more time would not show more, as far as was asked."""
        ...

    @property
    def beyond(self) -> tuple[str, ...]:
        """The constructs that are not looked into, each once."""
        ...

    def sample_of(self, region: Region) -> Sample:
        """One concrete member of a region; raises `NoModelKnown` where none can be built."""
        ...


@dataclass(frozen=True, slots=True)
class Profile:
    """A combination of reached thresholds, and the regions of fewest members that do it."""

    levels: Options
    regions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """A group whose profiles are listed: one dimension."""

    key: GroupKey
    members: Members
    regions: Sequence[Region]
    profiles: Sequence[Profile]
    dimension: Dimension
    width: ClassVar[int] = 1

    def sample(self, options: Options) -> Sample:
        """An item with fewest members that have a profile; raises `NoModelKnown`."""
        regions = self.profiles[options[0]].regions
        members = [self.members.sample_of(self.regions[region]) for region in regions]
        return Sample(groups={self.key: members})


class GroupTheory(Theory, Protocol):
    """What decides which bounds on one group can be reached together."""

    thresholds: Sequence[Thresholds]
    """The bounds of each quantity."""

    @property
    def left_open(self) -> tuple[str, ...]:
        """Where more is allowed than there is, so that a model may not be what it seems."""
        ...

    def samples(self, levels: Options) -> list[Sample]:
        """The members of a group that reaches these levels; raises `NoModelKnown` where none do."""
        ...


@dataclass(frozen=True, slots=True)
class ComputedGroup:
    """A group that a theory decides: a dimension for each quantity."""

    key: GroupKey
    members: Members
    theory: GroupTheory

    @property
    def width(self) -> int:
        """How many dimensions."""
        return self.theory.width

    def sample(self, options: Options) -> Sample:
        """An item with members that reach these levels; raises `NoModelKnown`."""
        return Sample(groups={self.key: self.theory.samples(options)})


def reduced_slots(members: Sort, atoms: Iterable[GroupAtom]) -> dict[Slot, list[int]]:
    """The values of a group's members that are reduced, and the atoms that cut them."""
    reduced: dict[Slot, list[int]] = {}
    for atom in atoms:
        if isinstance(atom, CountAtom):
            continue
        cuts = reduced.setdefault(atom.slot, [])
        if isinstance(atom, EndAtom):
            cuts.append(members.atom(ValueAtom(atom.slot, atom.fact)))
            if atom.group.kind not in OF_ROWS:
                reduced.setdefault(TIME, [])
    return reduced


def merged_streams(
    streams: Sequence[Formula], regions: Sequence[Region]
) -> tuple[dict[Formula, int], list[int]]:
    """Streams by number, those with the same members as one.

    Returns:
        The number of each stream; and for each region the streams that it belongs to, as bits.
    """
    inside = [tuple([region.mask >> i & 1 for region in regions]) for i in range(len(streams))]
    numbers = {column: number for number, column in enumerate(dict.fromkeys(inside))}
    masks = [sum(bit << n for n, bit in enumerate(bits)) for bits in zip(*numbers, strict=True)]
    return {s: numbers[column] for s, column in zip(streams, inside, strict=True)}, masks


def listed_group(
    key: GroupKey,
    atoms: Mapping[int, CountAtom],
    streams_of: Mapping[Formula, int],
    members: Members,
    regions: Sequence[Region],
    masks: Sequence[int],
) -> ListedGroup | None:
    """The group as a list of profiles; `None` where those are too many."""
    bounds: list[set[int]] = [set() for _ in range(max(streams_of.values()) + 1)]
    for atom in atoms.values():
        bounds[streams_of[atom.members]].add(atom.least)
    thresholds = list(map(sorted, bounds))
    first_of = {mask: region for region, mask in reversed(list(enumerate(masks)))}
    profiles = _profiles(first_of, thresholds)
    if profiles is None:
        return None
    true: dict[int, int] = {}
    for number, atom in atoms.items():
        stream = streams_of[atom.members]
        rank = thresholds[stream].index(atom.least)
        true[number] = bits([i for i, p in enumerate(profiles) if p.levels[stream] > rank])
    without_model = {r for r, region in enumerate(regions) if not region.has_model}
    unknown = bits([i for i, p in enumerate(profiles) if not without_model.isdisjoint(p.regions)])
    return ListedGroup(key, members, regions, profiles, Dimension(len(profiles), true, unknown))


def _profiles(
    first_of: Mapping[int, int], thresholds: Sequence[Sequence[int]]
) -> list[Profile] | None:
    """Every combination that some group has, those with fewer members first.

    Args:
        first_of: The region that stands for those of the same streams, as bits.
        thresholds: For each stream, its thresholds, ascending, each at least 1.

    Returns:
        The combinations; `None` where there are too many states to walk.
    """
    caps = [ascending[-1] for ascending in thresholds]
    if prod(cap + 1 for cap in caps) * len(first_of) > MOST_COUNT_STEPS:
        return None
    steps = [
        (i, [s for s in range(len(caps)) if mask >> s & 1])
        for i, mask in enumerate(first_of)
        if mask
    ]
    start: Options = (0,) * len(caps)
    came_from: dict[Options, tuple[Options, int] | None] = {start: None}
    reached_by: dict[Options, Options] = {}
    waiting: list[Options] = [start]
    for state in waiting:  # it grows as states are met
        spend(1 + len(steps))
        reached_by.setdefault(tuple(map(bisect_right, thresholds, state)), state)
        for i, streams in steps:
            counts: list[int] = list(state)
            for s in streams:
                if counts[s] < caps[s]:
                    counts[s] += 1
            following = tuple(counts)
            if following not in came_from:
                came_from[following] = (state, i)
                waiting.append(following)
    regions = list(first_of.values())
    return [
        Profile(levels, tuple([regions[i] for i in _steps_to(state, came_from)]))
        for levels, state in reached_by.items()
    ]


def _steps_to(state: Options, came_from: Mapping[Options, tuple[Options, int] | None]) -> list[int]:
    steps: list[int] = []
    step = came_from[state]
    while step is not None:
        state, i = step
        steps.append(i)
        step = came_from[state]
    return sorted(steps)

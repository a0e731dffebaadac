"""Groups whose combinations of counts are listed, and remembered between pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from jurist.languages.cql.prover.abstraction.atoms import CountAtom, GroupKey, Slot
from jurist.languages.cql.prover.fast_paths import FastPath, is_on
from jurist.languages.cql.prover.formulas import Formula
from jurist.languages.cql.prover.regions.dimensions import Dimension, Sample
from jurist.languages.cql.prover.regions.explicit_search import Cell
from jurist.languages.cql.prover.theories.counting import Profile, profiles
from jurist.languages.cql.prover.values.value_classes import ValueClass


@dataclass(frozen=True, slots=True)
class Region:
    """Things with the same truths; `classes`: that of each value that is reduced."""

    cell: Cell
    classes: dict[Slot, ValueClass]

    @property
    def mask(self) -> int:
        """Which formulas hold, as bits."""
        return self.cell.mask


class Members(Protocol):
    """What is known of the members of a group: their analysis, as far as a group needs it."""

    blind: bool
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
        """One concrete member of a region; raises `Unsampled` where none can be built."""
        ...


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """A group whose profiles are listed: one dimension."""

    key: GroupKey
    members: Members
    regions: Sequence[Region]
    profiles: Sequence[Profile]
    dimension: Dimension


def merged_streams(streams: Sequence[Formula], regions: Sequence[Region]) -> dict[Formula, int]:
    """A number for each stream, equal where they have the same regions."""
    if not is_on(FastPath.MERGED_STREAMS):
        return {stream: i for i, stream in enumerate(streams)}
    numbers: dict[tuple[int, ...], int] = {}
    merged: dict[Formula, int] = {}
    for i, stream in enumerate(streams):
        inside = tuple([r for r, region in enumerate(regions) if region.cell.mask >> i & 1])
        merged[stream] = numbers.setdefault(inside, len(numbers))
    return merged


def stream_masks(regions: Sequence[Region], numbers: Sequence[int]) -> list[int]:
    """For each region the streams that it belongs to, as bits by the streams' numbers."""
    if all(number == i for i, number in enumerate(numbers)):
        return [region.cell.mask for region in regions]
    masks: list[int] = []
    for region in regions:
        mask = 0
        for i, number in enumerate(numbers):
            if region.cell.mask >> i & 1:
                mask |= 1 << number
        masks.append(mask)
    return masks


def listed_group(
    key: GroupKey,
    atoms: dict[int, CountAtom],
    streams_of: dict[Formula, int],
    members: Members,
    regions: Sequence[Region],
    masks: Sequence[int],
) -> ListedGroup | None:
    """The group as a list of profiles; `None` where those are too many."""
    width = max(streams_of.values()) + 1
    thresholds: list[set[int]] = [set() for _ in range(width)]
    for atom in atoms.values():
        thresholds[streams_of[atom.members]].add(atom.least)
    ordered = [sorted(each) for each in thresholds]
    distinct = {mask: i for i, mask in reversed(list(enumerate(masks)))}
    listed = profiles(list(distinct), ordered)
    if listed is None:
        return None
    first = list(distinct.values())
    listed = [Profile(p.cells, tuple([first[r] for r in p.regions])) for p in listed]
    true: dict[int, list[int]] = {}
    for number, atom in atoms.items():
        stream = streams_of[atom.members]
        rank = ordered[stream].index(atom.least)
        true[number] = [i for i, p in enumerate(listed) if p.cells[stream] > rank]
    unsure_regions = {i for i, region in enumerate(regions) if not region.cell.sure}
    unsure = (
        [i for i, p in enumerate(listed) if any(r in unsure_regions for r in p.regions)]
        if unsure_regions
        else ()
    )
    return ListedGroup(key, members, regions, listed, Dimension(len(listed), true, unsure))

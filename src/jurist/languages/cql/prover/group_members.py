"""From the analysis of a group's members to what theories are told of the group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol

from jurist.languages.cql.boolean import Formula
from jurist.languages.cql.prover.abstraction.atoms import GroupAtom, GroupKey, Slot
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.context import Resources
from jurist.languages.cql.prover.regions.dimensions import Region, Sample, slot_dimension
from jurist.languages.cql.prover.theories.group_bounds import GroupBounds, MemberKind, group_bounds
from jurist.languages.cql.prover.theories.linked import (
    Linked,
    LinkedGroup,
    LinkedPart,
    linked_group,
)
from jurist.languages.cql.prover.theories.listed_groups import (
    Members,
    merged_streams,
    reduced_slots,
)
from jurist.languages.cql.prover.values.value_classes import Domain, ValueClass
from jurist.languages.cql.semantics.values import Coercion


class AnalysedMembers(Members, Protocol):
    """The analysis of a group's members, with their regions and the classes of their values."""

    def regions(self, formulas: Sequence[Formula], reduced: Iterable[Slot], /) -> list[Region]:
        """The combinations of truths, and of classes of the reduced values, that there are."""
        ...

    def classes_of(self, region: Region, reduced: Iterable[Slot], /) -> dict[Slot, ValueClass]:
        """The classes of the reduced values in one of these regions."""
        ...

    def domain_of(self, slot: Slot, /) -> Domain:
        """The classes of a value."""
        ...


_Analyse = Callable[[Sort, Sequence[Formula], Mapping[Slot, Sequence[int]]], AnalysedMembers]


def bounds_of(
    members: AnalysedMembers,
    streams: Sequence[Formula],
    reduced: Mapping[Slot, Sequence[int]],
    atoms: Mapping[int, GroupAtom],
    coercion: Coercion,
) -> tuple[GroupBounds, Callable[[int], Sample]]:
    """What is said of a group, and a member of each of its regions, by the region's number."""
    regions = members.regions(streams, reduced)
    streams_of, masks = merged_streams(streams, regions)
    domains = {slot: members.domain_of(slot) for slot in reduced}
    kinds = [
        MemberKind(streams, members.classes_of(region, reduced))
        for streams, region in zip(masks, regions, strict=True)
    ]
    bounds = group_bounds(atoms, streams_of, kinds, domains, coercion)
    return bounds, partial(_sample_of, members, regions)


def _sample_of(members: Members, regions: Sequence[Region], region: int) -> Sample:
    return members.sample_of(regions[region])


def linked_items(
    part: LinkedPart,
    sort: Sort,
    by_slot: dict[Slot, list[int]],
    by_group: dict[GroupKey, dict[int, GroupAtom]],
    resources: Resources,
    analyse: _Analyse,
) -> Linked:
    """The values and groups that are compared with one another, with all that is said of them.

    Args:
        part: The comparisons.
        sort: The items that have the values and groups.
        by_slot: The atoms of each value; those of a compared one are taken out.
        by_group: And of each group.
        resources: Shared by the decision.
        analyse: Finds the regions of a group's members.
    """
    coercion = resources.coercion
    values = [
        slot_dimension(sort, slot, by_slot.pop(slot, []), coercion, resources.now)
        for slot in part.slots
    ]
    groups: list[LinkedGroup] = []
    for key, measures in part.measures.items():
        atoms, inner = by_group.pop(key, {}), sort.groups[key]
        streams = list(dict.fromkeys([of.members for of in (*atoms.values(), *measures)]))
        reduced = reduced_slots(inner, atoms.values())
        for measure in measures:
            if measure.slot is not None:
                reduced.setdefault(measure.slot, [])
        members = analyse(inner, streams, reduced)
        bounds, sample_of = bounds_of(members, streams, reduced, atoms, coercion)
        groups.append(linked_group(key, members, bounds, measures, sample_of))
    return Linked(values, groups, part.atoms, resources)

"""Which truths of `at least k members` can go together, by saturated counting.

Let a group's members fall into regions, a region being the set of streams (formulas) that
its members belong to. Any number of members of any regions is a group, since members are
independent. Counts beyond the largest threshold of a stream change nothing any more, so
each stream's count is kept only up to there: finitely many states, all met by adding one
member at a time, breadth first; so the first way to reach a state uses fewest members.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from jurist.languages.cql.prover.limits import MOST_COUNT_STEPS
from jurist.languages.effort import spend

Cells = tuple[int, ...]
"""For each stream, how many of its thresholds are reached."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A combination of reached thresholds, and the regions of fewest members that do it."""

    cells: Cells
    regions: tuple[int, ...]


def profiles(masks: Sequence[int], thresholds: Sequence[Sequence[int]]) -> list[Profile] | None:
    """Every combination that some group has, those with fewer members first.

    Args:
        masks: For each region, the streams that it belongs to, as bits.
        thresholds: For each stream, its thresholds, ascending, each at least 1.

    Returns:
        The combinations; `None` where there are too many states to walk.
    """
    caps = [each[-1] for each in thresholds]
    if prod(cap + 1 for cap in caps) * len(masks) > MOST_COUNT_STEPS:
        return None
    steps = [
        (region, [s for s in range(len(caps)) if mask >> s & 1])
        for region, mask in enumerate(masks)
        if mask
    ]
    start = (0,) * len(caps)
    came_from: dict[Cells, tuple[Cells, int] | None] = {start: None}
    layer = [start]
    found: dict[Cells, Cells] = {}
    while layer:
        following: list[Cells] = []
        for state in layer:
            spend(1 + len(steps))
            cells = tuple(map(bisect_right, thresholds, state))
            found.setdefault(cells, state)
            for region, streams in steps:
                counts = list(state)
                for s in streams:
                    if counts[s] < caps[s]:
                        counts[s] += 1
                reached = tuple(counts)
                if reached not in came_from:
                    came_from[reached] = (state, region)
                    following.append(reached)
        layer = following
    return [Profile(cells, _members(state, came_from)) for cells, state in found.items()]


def _members(state: Cells, came_from: dict[Cells, tuple[Cells, int] | None]) -> tuple[int, ...]:
    regions: list[int] = []
    step = came_from[state]
    while step is not None:
        state, region = step
        regions.append(region)
        step = came_from[state]
    return tuple(sorted(regions))

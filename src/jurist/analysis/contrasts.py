"""Every comparison of systems that share questions and judges, corrected together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import ceil

import numpy as np
from scipy import special

from jurist.analysis.comparison import (
    Difference,
    VarianceShares,
    adjust,
    paired_difference,
    variance_shares,
)
from jurist.analysis.levels import CONFIDENCE, POWER
from jurist.analysis.scores import ScoreTable, aligned_scores, clusters_of


@dataclass(frozen=True, slots=True)
class System:
    """A generator in a run."""

    run: str
    generator: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two systems under one judge. The difference is second minus first, in points of score.

    `unpaired` counts questions that only one of the two was asked; they are left out.
    """

    judge: str
    first: System
    second: System
    difference: Difference
    unpaired: int
    more_references: int | None
    """References to add until a difference of this size would be found with 80 % power among
    all that are compared together; `None`: it is settled, or none was seen."""


def pairs_of_systems(tables: Mapping[str, ScoreTable]) -> tuple[tuple[System, System], ...]:
    """Who is compared with whom, earlier runs first.

    Within a single run every two generators. Across runs every generator with its namesake;
    those without one, with each other's.
    """
    if len(tables) == 1:
        run, table = next(iter(tables.items()))
        return tuple(
            (System(run, first), System(run, second))
            for first, second in combinations(table.generators, 2)
        )
    pairs: list[tuple[System, System]] = []
    for (left, ours), (right, theirs) in combinations(tables.items(), 2):
        shared = [name for name in ours.generators if name in theirs.generators]
        pairs += [(System(left, name), System(right, name)) for name in shared]
        pairs += [
            (System(left, first), System(right, second))
            for first in ours.generators
            for second in theirs.generators
            if first not in theirs.generators and second not in ours.generators
        ]
    return tuple(pairs)


def contrasts(
    tables: Mapping[str, ScoreTable],
    pairs: Sequence[tuple[System, System]],
    judges: Sequence[str],
) -> tuple[Contrast, ...]:
    """Compare each pair under each judge; p-values are Holm-corrected over all of them."""
    found: list[Contrast] = []
    for judge in judges:
        for first, second in pairs:
            systems = [(each.run, each.generator) for each in (first, second)]
            items, scores, asked = aligned_scores(tables, systems, judge)
            both = np.flatnonzero(asked.sum(1) == len(systems))
            if not len(both):
                continue
            kept = [items[int(place)] for place in both]
            difference = paired_difference(
                scores[both, 0],
                scores[both, 1],
                clusters_of(kept),
                names=(first.generator, second.generator),
            )
            found.append(Contrast(judge, first, second, difference, len(items) - len(both), None))
    adjusted = adjust([each.difference.p_value for each in found])
    corrected = [
        replace(each, difference=replace(each.difference, p_value=p_value))
        for each, p_value in zip(found, adjusted, strict=True)
    ]
    return tuple(
        replace(each, more_references=_more_references(each.difference, len(found)))
        for each in corrected
    )


def _more_references(difference: Difference, together: int) -> int | None:
    """References to add, at the level that the smallest of all p-values must reach."""
    value, groups = abs(difference.estimate.value), difference.estimate.clusters
    alpha = 1 - CONFIDENCE
    if value == 0 or not difference.p_value > alpha:
        return None
    power = float(special.ndtri(POWER))
    alone, corrected = (
        float(special.stdtrit(groups - 1, 1 - level / 2)) + power
        for level in (alpha, alpha / together)
    )
    reach = difference.detectable / alone * corrected
    return max(1, ceil(groups * (reach / value) ** 2) - groups)


def shares_of_variance(
    tables: Mapping[str, ScoreTable], systems: Sequence[System], judges: Sequence[str]
) -> VarianceShares:
    """Where the scores' variance comes from, on questions that everybody answered and ruled on."""
    pairs = [(each.run, each.generator) for each in systems]
    by_judge = [aligned_scores(tables, pairs, judge) for judge in judges]
    if not by_judge:
        nan = float("nan")
        return VarianceShares(nan, nan, nan, nan)
    places = [{item: n for n, item in enumerate(items)} for items, _, _ in by_judge]
    common = [item for item in places[0] if all(item in place for place in places)]
    cube = np.stack(
        [
            scores[[place[item] for item in common]]
            for (_, scores, _), place in zip(by_judge, places, strict=True)
        ],
        axis=2,
    )
    return variance_shares(cube)

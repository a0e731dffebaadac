"""Every comparison of systems that share questions and judges, by origin, corrected together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from math import nan

from jurist.analysis.comparison import Difference, adjust, difference_of
from jurist.analysis.corrected import Corrected
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE, LEVEL
from jurist.analysis.pairing import Pair, System, gaps_of, pair_up
from jurist.analysis.samples import MOST_NEEDED, Rule, Sample, more_to_halve, needed_above
from jurist.analysis.scores import ScoreTable
from jurist.provenance import ordered


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two systems under one judge, on questions of one origin. Second minus first, in points.

    `unpaired` counts questions that only one of the two was asked; they are left out.
    """

    judge: str
    first: System
    second: System
    origin: str
    difference: Difference
    corrected_over: int
    """Comparisons that `p_adjusted` and `detectable` are corrected over: all pairs and judges
    on questions of this origin (Holm)."""
    unpaired: int
    more_references: int | None
    """References to add until a difference of this size would be found with 80 % power, at the
    level that is left after correction; `None`: it is settled, or none was seen."""
    more_to_halve: int | None
    """References to add until the interval is half as wide; `None`: nothing was measured."""
    corrected: Corrected | None = None
    """The difference as people's labels correct it; `None` where these are too few."""
    corrected_p: float = nan
    """That there is no such difference; corrected over those of this origin that have one."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Two systems that gave the same answers: the difference is none, and nothing is tested."""

    first: System
    second: System
    judge: str
    origin: str


@dataclass(frozen=True, slots=True)
class Contrasts:
    """Comparisons, real questions first, then authored, then synthetic, then anchored ones."""

    compared: tuple[Contrast, ...]
    unchanged: tuple[Unchanged, ...]
    """Left out, and in no correction."""


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
    *,
    same_version: Collection[tuple[System, System]] = (),
) -> Contrasts:
    """Compare each pair under each judge, on the questions of each origin.

    Args:
        tables: By run.
        pairs: Who is compared with whom.
        judges: Under whose scores.
        same_version: Pairs that are the same generator; where they gave the same answers too,
            nothing is compared.
    """
    compared: list[Contrast] = []
    unchanged: list[Unchanged] = []
    for origin in ordered(origin for table in tables.values() for origin in table.origins):
        found: list[tuple[System, System, str, Pair]] = []
        for judge, (first, second) in product(judges, pairs):
            pair = pair_up(tables, first, second, judge, origin)
            if pair.items and (first, second) in same_version and pair.same:
                unchanged.append(Unchanged(first, second, judge, origin))
            elif pair.items:
                found.append((first, second, judge, pair))
        compared += _together(found, origin)
    return Contrasts(tuple(compared), tuple(unchanged))


def _together(found: Sequence[tuple[System, System, str, Pair]], origin: str) -> Iterator[Contrast]:
    samples = [gaps_of(pair) for _, _, _, pair in found]
    differences = [
        difference_of(sample, (first.generator, second.generator), together=len(found))
        for (first, second, _, _), sample in zip(found, samples, strict=True)
    ]
    adjusted = adjust([each.p_value for each in differences])
    for (first, second, judge, pair), sample, difference, p_adjusted in zip(
        found, samples, differences, adjusted, strict=True
    ):
        difference = replace(difference, p_adjusted=p_adjusted)
        yield Contrast(
            judge,
            first,
            second,
            origin,
            difference,
            len(found),
            pair.unpaired,
            _more_references(difference, sample, len(found)),
            more_to_halve(sample.measured()),
        )


def turned(contrast: Contrast) -> Contrast:
    """The same comparison from the other side: first minus second."""
    difference, corrected = contrast.difference, contrast.corrected
    bounds = difference.bounds
    return replace(
        contrast,
        first=contrast.second,
        second=contrast.first,
        difference=replace(
            difference,
            first=difference.second,
            second=difference.first,
            estimate=_negated(difference.estimate),
            bounds=None if bounds is None else (-bounds[1], -bounds[0]),
        ),
        corrected=None
        if corrected is None
        else replace(
            corrected,
            estimate=_negated(corrected.estimate),
            labels_only=_negated(corrected.labels_only),
        ),
    )


def _negated(estimate: Estimate) -> Estimate:
    return replace(estimate, value=-estimate.value, low=-estimate.high, high=-estimate.low)


def with_corrections(
    compared: Sequence[Contrast], corrections: Sequence[Corrected | None]
) -> tuple[Contrast, ...]:
    """Put beside each comparison what labels make of it, with p-values corrected together."""
    p_values: dict[int, float] = {}
    for origin in ordered(each.origin for each in compared):
        places = [
            place
            for place, (each, corrected) in enumerate(zip(compared, corrections, strict=True))
            if each.origin == origin and corrected is not None
        ]
        alone = [corrections[place] for place in places]
        adjusted = adjust(
            [min(1.0, 2 * min(each.p_at_most, each.p_at_least)) for each in alone if each]
        )
        p_values |= dict(zip(places, adjusted, strict=True))
    return tuple(
        replace(each, corrected=corrected, corrected_p=p_values.get(place, nan))
        for place, (each, corrected) in enumerate(zip(compared, corrections, strict=True))
    )


def _more_references(difference: Difference, sample: Sample, together: int) -> int | None:
    """References to add, at the level that the smallest of all p-values must reach."""
    value = difference.estimate.value
    if value == 0 or not difference.p_adjusted > 1 - CONFIDENCE:
        return None
    towards = sample.measured() if value > 0 else sample.measured().flipped()
    needed = needed_above(towards, 0.0, Rule.DRAWN, level=LEVEL / together)
    return max(1, (MOST_NEEDED if needed is None else needed) - difference.estimate.clusters)

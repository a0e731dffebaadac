"""Means of bounded observations: estimate, p-values and the data needed, all by one rule.

An interval and the p-values beside it never contradict each other: both invert the same bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, exp, nan, sqrt

import numpy as np
from scipy import special

from jurist.analysis import sequences, spacings
from jurist.analysis.bounded import METHOD, gaffke_bounds, note_on
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE, LEVEL, POWER
from jurist.analysis.tables import Floats, Ints, group_means

MOST_NEEDED = 10_000_000
"""References; nobody asks for more."""
_ROUNDING = 1e-9


class Rule(StrEnum):
    """Why a mean may be another one than was seen."""

    DRAWN = METHOD
    """Its observations are draws."""
    ANYTIME = sequences.METHOD
    """They are, and one looks whenever one likes."""
    EXACT = "these very answers"
    """It is not: nothing was drawn. Only scores that are missing leave room."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Independent observations of a mean on a scale, one entry each.

    `seen` is NaN where nothing was measured. `worst` and `best` are what an observation could
    have been with every missing score at its extreme, and equal `seen` where none is missing.
    """

    seen: Floats
    worst: Floats
    best: Floats
    weights: Floats
    """Sum 1."""
    scale: tuple[float, float]
    items: int
    """Questions or answers that the observations are made of."""
    references: int

    @property
    def value(self) -> float:
        """The mean of what was measured."""
        known = ~np.isnan(self.seen)
        share = float(self.weights[known].sum())
        return float(self.weights[known] @ self.seen[known]) / share if share > 0 else nan

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The mean with every missing score at its worst and best; `None`: none is missing."""
        if np.array_equal(self.worst, self.best):
            return None
        return float(self.weights @ self.worst), float(self.weights @ self.best)

    @property
    def counts(self) -> Floats:
        """How many independent observations each entry stands for (Kish 1965)."""
        return self.weights / float((self.weights**2).sum())

    @property
    def spread(self) -> float:
        """Standard deviation of the observations; NaN for fewer than two."""
        known = self.seen[~np.isnan(self.seen)]
        return float(known.std(ddof=1)) if len(known) > 1 else nan

    def measured(self) -> Sample:
        """Only what was measured, missing scores left out."""
        known = ~np.isnan(self.seen)
        seen, weights = self.seen[known], self.weights[known]
        if not len(seen):
            return replace(self, seen=seen, worst=seen, best=seen, weights=weights, references=0)
        return replace(
            self,
            seen=seen,
            worst=seen,
            best=seen,
            weights=weights / weights.sum(),
            references=min(self.references, len(seen)),
        )

    def flipped(self) -> Sample:
        """The scale the other way round."""
        ends = sum(self.scale)
        return replace(self, seen=ends - self.seen, worst=ends - self.best, best=ends - self.worst)


def reference_sample(
    seen: Floats,
    worst: Floats,
    best: Floats,
    clusters: Ints,
    scale: tuple[float, float],
) -> Sample:
    """One observation a reference: the mean over its items. References count alike.

    Args:
        seen: Of each item, shape (n,), NaN where it is not known.
        worst: With missing scores at their worst.
        best: With missing scores at their best.
        clusters: The reference of each item.
        scale: Of the items.
    """
    numbers, first, place = np.unique(clusters, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))  # references in the order in which they come
    place = order[place]
    sizes = np.bincount(place, minlength=len(numbers))
    return Sample(
        group_means(seen, place, len(numbers)),
        np.bincount(place, weights=worst, minlength=len(numbers)) / sizes,
        np.bincount(place, weights=best, minlength=len(numbers)) / sizes,
        np.full(len(numbers), 1 / max(1, len(numbers))),
        scale,
        int(np.count_nonzero(~np.isnan(seen))),
        len(numbers),
    )


def estimate_of(sample: Sample, rule: Rule, confidence: float = CONFIDENCE) -> Estimate:
    """The mean with its interval; what is missing counts at its worst below, at its best above."""
    if not len(sample.seen):
        return Estimate(nan, nan, nan, 0, 0, rule, "there is nothing to measure")
    low, high = _bounds(sample, sample.worst, rule, confidence)
    if not np.array_equal(sample.worst, sample.best):
        high = _bounds(sample, sample.best, rule, confidence)[1]
    note = "" if rule is Rule.EXACT else note_on(sample.references)
    return Estimate(sample.value, low, high, sample.items, sample.references, rule, note)


def _bounds(sample: Sample, values: Floats, rule: Rule, confidence: float) -> tuple[float, float]:
    match rule:
        case Rule.EXACT:
            mean = float(sample.weights @ values)
            return mean, mean
        case Rule.ANYTIME:
            return sequences.anytime_bounds(values, scale=sample.scale, confidence=confidence)
        case Rule.DRAWN:
            return gaffke_bounds(values, sample.counts, scale=sample.scale, confidence=confidence)


def p_below(sample: Sample, mean: float, rule: Rule, *, more: float = 1.0) -> float:
    """One-sided p-value of "the true mean is below `mean`", missing scores at their worst.

    `more` times as many observations of the same kind are taken to be there.
    """
    values = sample.worst
    if not len(values):
        return 1.0
    if rule is Rule.EXACT:
        return 0.0 if sample.weights @ values >= mean - _ROUNDING else 1.0
    levels, place = np.unique(values, return_inverse=True)
    counts = np.asarray(np.bincount(place, weights=sample.counts) * more, dtype=np.float64)
    if mean <= sample.scale[0]:
        return spacings.LEAST_P
    if rule is Rule.ANYTIME:
        evidence = float(sequences.log_evidence(levels, counts, mean, scale=sample.scale))
        return max(spacings.LEAST_P, min(1.0, exp(-evidence)))
    return float(spacings.p_at_most(levels, counts[None], mean, scale=sample.scale)[0])


def p_not_below(sample: Sample, mean: float, rule: Rule) -> float:
    """One-sided p-value of "the true mean is at least `mean`", missing scores at their best."""
    if rule is Rule.EXACT:
        return 0.0 if sample.weights @ sample.best < mean - _ROUNDING else 1.0
    return p_below(sample.flipped(), sum(sample.scale) - mean, rule)


def two_sided(sample: Sample, mean: float, rule: Rule) -> float:
    """Two-sided p-value: at most 1 - confidence exactly where `mean` is outside the interval."""
    return min(1.0, 2 * min(p_below(sample, mean, rule), p_not_below(sample, mean, rule)))


def needed_above(sample: Sample, limit: float, rule: Rule, *, level: float = LEVEL) -> int | None:
    """References like these with which the mean would be shown to lie above `limit`.

    With that many a further sample shows it with a chance of 80 %: its mean is taken to come
    out as many standard errors below the one seen as that asks for.

    Returns:
        `None` where no number would do: what was seen does not lie above the limit.
    """
    value = float(sample.weights @ sample.worst) if len(sample.seen) else nan
    if not value > limit:
        return None
    spread = sample.spread if sample.spread == sample.spread else 0.0
    quantile = float(special.ndtri(POWER))

    def suffices(references: float) -> bool:
        claimed = limit + quantile * spread / sqrt(references)
        more = references / sample.references
        return claimed < value and p_below(sample, claimed, rule, more=more) <= level

    return _least_whole(suffices)


def more_to_halve(sample: Sample) -> int | None:
    """References like these to add until the interval is half as wide; `None` where none is there.

    Up to a tenth: it is for a sentence.
    """
    if not len(sample.seen):
        return None
    wanted = estimate_of(sample, Rule.DRAWN).half_width / 2
    high = 5.0  # four times as many would halve a standard error; the scale's ends cost a bit more
    low = 1.0
    while high - low > 0.1:
        middle = (low + high) / 2
        low, high = (low, middle) if _half_width(sample, middle) <= wanted else (middle, high)
    return ceil(sample.references * (high - 1))


def _half_width(sample: Sample, more: float) -> float:
    low, high = gaffke_bounds(sample.seen, sample.counts * more, scale=sample.scale)
    return (high - low) / 2


def _least_whole(holds: Callable[[float], bool]) -> int | None:
    """The least whole number for which something that stays true holds."""
    high = 1
    while not holds(high):
        high *= 2
        if high > MOST_NEEDED:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high

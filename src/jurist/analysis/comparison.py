"""Comparing two systems or two judges on the same items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from scipy import special

from jurist.analysis.bounded import SCORES
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE, POWER
from jurist.analysis.samples import Rule, Sample, estimate_of, reference_sample, two_sided
from jurist.analysis.tables import Floats, Ints


@dataclass(frozen=True, slots=True)
class Difference:
    """A paired difference of mean scores (second minus first), and what it could show.

    It is the mean over references of the difference on each; references count alike. Interval
    and p-value invert the same bound, so that they never contradict each other, and neither is
    zero where all differences were equal.
    """

    first: str
    second: str
    estimate: Estimate
    p_value: float
    """Two-sided, not corrected; NaN where nothing was measured."""
    p_adjusted: float
    """Corrected over the comparisons that were made together, the same where it is one."""
    detectable: float
    """The smallest true difference that so many references would find with 80 % power, at the
    level that is left after correction. NaN where it cannot be said."""
    bounds: tuple[float, float] | None = None
    """Worst-case difference where verdicts are missing: every missing score at its extreme."""


def paired_difference(
    first: Floats,
    second: Floats,
    clusters: Ints,
    *,
    names: tuple[str, str],
    scale: tuple[float, float] = SCORES,
) -> Difference:
    """Mean of second - first over items that both have, one value a reference.

    Args:
        first: Scores, shape (n,), NaN where there is none.
        second: Scores of the same items.
        clusters: The reference of each item.
        names: Of the two systems.
        scale: Lowest and highest possible score.
    """
    low, high = scale
    worst = np.where(np.isnan(second), low, second) - np.where(np.isnan(first), high, first)
    best = np.where(np.isnan(second), high, second) - np.where(np.isnan(first), low, first)
    gaps = reference_sample(second - first, worst, best, clusters, (low - high, high - low))
    return difference_of(gaps, names)


def difference_of(sample: Sample, names: tuple[str, str], *, together: int = 1) -> Difference:
    """The difference that a sample shows, missing scores left out and bounded apart.

    Args:
        sample: Of differences.
        names: Of the two systems.
        together: Comparisons made together, for `detectable`; `p_adjusted` is left as it is.
    """
    measured = sample.measured()
    estimate = estimate_of(measured, Rule.DRAWN)
    known = len(measured.seen) > 0
    p_value = two_sided(measured, 0.0, Rule.DRAWN) if known else nan
    return Difference(
        *names, estimate, p_value, p_value, _detectable(measured, estimate, together), sample.bounds
    )


def _detectable(sample: Sample, estimate: Estimate, together: int) -> float:
    """Half the interval's width, and as much as a sample falls short of the mean once in five."""
    if sample.spread != sample.spread:
        return nan
    corrected = (
        estimate  # of one comparison there is nothing to correct
        if together == 1
        else estimate_of(sample, Rule.DRAWN, 1 - (1 - CONFIDENCE) / together)
    )
    error = sample.spread / sqrt(len(sample.seen))
    return corrected.half_width + float(special.ndtri(POWER)) * error


def adjust(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's step-down correction (Holm 1979) for p-values looked at together; NaNs stay NaN."""
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values)[: int((~np.isnan(values)).sum())]
    factors = np.arange(len(order), 0, -1)
    values[order] = np.minimum(np.maximum.accumulate(values[order] * factors), 1.0)
    return tuple(values.tolist())


def missing_bounds(scores: Floats, scale: tuple[float, float] = SCORES) -> tuple[float, float]:
    """The least and the greatest mean that missing scores (NaN) could have made."""
    low = np.where(np.isnan(scores), scale[0], scores)
    high = np.where(np.isnan(scores), scale[1], scores)
    return float(low.mean()), float(high.mean())

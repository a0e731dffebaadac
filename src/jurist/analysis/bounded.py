"""Intervals for means of bounded values that hold in small samples, whatever the distribution.

Every number that Jurist prints an interval for is a mean of values that cannot leave a scale:
scores from 1 to 5, passes 0 or 1, differences from -4 to 4. Gaffke's bound (Gaffke 2005;
Learned-Miller & Thomas 2020) uses that and nothing else. Put one more value at the scale's end,
weigh all by the gaps of uniform draws, and take the quantile of the weighted mean. For shares it
*is* Clopper and Pearson's interval. For other distributions its coverage is enumerated in the
tests, over all distributions on five levels of a grid: two levels are the worst case.
`spacings` has the chances.
"""

from __future__ import annotations

from math import nan, sqrt

import numpy as np
from scipy import optimize, special

from jurist.analysis.effective import effective_size
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE, LEAST_TO_DECIDE
from jurist.analysis.scales import FIVE
from jurist.analysis.spacings import chance_below
from jurist.analysis.tables import Floats, Ints, renumbered

SCORES = FIVE.bounds
"""The scale of scores."""
SHARES = (0.0, 1.0)
"""The scale of shares."""
GAPS = FIVE.gaps
"""The scale of differences of scores."""
METHOD = "Gaffke"
_TOLERANCE = 1e-8
_MOST_POINTS = 129
"""Distinct values beyond which a grid takes their place: it bounds time and memory."""


def gaffke_bounds(
    values: Floats,
    counts: Floats,
    *,
    scale: tuple[float, float],
    confidence: float = CONFIDENCE,
) -> tuple[float, float]:
    """Lower and upper bound of a mean, each missed with a chance of (1 - confidence) / 2.

    Args:
        values: What was seen, shape (n,), inside the scale.
        counts: How many independent observations each value stands for, above 0; not
            necessarily whole (an effective size).
        scale: The least and the greatest value that can be.
        confidence: Of both sides together.
    """
    low, high = scale
    level = 0.5 + confidence / 2
    points, shapes = _on_a_grid(values, counts, scale)
    flipped = (low + high - points)[::-1]
    upper = _upper(points, shapes, high, level)
    return low + high - _upper(flipped, shapes[::-1], high, level), upper


def _on_a_grid(values: Floats, counts: Floats, scale: tuple[float, float]) -> tuple[Floats, Floats]:
    """Distinct values in rising order, and how many observations stand at each.

    More than `_MOST_POINTS` go to a grid, each shared between its two neighbours so that its
    mean is kept: that only widens an interval, and by less than is printed.
    """
    distinct, place = np.unique(values, return_inverse=True)
    shapes = np.bincount(place, weights=counts).astype(np.float64)
    if len(distinct) <= _MOST_POINTS:
        return distinct, shapes
    low, high = scale
    positions = np.clip((distinct - low) / (high - low), 0, 1) * (_MOST_POINTS - 1)
    below = np.minimum(positions.astype(np.int64), _MOST_POINTS - 2)
    above = shapes * (positions - below)
    shared = np.bincount(below, weights=shapes - above, minlength=_MOST_POINTS)
    shared = (shared + np.bincount(below + 1, above, _MOST_POINTS)).astype(np.float64)
    return np.linspace(low, high, _MOST_POINTS)[shared > 0], shared[shared > 0]


def _upper(points: Floats, shapes: Floats, top: float, level: float) -> float:
    """The quantile `level` of the mean weighted by spacings, with one more value at `top`."""
    mean = float((points * shapes).sum() / shapes.sum())
    if mean >= top:
        return top
    at_top = float(shapes[1:].sum())
    if len(points) == 1 or (len(points) == 2 and points[1] == top):
        weight = float(special.betaincinv(at_top + 1, float(shapes[0]), level))
        return float(points[0]) + (top - float(points[0])) * weight
    points, shapes = np.append(points, top), np.append(shapes, 1.0)[None]

    def excess(t: float) -> float:
        return float(chance_below(points - t, shapes)[0]) - level

    # Below the mean the chance is under one half, so the quantile lies between it and the top;
    # mostly below four standard errors, and what the value at the top adds.
    total = float(shapes.sum())
    error = sqrt(float((shapes * (points - mean) ** 2).sum())) / total
    near = min(top, mean + 4 * error + 4 * (top - mean) / total)
    high = near if near < top and excess(near) > 0 else top
    return float(optimize.brentq(excess, mean, high, xtol=_TOLERANCE))


def clopper_pearson(
    successes: float, n: float, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """The exact interval of a share of n independent items (Clopper & Pearson 1934).

    `gaffke_bounds` of as many ones and zeros, in closed form. Neither count need be whole.
    """
    if not n > 0:
        return nan, nan
    failures, tail = n - successes, 0.5 - confidence / 2
    low = special.betaincinv(successes, failures + 1, tail) if successes > 0 else 0.0
    high = special.betaincinv(successes + 1, failures, 1 - tail) if failures > 0 else 1.0
    return float(low), float(high)


def proportion(successes: int, n: int, confidence: float = CONFIDENCE) -> Estimate:
    """A share of independent items, from counts, with Clopper and Pearson's interval."""
    low, high = clopper_pearson(successes, n, confidence)
    return Estimate(successes / n if n else nan, low, high, n, n, "Clopper-Pearson")


def bounded_mean(
    values: Floats,
    clusters: Ints,
    *,
    scale: tuple[float, float],
    weights: Floats | None = None,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """The mean of dependent items on a scale, with Gaffke's interval at the effective size.

    Args:
        values: Shape (n,), no NaN, inside the scale.
        clusters: Cluster number of each item (items of one reference hang together).
        scale: The least and the greatest value that can be.
        weights: What each item counts for, shape (n,); all alike if `None`. Items of weight 0
            are no items.
        confidence: Of the interval.

    Returns:
        Never of width 0 and never outside the scale; NaN bounds where there are no items.
    """
    if weights is not None:
        counted = weights > 0
        values, clusters, weights = values[counted], clusters[counted], weights[counted]
    n, (_, groups) = len(values), renumbered(clusters)
    if n == 0:
        return Estimate(nan, nan, nan, 0, 0, METHOD, "there are no items")
    each = np.ones(n) if weights is None else weights
    size = effective_size(values, clusters, weights)
    low, high = gaffke_bounds(
        values, each * (size / each.sum()), scale=scale, confidence=confidence
    )
    mean = float(np.clip((each * values).sum() / each.sum(), values.min(), values.max()))
    method = METHOD if size == n else f"{METHOD} at the effective size"
    return Estimate(mean, low, high, n, groups, method, note_on(groups))


def note_on(groups: int) -> str:
    """What is said of an interval from so few references, if anything."""
    return f"fewer than {LEAST_TO_DECIDE} references decide nothing" * (groups < LEAST_TO_DECIDE)

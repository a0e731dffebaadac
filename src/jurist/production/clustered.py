"""Differences of two estimates whose tasks may belong to the same accounts.

The bounds of each are put together by the method of variance estimates recovery (Donner & Zou
2012): a bound of the difference lies as far from it as the two bounds that push it there lie from
theirs, less what the two have in common. That is the correlation of what each cluster adds to
the error of either.
"""

from __future__ import annotations

from math import exp, hypot, inf, isfinite, log, nan, sqrt

import numpy as np
from scipy import special

from jurist.analysis.bounded import SHARES, bounded_mean
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE, LEAST_TO_DECIDE
from jurist.analysis.tables import Floats, Ints

METHOD = "variance estimates recovery"
_TOO_LARGE = 700.0
"""Of a logarithm: no float holds what it is of."""
_SHARES = "Student on log-odds, cluster-robust"


def share_of(values: Floats, clusters: Ints, groups: int) -> tuple[Estimate, Floats]:
    """A mean of values from 0 to 1, and what each cluster adds to its error.

    Args:
        values: Shape (n,).
        clusters: Number of each item's cluster, from 0 to `groups` - 1.
        groups: How many there are, those without items included.

    Returns:
        The mean, and an array of shape (groups,). Its interval is Student's on the scale of
        log-odds, from what leaving out each cluster changes, with the degrees of freedom that
        these show; where it is 0 or 1, or fewer than 5 clusters move it, Gaffke's at the
        effective size (`analysis.bounded`), which assumes nothing and is wider.
    """
    gaps = (values - values.mean()) / len(values) if len(values) else values
    sums = np.bincount(clusters, weights=gaps, minlength=groups).astype(np.float64)
    influence = left_out(sums, clusters)
    mean = float(values.mean()) if len(values) else nan
    of, freedom = freedom_of(influence)
    if of < LEAST_TO_DECIDE or not 0 < mean < 1:
        return bounded_mean(values, clusters, scale=SHARES), influence
    inside = len(np.unique(clusters))
    error = error_of(influence, inside) / (mean * (1 - mean))
    reach = float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * error
    centre = float(special.logit(mean))
    low, high = (float(special.expit(centre + side * reach)) for side in (-1, 1))
    return Estimate(mean, low, high, len(values), inside, _SHARES), influence


def difference(
    one: tuple[Estimate, Floats], other: tuple[Estimate, Floats], limit: float = inf
) -> Estimate:
    """The other less the one, each with what clusters add to its error.

    Args:
        one: Of the same clusters as `other`, in the same order.
        other: What it is taken from.
        limit: The most that a difference can be.
    """
    (first, ours), (second, theirs) = one, other
    value = second.value - first.value
    n, groups = first.n + second.n, int(((ours != 0) | (theirs != 0)).sum())
    if not all(map(isfinite, (value, first.low, second.low))):
        return Estimate(value if isfinite(value) else nan, nan, nan, n, groups, METHOD)
    shared = _correlation(ours, theirs)
    low = value - _apart(second.value - second.low, first.high - first.value, shared)
    high = value + _apart(second.high - second.value, first.value - first.low, shared)
    return Estimate(value, max(low, -limit), min(high, limit), n, groups, METHOD)


def ratio(one: tuple[Estimate, Floats], other: tuple[Estimate, Floats]) -> Estimate:
    """The other over the one, both above 0; see `difference`, here of their logarithms."""
    logs = difference(_logarithm(one), _logarithm(other))
    value, low, high = (_exp(bound) for bound in (logs.value, logs.low, logs.high))
    return Estimate(value, low, high, logs.n, logs.clusters, METHOD)


def left_out(sums: Floats, clusters: Ints) -> Floats:
    """What a mean changes by when each cluster is left out, from the clusters' sums of gaps.

    Large clusters draw the mean to themselves, so their gaps are too small: an account with nine
    tenths of all tasks would seem to add nothing to the error. The jackknife (CR3 of MacKinnon &
    White 1985, Bell & McCaffrey 2002) divides each by the share of items that others have.

    Args:
        sums: Of each cluster the sum of its items' gaps over all items, shape (groups,).
        clusters: Number of each item's cluster, from 0 to `groups` - 1.
    """
    sizes = np.bincount(clusters, minlength=len(sums))
    others = len(clusters) - sizes
    return np.where(others > 0, sums * len(clusters) / np.maximum(1, others), sums)


def error_of(influence: Floats, groups: int) -> float:
    """The standard error that what is left out of so many clusters shows (the jackknife's)."""
    return sqrt((groups - 1) / groups * float((influence**2).sum())) if groups else nan


def freedom_of(influence: Floats) -> tuple[int, float]:
    """How many clusters add to an error, and the degrees of freedom of their sum of squares.

    Twice the square of the sum over its variance (Satterthwaite 1946), at most one less than
    there are clusters.
    """
    squares = influence[influence != 0] ** 2
    groups, total = len(squares), float(squares.sum())
    if groups < 2 or not total > 0:
        return groups, 0.0
    unevenness = float((squares**2).sum()) / total**2 - 1 / groups
    freedom = groups - 1.0
    return groups, min(freedom, 2 / unevenness) if unevenness > 0 else freedom


def _apart(one: float, other: float, shared: float) -> float:
    if not (isfinite(one) and isfinite(other)):
        return hypot(one, other)
    return sqrt(max(0.0, one**2 + other**2 - 2 * shared * one * other))


def _correlation(ours: Floats, theirs: Floats) -> float:
    together = float((ours * theirs).sum())
    alone = float(np.sqrt((ours**2).sum() * (theirs**2).sum()))
    return together / alone if alone > 0 else 0.0


def _logarithm(given: tuple[Estimate, Floats]) -> tuple[Estimate, Floats]:
    estimate, influence = given
    value, low, high = (
        log(bound) if 0 < bound < inf else (-inf if bound == 0 else bound)
        for bound in (estimate.value, estimate.low, estimate.high)
    )
    return Estimate(value, low, high, estimate.n, estimate.clusters), influence


def _exp(bound: float) -> float:
    return inf if bound >= _TOO_LARGE else exp(bound)

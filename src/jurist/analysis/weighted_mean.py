"""The mean of weighted items on a scale, with the interval of `bounded_mean`."""

from __future__ import annotations

import numpy as np

from jurist.analysis.bounded import METHOD, bounded_mean, gaffke_bounds
from jurist.analysis.intervals import Estimate
from jurist.analysis.tables import Floats, Ints


def weighted_mean(
    values: Floats, weights: Floats, clusters: Ints, *, scale: tuple[float, float]
) -> Estimate:
    """Sum of weight times value over sum of weights, with Gaffke's interval at the effective size.

    The effective size is the weighted variance over the squared cluster-robust error of the
    ratio: it falls with unequal weights and with items that hang together. Where all items are
    alike it is Kish's of the clusters' mean weights.

    Args:
        values: Shape (n,), no NaN, inside the scale.
        weights: What each counts for, shape (n,); items of weight 0 are no items.
        clusters: Cluster number of each.
        scale: The least and the greatest value that can be.
    """
    here = weights > 0
    values, weights, clusters = values[here], weights[here], clusters[here]
    if not len(values) or np.ptp(weights) <= 1e-9 * weights.max():
        return bounded_mean(values, clusters, scale=scale)
    total = weights.sum()
    mean = float((weights * values).sum() / total)
    size = _effective_size(values - mean, weights, clusters)
    low, high = gaffke_bounds(values, weights * (size / total), scale=scale)
    groups = len(np.unique(clusters))
    note = "" if groups > 1 else "one reference says nothing of others"
    return Estimate(mean, low, high, len(values), groups, f"{METHOD} at the effective size", note)


def _effective_size(gaps: Floats, weights: Floats, clusters: Ints) -> float:
    _, place = np.unique(clusters, return_inverse=True)
    groups = int(place.max()) + 1
    if groups < 2:
        return 1.0
    squared_error = (np.bincount(place, weights=weights * gaps) ** 2).sum() / weights.sum() ** 2
    spread = (weights * gaps**2).sum() / weights.sum()
    if spread <= 1e-18:
        means = np.bincount(place, weights=weights) / np.bincount(place)
        return float(means.sum() ** 2 / (means**2).sum())
    if squared_error <= 1e-18:
        return float(groups)
    return float(np.clip(spread / squared_error, 1.0, len(gaps)))

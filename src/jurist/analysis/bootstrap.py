"""Intervals of statistics that leap, such as the order of systems: resample whole references.

Where a statistic moves smoothly with what is seen, `jackknife` has the better interval.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE, LEAST_TO_RESAMPLE
from jurist.analysis.tables import Floats


@lru_cache(maxsize=4)
def _weights(groups: int, resamples: int, seed: int) -> Floats:
    """How often each of `groups` clusters is drawn in each resample, (resamples, groups).

    Read-only. Cards of several judges resample the same references: drawing them anew for each
    statistic was most of a card's time.
    """
    chances = np.full(groups, 1 / groups)
    drawn = np.random.default_rng(seed).multinomial(groups, chances, size=resamples)
    weights = drawn.astype(np.float64)
    weights.flags.writeable = False
    return weights


def bootstrap_sums(
    sums: Floats,
    statistic: Callable[[Floats], Floats],
    *,
    items: int,
    resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    """A function of sums over items, with a cluster-bootstrap percentile interval.

    Args:
        sums: One row of sums a cluster, shape (C, K).
        statistic: From sums (..., K) to values (...), NaN where it is undefined.
        items: How many items were summed.
        resamples: How many.
        seed: Of the resampling.
    """
    groups = len(sums)
    value = float(statistic(sums.sum(0)))
    weights = _weights(max(groups, 1), resamples, seed)
    drawn = statistic(weights[:, :groups] @ sums)
    return _percentile_interval(value, drawn, n=items, clusters=groups)


def _percentile_interval(value: float, drawn: Floats, *, n: int, clusters: int) -> Estimate:
    """The percentile interval of bootstrap values, undefined ones left out and counted.

    There is none from fewer than `LEAST_TO_RESAMPLE` clusters, which cannot stand for others, and
    none where every resample gives the same: a width of 0 would claim certainty.
    """
    defined = drawn[~np.isnan(drawn)]
    lost = len(drawn) - len(defined)

    def without(note: str) -> Estimate:
        return Estimate(value, np.nan, np.nan, n, clusters, "cluster bootstrap", note)

    if np.isnan(value):
        return without("undefined on these data")
    if clusters < LEAST_TO_RESAMPLE:
        return without(f"fewer than {LEAST_TO_RESAMPLE} references: no interval")
    if len(defined) < len(drawn) / 2:
        return without(f"undefined on {lost} resamples")
    low, high = np.quantile(defined, [0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2])
    if low == high:
        return without("no resample of the references moves it: no interval")
    note = f"undefined on {lost} of {len(drawn)} resamples" if lost else ""
    return Estimate(value, float(low), float(high), n, clusters, "cluster bootstrap", note)

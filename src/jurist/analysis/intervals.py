"""Estimates with intervals: the record, and the intervals that need no model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from jurist.analysis.levels import CONFIDENCE, LEAST_TO_RESAMPLE
from jurist.analysis.tables import Floats, Ints

# Quantiles come from scipy.special: scipy.stats is 50 MB and a second at every run and report.


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval.

    `low` and `high` are NaN where there is too little data for an interval, and `value`
    is NaN where the statistic itself is undefined. `n` counts items, `clusters` the
    independent groups among them (equal to `n` where items are independent).
    """

    value: float
    low: float
    high: float
    n: int
    clusters: int
    method: str = ""
    note: str = ""

    @property
    def half_width(self) -> float:
        """Half the interval's length."""
        return (self.high - self.low) / 2


def cluster_standard_error(values: Floats, clusters: Ints) -> tuple[float, int]:
    """Cluster-robust standard error of the mean (NaN for one cluster), number of clusters."""
    _, compact = np.unique(clusters, return_inverse=True)
    residuals = np.bincount(compact, weights=values - values.mean())
    groups = len(residuals)
    if groups < 2:
        return float("nan"), groups
    return float(np.sqrt(groups / (groups - 1) * (residuals**2).sum()) / len(values)), groups


@lru_cache(maxsize=4)
def bootstrap_weights(groups: int, resamples: int, seed: int) -> Floats:
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
    confidence: float = CONFIDENCE,
) -> Estimate:
    """A function of sums over items, with a cluster-bootstrap percentile interval.

    Args:
        sums: One row of sums a cluster, shape (C, K).
        statistic: From sums (..., K) to values (...), NaN where it is undefined.
        items: How many items were summed.
        resamples: How many.
        seed: Of the resampling.
        confidence: Of the interval.
    """
    groups = len(sums)
    value = float(statistic(sums.sum(0)))
    weights = bootstrap_weights(max(groups, 1), resamples, seed)
    drawn = statistic(weights[:, :groups] @ sums)
    return percentile_interval(value, drawn, n=items, clusters=groups, confidence=confidence)


def cluster_sums(columns: Floats, clusters: Ints) -> Floats:
    """Sums of each column within each cluster: (n, K) to (C, K)."""
    _, compact = np.unique(clusters, return_inverse=True)
    sums = np.zeros((int(compact.max()) + 1 if len(compact) else 0, columns.shape[1]))
    np.add.at(sums, compact, columns)
    return sums


def percentile_interval(
    value: float, drawn: Floats, *, n: int, clusters: int, confidence: float = CONFIDENCE
) -> Estimate:
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
    low, high = np.quantile(defined, [0.5 - confidence / 2, 0.5 + confidence / 2])
    if low == high:
        return without("no resample of the references moves it: no interval")
    note = f"undefined on {lost} of {len(drawn)} resamples" if lost else ""
    return Estimate(value, float(low), float(high), n, clusters, "cluster bootstrap", note)

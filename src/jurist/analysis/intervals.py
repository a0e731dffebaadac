"""Estimates with intervals: the record, and what references that hang together sum to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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


def cluster_sums(columns: Floats, clusters: Ints) -> Floats:
    """Sums of each column within each cluster: (n, K) to (C, K)."""
    _, compact = np.unique(clusters, return_inverse=True)
    sums = np.zeros((int(compact.max()) + 1 if len(compact) else 0, columns.shape[1]))
    np.add.at(sums, compact, columns)
    return sums

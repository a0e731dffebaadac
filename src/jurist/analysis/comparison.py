"""Comparing two systems or two judges on the same items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from jurist.analysis.intervals import (
    Estimate,
    bootstrap_weights,
    cluster_mean,
    cluster_standard_error,
    percentile_interval,
)
from jurist.analysis.levels import CONFIDENCE, POWER
from jurist.analysis.tables import Floats, Ints


@dataclass(frozen=True, slots=True)
class Difference:
    """A paired difference (second minus first), what it could show, and what it would take.

    `detectable` is the smallest true difference that this many clusters would find with 80 %
    power at the interval's level; `clusters_to_settle` how many clusters a difference of the
    observed size would need (`None`: it is settled, or there is nothing to see).
    `p_value` is corrected for all comparisons made together where `adjust` has been called.
    """

    first: str
    second: str
    estimate: Estimate
    p_value: float
    detectable: float
    clusters_to_settle: int | None
    bounds: tuple[float, float] | None = None
    """Worst-case difference where verdicts are missing: every missing score at its extreme."""


def paired_difference(
    first: Floats,
    second: Floats,
    clusters: Ints,
    *,
    names: tuple[str, str],
    confidence: float = CONFIDENCE,
    scale: tuple[float, float] = (1.0, 5.0),
) -> Difference:
    """Mean of second - first over items that both have, cluster-robust.

    Args:
        first: Scores, shape (n,), NaN where there is none.
        second: Scores of the same items.
        clusters: Cluster number of each item.
        names: Of the two systems.
        confidence: Of the interval.
        scale: Lowest and highest possible score, for the worst-case bounds.
    """
    both = ~np.isnan(first) & ~np.isnan(second)
    gaps = (second - first)[both]
    estimate = cluster_mean(gaps, clusters[both], confidence)
    error, groups = cluster_standard_error(gaps, clusters[both]) if len(gaps) else (np.nan, 0)
    bounds = None if both.all() else _worst_case(first, second, scale)
    if groups < 2:
        return Difference(*names, estimate, float("nan"), float("nan"), None, bounds)
    reach = float(special.stdtrit(groups - 1, 0.5 + confidence / 2) + special.ndtri(POWER))
    p_value = _two_sided(estimate.value, error, groups)
    settled = p_value <= 1 - confidence or estimate.value == 0
    needed = None if settled else int(np.ceil(groups * (reach * error / estimate.value) ** 2))
    return Difference(*names, estimate, p_value, reach * error, needed, bounds)


def _two_sided(value: float, error: float, groups: int) -> float:
    if error == 0:
        return 1.0 if value == 0 else 0.0
    return float(2 * special.stdtr(groups - 1, -abs(value) / error))


def _worst_case(first: Floats, second: Floats, scale: tuple[float, float]) -> tuple[float, float]:
    low, high = scale
    least = np.where(np.isnan(second), low, second) - np.where(np.isnan(first), high, first)
    most = np.where(np.isnan(second), high, second) - np.where(np.isnan(first), low, first)
    return float(least.mean()), float(most.mean())


def adjust(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's step-down correction (Holm 1979) for p-values looked at together; NaNs stay NaN."""
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values)[: int((~np.isnan(values)).sum())]
    factors = np.arange(len(order), 0, -1)
    values[order] = np.minimum(np.maximum.accumulate(values[order] * factors), 1.0)
    return tuple(values.tolist())


def mcnemar_exact(first_right: Floats, second_right: Floats) -> float:
    """Exact McNemar p-value for two judges on the same items, from 0/1 correctness (n,)."""
    only_first = int(((first_right == 1) & (second_right == 0)).sum())
    only_second = int(((first_right == 0) & (second_right == 1)).sum())
    discordant = only_first + only_second
    if not discordant:
        return 1.0
    from scipy import stats  # heavy, and reports of a run do without it

    return float(stats.binomtest(min(only_first, only_second), discordant, 0.5).pvalue)


def paired_statistic_difference(
    first: Floats,
    second: Floats,
    statistic: Callable[[Floats], Floats],
    *,
    shape: tuple[int, int],
    resamples: int = 2000,
    seed: int = 0,
) -> tuple[Estimate, float]:
    """Second minus first of a statistic of two judges' tables, by a paired cluster bootstrap.

    Args:
        first: One flattened table a cluster against the same yardstick, shape (C, H * J).
        second: The other judge's on the same items, cluster by cluster.
        statistic: From tables (..., H, J) to values (...).
        shape: (H, J).
        resamples: How many; both judges share each resample.
        seed: Of the resampling.

    Returns:
        The difference, and a two-sided p-value: twice the smaller share of resamples on one
        side of 0, counting one more (NaN where there is no interval).
    """
    width = shape[0] * shape[1]

    def difference(sums: Floats) -> Floats:
        tables = sums.reshape(*sums.shape[:-1], 2, *shape)
        return statistic(tables[..., 1, :, :]) - statistic(tables[..., 0, :, :])

    sums = np.concatenate([first, second], axis=1)
    items = round(float(sums[:, :width].sum()))
    groups = len(sums)
    value = float(difference(sums.sum(0)))
    if groups < 2:
        nan = float("nan")
        return Estimate(value, nan, nan, items, groups, "cluster bootstrap", "too few"), nan
    weights = bootstrap_weights(groups, resamples, seed)
    drawn = difference(weights @ sums)
    estimate = percentile_interval(value, drawn, n=items, clusters=groups)
    defined = drawn[~np.isnan(drawn)]
    if estimate.low != estimate.low:
        return estimate, float("nan")
    smaller = min(int((defined <= 0).sum()), int((defined >= 0).sum()))
    return estimate, min(1.0, 2 * (smaller + 1) / (len(defined) + 1))


@dataclass(frozen=True, slots=True)
class VarianceShares:
    """Where the variance of a score comes from, each as a share of the total (sum 1)."""

    question: float
    generator: float
    judge: float
    residual: float


def variance_shares(scores: Floats) -> VarianceShares:
    """Split variance by a crossed random-effects analysis of variance.

    Henderson's method on a full (questions, generators, judges) array: mean squares of the
    three main effects against the residual; negative components count as 0. Items with a
    missing cell are left out. NaN shares where fewer than two questions are complete.
    """
    complete = scores[~np.isnan(scores).any((1, 2))]
    q, g, j = complete.shape
    nan = float("nan")
    if q < 2:
        return VarianceShares(nan, nan, nan, nan)
    grand = complete.mean()
    means = [complete.mean(axes) for axes in ((1, 2), (0, 2), (0, 1))]
    sizes = (q, g, j)
    squares = [
        q * g * j / size * float(((mean - grand) ** 2).sum())
        for size, mean in zip(sizes, means, strict=True)
    ]
    freedom = q * g * j - 1 - sum(size - 1 for size in sizes)
    rest = float(((complete - grand) ** 2).sum()) - sum(squares)
    residual = max(rest, 0.0) / freedom if freedom > 0 else 0.0
    parts: list[float] = []
    for size, square in zip(sizes, squares, strict=True):
        mean_square = square / (size - 1) if size > 1 else residual
        parts.append(max(0.0, (mean_square - residual) / (q * g * j / size)))
    total = sum(parts) + residual
    if total == 0:
        return VarianceShares(nan, nan, nan, nan)
    question, generator, judge = (part / total for part in parts)
    return VarianceShares(question, generator, judge, residual / total)


def missing_bounds(scores: Floats, scale: tuple[float, float] = (1.0, 5.0)) -> tuple[float, float]:
    """The least and the greatest mean that missing scores (NaN) could have made."""
    low = np.where(np.isnan(scores), scale[0], scores)
    high = np.where(np.isnan(scores), scale[1], scores)
    return float(low.mean()), float(high.mean())

"""Which of two judges is closer to a yardstick on the same items, by whole references."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from jurist.analysis.jackknife import DIFFERENCE, Jackknifed, jackknife_sums
from jurist.analysis.tables import Floats, Ints

_UNITS = 10_000


def sign_flip_p(gaps: Floats, clusters: Ints) -> float:
    """The exact two-sided chance of a sum as far from 0, had each cluster's sign been tossed.

    Where neither judge is better, exchanging their names on all items of a reference changes
    nothing: the sum of a cluster's gaps is as likely to have either sign. With 0/1 correctness and
    a cluster for each item this *is* McNemar's exact test; items of one reference are not taken
    for so many pieces of evidence. The distribution is computed whole, by convolution, so that the
    p-value may be as small as a correction for many pairs asks.

    Args:
        gaps: The second judge's correctness less the first's, weighed, shape (n,).
        clusters: Cluster number of each item.

    Returns:
        1 where the judges never differ. Sums that are not whole are taken to four digits.
    """
    if not len(gaps):
        return float("nan")
    _, place = np.unique(clusters, return_inverse=True)
    sums = np.bincount(place, weights=gaps)
    total = float(np.abs(sums).sum())
    if total <= 0:
        return 1.0
    whole = total <= _UNITS and np.allclose(sums, np.round(sums))
    steps = np.round(sums if whole else sums * (_UNITS / total)).astype(np.int64)
    middle = int(np.abs(steps).sum())
    chances = np.zeros(2 * middle + 1)
    chances[middle] = 1.0
    for step in steps[steps != 0].tolist():
        chances = (np.roll(chances, step) + np.roll(chances, -step)) / 2
    distances = np.abs(np.arange(len(chances)) - middle)
    return float(min(1.0, chances[distances >= abs(int(steps.sum()))].sum()))


def difference_of(
    first: Floats, second: Floats, statistic: Callable[[Floats], Floats], *, items: int
) -> Jackknifed:
    """Second minus first of a statistic of two judges' tables, both without each reference in turn.

    Args:
        first: One flattened table a cluster against the same yardstick, shape (C, K * K).
        second: The other judge's on the same items, cluster by cluster.
        statistic: From tables (..., K, K) to values (...), between -1 and 1.
        items: How many items they hold.
    """
    size = round(first.shape[1] ** 0.5)

    def difference(sums: Floats) -> Floats:
        tables = sums.reshape(*sums.shape[:-1], 2, size, size)
        return statistic(tables[..., 1, :, :]) - statistic(tables[..., 0, :, :])

    sums = np.concatenate([first, second], axis=1)
    return jackknife_sums(sums, difference, DIFFERENCE, items=items)

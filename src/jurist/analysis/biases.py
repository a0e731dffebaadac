"""Biases of a judge: the order of a prompt, length; and its stability over repeats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jurist.analysis.bounded import SHARES, bounded_mean
from jurist.analysis.intervals import Estimate, cluster_sums
from jurist.analysis.jackknife import FISHER, jackknife_sums
from jurist.analysis.scales import FIVE, Scale
from jurist.analysis.tables import Floats, Ints, nearest_level


@dataclass(frozen=True, slots=True)
class SwapEffect:
    """What happens to a score when reference and candidate change places in the prompt.

    `consistency` is the share of items with the same level both ways, `shift` the mean of
    the swapped order's score minus the usual one's.
    """

    consistency: Estimate
    shift: Estimate


def swap_effect(
    usual: Floats,
    swapped: Floats,
    clusters: Ints,
    *,
    scale: Scale = FIVE,
    weights: Floats | None = None,
) -> SwapEffect:
    """Swap effect of scores on a scale in both orders, shape (n,); intervals over clusters.

    Scores between levels are the same where the same level is nearest; words have no shift (NaN).
    """
    nearest = [nearest_level(scores, scale.levels) for scores in (usual, swapped)]
    same = (nearest[0] == nearest[1]).astype(np.float64)
    gaps = swapped - usual
    return SwapEffect(
        bounded_mean(same, clusters, scale=SHARES, weights=weights),
        bounded_mean(gaps, clusters, scale=scale.gaps, weights=weights)
        if scale.ordered
        else bounded_mean(np.empty(0), clusters[:0], scale=scale.gaps),
    )


def commonest_shares(samples: list[tuple[float, ...]]) -> Floats:
    """Of each item's repeats the share that the commonest has; NaN for fewer than two repeats."""
    return np.asarray(
        [
            max(repeats.count(value) for value in set(repeats)) / len(repeats)
            if len(repeats) >= 2
            else np.nan
            for repeats in samples
        ],
        dtype=np.float64,
    )


def length_effect(errors: Floats, lengths: Floats, weights: Floats, clusters: Ints) -> Estimate:
    """Correlation of the judge's signed error with the candidate's length; NaN if constant.

    Args:
        errors: Judge's score minus people's, shape (n,).
        lengths: Characters of the candidate, shape (n,); their logarithm is used.
        weights: What each item counts for.
        clusters: Cluster number of each item.
    """
    sums = cluster_sums(_moments(errors, np.log1p(lengths), weights), clusters)
    return jackknife_sums(sums, _correlation, FISHER, items=len(errors)).estimate


def _moments(x: Floats, y: Floats, weights: Floats) -> Floats:
    """Weight and the first two moments of each item, centred so that nothing cancels."""
    x, y = (each - each.mean() if len(each) else each for each in (x, y))
    return weights[:, None] * np.stack([np.ones(len(x)), x, y, x * x, y * y, x * y], axis=1)


def _correlation(sums: Floats) -> Floats:
    """Pearson's r from the sums of `_moments`; NaN without spread."""
    n, x, y, xx, yy, xy = np.moveaxis(sums, -1, 0)
    count = np.where(n > 0, n, 1.0)
    spread = (xx - x * x / count) * (yy - y * y / count)
    usable = spread > 1e-18
    r = np.full(np.shape(n), np.nan)
    return np.divide(xy - x * y / count, np.sqrt(np.abs(spread)), out=r, where=usable)

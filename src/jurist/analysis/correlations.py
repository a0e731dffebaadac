"""Rank correlations of weighted items, for a batch of weights: such as all but one reference.

Scores are taken as they are, between levels too. Undefined is NaN, never 0.
"""

from __future__ import annotations

import numpy as np

from jurist.analysis.tables import Floats, Ints


def spearman(weights: Floats, first: Floats, second: Floats) -> Floats:
    """Spearman's rho with midranks for ties; an item of weight 2 counts as two alike.

    Args:
        weights: Of the items, shape (..., n).
        first: One rater's scores, shape (n,).
        second: The other's.

    Returns:
        Shape (...); NaN where a side is constant.
    """
    x, y = _ranks(weights, first), _ranks(weights, second)
    covariance = (weights * x * y).sum(-1)
    spread = (weights * x**2).sum(-1) * (weights * y**2).sum(-1)
    return _over_root(covariance, spread)


def kendall_tau_b(weights: Floats, first: Floats, second: Floats) -> Floats:
    """Kendall's tau-b; arguments and result as for `spearman`.

    Concordant minus discordant pairs is a quadratic form of the weights, and so are the pairs
    that a side tells apart: (n^2 - sum t^2) / 2 over its ties t.
    """
    signs = np.sign(first[:, None] - first) * np.sign(second[:, None] - second)
    untied = [_untied_pairs(weights, side) for side in (first, second)]
    return _over_root(((weights @ signs) * weights).sum(-1), untied[0] * untied[1])


def _ranks(weights: Floats, scores: Floats) -> Floats:
    """Midranks of the items, less their mean, shape (..., n)."""
    ties, place = _ties(weights, scores)
    ranks = np.cumsum(ties, -1) - ties / 2 - weights.sum(-1, keepdims=True) / 2
    return ranks[..., place]


def _untied_pairs(weights: Floats, scores: Floats) -> Floats:
    """The weight of all ordered pairs that differ."""
    ties, _ = _ties(weights, scores)
    return weights.sum(-1) ** 2 - (ties**2).sum(-1)


def _ties(weights: Floats, scores: Floats) -> tuple[Floats, Ints]:
    """The weight of each distinct score in rising order, and the place of each item's."""
    distinct, place = np.unique(scores, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(distinct)))
    if not len(distinct):
        return weights, place.astype(np.int64)
    return np.add.reduceat(weights[..., order], starts, axis=-1), place.astype(np.int64)


def _over_root(above: Floats, squared: Floats) -> Floats:
    root = np.sqrt(np.maximum(squared, 0.0))
    undefined = np.full(np.shape(above), np.nan)
    return np.divide(above, root, out=undefined, where=root > 1e-9)

"""Contingency tables of two raters, the form that every agreement statistic is computed from.

A table has the shape (..., K, K) or (..., H, J): leading axes are a batch, such as the
resamples of a bootstrap; rows are the first rater's levels (people), columns the
second's (the judge). Weights need not be whole numbers.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NO_CHANCE = 1e-12
"""Below it two fractions differ by how they were computed alone."""


def nearest_level(scores: ArrayLike, levels: Sequence[float]) -> Ints:
    """Index of the level nearest to each score; a score midway goes to the lower one.

    Args:
        scores: Scores, shape (n,), no NaN.
        levels: The scale in rising order, shape (K,).

    Returns:
        Indices into `levels`, shape (n,).
    """
    scale = np.asarray(levels, dtype=np.float64)
    borders = (scale[1:] + scale[:-1]) / 2
    return np.searchsorted(borders, np.asarray(scores, dtype=np.float64), side="left").astype(
        np.int64
    )


def roundings(positions: Floats) -> tuple[Ints, Floats, Floats]:
    """All ways in which scores between levels are rounded to levels, each with its chance.

    A score a third of the way from one level to the next counts as a third of the higher one: so
    means are kept, and no rule for ties favours a side. All raters of an item are rounded by the
    same uniform draw, so equal scores stay equal, and two scores between the same neighbours
    differ with a chance of their distance.

    Args:
        positions: Of raters' scores among the levels, shape (n, raters), NaN missing.

    Returns:
        For each way: its item, shape (m,); the raters' level indices, (m, raters), NaN missing;
        its chance, (m,). Chances of an item sum to 1; whole positions have one way.
    """
    below = np.floor(positions)
    above = np.where(np.isnan(positions), 0.0, positions - below)
    ends = np.zeros((len(positions), 1))
    borders = np.sort(np.concatenate([ends, above, ends + 1], axis=1), axis=1)
    chances = np.diff(borders, axis=1)
    draws = (borders[:, :-1] + borders[:, 1:]) / 2
    items, ways = np.nonzero(chances > _NO_CHANCE)
    higher = above[items] > draws[items, ways][:, None]
    return items.astype(np.int64), below[items] + higher, chances[items, ways]


def ratio(above: Floats, below: Floats | Ints) -> Floats:
    """`above / below` of arrays of one shape, NaN where `below` is not above 0."""
    undefined = np.full(np.shape(above), np.nan)
    return np.divide(above, below, out=undefined, where=below > 0)


def group_means(values: Floats, groups: Ints, size: int) -> Floats:
    """Mean of what is known of each of `size` groups, NaN where nothing is.

    Args:
        values: Shape (n,), NaN missing.
        groups: The group of each, from 0.
        size: How many groups there are.
    """
    known = ~np.isnan(values)
    sums = np.bincount(groups[known], values[known], size).astype(np.float64)
    return ratio(sums, np.bincount(groups[known], minlength=size))


def contingency(
    rows: Ints, columns: Ints, shape: tuple[int, int], *, weights: Floats | None = None
) -> Floats:
    """Counts of each pair of level indices, or sums of their weights, shape `shape`."""
    flat = np.bincount(rows * shape[1] + columns, weights, minlength=shape[0] * shape[1])
    return flat.astype(np.float64).reshape(shape)


def cluster_indices(clusters: Sequence[Hashable]) -> tuple[Ints, int]:
    """Number the clusters in order of appearance.

    Returns:
        The cluster number of each item, shape (n,), and how many clusters there are.
    """
    numbers: dict[Hashable, int] = {}
    indices = [numbers.setdefault(cluster, len(numbers)) for cluster in clusters]
    return np.asarray(indices, dtype=np.int64), len(numbers)


def numbered(codes: Ints) -> tuple[Ints, Ints]:
    """Codes numbered in the order in which they are met, and the code of each number."""
    present, first, numbers = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places[numbers], present[order]


def renumbered(clusters: Ints) -> tuple[Ints, int]:
    """Cluster numbers from 0 without gaps, in rising order, and how many there are.

    Numbers that are dense already are counted, which is ten times as quick as sorting them.
    """
    least = int(clusters.min()) if len(clusters) else 0
    if len(clusters) and int(clusters.max()) - least < 4 * len(clusters):
        there = np.bincount(clusters - least) > 0
        numbers = np.cumsum(there) - 1
        return numbers[clusters - least].astype(np.int64), int(numbers[-1]) + 1
    present, numbers = np.unique(clusters, return_inverse=True)
    return numbers.astype(np.int64), len(present)


def cluster_tables(
    rows: Ints,
    columns: Ints,
    clusters: Ints,
    shape: tuple[int, int],
    *,
    weights: Floats | None = None,
) -> tuple[Floats, Ints]:
    """One table a cluster, flattened, for resampling by matrix product.

    Args:
        rows: Level index of each item by the first rater, shape (n,).
        columns: The same by the second.
        clusters: Cluster number of each item.
        shape: (H, J).
        weights: What each item counts for; 1 if `None`.

    Returns:
        Tables of shape (C, H * J) and the cluster numbers they stand for, shape (C,).
    """
    present, compact = np.unique(clusters, return_inverse=True)
    width = shape[0] * shape[1]
    cells = compact * width + rows * shape[1] + columns
    flat = np.bincount(cells, weights, minlength=len(present) * width).astype(np.float64)
    return flat.reshape(len(present), width), present.astype(np.int64)

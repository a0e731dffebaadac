"""How far the scores of a pilot spread, between references and within them."""

from __future__ import annotations

from math import sqrt

import numpy as np

from jurist.analysis.tables import Floats, Ints


def spread_of(scores: Floats, clusters: Ints) -> tuple[float, float]:
    """Standard deviation of single scores, and the share of their variance within references.

    One-way analysis of variance with unequal group sizes: within = MS_w, between =
    max(0, (MS_b - MS_w) / n0), n0 = (n - sum n_c^2 / n) / (C - 1) (Searle 1971).

    Args:
        scores: Shape (n,), no NaN.
        clusters: Cluster number of each.

    Returns:
        `sd` NaN for fewer than two references; the share NaN where no reference has two.
    """
    n = len(scores)
    _, compact, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    groups = len(sizes)
    if groups < 2:
        return float("nan"), float("nan")
    if n == groups:
        return float(scores.std(ddof=1)), float("nan")
    means = np.bincount(compact, weights=scores) / sizes
    within = float(((scores - means[compact]) ** 2).sum()) / (n - groups)
    between_square = float((sizes * (means - scores.mean()) ** 2).sum()) / (groups - 1)
    size = (n - float((sizes**2).sum()) / n) / (groups - 1)
    between = max(0.0, (between_square - within) / size)
    total = within + between
    return sqrt(total), within / total if total > 0 else float("nan")

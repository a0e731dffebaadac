"""Corrected means where not every item had the same chance to be labelled.

Each labelled item stands for 1 / probability items (Horvitz & Thompson 1952, normalised by
Hajek 1971), and the judge's score of *all* items takes part as in PPI++ (Angelopoulos et
al. 2023; with unequal probabilities this is the difference estimator of survey sampling,
Saerndal, Swensson & Wretman 1992). With equal probabilities it is PPI++.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from jurist.analysis.corrected import Corrected
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.tables import Floats, Ints
from jurist.plurals import counted

LEAST_LABELS = 5
"""A judge's level with fewer labels is merged with its neighbour before post-stratifying."""


def weighted_prediction_powered(
    labels: Floats, judged: Floats, probability: Floats, clusters: Ints, *,
    confidence: float = CONFIDENCE,
) -> Corrected:  # fmt: skip
    """The mean of what people would say of all items, from those they labelled and the judge.

    theta = lam mean(F) + sum_L w (Y - lam F) / sum_L w, w = 1 / probability. The variance is
    the sum over clusters of squared influences, times G / (G - 1); lam in [0, 1] minimises it.

    Args:
        labels: People's values, shape (n,), NaN where there is no label.
        judged: The judge's values of the same items, NaN where it gave none (such an item
            counts as if it had the judge's mean: it informs by its label alone).
        probability: Chance of each item to be labelled, in (0, 1]; read where labelled.
        clusters: Cluster number of each item.
        confidence: Of the interval.

    Raises:
        ValueError: Where fewer than two items are labelled.
    """
    known = ~np.isnan(labels)
    count = int(known.sum())
    if count < 2:
        msg = f"a corrected mean needs at least 2 labelled items, there are {count}"
        raise ValueError(msg)
    weight = np.zeros(len(labels))
    weight[known] = 1 / probability[known]
    weight /= weight.sum()
    value = np.where(known, labels, 0.0)
    scored = ~np.isnan(judged)
    naive = float(judged[scored].mean()) if scored.any() else float("nan")
    centred = np.where(scored, judged - naive, 0.0) if scored.any() else np.zeros(len(labels))
    people = float((weight * value).sum())
    shift = float((weight * centred).sum())
    # influence of one item: of the labels' mean, and of the judge's part, per unit of lam
    direct = weight * (value - people) * known
    through = (centred - centred.mean()) / len(labels) - weight * (centred - shift)
    _, compact = np.unique(clusters, return_inverse=True)
    direct_sums = np.bincount(compact, weights=direct)
    through_sums = np.bincount(compact, weights=through)
    spread = float((through_sums**2).sum())
    lam = float(np.clip(-(direct_sums * through_sums).sum() / spread, 0, 1)) if spread > 0 else 0.0
    groups = len(np.unique(clusters[known]))
    factor = groups / (groups - 1) if groups > 1 else float("nan")
    variance = float(((direct_sums + lam * through_sums) ** 2).sum()) * factor
    alone = float((direct_sums**2).sum()) * factor
    estimate = people + lam * (float(centred.mean()) - shift)
    return Corrected(
        _interval(estimate, variance, count, groups, "PPI++", confidence),
        naive,
        _interval(people, alone, count, groups, "labels only", confidence),
        lam,
        count * alone / variance if variance > 0 else float(count),
    )


def weighted_post_stratified(
    labels: Floats, levels: Ints, probability: Floats, clusters: Ints, *,
    confidence: float = CONFIDENCE,
) -> Estimate:  # fmt: skip
    """The labels' mean within each level of the judge, weighted by that level's share of all.

    theta = sum_s (N_s / N) mu_s, mu_s the weighted mean of the labels of level s; the
    variance is that of the influences, cluster-robust, with G / (G - levels).

    Args:
        labels: People's values, shape (n,), NaN where there is no label.
        levels: The judge's level of each item, any whole number ("no score" may be one).
        probability: Chance of each item to be labelled; read where labelled.
        clusters: Cluster number of each item.
        confidence: Of the interval.

    Returns:
        NaN with a note where fewer than `LEAST_LABELS` items are labelled.
    """
    known = ~np.isnan(labels)
    count, method = int(known.sum()), "post-stratified"
    groups = len(np.unique(clusters[known]))
    if count < LEAST_LABELS:
        nan = float("nan")
        note = f"{counted(count, 'label')}, at least {LEAST_LABELS} are needed"
        return Estimate(nan, nan, nan, count, groups, method, note)
    merged = merge_sparse(levels, known)
    n = len(labels)
    means, influence = np.zeros(n), np.zeros(n)
    for level in np.unique(merged):
        inside = merged == level
        chosen = inside & known
        weight = 1 / probability[chosen]
        weight /= weight.sum()
        means[inside] = mean = float((weight * labels[chosen]).sum())
        influence[chosen] = inside.mean() * weight * (labels[chosen] - mean)
    value = float(means.mean())
    influence += (means - value) / n
    _, compact = np.unique(clusters, return_inverse=True)
    sums = np.bincount(compact, weights=influence)
    strata = len(np.unique(merged))
    if groups <= strata:
        nan = float("nan")
        return Estimate(value, nan, nan, count, groups, method, "too few clusters: no interval")
    variance = float((sums**2).sum()) * groups / (groups - strata)
    reach = float(special.stdtrit(groups - strata, 0.5 + confidence / 2)) * float(np.sqrt(variance))
    note = "" if strata == len(np.unique(levels)) else "levels with few labels were merged"
    return Estimate(value, value - reach, value + reach, count, groups, method, note)


def merge_sparse(levels: Ints, labelled: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Ints:
    """Merge neighbouring levels until each has `LEAST_LABELS` labels, or one level is left."""
    merged = levels.copy()
    while True:
        present = np.unique(merged)
        counts = [int(((merged == level) & labelled).sum()) for level in present]
        poorest = int(np.argmin(counts))
        if len(present) == 1 or counts[poorest] >= LEAST_LABELS:
            return merged
        below = counts[poorest - 1] if poorest else None
        above = counts[poorest + 1] if poorest + 1 < len(present) else None
        downward = above is None or (below is not None and below < above)
        merged[merged == present[poorest]] = present[poorest - 1 if downward else poorest + 1]


def _interval(
    value: float, variance: float, n: int, groups: int, method: str, confidence: float
) -> Estimate:
    if groups < 2:
        nan = float("nan")
        return Estimate(value, nan, nan, n, groups, method, "one cluster: no interval")
    reach = float(special.stdtrit(groups - 1, 0.5 + confidence / 2)) * float(np.sqrt(variance))
    return Estimate(value, value - reach, value + reach, n, groups, method)

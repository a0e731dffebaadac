"""Agreement of any number of raters, with ratings missing: alpha, ceilings, the alt-test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from jurist.analysis.agreement import alpha_from_coincidences
from jurist.analysis.intervals import cluster_standard_error
from jurist.analysis.tables import Floats, Ints, ratio, roundings


def coincidence_matrix(levels: Floats, k: int, weights: Floats | None = None) -> Floats:
    """Krippendorff's coincidence matrix of level indices, shape (items, raters), NaN missing.

    A unit with m values adds 1 / (m - 1) for each ordered pair of them (Krippendorff 2011), times
    its weight.
    """
    counts = np.stack([(levels == level).sum(1) for level in range(k)], axis=1).astype(np.float64)
    m = counts.sum(1)
    usable = m >= 2
    counts, m = counts[usable], m[usable]
    if not len(counts):
        return np.zeros((k, k))
    scaled = counts / (m - 1)[:, None]
    if weights is not None:
        scaled *= weights[usable, None]
    matrix = scaled.T @ counts
    matrix[np.diag_indices(k)] -= scaled.sum(0)
    return matrix


def krippendorff_alpha(levels: Floats, k: int, weights: Floats | None = None) -> float:
    """Ordinal alpha of level indices (items, raters), NaN where a rating is missing.

    NaN where fewer than two distinct values occur: there is nothing to disagree on.
    """
    return float(alpha_from_coincidences(coincidence_matrix(levels, k, weights)))


def leave_one_out_hits(positions: Floats, instead: Floats | None = None) -> Floats:
    """For each item and rater: whether they agree with the majority of the others.

    Args:
        positions: Of the raters' scores among the levels, shape (items, raters), NaN missing; a
            score between levels counts for both neighbours in proportion. An item counts for a
            rater where at least one other rated it; among tied majorities agreement with any
            counts in proportion (1 / ties).
        instead: Positions of a judge's scores, shape (items,), NaN missing: then it, in each
            rater's place, is held against that rater's others, on the same items.

    Returns:
        Shape (items, raters), values from 0 to 1, NaN where the item does not count.
    """
    raters = positions.shape[1]
    sides = positions if instead is None else np.column_stack([positions, instead])
    items, levels, chances = roundings(sides)
    values = np.unique(levels[~np.isnan(levels)])
    votes = (
        np.stack([(levels == value) for value in values], axis=2).astype(np.float64)
        if len(values)
        else np.zeros((*levels.shape, 1))
    )
    totals = votes[:, :raters].sum(1)
    hits = np.zeros(positions.shape)
    for rater in range(raters):
        others = totals - votes[:, rater]
        top = others == others.max(1, keepdims=True)
        own = votes[:, rater if instead is None else raters]
        share = (own * top).sum(1) / top.sum(1)
        hits[:, rater] = np.bincount(items, weights=share * chances, minlength=len(positions))
    rated = ~np.isnan(positions)
    counted = rated & (rated.sum(1, keepdims=True) >= 2)
    if instead is not None:
        counted &= ~np.isnan(instead)[:, None]
    return np.where(counted, hits, np.nan)


def leave_one_out_gaps(scores: Floats) -> Floats:
    """For each item and rater: their score less the mean of the others', NaN where none is.

    Args:
        scores: Shape (items, raters), NaN missing.
    """
    rated = ~np.isnan(scores)
    totals = np.nansum(scores, axis=1, keepdims=True) - np.where(rated, scores, 0.0)
    others = rated.sum(1, keepdims=True) - rated
    return scores - ratio(totals, others)


Scoring = Callable[[Floats, Floats], Floats]
"""How well predictions, (n,), are in line with others' annotations, (n, others), NaN missing."""


def negative_rmse(predictions: Floats, others: Floats) -> Floats:
    """Minus the root mean squared error: the alignment of scores that have an order."""
    return -np.sqrt(np.nanmean((others - predictions[:, None]) ** 2, axis=1))


def accuracy(predictions: Floats, others: Floats) -> Floats:
    """The share of the others who say the same: the alignment of categories."""
    equal = np.where(np.isnan(others), np.nan, others == predictions[:, None])
    return np.nanmean(equal, axis=1)


@dataclass(frozen=True, slots=True)
class AlternativeAnnotator:
    """Result of the Alternative Annotator Test (Calderon et al. 2025).

    `winning_rate` is the share of annotators whom the judge may replace (the null of
    being worse by more than epsilon is rejected); the test passes at 0.5 or more.
    `advantage` is the mean probability that the judge does at least as well as one of them.
    `p_values` are one for each annotator tested, before the correction.
    """

    winning_rate: float
    advantage: float
    epsilon: float
    p_values: tuple[float, ...]
    items: tuple[int, ...]
    passed: bool


def alternative_annotator_test(
    judge: Floats,
    people: Floats,
    clusters: Ints,
    *,
    scoring: Scoring,
    epsilon: float = 0.15,
    q: float = 0.05,
    least: int = 30,
) -> AlternativeAnnotator | None:
    """Test whether the judge may stand in for a person, by the authors' rule.

    For annotator j: W_f = [the judge is in line with the others at least as well as j is], W_h the
    reverse; one-sided t-test of mean(W_h - W_f) >= epsilon; Benjamini-Yekutieli over
    annotators at level q. The t-test's error is robust to clusters, on one degree of freedom less
    than there are; where every item is a cluster of its own it is the authors'.

    Args:
        judge: Its score of each item as given, shape (n,), NaN where there is none.
        people: Scores, shape (n, annotators), NaN missing.
        clusters: Cluster number of each item.
        scoring: `negative_rmse` where scores have an order, `accuracy` where not.
        epsilon: Cost-benefit margin: 0.2 for experts, 0.15 skilled, 0.1 crowd.
        q: False discovery rate.
        least: Clusters in which an annotator must share items with others to be counted.

    Returns:
        `None` where fewer than three annotators have enough items: the test says nothing.
    """
    p_values: list[float] = []
    advantages: list[float] = []
    sizes: list[int] = []
    for j in range(people.shape[1]):
        others = np.delete(people, j, axis=1)
        known = ~np.isnan(people[:, j]) & ~np.isnan(judge) & (~np.isnan(others)).any(1)
        shared = len(np.unique(clusters[known]))
        if shared < least:
            continue
        of_judge = scoring(judge[known], others[known])
        of_person = scoring(people[known, j], others[known])
        judge_wins, person_wins = of_judge >= of_person, of_person >= of_judge
        gaps = person_wins.astype(np.float64) - judge_wins.astype(np.float64)
        p_values.append(_noninferiority_p(gaps, clusters[known], epsilon))
        advantages.append(float(judge_wins.mean()))
        sizes.append(shared)
    if len(p_values) < 3:
        return None
    rejected = _benjamini_yekutieli(np.asarray(p_values), q)
    rate = rejected / len(p_values)
    return AlternativeAnnotator(
        rate, float(np.mean(advantages)), epsilon, tuple(p_values), tuple(sizes), rate >= 0.5
    )


def _noninferiority_p(gaps: Floats, clusters: Ints, epsilon: float) -> float:
    """P of a mean as low, were the true one epsilon; NaN for one cluster: that rejects nothing."""
    error, groups = cluster_standard_error(gaps, clusters)
    if groups < 2:
        return float("nan")
    mean = float(gaps.mean())
    if not error > 0:  # no variance: the t statistic is infinite, its sign decides
        return 0.0 if mean < epsilon else 1.0
    return float(special.stdtr(groups - 1, (mean - epsilon) / error))


def _benjamini_yekutieli(p_values: Floats, q: float) -> int:
    m = len(p_values)
    harmonic = (1 / np.arange(1, m + 1)).sum()
    allowed = np.arange(1, m + 1) / m * q / harmonic
    passing = np.nonzero(np.sort(p_values) <= allowed)[0]
    return int(passing[-1]) + 1 if len(passing) else 0

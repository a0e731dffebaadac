"""Agreement of any number of raters, with ratings missing: alpha, ceilings, the alt-test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jurist.analysis.agreement import alpha_from_coincidences
from jurist.analysis.tables import Floats, roundings


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
    undefined = np.full(scores.shape, np.nan)
    return scores - np.divide(totals, others, out=undefined, where=others > 0)


@dataclass(frozen=True, slots=True)
class AlternativeAnnotator:
    """Result of the Alternative Annotator Test (Calderon et al. 2025).

    `winning_rate` is the share of annotators whom the judge may replace (the null of
    being worse by more than epsilon is rejected); the test passes at 0.5 or more.
    `advantage` is the mean probability that the judge does at least as well as one of them.
    """

    winning_rate: float
    advantage: float
    epsilon: float
    p_values: tuple[float, ...]
    items: tuple[int, ...]
    passed: bool
    note: str = ""


def alternative_annotator_test(
    judge: Floats, people: Floats, *, epsilon: float = 0.15, q: float = 0.05, least: int = 30
) -> AlternativeAnnotator | None:
    """Test whether the judge may stand in for a person.

    For annotator j: W_f = [judge agrees with the others at least as much as j does], W_h the
    reverse; one-sided t-test of mean(W_h - W_f) >= epsilon; Benjamini-Yekutieli over
    annotators at level q.

    Args:
        judge: Level of each item, shape (n,), NaN where the judge gave none.
        people: Levels, shape (n, annotators), NaN missing.
        epsilon: Cost-benefit margin: 0.2 for experts, 0.15 skilled, 0.1 crowd.
        q: False discovery rate.
        least: Items an annotator must share with others to be counted.

    Returns:
        `None` where fewer than three annotators have enough items: the test says nothing.
    """
    p_values: list[float] = []
    advantages: list[float] = []
    sizes: list[int] = []
    for j in range(people.shape[1]):
        others = np.delete(people, j, axis=1)
        known = ~np.isnan(people[:, j]) & ~np.isnan(judge) & (~np.isnan(others)).any(1)
        if known.sum() < least:
            continue
        rest = others[known]
        present = (~np.isnan(rest)).sum(1)
        of_judge = (rest == judge[known, None]).sum(1) / present
        of_person = (rest == people[known, j, None]).sum(1) / present
        judge_wins, person_wins = of_judge >= of_person, of_person >= of_judge
        gaps = person_wins.astype(np.float64) - judge_wins.astype(np.float64)
        p_values.append(_one_sided(gaps, epsilon))
        advantages.append(float(judge_wins.mean()))
        sizes.append(int(known.sum()))
    if len(p_values) < 3:
        return None
    rejected = _benjamini_yekutieli(np.asarray(p_values), q)
    rate = rejected / len(p_values)
    return AlternativeAnnotator(
        rate, float(np.mean(advantages)), epsilon, tuple(p_values), tuple(sizes), rate >= 0.5
    )


def _one_sided(gaps: Floats, epsilon: float) -> float:
    if np.ptp(gaps) == 0:  # no variance: the t statistic is infinite, its sign decides
        return 0.0 if gaps[0] < epsilon else 1.0
    from scipy import stats  # heavy, and most cards do without it

    return float(stats.ttest_1samp(gaps, epsilon, alternative="less").pvalue)


def _benjamini_yekutieli(p_values: Floats, q: float) -> int:
    m = len(p_values)
    harmonic = (1 / np.arange(1, m + 1)).sum()
    allowed = np.arange(1, m + 1) / m * q / harmonic
    passing = np.nonzero(np.sort(p_values) <= allowed)[0]
    return int(passing[-1]) + 1 if len(passing) else 0

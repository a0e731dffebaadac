"""A mean quality from many judged and few labelled items, corrected for the judge's errors.

Three estimators, after Angelopoulos et al. 2023 (PPI++), the post-stratified form of the
same for a discrete judge, and Rogan & Gladen 1978 with Lee 2025's interval. The first two
need labels that were sampled from the judged items; the last only needs the judge's error
rates to carry over, so it is for label shift alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from jurist.analysis.bounded import clopper_pearson
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.tables import Floats, Ints
from jurist.plurals import counted


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected mean beside what it corrects.

    `naive` is the judge's own mean over all items, `labels_only` the people's mean on the
    labelled ones. `lam` is the weight given to the judge (0: it adds nothing here),
    `effective_labels` how many labels alone would give the same interval.
    """

    estimate: Estimate
    naive: float
    labels_only: Estimate
    lam: float
    effective_labels: float

    @property
    def judge_adds(self) -> bool:
        """Whether the interval is narrower than that of the labels alone."""
        return self.estimate.half_width < self.labels_only.half_width


def ppi_plus_plus(
    labels: Floats,
    judged_labelled: Floats,
    judged_others: Floats,
    *,
    clusters: Ints | None = None,
    other_clusters: Ints | None = None,
    confidence: float = CONFIDENCE,
) -> Corrected:
    """Prediction-powered mean with the variance-minimising weight (PPI++).

    theta = mean(Y) + lam (mean F_U - mean F_L),
    lam = cov(Y, F_L) / (var F_L + (n / N) var F_U), clipped to [0, 1],
    var = var(Y - lam F_L) / n + lam^2 var(F_U) / N.

    Args:
        labels: People's values Y on labelled items, shape (n,).
        judged_labelled: The judge's values F_L on the same items, shape (n,).
        judged_others: The judge's values F_U on the unlabelled items, shape (N,).
        clusters: Cluster numbers of the labelled items; independent items if `None`.
        other_clusters: Cluster numbers of the others, in the same numbering.
        confidence: Of the interval.

    Raises:
        ValueError: Where fewer than two items are labelled.
    """
    n, many = len(labels), len(judged_others)
    if n < 2:
        msg = f"a corrected mean needs at least 2 labelled items, there are {n}"
        raise ValueError(msg)
    here = np.arange(n) if clusters is None else clusters
    there = -1 - np.arange(many) if other_clusters is None else other_clusters
    lam = _weight(labels, judged_labelled, judged_others)
    rest = float(judged_others.mean()) if many else 0.0
    value = (
        float(labels.mean()) + lam * (rest - float(judged_labelled.mean()))
        if many
        else (float(labels.mean()))
    )
    variance, groups = _variance(labels - lam * judged_labelled, here, lam * judged_others, there)
    alone, _ = _variance(labels, here, np.empty(0), np.empty(0, dtype=np.int64))
    estimate = _t_interval(value, variance, n, groups, "PPI++", confidence)
    naive = float(np.concatenate([judged_labelled, judged_others]).mean())
    return Corrected(
        estimate,
        naive,
        _t_interval(float(labels.mean()), alone, n, groups, "labels only", confidence),
        lam,
        n * alone / variance if variance > 0 else float(n),
    )


def _weight(labels: Floats, judged: Floats, others: Floats) -> float:
    n, many = len(labels), len(others)
    if many == 0:
        return 0.0
    spread = float(judged.var(ddof=1)) + n / many * float(others.var())
    if spread <= 0:
        return 0.0
    covariance = float(((labels - labels.mean()) * (judged - judged.mean())).sum() / (n - 1))
    return float(np.clip(covariance / spread, 0, 1))


def _variance(here: Floats, h: Ints, there: Floats, t: Ints) -> tuple[float, int]:
    """Cluster-robust variance of mean(here) + mean(there), and the clusters in `here`.

    Influences of one cluster in both parts are added before squaring.
    """
    influence = (here - here.mean()) / len(here)
    if len(there):
        influence = np.concatenate([influence, (there - there.mean()) / len(there)])
        keys = np.concatenate([h, t])
    else:
        keys = h
    _, compact = np.unique(keys, return_inverse=True)
    sums = np.bincount(compact, weights=influence)
    groups = len(np.unique(h))
    factor = groups / (groups - 1) if groups > 1 else float("nan")
    return float((sums**2).sum()) * factor, groups


def _t_interval(
    value: float, variance: float, n: int, groups: int, method: str, confidence: float
) -> Estimate:
    if groups < 2:
        nan = float("nan")
        return Estimate(value, nan, nan, n, groups, method, "one cluster: no interval")
    reach = float(special.stdtrit(groups - 1, 0.5 + confidence / 2)) * float(np.sqrt(variance))
    return Estimate(value, value - reach, value + reach, n, groups, method)


def post_stratified(
    labels: Floats, judged_labelled: Ints, judged_all: Ints, *, confidence: float = CONFIDENCE
) -> Estimate:
    """The labels' mean within each judge score, weighted by that score's share of all items.

    theta = sum_s w_s mean(Y | s); var = sum_s w_s^2 var_s / m_s + sum_s w_s (mu_s - theta)^2 / N.

    Args:
        labels: People's values, shape (n,).
        judged_labelled: The judge's level on the same items, shape (n,).
        judged_all: The judge's level on all judged items, labelled ones too, shape (N,).
        confidence: Of the interval.

    Returns:
        NaN with a note where a score that occurs has fewer than two labels.
    """
    n, total = len(labels), len(judged_all)
    scores, counts = np.unique(judged_all, return_counts=True)
    shares = counts / total
    means, variances = np.empty(len(scores)), np.empty(len(scores))
    for index, score in enumerate(scores):
        stratum = labels[judged_labelled == score]
        if len(stratum) < 2:
            nan = float("nan")
            note = f"judge score {score}: {counted(len(stratum), 'label')}, at least 2 are needed"
            return Estimate(nan, nan, nan, n, n, "post-stratified", note)
        means[index], variances[index] = stratum.mean(), stratum.var(ddof=1) / len(stratum)
    value = float((shares * means).sum())
    between = float((shares * (means - value) ** 2).sum()) / total
    variance = float((shares**2 * variances).sum()) + between
    reach = float(special.stdtrit(n - len(scores), 0.5 + confidence / 2)) * float(np.sqrt(variance))
    return Estimate(value, value - reach, value + reach, n, n, "post-stratified")


def rogan_gladen(
    judged_passes: int,
    n: int,
    *,
    true_passes: tuple[float, float],
    true_fails: tuple[float, float],
    confidence: float = CONFIDENCE,
) -> Estimate:
    """The true pass rate from the judge's, its sensitivity and its specificity.

    theta = (p + q0 - 1) / (q0 + q1 - 1), interval after Lee 2025 (add-one counts, shifted).

    Args:
        judged_passes: Items that the judge passes, of `n`.
        n: Items whose true pass rate is wanted.
        true_passes: (judged pass, labelled) among the items that people pass.
        true_fails: (judged fail, labelled) among the items that people fail. Counts may be
            effective ones, of weighted labels.
        confidence: Of the interval.

    Returns:
        NaN with a note where sensitivity + specificity - 1 is not clearly above 0: such a
        judge says nothing about the rate.
    """
    (hits, m1), (rejections, m0) = true_passes, true_fails
    method, nan = "Rogan-Gladen", float("nan")
    labelled = round(m0 + m1)
    if n == 0 or m0 == 0 or m1 == 0:
        return Estimate(nan, nan, nan, labelled, labelled, method, "a class has no labels")
    q1, q0 = hits / m1, rejections / m0
    least = (
        clopper_pearson(hits, m1, confidence)[0],
        clopper_pearson(rejections, m0, confidence)[0],
    )
    if sum(least) <= 1:
        note = "the judge is uninformative: it may do no better than chance on these labels"
        return Estimate(nan, nan, nan, labelled, labelled, method, note)
    value = float(np.clip((judged_passes / n + q0 - 1) / (q0 + q1 - 1), 0, 1))
    z = float(special.ndtri(0.5 + confidence / 2))
    p_ = (judged_passes + z**2 / 2) / (n + z**2)
    q1_, q0_ = (hits + 1) / (m1 + 2), (rejections + 1) / (m0 + 2)
    n_, m1_, m0_ = n + z**2, m1 + 2, m0 + 2
    slope = q0_ + q1_ - 1
    theta = (p_ + q0_ - 1) / slope
    fails, passes = q0_ * (1 - q0_) / m0_, q1_ * (1 - q1_) / m1_
    error = np.sqrt(p_ * (1 - p_) / n_ + (1 - theta) ** 2 * fails + theta**2 * passes) / slope
    centre = theta + 2 * z**2 * (-(1 - theta) * fails + theta * passes)
    low, high = np.clip([centre - z * error, centre + z * error], 0, 1)
    return Estimate(value, float(low), float(high), labelled, labelled, method)

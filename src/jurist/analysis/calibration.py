"""Whether a judge's confidence means what it says, and from where on it may be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from jurist.analysis.tables import Floats


@dataclass(frozen=True, slots=True)
class Calibration:
    """Calibration of stated confidences against being right.

    `error` is the expected calibration error over ten equal bins, `brier` the mean squared
    gap, `auroc` the chance that a right verdict has more confidence than a wrong one.
    `bins` hold (mean confidence, share right, count) of the bins that are not empty.
    """

    error: float
    brier: float
    auroc: float
    n: int
    bins: tuple[tuple[float, float, int], ...]


def calibrate(confidence: Floats, right: Floats, bins: int = 10) -> Calibration:
    """Measure calibration of confidences in [0, 1] against 0/1 outcomes, shape (n,) each."""
    n = len(confidence)
    nan = float("nan")
    if n == 0:
        return Calibration(nan, nan, nan, 0, ())
    index = np.clip((confidence * bins).astype(np.int64), 0, bins - 1)
    rows: list[tuple[float, float, int]] = []
    gap = 0.0
    for b in range(bins):
        inside = index == b
        count = int(inside.sum())
        if count:
            stated, real = float(confidence[inside].mean()), float(right[inside].mean())
            rows.append((stated, real, count))
            gap += count / n * abs(stated - real)
    brier = float(((confidence - right) ** 2).mean())
    return Calibration(gap, brier, _auroc(confidence, right), n, tuple(rows))


def _auroc(confidence: Floats, right: Floats) -> float:
    positives = int(right.sum())
    negatives = len(right) - positives
    if not positives or not negatives:
        return float("nan")
    from scipy import stats  # heavy, and most cards do without it

    ranks = stats.rankdata(confidence)
    below = float(ranks[right == 1].sum()) - positives * (positives + 1) / 2
    return below / (positives * negatives)


def trust_threshold(
    confidence: Floats, right: Floats, *, risk: float, delta: float = 0.1, least: int = 30
) -> float | None:
    """The lowest confidence from which on errors stay at most `risk`, or `None`.

    Trust-or-Escalate (Jung et al. 2025): walk down from the top while the exact binomial
    upper bound beta.ppf(1 - delta, k + 1, n - k) of the error among items at or above the
    threshold is at most `risk`; at least `least` items. Verdicts below go to a dearer judge.
    """
    best: float | None = None
    for threshold in sorted(set(confidence.tolist()), reverse=True):
        kept = confidence >= threshold
        n = int(kept.sum())
        if n < least:
            continue
        wrong = n - int(right[kept].sum())
        bound = float(special.betaincinv(wrong + 1, n - wrong, 1 - delta)) if wrong < n else 1.0
        if bound > risk:
            break
        best = float(threshold)
    return best

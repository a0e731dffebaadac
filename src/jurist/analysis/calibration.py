"""Whether a judge's confidence and its scores mean what they say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jurist.analysis.bounded import bounded_mean
from jurist.analysis.intervals import Estimate
from jurist.analysis.scales import Scale
from jurist.analysis.tables import Floats, Ints

FEWEST = 5
"""Items that a row of judge-to-human calibration has at least."""
_MOST_ROWS = 20


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


def calibrate(
    confidence: Floats, right: Floats, weights: Floats | None = None, bins: int = 10
) -> Calibration:
    """Measure calibration of confidences in [0, 1] against 0/1 outcomes, shape (n,) each."""
    n = len(confidence)
    nan = float("nan")
    if n == 0:
        return Calibration(nan, nan, nan, 0, ())
    each = np.ones(n) if weights is None else weights
    index = np.clip((confidence * bins).astype(np.int64), 0, bins - 1)
    rows: list[tuple[float, float, int]] = []
    gap = 0.0
    for b in np.unique(index).tolist():
        inside = index == b
        stated, real = (
            float(np.average(side[inside], weights=each[inside])) for side in (confidence, right)
        )
        rows.append((stated, real, int(inside.sum())))
        gap += float(each[inside].sum() / each.sum()) * abs(stated - real)
    brier = float(np.average((confidence - right) ** 2, weights=each))
    return Calibration(gap, brier, _auroc(confidence, right, each), n, tuple(rows))


def _auroc(confidence: Floats, right: Floats, weights: Floats) -> float:
    levels, place = np.unique(confidence, return_inverse=True)
    good, bad = (
        np.bincount(place[here], weights=weights[here], minlength=len(levels))
        for here in (right == 1, right == 0)
    )
    pairs = good.sum() * bad.sum()
    if not pairs:
        return float("nan")
    below = np.cumsum(bad) - bad
    return float((good * (below + bad / 2)).sum() / pairs)


@dataclass(frozen=True, slots=True)
class ScoreMeaning:
    """What people's mean score is where the judge says from `low` to `high`."""

    low: float
    high: float
    items: int
    judge: float
    """Its mean score there, weighed."""
    people: Estimate


def score_meanings(
    scores: Floats, gold: Floats, *, weights: Floats, clusters: Ints, scale: Scale
) -> tuple[ScoreMeaning, ...]:
    """What people say where the judge says 3.5: rows of neighbouring scores, in rising order.

    Scores are taken together by half levels (by twentieths of a scale of more than ten levels);
    rows of fewer than `FEWEST` items with the next one.

    Args:
        scores: The judge's, shape (n,), no NaN.
        gold: People's.
        weights: Of each item.
        clusters: Cluster number of each item.
        scale: That both lie on.
    """
    steps = min(2 * (scale.size - 1), _MOST_ROWS)
    rows = np.round(scale.positions(scores) / (scale.size - 1) * steps).astype(np.int64)
    return tuple(
        _meaning(here, scores, gold, weights, clusters, scale) for here in _row_by_row(rows)
    )


def _row_by_row(rows: Ints) -> list[Ints]:
    """The items of each row, small rows joined with the next, the last with the one before."""
    found: list[Ints] = []
    for row in np.unique(rows).tolist():
        here = np.nonzero(rows == row)[0].astype(np.int64)
        if found and len(found[-1]) < FEWEST:
            found[-1] = np.concatenate([found[-1], here])
        else:
            found.append(here)
    if len(found) > 1 and len(found[-1]) < FEWEST:
        last = found.pop()
        found[-1] = np.concatenate([found[-1], last])
    return found


def _meaning(
    here: Ints, scores: Floats, gold: Floats, weights: Floats, clusters: Ints, scale: Scale
) -> ScoreMeaning:
    said = scores[here]
    return ScoreMeaning(
        float(said.min()),
        float(said.max()),
        len(here),
        float(np.average(said, weights=weights[here])),
        bounded_mean(gold[here], clusters[here], scale=scale.bounds, weights=weights[here]),
    )

"""Where the scores' variance comes from: questions, generators, judges, and how they meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan, prod

import numpy as np

from jurist.analysis.pairing import System
from jurist.analysis.scores import ScoreTable, aligned_scores
from jurist.analysis.tables import Floats


@dataclass(frozen=True, slots=True)
class VarianceShares:
    """The parts of the variance of a single score, each as a share of their sum.

    A part is NaN where it is not known: with one generator nothing is known of generators, and
    whatever they would add stands in `residual`, as does what all three do together.
    """

    question: float
    generator: float
    judge: float
    question_generator: float
    """Some generators do better on some questions."""
    question_judge: float
    """Judges differ on some questions."""
    generator_judge: float
    """Judges prefer some generators."""
    residual: float


_NOTHING = VarianceShares(nan, nan, nan, nan, nan, nan, nan)
_PARTS = ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2))
"""Factors of each part, in the order of the fields."""


def variance_shares(scores: Floats) -> VarianceShares:
    """Split variance by a crossed random-effects analysis of variance with interactions.

    Each part's variance follows from the mean squares, whose expectations on a full array are
    E[MS(A)] = sum over B containing A of (sizes of the factors not in B) var(B), so that
    var(A) = sum over B containing A of (-1)^(|B| - |A|) MS(B) / (sizes of the factors not in A)
    (Searle, Casella & McCulloch 1992, chapter 4). Negative ones count as 0. The interaction of
    all factors cannot be told from error with one score a cell: they are the residual together.

    Args:
        scores: Shape (questions, generators, judges); questions with a missing cell are left out.

    Returns:
        All NaN where fewer than two questions are complete, or nothing varies.
    """
    complete = scores[~np.isnan(scores).any((1, 2))]
    if len(complete) < 2:
        return _NOTHING
    crossed = tuple(axis for axis in range(3) if complete.shape[axis] > 1)
    squares = {
        factors: _mean_square(complete, factors)
        for size in range(1, len(crossed) + 1)
        for factors in combinations(crossed, size)
    }
    variances = {
        factors: max(0.0, _component(factors, squares, complete.shape)) for factors in squares
    }
    total = sum(variances.values())
    if total == 0:
        return _NOTHING
    residual = variances.pop(crossed)
    question, generator, judge, *met = (variances.get(part, nan) / total for part in _PARTS)
    return VarianceShares(question, generator, judge, met[0], met[1], met[2], residual / total)


def _mean_square(scores: Floats, factors: tuple[int, ...]) -> float:
    """Of one effect: the means over all other factors, less all that smaller effects explain."""
    effect = scores
    for axis in range(scores.ndim):
        mean = effect.mean(axis, keepdims=True)
        effect = effect - mean if axis in factors else mean
    sizes = scores.shape
    each = prod(size for axis, size in enumerate(sizes) if axis not in factors)
    return float((effect**2).sum()) * each / prod(sizes[axis] - 1 for axis in factors)


def _component(
    factors: tuple[int, ...],
    squares: Mapping[tuple[int, ...], float],
    sizes: tuple[int, ...],
) -> float:
    signed = sum(
        (-1) ** (len(other) - len(factors)) * square
        for other, square in squares.items()
        if set(factors) <= set(other)
    )
    return signed / prod(size for axis, size in enumerate(sizes) if axis not in factors)


def shares_of_variance(
    tables: Mapping[str, ScoreTable], systems: Sequence[System], judges: Sequence[str]
) -> VarianceShares:
    """Where the scores' variance comes from, on questions that everybody answered and ruled on."""
    pairs = [(each.run, each.generator) for each in systems]
    by_judge = [aligned_scores(tables, pairs, judge) for judge in judges]
    if not by_judge:
        return _NOTHING
    places = [{item: n for n, item in enumerate(items)} for items, _, _ in by_judge]
    common = [item for item in places[0] if all(item in place for place in places)]
    cube = np.stack(
        [
            scores[[place[item] for item in common]]
            for (_, scores, _), place in zip(by_judge, places, strict=True)
        ],
        axis=2,
    )
    return variance_shares(cube)

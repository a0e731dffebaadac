"""Many judges at once: how alike their errors are, and how many votes they really cast."""

from __future__ import annotations

import numpy as np

from jurist.analysis.tables import Floats


def error_correlations(errors: Floats, weights: Floats) -> Floats:
    """Phi between judges: the correlation of their errors, shape (judges, judges).

    Args:
        errors: 1 where a judge errs, else 0, shape (items, judges), NaN where it gave no score.
        weights: What each item counts for, shape (items,).

    Returns:
        NaN where one of two never varies on the items of both: of such errors nothing is known.
    """
    judges = errors.shape[1]
    matrix = np.full((judges, judges), np.nan)
    for i in range(judges):
        for j in range(i, judges):
            both = ~np.isnan(errors[:, i]) & ~np.isnan(errors[:, j])
            if both.any():
                phi = _phi(errors[both, i], errors[both, j], weights[both])
                matrix[i, j] = matrix[j, i] = phi
    return matrix


def _phi(first: Floats, second: Floats, weights: Floats) -> float:
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    gaps = [side - np.average(side, weights=weights) for side in (first, second)]
    spread = np.sqrt((weights * gaps[0] ** 2).sum() * (weights * gaps[1] ** 2).sum())
    return float((weights * gaps[0] * gaps[1]).sum() / spread)


def effective_votes(correlations: Floats) -> float:
    """How many independent judges the panel is worth: J / (1 + (J - 1) mean phi).

    A judge and its copy count once. The mean is over the pairs whose correlation is known; NaN
    where none is. Between 1 and J.
    """
    judges = len(correlations)
    pairs = correlations[np.triu_indices(judges, 1)]
    known = pairs[~np.isnan(pairs)]
    if not len(known):
        return float("nan")
    total = 1 + (judges - 1) * float(known.mean())
    return float(np.clip(judges / total, 1, judges)) if total > 0 else float(judges)


def agreement_when_both_wrong(
    first: Floats, second: Floats, gold: Floats, weights: Floats
) -> tuple[float, float]:
    """Share of equal answers among items that both got wrong, and how much those weigh.

    Compare with 1 / (K - 1), what independent errors over K levels would give.
    """
    wrong = weights * ((first != gold) & (second != gold))
    total = float(wrong.sum())
    return (float((wrong * (first == second)).sum()) / total if total else float("nan")), total

"""Many judges at once: how alike their errors are, and how many votes they really cast."""

from __future__ import annotations

import numpy as np

from jurist.analysis.tables import Floats


def phi(a: Floats, b: Floats) -> float:
    """Correlation of two 0/1 error indicators, shape (n,); NaN where one never varies."""
    spread = float(a.std() * b.std())
    if spread == 0:
        return float("nan")
    return float(((a - a.mean()) * (b - b.mean())).mean() / spread)


def error_correlations(errors: Floats) -> Floats:
    """Phi between judges, from 0/1 error indicators (items, judges); NaN where undefined."""
    judges = errors.shape[1]
    matrix = np.full((judges, judges), np.nan)
    for i in range(judges):
        for j in range(i, judges):
            both = ~np.isnan(errors[:, i]) & ~np.isnan(errors[:, j])
            if both.any():
                matrix[i, j] = matrix[j, i] = phi(errors[both, i], errors[both, j])
    return matrix


def effective_votes(correlations: Floats) -> float:
    """How many independent judges the panel is worth: J^2 / sum of the correlation matrix.

    For equal correlations this is n / (1 + (n - 1) mean phi). A judge and its copy count
    once. Undefined pairs count as uncorrelated; the result lies between 1 and J.
    """
    judges = len(correlations)
    matrix = np.where(np.isnan(correlations), 0.0, correlations)
    np.fill_diagonal(matrix, 1.0)
    total = float(matrix.sum())
    return float(np.clip(judges**2 / total, 1, judges)) if total > 0 else float(judges)


def agreement_when_both_wrong(a: Floats, b: Floats, gold: Floats) -> tuple[float, int]:
    """Share of equal answers among items that both got wrong, and how many those are.

    Compare with 1 / (K - 1), what independent errors over K levels would give.
    """
    wrong = (a != gold) & (b != gold)
    n = int(wrong.sum())
    return (float((a[wrong] == b[wrong]).mean()) if n else float("nan")), n


def capa(a: Floats, b: Floats) -> float:
    """Chance-adjusted error consistency kappa_p (Goel et al. 2025, "Great Models Think Alike").

    (c_obs - c_exp) / (1 - c_exp) with c_obs = mean_i sum_k pA_ik pB_ik and
    c_exp = A B + (1 - A)(1 - B) / (K - 1), where A, B are the mean probabilities on the
    right answer.

    Args:
        a: Probabilities with the right answer's in column 0, shape (n, K).
        b: The same of the other judge.
    """
    k = a.shape[1]
    observed = float((a * b).sum(1).mean())
    right_a, right_b = float(a[:, 0].mean()), float(b[:, 0].mean())
    expected = right_a * right_b + (1 - right_a) * (1 - right_b) / (k - 1)
    return (observed - expected) / (1 - expected) if expected < 1 else float("nan")

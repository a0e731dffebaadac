"""How far two raters agree, each statistic a function of their contingency table.

All functions take tables of shape (..., K, K) and return shape (...); where a statistic
is undefined (no items, one class only where variation is needed) the result is NaN,
never a made-up 0 or 1. Rows are people, columns the judge.
"""

from __future__ import annotations

import numpy as np

from jurist.analysis.tables import Floats


def exact(table: Floats) -> Floats:
    """Share of items on which both give the same level."""
    return _ratio(np.trace(table, axis1=-2, axis2=-1), _total(table))


def within_one(table: Floats) -> Floats:
    """Share of items on which the levels are at most one apart."""
    near = np.abs(_steps_apart(table.shape[-1])) <= 1
    return _ratio((table * near).sum((-2, -1)), _total(table))


def chance(table: Floats) -> Floats:
    """Exact agreement expected if both rated independently with their own marginals."""
    rows, columns = _marginals(table)
    return (rows * columns).sum(-1)


def cohen_kappa(table: Floats) -> Floats:
    """Cohen's kappa (Cohen 1960): (p_o - p_e) / (1 - p_e)."""
    expected = chance(table)
    return _ratio(exact(table) - expected, 1 - expected)


def weighted_kappa(table: Floats) -> Floats:
    """Cohen's kappa with quadratic weights (Cohen 1968): 1 - sum wO / sum wE."""
    weights = _steps_apart(table.shape[-1]) ** 2
    rows, columns = _marginals(table)
    expected = rows[..., :, None] * columns[..., None, :]
    observed = _ratio((weights * table).sum((-2, -1)), _total(table))
    return 1 - _ratio(observed, (weights * expected).sum((-2, -1)))


def gwet_ac1(table: Floats) -> Floats:
    """Gwet's AC1 (Gwet 2008): chance is sum pi_k (1 - pi_k) / (K - 1), pi the mean marginal.

    Stays stable where one class dominates, as kappa does not.
    """
    rows, columns = _marginals(table)
    prevalence = (rows + columns) / 2
    expected = (prevalence * (1 - prevalence)).sum(-1) / (table.shape[-1] - 1)
    return _ratio(exact(table) - expected, 1 - expected)


def krippendorff_alpha_ordinal(table: Floats) -> Floats:
    """Krippendorff's alpha with the ordinal metric, for two raters who both rated every item.

    From the coincidence matrix o = T + T' (Krippendorff 2011): 1 - D_o / D_e. For more
    raters or missing ratings see `reliability.krippendorff_alpha`.
    """
    coincidences = table + np.swapaxes(table, -1, -2)
    return alpha_from_coincidences(coincidences)


def alpha_from_coincidences(coincidences: Floats) -> Floats:
    """Ordinal alpha from coincidence matrices of shape (..., K, K)."""
    totals = coincidences.sum(-1)
    n = totals.sum(-1)
    cumulative = np.cumsum(totals, axis=-1)
    # sum of n_g for g from c to k, less half of both ends, equals the distance of midpoints
    midpoints = cumulative - totals / 2
    distance = (midpoints[..., :, None] - midpoints[..., None, :]) ** 2
    observed = (coincidences * distance).sum((-2, -1))
    pairs = (totals[..., :, None] * totals[..., None, :] * distance).sum((-2, -1))
    return 1 - _ratio(observed, _ratio(pairs, n - 1))


def spearman(table: Floats) -> Floats:
    """Spearman's rho with midranks for ties, from a table of shape (..., H, J)."""
    rows, columns = table.sum(-1), table.sum(-2)
    rank_rows = np.cumsum(rows, -1) - rows / 2
    rank_columns = np.cumsum(columns, -1) - columns / 2
    n = _total(table)
    x = rank_rows - (n / 2)[..., None]
    y = rank_columns - (n / 2)[..., None]
    covariance = (table * x[..., :, None] * y[..., None, :]).sum((-2, -1))
    spread = (rows * x**2).sum(-1) * (columns * y**2).sum(-1)
    return _ratio(covariance, np.sqrt(spread))


def kendall_tau_b(table: Floats) -> Floats:
    """Kendall's tau-b, from a table of shape (..., H, J)."""
    below = np.cumsum(np.cumsum(table, -1), -2)
    # strictly_less[i, j]: items with a lower row and a lower column
    strictly_less = np.zeros_like(table)
    strictly_less[..., 1:, 1:] = below[..., :-1, :-1]
    flipped = np.cumsum(np.cumsum(table[..., ::-1], -1), -2)
    lower_row_higher_column = np.zeros_like(table)
    lower_row_higher_column[..., 1:, 1:] = flipped[..., :-1, :-1]
    concordant = (table * strictly_less).sum((-2, -1))
    discordant = (table[..., ::-1] * lower_row_higher_column).sum((-2, -1))
    n = _total(table)
    pairs = n * (n - 1) / 2
    tied_rows = (table.sum(-1) * (table.sum(-1) - 1) / 2).sum(-1)
    tied_columns = (table.sum(-2) * (table.sum(-2) - 1) / 2).sum(-1)
    spread = np.sqrt(np.maximum(pairs - tied_rows, 0) * np.maximum(pairs - tied_columns, 0))
    return _ratio(concordant - discordant, spread)


def bias(table: Floats) -> Floats:
    """Mean of the judge's level minus mean of the people's, in levels."""
    steps = np.arange(table.shape[-1], dtype=np.float64)
    rows, columns = _marginals(table)
    return (columns * steps).sum(-1) - (rows * steps).sum(-1)


def pass_table(table: Floats, threshold: int) -> Floats:
    """Collapse levels to (fail, pass): pass is level index `threshold` or above."""
    upper = np.add.reduceat(table, [0, threshold], axis=-2)
    return np.add.reduceat(upper, [0, threshold], axis=-1)


def true_positive_rate(passes: Floats) -> Floats:
    """P(judge passes | people pass), from (..., 2, 2) tables of (fail, pass)."""
    return _ratio(passes[..., 1, 1], passes[..., 1, :].sum(-1))


def true_negative_rate(passes: Floats) -> Floats:
    """P(judge fails | people fail)."""
    return _ratio(passes[..., 0, 0], passes[..., 0, :].sum(-1))


def leniency(passes: Floats) -> Floats:
    """P(judge passes | people fail)."""
    return 1 - true_negative_rate(passes)


def _steps_apart(k: int) -> Floats:
    steps = np.arange(k, dtype=np.float64)
    return steps[:, None] - steps[None, :]


def _total(table: Floats) -> Floats:
    return table.sum((-2, -1))


def _marginals(table: Floats) -> tuple[Floats, Floats]:
    total = _total(table)[..., None]
    return _ratio(table.sum(-1), total), _ratio(table.sum(-2), total)


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    above, below = np.broadcast_arrays(numerator, denominator)
    undefined = np.full(above.shape, np.nan)
    return np.divide(above, below, out=undefined, where=np.abs(below) > 1e-12)

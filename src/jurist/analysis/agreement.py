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


def krippendorff_alpha_nominal(table: Floats) -> Floats:
    """Krippendorff's alpha where the order of the levels means nothing, for two raters."""
    totals = (table + np.swapaxes(table, -1, -2)).sum(-1)
    n = totals.sum(-1)
    pairs = n**2 - (totals**2).sum(-1)
    return 1 - _ratio((1 - exact(table)) * n, _ratio(pairs, n - 1))


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

"""How likely a mean weighted by uniform spacings is: the chances behind Gaffke's intervals.

A mean that is weighted by the gaps of uniform draws lies below t where a weighted sum of
exponential variables lies below 0, and that sum has a closed characteristic function: Gil-Pelaez's
formula (1951) gives the chance without any draw, for many samples of the same levels at once.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from scipy import special

from jurist.analysis.tables import Floats

LEAST_P = 1e-12
"""Smaller p-values are given as this: the chances are right to about as many digits."""
# Not numpy's: it takes the eigenvalues of a whole matrix, by threads that wait for one another.
_NODES, _WEIGHTS = cast("tuple[Floats, Floats]", special.roots_legendre(400))
_ANGLES = (_NODES + 1) * np.pi / 4
_POINTS = np.tan(_ANGLES)
_JACOBIAN = _WEIGHTS * np.pi / 4 * (1 + _POINTS**2)
_FAR = 50.0
"""Standard deviations from 0 beyond which the chance is 0 or 1: tails are exponential, and e^-50
is below any p-value that is told apart; the integrand would turn too fast there."""
_BATCH = 2_000


def chance_below(values: Floats, shapes: Floats) -> Floats:
    """P(sum of values * independent Gamma(shape, 1) <= 0), sample by sample.

    Args:
        values: Shape (n,).
        shapes: How many exponential variables stand at each value, shape (samples, n), not
            necessarily whole.
    """
    if values.max() <= 0:
        return np.ones(len(shapes))
    if values.min() >= 0:
        return np.zeros(len(shapes))
    parts = [
        _by_inversion(values, shapes[start : start + _BATCH])
        for start in range(0, len(shapes), _BATCH)
    ]
    return np.concatenate(parts) if parts else np.empty(0)


def _by_inversion(values: Floats, shapes: Floats) -> Floats:
    variances = shapes @ values**2
    standardised = (shapes @ values) / np.sqrt(variances)
    grid = _POINTS[:, None] * (values / np.sqrt(variances.mean()))
    angle = shapes @ np.arctan(grid).T
    log_modulus = 0.5 * shapes @ np.log1p(grid**2).T
    inverted = 0.5 - (np.sin(angle) * np.exp(-log_modulus) / _POINTS) @ _JACOBIAN / np.pi
    far = np.abs(standardised) > _FAR
    return np.where(far, standardised < 0, np.clip(inverted, 0.0, 1.0))


def p_at_most(levels: Floats, counts: Floats, mean: float, *, scale: tuple[float, float]) -> Floats:
    """One-sided p-values of "the true mean is at most `mean`", by inversion of Gaffke's bound.

    p <= (1 - confidence) / 2 exactly where the lower bound of `gaffke_bounds` is at or above
    `mean`: interval and p-value can never contradict each other.

    Args:
        levels: What was seen, shape (n,), inside the scale.
        counts: How often in each sample, shape (samples, n), not necessarily whole.
        mean: What is claimed.
        scale: The least and the greatest value that can be.
    """
    low, high = scale
    return p_at_least(low + high - levels, counts, low + high - mean, scale=scale)


def p_at_least(
    levels: Floats, counts: Floats, mean: float, *, scale: tuple[float, float]
) -> Floats:
    """One-sided p-values of "the true mean is at least `mean`"; see `p_at_most`."""
    top = np.ones((len(counts), 1))
    below = chance_below(np.append(levels, scale[1]) - mean, np.hstack([counts, top]))
    never_below = (counts[:, levels < mean] == 0).all(1)
    return np.where(never_below, 1.0, np.clip(1 - below, LEAST_P, 1.0))

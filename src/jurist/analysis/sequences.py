"""Intervals that hold whenever one looks: confidence sequences for means of bounded values.

An interval at 95 % misses the truth once in twenty. Whoever looks every day, and stops when it
says what was hoped for, has missed it far more often by the time of stopping. A confidence
sequence misses it at *any* of all looks with a chance of at most 5 %, so one may look after
every value, stop when one likes, and go on afterwards.

The one here bets (Waudby-Smith & Ramdas 2024, "Estimating means of bounded random variables by
betting", hedged, section 5). Against "the mean is at most m" a gambler begins with 1, and before
each value x stakes a share u of all that can be lost on its being above m: the wealth is
multiplied by 1 + u (x - m) / (m - low). Where the claim is true this is a fair game or a losing
one, so the wealth ever reaches 1 / a with a chance of at most a (Ville 1939). Wealth is spread
over many shares u and averaged, weighted by the arcsine law, as in Cover's universal portfolio:
nothing has to be tuned, and the order of the values of one look does not matter. The lower bound
is the least m that has not been refuted; the upper bound is the same on the flipped scale.

What must hold: values come in an order that does not depend on them, each inside the scale, and
the mean of each, given all earlier ones, is the mean that is asked for (independent draws from
one population are such). The number of values need not be planned.
"""

from __future__ import annotations

from math import log, nan

import numpy as np
from scipy import optimize, special

from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.tables import Floats

METHOD = "confidence sequence by betting"
_SHARES = np.sin((np.arange(64) + 0.5) * np.pi / 128) ** 2
"""Shares of the stake, equally likely: quantiles of the arcsine law, so none is 0 or 1."""
_TOLERANCE = 1e-9


def anytime_mean(
    values: Floats, *, scale: tuple[float, float], confidence: float = CONFIDENCE
) -> Estimate:
    """The mean of what has come so far, with an interval that holds at every look.

    Over all looks together the truth lies outside with a chance of at most 1 - confidence, and
    below (above) the interval with at most half of that.

    Args:
        values: Independent draws in the order in which they came, shape (n,), no NaN, inside
            the scale. Items that hang together are one value: give the mean of each reference.
        scale: The least and the greatest value that can be.
        confidence: Over all looks.

    Returns:
        NaN value and the whole scale where nothing has come yet.
    """
    n = len(values)
    low, high = anytime_bounds(values, scale=scale, confidence=confidence)
    return Estimate(float(values.mean()) if n else nan, low, high, n, n, METHOD)


def anytime_bounds(
    values: Floats, *, scale: tuple[float, float], confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Lower and upper bound of a mean, each ever missed with a chance of (1 - confidence) / 2."""
    low, high = scale
    least = log(2 / (1 - confidence))
    return (
        low + _lower(values - low, high - low, least),
        high - _lower(high - values, high - low, least),
    )


def log_evidence(
    levels: Floats, counts: Floats, mean: float, *, scale: tuple[float, float]
) -> Floats:
    """Log of the evidence against "the mean is at most `mean`".

    Where the claim is true it ever reaches log(1 / a) with a chance of at most a. The lower
    bound of `anytime_bounds` is above `mean` exactly where it is above log(2 / (1 - confidence)).

    Args:
        levels: What was seen, shape (n,), inside the scale.
        counts: How often by each look, shape (..., n), not necessarily whole.
        mean: Above the least value of the scale.
        scale: The least and the greatest value that can be.

    Returns:
        Shape (...). Against "at least": flip levels and mean on the scale.
    """
    gains = (levels - mean) / (mean - scale[0])
    wealth = counts @ np.log1p(_SHARES * gains[:, None])
    return np.asarray(special.logsumexp(wealth, axis=-1)) - log(len(_SHARES))


def _lower(values: Floats, width: float, least: float) -> float:
    """The least mean on a scale from 0 to `width` that is not refuted."""
    levels, times = np.unique(values, return_counts=True)
    mean = float(values.mean()) if len(values) else 0.0
    if mean <= 0:
        return 0.0
    counts = times.astype(np.float64)
    # Falls in m: above every bound near 0, where one positive value is worth any wealth, and
    # at most 0 at the mean seen, by Jensen's inequality.
    return float(
        optimize.brentq(
            lambda m: float(log_evidence(levels, counts, m, scale=(0, width))) - least,
            width * 1e-12,
            mean,
            xtol=_TOLERANCE,
        )
    )

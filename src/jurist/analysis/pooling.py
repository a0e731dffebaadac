"""Rates of few trials each, drawn towards what the other members of their family show.

To rank and to advise, never to decide: three errors in three trials say less than fifteen in
twenty, and none in three does not say "never". The rates of a family are taken as draws from one
beta distribution with mean m and correlation c (two trials of one member are alike with it):

    rate ~ Beta(m s, (1 - m) s),  s = (1 - c) / c,     errors ~ Binomial(trials, rate),

m and c are uniform between 0 and 1 beforehand, and a member's rate is its mean afterwards
(empirical Bayes' beta-binomial, e.g. Gelman et al., Bayesian Data Analysis, 5.3, with m and c
integrated over instead of fitted: with few errors a fitted c is 0 or 1).
"""

from __future__ import annotations

import numpy as np
from scipy import special

from jurist.analysis.tables import Floats

_MEANS = np.sin((np.arange(80) + 0.5) * np.pi / 160) ** 2
"""Denser near 0 and 1, where rates of a good judge lie."""
_MEAN_WEIGHTS = np.sqrt(_MEANS * (1 - _MEANS))
"""What each stands for, under a uniform density."""
_CORRELATIONS = (np.arange(60) + 0.5) / 60


def pooled_rates(errors: Floats, trials: Floats) -> Floats:
    """Each member's rate as it is to be expected, given all of the family.

    Args:
        errors: Of each member, shape (k,).
        trials: As many or more; a member without any has the family's mean.
    """
    mean, correlation = (grid.ravel() for grid in np.meshgrid(_MEANS, _CORRELATIONS))
    size = (1 - correlation) / correlation
    first, second = mean * size, (1 - mean) * size
    kinds, place, often = np.unique(
        np.stack([errors, trials]), axis=1, return_inverse=True, return_counts=True
    )
    some, of = kinds[0][:, None], kinds[1][:, None]
    likelihoods = _log_beta(first + some, second + of - some) - _log_beta(first, second)
    log_weights = often @ likelihoods + np.log(np.tile(_MEAN_WEIGHTS, len(_CORRELATIONS)))
    weights = np.exp(log_weights - log_weights.max())
    weights /= weights.sum()
    rates = ((first + some) / (size + of)) @ weights
    return rates[place.ravel()]


def _log_beta(first: Floats, second: Floats) -> Floats:
    return np.asarray(special.betaln(first, second), dtype=np.float64)

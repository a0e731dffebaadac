"""How many independent items are worth as much as these, which hang together or weigh unalike."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
from scipy import special

from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.tables import Floats, Ints, renumbered

_PRIOR_FREEDOM = 1.0
"""Degrees of freedom that the middle of what can be is worth, beside those of the residuals."""
_LIMITED_FREEDOM = 2.0
"""Degrees of freedom that the limits are worth: the error is not sought on the whole half-line."""
_NO_SPREAD = 1e-12


def effective_size(values: Floats, clusters: Ints, weights: Floats | None = None) -> float:
    """How many independent items would tell as much of the mean (Kish 1965: n / design effect).

    Korn and Graubard (1998) estimate the design effect from the clusters, take Clopper and
    Pearson's interval at n / effect, and lessen that by the square of the ratio of t to z, since
    the effect is known from few clusters only. Here is the same, with four changes, each of
    which simulations asked for (tests/analysis/test_interval_coverage.py):

    - t has the degrees of freedom that the squared residuals of the clusters show (Satterthwaite
      1946), not one less than there are clusters: where two of fifty references fail, the error
      is known from those two. With G - 1 the interval covers 90 % there.
    - The effect lies within limits: not below 1, and not above that of items which are all alike
      within their cluster, unless the residuals themselves say so (heavy items that fail more).
      The estimate is drawn, as a ratio, towards the middle of the limits, which weighs as one
      degree of freedom; the limits count as two more for t.
    - Where no spread is seen, nothing is seen of the effect either: each cluster counts as one.
    - Where clusters weigh unalike, what is seen is mostly of the light ones, and a heavy one that
      would fail may not be among these: so far as they are uneven (1 - Kish's number of clusters
      over theirs), the effect is taken to be that of items all alike within their cluster.

    With one item a cluster and equal weights the size is n, exactly.

    Args:
        values: Shape (n,), no NaN; at least one.
        clusters: Cluster number of each item, shape (n,).
        weights: What each counts for, above 0; all alike if `None`.
    """
    n = len(values)
    shares = np.full(n, 1 / n) if weights is None else weights / weights.sum()
    place, groups = renumbered(clusters)
    of_cluster = np.bincount(place, weights=shares)
    heaviest, together = float(of_cluster.max()), float((of_cluster**2).sum())
    if heaviest <= (1 + 1e-9) / n:
        return float(n)
    # Sums of products, not matrix products: those start threads, which cost more than they save.
    gaps = values - (shares * values).sum()
    spread = float((shares * gaps**2).sum())
    residuals = (np.bincount(place, weights=shares * gaps) ** 2).astype(np.float64)
    error = groups / max(1, groups - 1) * float(residuals.sum())
    scale = _NO_SPREAD * max(1.0, float(np.abs(values).max())) ** 2
    if groups == 1 or spread <= scale:
        return 1 / together
    # The spread that is seen lacks the mean's own error, so this is exact in both extremes.
    inverse = float(np.clip(error / (spread + error), 1 / n, heaviest))
    freedom = _freedom(residuals)
    drawn = freedom * log(inverse) + _PRIOR_FREEDOM * log(sqrt(together / n))
    inverse = exp(drawn / (freedom + _PRIOR_FREEDOM))
    uncertain = inverse * widening(freedom + _LIMITED_FREEDOM)
    bounded = max(1 / n, min(uncertain, max(together, inverse)))
    even = 1 / (groups * together)
    alike = together * widening(1 / together + _LIMITED_FREEDOM)
    return 1 / (bounded**even * max(bounded, alike) ** (1 - even))


def widening(freedom: float) -> float:
    """The square of t over z: what it costs to know an error from few degrees of freedom."""
    t = float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2))
    return (t / float(special.ndtri(0.5 + CONFIDENCE / 2))) ** 2


def _freedom(residuals: Floats) -> float:
    """Of a sum of squared residuals: 2 (sum)^2 over the variance of the sum, at most G - 1."""
    groups, total = len(residuals), float(residuals.sum())
    if not total > 0:
        return 0.0
    unevenness = float((residuals**2).sum()) / total**2 - 1 / groups
    return min(groups - 1.0, 2 / unevenness) if unevenness > 0 else groups - 1.0

"""Intervals of statistics that are no means: kappa, alpha, correlations, and their differences.

Leave out each reference in turn: the spread of what comes out, on a scale on which the statistic
is nearly normal (Fisher's for what lies between -1 and 1), gives a standard error, and Student's
quantile with as many degrees of freedom as there are references less one the interval (Miller 1974;
Efron & Tibshirani 1993, chapter 11). A bootstrap's percentiles cover less: kappa on 10 references
.88, and agreement by chance, which resampling can only raise, .47 where .95 is said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE, LEAST_TO_RESAMPLE
from jurist.analysis.tables import Floats

_METHOD: Final = "jackknife over references"
_EDGE: Final = 1e-6
_NO_ERROR: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Link:
    """A scale on which a statistic between two ends is nearly normal, and the way back."""

    ends: tuple[float, float]
    there: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]


FISHER: Final = Link((-1.0, 1.0), np.arctanh, np.tanh)
"""Of what lies between -1 and 1."""
LOGIT: Final = Link((0.0, 1.0), special.logit, special.expit)
"""Of what lies between 0 and 1."""
DIFFERENCE: Final = Link((-2.0, 2.0), np.asarray, np.asarray)
"""Of the difference of two that lie between -1 and 1: as it is."""


@dataclass(frozen=True, slots=True)
class Jackknifed:
    """A statistic with its interval, and the two-sided p-value of its being 0 (NaN without one)."""

    estimate: Estimate
    p_value: float


def jackknife_sums(
    sums: Floats,
    statistic: Callable[[Floats], Floats],
    link: Link,
    *,
    items: int,
) -> Jackknifed:
    """A function of sums over items, with an interval over references.

    Args:
        sums: One row of sums a reference, shape (C, K).
        statistic: From sums (..., K) to values (...), NaN where it is undefined.
        link: The scale that fits its values.
        items: How many items were summed.

    Returns:
        Without an interval from fewer than `LEAST_TO_RESAMPLE` references, at an end of its range
        (where nothing says how often less would come), and where no reference moves it.
    """
    groups = len(sums)
    total = sums.sum(0)
    value = float(statistic(total))

    def without(note: str) -> Jackknifed:
        return Jackknifed(Estimate(value, np.nan, np.nan, items, groups, _METHOD, note), np.nan)

    if np.isnan(value):
        return without("undefined on these data")
    if groups < LEAST_TO_RESAMPLE:
        return without(f"fewer than {LEAST_TO_RESAMPLE} references: no interval")
    low_end, high_end = link.ends
    if not low_end + _EDGE < value < high_end - _EDGE:
        return without("at the end of its range: no interval")
    left_out = statistic(total - sums)
    left_out = np.where(np.isnan(left_out), value, left_out)
    there = link.there(np.clip(left_out, low_end + _EDGE, high_end - _EDGE))
    error = float(np.sqrt((groups - 1) / groups * ((there - there.mean()) ** 2).sum()))
    if not error > _NO_ERROR:
        return without("no reference moves it: no interval")
    centre = float(link.there(np.asarray(value)))
    reach = float(special.stdtrit(groups - 1, 0.5 + CONFIDENCE / 2)) * error
    bounds = link.back(np.asarray([centre - reach, centre + reach]))
    low, high = np.clip(bounds, low_end, high_end).tolist()
    p_value = float(2 * special.stdtr(groups - 1, -abs(centre) / error))
    return Jackknifed(Estimate(value, low, high, items, groups, _METHOD), p_value)

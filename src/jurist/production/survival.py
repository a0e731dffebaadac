"""Times until something happens, of which some end before it does: Kaplan and Meier, clustered.

The estimator (Kaplan & Meier 1958) has each task at risk until it is saved or no longer seen. Its
error follows from each task's influence (Reid 1981), summed within clusters, so that tasks of one
account count as what they tell together; Student's quantile has the degrees of freedom that these
sums show (Satterthwaite 1946). Bounds of a quantile are the times at which the curve, on the scale
of log(-log), is not told apart from the level (Brookmeyer & Crowley 1982): so they need no density
and hold with heavy tails.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, log, nan
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.tables import Floats, Ints
from jurist.production.clustered import error_of, freedom_of, left_out, share_of

HALF: Final = 0.5
_METHOD: Final = "Kaplan-Meier, cluster-robust"
_POINTS: Final = 64
"""Times of a curve that are looked at at a time; finer only where a bound lies."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long things took, or how long they were seen without it. Arrays of shape (n,)."""

    lasted: Floats
    """Any unit, at least 0."""
    happened: NDArray[np.bool_]
    clusters: Ints
    """Numbers from 0 to `groups` - 1."""
    groups: int

    def __len__(self) -> int:
        return len(self.lasted)


class Curve:
    """The share of which it has not happened yet, over time.

    Args:
        times: At least one.
    """

    def __init__(self, times: Times) -> None:
        self._times = times
        self.at, place = np.unique(times.lasted[times.happened], return_inverse=True)
        deaths = np.bincount(place, minlength=len(self.at)).astype(np.float64)
        ordered = np.sort(times.lasted)
        risk = len(ordered) - np.searchsorted(ordered, self.at, side="left")
        self._left = np.cumprod(1 - deaths / risk)
        # Derivatives of the curve's logarithm: by who is at risk, summed up, and by who leaves.
        staying = np.maximum(1, risk - deaths)
        self._taken = np.append(0.0, np.cumsum(deaths / risk / staying))
        self._given = 1 / staying
        self._end = np.searchsorted(self.at, times.lasted, side="right")
        self._own = np.searchsorted(self.at, times.lasted, side="left")

    def left_at(self, time: float) -> float:
        """The share of which it has not happened by then."""
        return self._left_after(int(np.searchsorted(self.at, time, side="right")))

    def _left_after(self, events: int) -> float:
        return float(self._left[events - 1]) if events else 1.0

    def influence(self, events: int) -> Floats:
        """What each cluster adds to the error of the share left after so many events, (groups,)."""
        times = self._times
        taken = self._taken[np.minimum(self._end, events)]
        mine = times.happened & (self._own < events)
        given = np.zeros(len(times))
        given[mine] = self._given[self._own[mine]]
        sums = np.bincount(times.clusters, weights=taken - given, minlength=times.groups)
        return left_out((self._left_after(events) * sums).astype(np.float64), times.clusters)

    def median(self) -> tuple[Estimate, Floats]:
        """The median with its bounds, and what each cluster adds to the error at it, (groups,).

        Infinite where the curve, or what bounds it, does not come down to one half.
        """
        reached = int(np.searchsorted(-self._left, -HALF - 1e-12, side="left"))
        known = reached < len(self.at)
        influence = self.influence(min(reached + 1, len(self.at)))
        value = float(self.at[reached]) if known else inf
        low, high = self._bound(rising=False), self._bound(rising=True)
        n, groups = len(self._times), _groups(self._times)
        note = "" if known else "fewer than half, as far as they were seen"
        if groups < 2:
            low, high, note = nan, nan, note or "one cluster: no interval"
        elif low == high < inf:
            low, high, note = self._beside(reached)
        return Estimate(
            value, min(low, value), max(high, value), n, groups, _METHOD, note
        ), influence

    def _beside(self, reached: int) -> tuple[float, float, str]:
        """Bounds where both are the median itself: the log's times are rounded, or never vary."""
        if len(self.at) < 2:
            return nan, nan, "no cluster moves it: no interval"
        low = float(self.at[reached - 1]) if reached else 0.0
        high = float(self.at[reached + 1]) if reached + 1 < len(self.at) else inf
        return low, high, "times are rounded: bounds are the next ones"

    def happened_by(self, time: float) -> tuple[Estimate, Floats]:
        """The share of which it has happened by then, and each cluster's part of its error."""
        events = int(np.searchsorted(self.at, time, side="right"))
        left = self._left_after(events)
        influence = self.influence(events)
        groups = _groups(self._times)
        if not 0 < left < 1:
            return self._all_or_none_by(time)
        estimate = Estimate(1 - left, nan, nan, len(self._times), groups, _METHOD)
        if groups < 2:
            return estimate, -influence
        centre, reach = log(-log(left)), self._reach(influence, left)
        low, high = (-np.expm1(-np.exp(centre + side * reach)) for side in (-1, 1))
        return replace(estimate, low=float(low), high=float(high)), -influence

    def _all_or_none_by(self, time: float) -> tuple[Estimate, Floats]:
        """The same where the curve shows no spread: of those that were seen for long enough."""
        times = self._times
        happened = times.happened & (times.lasted <= time)
        known = happened | (times.lasted > time)
        return share_of(happened[known].astype(np.float64), times.clusters[known], times.groups)

    def _reach(self, influence: Floats, left: float) -> float:
        """How far the interval goes on the scale of log(-log)."""
        groups, freedom = freedom_of(influence)
        if groups < 2:
            return inf
        error = error_of(influence, groups)
        return float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * error / abs(left * log(left))

    def _bound(self, *, rising: bool) -> float:
        """The first time at which one half is no longer too low, or the first where it is too high.

        Args:
            rising: Whether the upper bound is meant.
        """
        first, last = 0, len(self.at)
        while last - first > 1:
            points = np.unique(np.linspace(first, last, _POINTS).astype(np.int64))[1:-1]
            beyond = [events for events in points if self._is_beyond(int(events), rising=rising)]
            crossing = beyond[0] if beyond else last
            before = points[points < crossing]
            first, last = int(before[-1]) if len(before) else first, int(crossing)
            if not len(points):
                break
        if last == len(self.at) and not self._is_beyond(last, rising=rising):
            return inf
        return float(self.at[last - 1])

    def _is_beyond(self, events: int, *, rising: bool) -> bool:
        left = self._left_after(events)
        if left >= 1 or left <= 0:
            return left <= 0
        gap = log(-log(left)) - log(-log(HALF))
        reach = self._reach(self.influence(events), left)
        return gap > reach if rising else gap >= -reach


def _groups(times: Times) -> int:
    return len(np.unique(times.clusters))

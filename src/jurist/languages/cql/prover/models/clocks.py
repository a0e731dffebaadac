"""Choosing times for the events of a sample, within the cells that the analysis gives.

Where no event looks at another one, any time of a cell will do. In a funnel the times of
all events matter together, which cells do not say: there many choices are tried.
"""

from __future__ import annotations

import random

from jurist.languages.cql.prover.abstraction.atoms import DELAY, TIME, GroupKind
from jurist.languages.cql.prover.regions.dimensions import Sample
from jurist.languages.cql.semantics.values import FIRST_MOMENT

DAY = 86_400_000
_FAR = 400 * DAY


class Conflict(Exception):  # noqa: N818 - says what happened
    """Two values of a sample cannot stand in one object, or a time lies after now."""


class Clock:
    """Times in the middle of their cells, or with `rng` anywhere in them.

    Args:
        now: The moment of evaluation; no event is later.
        rng: The source of chance, where many choices are tried.
    """

    def __init__(self, now: int, rng: random.Random | None = None) -> None:
        self._now = now
        self._rng = rng

    def time(self, sample: Sample) -> int:
        """When an event happens that follows no other, early enough for its followers.

        Raises:
            Conflict: Where its cell leaves no such time.
        """
        low, high = sample.spans.get(TIME, (FIRST_MOMENT, self._now))
        high = min(high, self._now - self._least_extent(sample))
        if low > high:
            raise Conflict
        if self._rng is not None:
            return self._anywhere(max(low, high - _FAR), high)
        if low == FIRST_MOMENT:
            return max(low, high - DAY)
        return (low + high) // 2

    def after(self, sample: Sample, parent: int) -> int:
        """When an event happens that follows its parent.

        Raises:
            Conflict: Where its cells leave no such time.
        """
        earliest, latest = sample.spans.get(DELAY, (-_FAR, _FAR))
        low, high = sample.spans.get(TIME, (FIRST_MOMENT, self._now))
        low = max(low, parent + earliest)
        high = min(high, parent + latest, self._now - self._least_extent(sample))
        if low > high:
            raise Conflict
        if self._rng is not None:
            near = max(low, parent)
            return self._anywhere(max(low, near - _FAR), min(high, near + _FAR))
        return (low + high) // 2

    def _anywhere(self, low: int, high: int) -> int:
        """At an end, near the recent end, or evenly, by chance."""
        rng = self._rng
        if rng is None or high <= low:
            return low
        roll = rng.random()
        if roll < 0.15:
            return low
        if roll < 0.3:
            return high
        if roll < 0.7:
            width = min(high - low, rng.choice((1, 2, 8, 40)) * DAY)
            return high - rng.randrange(width + 1)
        return rng.randrange(low, high + 1)

    def _least_extent(self, sample: Sample) -> int:
        """How long after an event the last event that has to follow it comes at the soonest."""
        extent = 0
        for key, members in sample.groups.items():
            if key.kind is GroupKind.FOLLOWERS:
                for member in members:
                    soonest = member.spans.get(DELAY, (0, 0))[0]
                    extent = max(extent, soonest + self._least_extent(member))
        return extent

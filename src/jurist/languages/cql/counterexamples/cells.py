"""Times and counts around the bounds that queries name."""

from __future__ import annotations

from collections.abc import Iterable

from jurist.languages.cql.operators import DAY_MS, HOUR_MS

DAY = DAY_MS
HOUR = HOUR_MS
MAX_COUNT = 2_000
"""The most events of one kind that a subject is given to reach a threshold."""
_MOST_TIMES = 60


def counts_around(thresholds: Iterable[int]) -> tuple[int, ...]:
    """Each threshold with its neighbours, and the least counts."""
    around = {0, 1, 2} | {n + step for n in thresholds for step in (-1, 0, 1)}
    counts = sorted(n for n in around if 0 <= n <= MAX_COUNT + 1)
    return tuple(counts[:: 1 + len(counts) // _MOST_TIMES])


def cells(bounds: Iterable[int], longest: int) -> tuple[int, ...]:
    """Each bound, its neighbours and the middle of each cell; never over `longest`."""
    ordered = sorted(bound for bound in {*bounds, 0} if bound <= longest)
    beyond = ordered[-1] + max(min(ordered[-1], 30 * DAY), DAY)
    middles = [
        _round((low + high) // 2) for low, high in zip(ordered, [*ordered[1:], beyond], strict=True)
    ]
    around = [bound + step for bound in ordered for step in (-1, 0, 1)]
    kept = sorted({age for age in [*around, *middles] if 0 <= age <= longest})
    return tuple(kept[:: 1 + len(kept) // _MOST_TIMES])


def _round(ms: int) -> int:
    for unit in (DAY, HOUR):
        if ms >= 2 * unit:
            return ms // unit * unit
    return ms

"""Who comes back: people by whether the first attempt of their first task worked."""

from __future__ import annotations

from typing import Final

import numpy as np

from jurist.analysis.intervals import Estimate
from jurist.analysis.tables import Floats, Ints
from jurist.production.clustered import difference, share_of
from jurist.production.figures import ReturnWeek
from jurist.production.tasks import Flags, Tasks

WEEK: Final = 7 * 24 * 3600 * 1000
"""Milliseconds."""
MONTH: Final = (1, 4)
"""Weeks of which somebody who comes back in any has come back at all."""
_MOST_WEEKS: Final = 12


def retention(tasks: Tasks, chosen: Flags) -> tuple[ReturnWeek, ...]:
    """The share who came back, first in any of the weeks 1 to 4, then in each week.

    A person counts for weeks that were over when the log ended, and whose first task is settled.

    Args:
        tasks: All.
        chosen: Those tasks whose person is meant if it is their first, shape (n,).
    """
    named = np.flatnonzero(tasks.people >= 0)
    people, firsts, place = np.unique(
        tasks.people[named], return_index=True, return_inverse=True
    )  # tasks are in the order in which they began
    first = named[firsts]
    since = tasks.began[named] - tasks.began[first][place]
    week = since // WEEK
    meant = (chosen & tasks.settled)[first]
    over = (tasks.end - tasks.began[first]) // WEEK
    last = min(_MOST_WEEKS, int(over[meant].max(initial=0)) - 1)
    weeks: list[ReturnWeek] = []
    for begin, to in [MONTH, *((number, number) for number in range(1, last + 1))]:
        counted = meant & (over > to)
        if counted.any():
            came = _came(week, place, len(people), begin, to)
            weeks.append(_returned(tasks, first, counted, came, (begin, to)))
    return tuple(weeks)


def _came(week: Ints, place: Ints, people: int, begin: int, to: int) -> Flags:
    counts = np.bincount(place[(week >= begin) & (week <= to)], minlength=people)
    return counts > 0


def _returned(
    tasks: Tasks, first: Ints, counted: Flags, came: Flags, weeks: tuple[int, int]
) -> ReturnWeek:
    def share(of: Flags) -> tuple[Estimate, Floats]:
        values = came[of].astype(np.float64)
        return share_of(values, tasks.clusters[first[of]], tasks.groups)

    worked = tasks.worked[first]
    one, other = share(counted & ~worked), share(counted & worked)
    return ReturnWeek(weeks, share(counted)[0], other[0], one[0], difference(one, other, 1.0))

"""Time to audience: from a task's beginning to its save."""

from __future__ import annotations

from math import nan
from typing import Final

import numpy as np

from jurist.analysis.intervals import Estimate
from jurist.analysis.tables import Floats, Ints
from jurist.production.clustered import ratio
from jurist.production.figures import TimeToAudience
from jurist.production.survival import Curve, Times
from jurist.production.tasks import NEVER, Flags, Outcome, Tasks

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
_NOTHING: Final = Estimate(nan, nan, nan, 0, 0, note="there are no such tasks")

Part = tuple[Estimate, Floats]
"""An estimate, and what each cluster adds to its error."""


def time_to_audience(tasks: Tasks, chosen: Flags, abandoned_after: int) -> TimeToAudience:
    """The figures of the chosen tasks.

    Args:
        tasks: All.
        chosen: Those that are meant, shape (n,).
        abandoned_after: See `tasks_of`.
    """
    chosen = chosen & is_timed(tasks)
    silent = chosen & tasks.silent
    compared = chosen & tasks.settled
    worked = median_of(tasks, compared & tasks.worked)
    failed = median_of(tasks, compared & ~tasks.worked)
    staying = nan
    if silent.any():
        waited = np.where(tasks.silent, tasks.seen + abandoned_after, tasks.seen)
        staying = _median(tasks, chosen, waited)[0].value
    return TimeToAudience(
        all=median_of(tasks, chosen)[0],
        worked=worked[0],
        failed=failed[0],
        ratio=ratio(worked, failed),
        within_hour=saved_within(tasks, chosen, HOUR)[0],
        within_day=saved_within(tasks, chosen, DAY)[0],
        tasks=int(chosen.sum()),
        abandoned=int((chosen & (tasks.outcome == Outcome.ABANDONED)).sum()),
        open=int((chosen & (tasks.outcome == Outcome.OPEN)).sum()),
        silent=int(silent.sum()),
        if_silent_stayed=staying,
    )


def is_timed(tasks: Tasks) -> Flags:
    """Whether the log tells when what is saved was saved."""
    return (tasks.saved != NEVER) | (tasks.outcome >= Outcome.ABANDONED)


def median_of(tasks: Tasks, chosen: Flags) -> Part:
    """The median time to audience, were nobody to give up: the abandoned are censored."""
    return _median(tasks, chosen, tasks.seen)


def saved_within(tasks: Tasks, chosen: Flags, seconds: float) -> Part:
    """The share that is saved by then, of all: who gave up never saves."""
    if not chosen.any():
        return _NOTHING, np.zeros(tasks.groups)
    ends = np.full(len(tasks), tasks.end)
    return Curve(_times(tasks, chosen, ends)).happened_by(seconds)


def _median(tasks: Tasks, chosen: Flags, abandoned: Ints) -> Part:
    if not chosen.any():
        return _NOTHING, np.zeros(tasks.groups)
    ends = np.where(tasks.outcome == Outcome.ABANDONED, abandoned, tasks.end)
    return Curve(_times(tasks, chosen, ends)).median()


def _times(tasks: Tasks, chosen: Flags, ends: Ints) -> Times:
    happened = tasks.outcome < Outcome.ABANDONED
    until = np.where(happened, tasks.saved, ends)[chosen]
    lasted = np.maximum(0, until - tasks.began[chosen]) / 1000
    return Times(lasted, happened[chosen], tasks.clusters[chosen], tasks.groups)

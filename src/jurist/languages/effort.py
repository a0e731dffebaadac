"""Steps: how much work a decision may cost, counted so that a busy machine changes nothing.

What works on a pair spends steps as it goes; one is about a microsecond on a machine of
2024. When none are left, `OutOfSteps` ends the work, at the same place on every machine.
The clock ends only what takes far longer than its steps ever should: that is no result.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from jurist.errors import StoppedByClock

STEPS: Final = 2_000_000
"""Of one arm of the evidence on one pair."""
WALL_S: Final = 60.0
"""By the clock, where steps end nothing."""
_UNWATCHED: Final = 10_000
"""Steps between two looks at the clock."""


class OutOfSteps(Exception):  # noqa: N818 - says what happened
    """The steps for this work are used up."""


@dataclass(slots=True)
class _Effort:
    whole: int
    left: int
    ends: float
    unwatched: int = field(default=0)


_effort: ContextVar[_Effort | None] = ContextVar("effort", default=None)


@contextmanager
def limited(steps: int, *, wall_s: float = WALL_S) -> Generator[None]:
    """Let what runs inside spend so many steps, whatever is left around it; its clock holds inside.

    Args:
        steps: After them `spend` raises `OutOfSteps`.
        wall_s: Seconds after which it raises `StoppedByClock`.
    """
    around, ends = _effort.get(), monotonic() + wall_s
    ends = ends if around is None else min(ends, around.ends)
    token = _effort.set(_Effort(steps, steps, ends))
    try:
        yield
    finally:
        _effort.reset(token)


@contextmanager
def share_of(share: float) -> Generator[None]:
    """Let the steps inside be no more than a share of what is left."""
    effort = _effort.get()
    if effort is None:
        yield
        return
    spend(0)
    kept = effort.left - int(effort.left * share)
    effort.left -= kept
    try:
        yield
    finally:
        effort.left += kept


def spend(steps: int = 1) -> None:
    """Count steps of work.

    Raises:
        OutOfSteps: Where no more are left.
        StoppedByClock: Where the clock ends what its steps did not.
    """
    effort = _effort.get()
    if effort is None:
        return
    effort.left -= steps
    if effort.left <= 0:
        raise OutOfSteps
    effort.unwatched += steps
    if effort.unwatched >= _UNWATCHED:
        watch_clock()


def renew() -> None:
    """Let another job of the same decision spend all the steps once more.

    What was found must still be shown where finding it took all of them.
    """
    effort = _effort.get()
    if effort is not None:
        effort.left = effort.whole


def watch_clock() -> None:
    """See whether the clock has run out.

    Raises:
        StoppedByClock: Where it has.
    """
    effort = _effort.get()
    if effort is not None:
        effort.unwatched = 0
        if monotonic() > effort.ends:
            raise StoppedByClock


def left() -> tuple[int, float] | None:
    """The steps and the seconds that are left; `None` where nothing limits them."""
    effort = _effort.get()
    return None if effort is None else (effort.left, effort.ends - monotonic())

"""Sessions: runs of events without a long gap (A8)."""

from __future__ import annotations

from collections.abc import Sequence


def session_start(times: Sequence[int], gap: int, now: int) -> int | None:
    """When the current session began (A8); `None` where there is none."""
    start: int | None = None
    last = now
    for time in sorted(times, reverse=True):
        if last - time > gap:
            break
        start = last = time
    return start


def following_session(times: Sequence[int], gap: int, start: int) -> int:
    """When the run ends that begins at a moment and has no gap longer than this (A8)."""
    last = start
    for time in sorted(times):
        if time - last > gap:
            break
        last = max(last, time)
    return last

"""Waiting for what another process or thread does."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_for(happened: Callable[[], bool], *, seconds: float = 60) -> None:
    """Ask again and again, and fail when the time is over.

    Args:
        happened: Whether it has come about.
        seconds: How long to wait at most.
    """
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"it did not come about within {seconds:.0f} seconds"
        time.sleep(0.02)

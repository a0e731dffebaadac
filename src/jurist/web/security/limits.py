"""How often somebody may do something."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Final

_KEYS: Final = 10_000
"""How many are remembered; of more, whoever came last before the others is forgotten."""


class Rate:
    """At most so many in any stretch of time, for each key.

    Args:
        most: How many.
        window_ms: Of how many milliseconds.
    """

    def __init__(self, most: int, window_ms: int = 60_000) -> None:
        self._most = most
        self._window = window_ms
        self._times: dict[str, deque[int]] = {}
        self._lock = Lock()

    def wait_ms(self, key: str, now: int) -> int:
        """0, and it counts; else how long to wait before it may be done.

        Args:
            key: Who.
            now: Milliseconds.
        """
        with self._lock:
            times = self._times.pop(key, None) or deque[int]()
            while times and times[0] <= now - self._window:
                times.popleft()
            if not times:
                self._forget(now)
            self._times[key] = times  # at the end: whoever comes is the last to be forgotten
            if len(times) >= self._most:
                return times[0] + self._window - now
            times.append(now)
            return 0

    def _forget(self, now: int) -> None:
        while len(self._times) >= _KEYS:
            del self._times[next(iter(self._times))]
        first = next(iter(self._times), None)
        if first is not None and self._times[first][-1] <= now - self._window:
            del self._times[first]

"""What takes longer than a page may: computed once, beside the requests that wait for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotReadyError
from threading import Lock
from typing import Any, Final, TypeVar

T = TypeVar("T")

PATIENCE_S: Final = 0.8
"""For so long a page waits; then it says that the numbers are being computed."""

_THREADS: Final = 8
"""Most of them wait for a process: see `aside`."""


class Background:
    """Results by what they depend on; the latest asked for are kept.

    Args:
        most: How many are kept.
    """

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._lock = Lock()
        self._made: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="jurist-background")

    def get(
        self, key: Hashable, make: Callable[[], T], *, patience: float = PATIENCE_S
    ) -> T | None:
        """The result, or `None` while it is being computed.

        Args:
            key: All that the result depends on.
            make: Computes it; what it raises is raised here, and another try is made next time.
            patience: How long to wait for it, in seconds.
        """
        with self._lock:
            future = self._made.get(key)
            if future is None:
                future = self._made[key] = self._pool.submit(make)
            self._made.move_to_end(key)
            while len(self._made) > self._most:
                self._made.popitem(last=False)[1].cancel()
        try:
            return future.result(patience)
        except NotReadyError:
            if not future.done():
                return None
            raise
        finally:
            if future.done() and (future.cancelled() or future.exception() is not None):
                with self._lock:
                    self._made.pop(key, None)

    def close(self) -> None:
        """Begin nothing more; what is under way is left to end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

"""Asynchronous work for callers that are not, and for those whose own event loop stays free."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import Generic, TypeVar

from jurist.interrupts import hear_by, listening

_T = TypeVar("_T")
_DEAF_S = 0.2
"""How long a thread that waits may miss a signal."""
Work = Callable[[], Coroutine[object, object, _T]]
"""Makes a coroutine, in the loop that it will run in."""


def run_to_end(work: Work[_T]) -> _T:
    """What asynchronous work gives, once it is done.

    Where a loop runs in this thread already (a notebook, a web server), the work gets a thread
    with a loop of its own, and this one waits. Ctrl-C reaches it there too: it hears it by
    `listening`, else it is cancelled.

    Raises:
        KeyboardInterrupt: It was cancelled by Ctrl-C.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    apart = _Apart(work)
    with listening(apart.interrupt):
        apart.begin()
        # A signal that the kernel hands to another thread wakes no lock of this one.
        while not wait([apart.result], timeout=_DEAF_S).done:
            pass
        try:
            return apart.result.result()
        except asyncio.CancelledError:
            if apart.interrupted:
                raise KeyboardInterrupt from None
            raise


async def run_apart(work: Work[_T]) -> _T:
    """What work gives in a thread with a loop of its own; this one's stays free meanwhile.

    Cancelled, it cancels the work and waits until it has ended.
    """
    apart = _Apart(work)
    apart.begin()
    ended = asyncio.wrap_future(apart.result)
    cancelled: asyncio.CancelledError | None = None
    while not ended.done():  # it cleans up, however often its caller is cancelled
        try:
            await asyncio.wait([ended])
        except asyncio.CancelledError as error:
            if cancelled is None:
                apart.interrupt()
            cancelled = error
    if cancelled is not None:
        ended.exception()  # nobody else will ask for it
        raise cancelled
    return ended.result()


class _Apart(Generic[_T]):
    """Work for a thread with a loop of its own."""

    def __init__(self, work: Work[_T]) -> None:
        self.result: Future[_T] = Future()
        self.interrupted = False
        self._work = work
        self._listeners: list[Callable[[], object]] = []
        self.result.set_running_or_notify_cancel()

    def begin(self) -> None:
        """Start the thread; by then who waits for it listens."""
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run, args=(self._run,), name="jurist-loop", daemon=True
        ).start()

    def interrupt(self) -> None:
        """Tell the work to stop: who listens in it, else the work itself."""
        self.interrupted = True
        with suppress(RuntimeError):  # the loop has ended by itself
            if self._listeners:
                self._listeners[-1]()

    def _run(self) -> None:
        hear_by(self._listeners)
        try:
            self.result.set_result(asyncio.run(self._begin()))
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits
            self.result.set_exception(error)

    async def _begin(self) -> _T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        self._listeners.append(lambda: loop.call_soon_threadsafe(task.cancel) if task else None)
        if self.interrupted:
            raise asyncio.CancelledError
        return await self._work()

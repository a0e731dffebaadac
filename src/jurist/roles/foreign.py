"""Code that is not ours, in a role: whatever it does, it ends no run and holds up no end."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import re
import threading
import weakref
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeVar

from jurist.errors import InternalContradiction, ModelError, StoreError
from jurist.records import Failure, FailureKind

_T = TypeVar("_T")
_OURS: Final = "jurist."
_PASSING: Final = re.compile("Connect|RateLimit|TooManyRequests|ServiceUnavailable|Overloaded")
"""In the names of exceptions that say that another try may succeed."""


async def outcome_of(role: object, work: Awaitable[_T]) -> _T | Failure:
    """What a role gives; of a role that is not ours, also what it raised, as a reason.

    Whoever asks the process to end, or cancels itself, gives a failure too: the run is
    no role's to end.
    """
    try:
        return await work
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return Failure(FailureKind.ERROR, "it cancelled itself")
    except (ModelError, InternalContradiction, StoreError):
        raise
    except SystemExit as error:
        return failure_of(error)
    except Exception as error:
        if type(role).__module__.startswith(_OURS):
            raise
        return failure_of(error)


def failure_of(error: BaseException) -> Failure:
    """A user's code may raise anything: a result for this one question, not the end of a run."""
    names = " ".join(kind.__name__ for kind in type(error).__mro__)  # a client's own, too
    kind = FailureKind.ERROR
    if "Timeout" in names:
        kind = FailureKind.TIMEOUT
    elif _PASSING.search(names):
        kind = FailureKind.UNREACHABLE
    return Failure(kind, f"{type(error).__name__}: {error}"[:500])


class DaemonThreads:
    """Calls functions in threads of its own, so many at a time.

    One that never returns does not keep the process from ending, as an executor's would.
    """

    def __init__(self, name: str, number: int = 1) -> None:
        self._name = name
        self._number = number
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._started = False

    async def run(self, work: Callable[[], _T]) -> _T:
        """What `work` returns; it must not raise."""
        if not self._started:
            self._started = True
            weakref.finalize(self, self._calls.put, None)
            for _ in range(self._number):
                threading.Thread(
                    target=_serve, args=(self._calls,), name=self._name, daemon=True
                ).start()
        loop = asyncio.get_running_loop()
        given: asyncio.Future[_T] = loop.create_future()

        def settle(result: _T) -> None:
            if not given.done():
                given.set_result(result)

        context = contextvars.copy_context()  # in which `jurist.proxy.current` is

        def call() -> None:
            if not given.cancelled():
                result = context.run(work)
                with suppress(RuntimeError):  # the loop has ended, nobody waits
                    loop.call_soon_threadsafe(settle, result)

        self._calls.put(call)
        return await given


def _serve(calls: queue.SimpleQueue[Callable[[], None] | None]) -> None:
    while (call := calls.get()) is not None:
        call()
    calls.put(None)  # for the next thread

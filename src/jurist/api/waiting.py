"""Waiting for asynchronous work, also where an event loop is running already."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import TypeVar

_T = TypeVar("_T")


def wait_for(work: Callable[[], Coroutine[object, object, _T]]) -> _T:
    """What the work gives; in a thread with a loop of its own where this one has a loop."""
    if not _has_loop():
        return asyncio.run(work())
    given: Future[_T] = Future()

    def run() -> None:
        try:
            given.set_result(asyncio.run(work()))
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits
            given.set_exception(error)

    threading.Thread(target=run, name="jurist-loop", daemon=True).start()
    return given.result()


def _has_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True

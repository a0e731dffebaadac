"""Asynchronous work for callers in whose thread a loop runs, or none."""

from __future__ import annotations

import asyncio
import contextvars
import os
import signal
import threading
from collections.abc import Callable

import pytest

from jurist.event_loops import run_apart, run_to_end
from jurist.interrupts import listening


def in_no_loop(call: Callable[[], object]) -> object:
    return call()


def in_a_loop(call: Callable[[], object]) -> object:
    async def main() -> object:
        return call()

    return asyncio.run(main())


PLACES = pytest.mark.parametrize("place", [in_no_loop, in_a_loop])
Place = Callable[[Callable[[], object]], object]
_said = contextvars.ContextVar("said", default="nothing")


@PLACES
def test_it_gives_what_the_work_gives_and_raises_what_it_raises(place: Place) -> None:
    async def works() -> str:
        await asyncio.sleep(0)
        return _said.get()

    async def fails() -> str:
        raise ValueError("no")

    _said.set("its caller's context")
    assert place(lambda: run_to_end(works)) == "its caller's context"
    with pytest.raises(ValueError, match="no"):
        place(lambda: run_to_end(fails))


@PLACES
def test_ctrl_c_cancels_work_that_does_not_listen(place: Place) -> None:
    cleaned: list[bool] = []

    async def hangs() -> None:
        try:
            press_ctrl_c()
            await asyncio.sleep(60)
        finally:
            cleaned.append(True)

    with pytest.raises(KeyboardInterrupt):
        place(lambda: run_to_end(hangs))
    assert cleaned == [True]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@PLACES
def test_work_that_listens_hears_ctrl_c_and_ends_as_it_likes(place: Place) -> None:
    async def listens() -> str:
        loop, heard = asyncio.get_running_loop(), asyncio.Event()
        with listening(lambda: loop.call_soon_threadsafe(heard.set)):
            press_ctrl_c()
            await asyncio.wait_for(heard.wait(), 30)
        return "heard"

    assert place(lambda: run_to_end(listens)) == "heard"


def test_another_thread_with_a_loop_has_its_own() -> None:
    async def who() -> str:
        return threading.current_thread().name

    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(in_a_loop(lambda: run_to_end(who))))
    thread.start()
    thread.join()
    assert found == ["jurist-loop"]


async def test_apart_leaves_the_loop_free_and_is_cancelled_with_its_caller() -> None:
    loop, begun, cleaned = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    async def hangs() -> None:
        loop.call_soon_threadsafe(begun.set)
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)
            cleaned.set()

    waiting = asyncio.create_task(run_apart(hangs))
    await asyncio.wait_for(begun.wait(), 30)
    for _ in range(2):
        waiting.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert cleaned.is_set()


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)

"""Ctrl-C and its like: what is under way is asked to stop, and ended where it does not.

A signal reaches Python code only between two of its steps: never while a solver or a
user's function hangs. So the kernel's word is also read by a thread, which ends the process
when a moment has passed, wherever it hangs. Imports nothing heavy: it guards the imports.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

GRACE_S = 1.3
"""How long a process may take to end by itself once it was asked to."""

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_listeners: list[Callable[[], object]] = []
_elsewhere: ContextVar[list[Callable[[], object]]] = ContextVar("listeners elsewhere")


class Heard:
    """What came in while a command was guarded."""

    def __init__(self) -> None:
        self.signal = 0
        """Its number; 0: none."""


@contextmanager
def listening(stop: Callable[[], object]) -> Generator[None]:
    """Call `stop` at Ctrl-C, each time, in place of `KeyboardInterrupt`.

    It is called between any two steps of the main thread, so it must do next to nothing.
    Outside the main thread it is heard where the main thread passes it on (`hear_by`).
    """
    if threading.current_thread() is not threading.main_thread():
        listeners = _elsewhere.get([])
        listeners.append(stop)
        try:
            yield
        finally:
            listeners.remove(stop)
        return
    before = signal.getsignal(signal.SIGINT)
    guarded = getattr(before, "guards", False)  # by `ending_in_time`, which calls listeners
    _listeners.append(stop)
    if not guarded:
        signal.signal(signal.SIGINT, _hear)
    try:
        yield
    finally:
        _listeners.remove(stop)
        if not guarded:
            signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


def hear_by(listeners: list[Callable[[], object]]) -> None:
    """From now on `listening` in this context adds to a list, which the main thread calls."""
    _elsewhere.set(listeners)


@contextmanager
def ending_in_time(last_words: Callable[[], str], *, code: int) -> Generator[Heard]:
    """Within, Ctrl-C, SIGTERM and SIGHUP stop what is under way, or end the process.

    What is under way hears it by `listening`, else as `KeyboardInterrupt`. Where the process
    is still there after `GRACE_S`, it ends with `last_words` and `code`, then and there.
    Signals that were ignored when the process began (`nohup`) stay ignored.
    """
    heard = Heard()
    if os.name != "posix" or threading.current_thread() is not threading.main_thread():
        yield heard
        return
    before = {each: signal.getsignal(each) for each in _SIGNALS}
    wanted = [each for each, handler in before.items() if handler is not signal.SIG_IGN]
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    watch = threading.Thread(
        target=_watch, args=(reading, wanted, last_words, code), name="interrupts", daemon=True
    )
    watch.start()
    told_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    guard = _Guard(heard)
    for each in wanted:
        signal.signal(each, guard)
    try:
        yield heard
    finally:
        if heard.signal:  # the process is ending; the thread sees to it that it does
            for each in wanted:
                signal.signal(each, signal.SIG_IGN)
        else:
            for each in wanted:
                signal.signal(each, before[each] or signal.SIG_DFL)
            signal.set_wakeup_fd(told_before)
            os.close(writing)
            watch.join()


def stop_when_input_ends() -> None:
    """From now on the end of standard input is Ctrl-C: what began this process has gone."""

    def watch() -> None:
        with suppress(OSError):
            while os.read(0, 1):
                pass
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=watch, name="standard input", daemon=True).start()


def end_now(code: int) -> NoReturn:
    """End the process with a code, after a signal.

    Python itself would end it by that signal where a `KeyboardInterrupt` went through `exec`
    (which makes dataclasses), however it was dealt with.
    """
    atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - no other way
    with suppress(OSError, ValueError):  # the terminal may have gone
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


class _Guard:
    """The signal handler of `ending_in_time`."""

    guards = True

    def __init__(self, heard: Heard) -> None:
        self.heard = heard

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.heard.signal = number
        _hear(number, frame)


def _hear(_number: int, _frame: FrameType | None) -> None:
    if not _listeners:
        raise KeyboardInterrupt
    _listeners[-1]()


def _watch(
    reading: int, wanted: list[signal.Signals], last_words: Callable[[], str], code: int
) -> None:
    while heard := os.read(reading, 1):
        if heard[0] in wanted:
            break
    else:
        os.close(reading)
        return
    time.sleep(GRACE_S)
    with suppress(OSError):  # the terminal may have gone
        cursor = "\x1b[?25h" if sys.__stderr__ is not None and os.isatty(2) else ""
        os.write(2, f"{cursor}\n{last_words()}\n".encode("utf-8", "replace"))
    os._exit(code)

"""Long computations beside the server: each in a process of its own, which makes way for requests.

A thread would do, were it not for Python's lock: a page that shares it with five seconds of work
takes ten times as long. The process is a module of ours, is told what to do over a pipe, and ends
with the answer, so that what it held is given back.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from threading import Lock, Semaphore
from typing import Concatenate, Final, ParamSpec, TypeVar, cast

from jurist.store import Store, read_store

P = ParamSpec("P")
T = TypeVar("T")

LARGE: Final = 5_000
"""Verdicts beyond which what is told of a run is worth a process: it takes a second to begin."""
_AT_A_TIME: Final = 2
_MAKES_WAY_S: Final = 0.3
"""Before it begins: by then the page that asked first is on its way."""
_NICE: Final = 10
_COMMAND: Final = ("-P", "-m", "jurist.web.aside")


class Aside:
    """Starts processes, waits for their answers, and ends those that nobody waits for any more.

    Args:
        address: The store's, for processes that read it themselves.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = Lock()
        self._places = Semaphore(_AT_A_TIME)
        self._under_way: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def do(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """What work comes to, computed in another process while this thread waits.

        Where a process ends without an answer, it is computed here: whatever is wrong with the
        work is then raised as anywhere else.

        Args:
            work: A function of a module.
            given: What it is given, with `named`; all of it, and the answer, can be pickled.
            named: The rest.
        """
        with self._places:
            time.sleep(_MAKES_WAY_S)
            process = self._start()
            try:
                answer, _ = process.communicate(pickle.dumps((work, given, named)))
            finally:
                with self._lock:
                    self._under_way.discard(process)
        if self._closed:
            raise InterruptedError("the server ends")
        if process.returncode:
            return work(*given, **named)
        return cast("T", pickle.loads(answer))  # noqa: S301 - from our own process

    def read(
        self, work: Callable[Concatenate[Store, P], T], *given: P.args, **named: P.kwargs
    ) -> T:
        """The same of work that reads the store, which the process opens for it."""
        return self.do(_read, self._address, work, given, named)

    def close(self) -> None:
        """End all processes, whatever they are at."""
        with self._lock:
            self._closed = True
            for process in self._under_way:
                process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise InterruptedError("the server ends")
            process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, *_COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
                start_new_session=True,  # Ctrl-C is not its affair
            )
            self._under_way.add(process)
            return process


def _read(
    address: str, work: Callable[..., T], given: tuple[object, ...], named: Mapping[str, object]
) -> T:
    store = read_store(address)
    try:
        return work(store, *given, **named)
    finally:
        store.close()


def main() -> None:
    """Do what the standard input says; the standard output has the answer, and nothing else."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    work, given, named = pickle.load(sys.stdin.buffer)  # noqa: S301 - from who started it
    with answers:
        answers.write(pickle.dumps(work(*given, **named)))


if __name__ == "__main__":
    main()

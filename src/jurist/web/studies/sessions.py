"""Runs that the server began: each a process of its own, which ends when the server does.

A process hears of the server's end by its standard input, so that even a server that was killed
leaves no run behind that nobody can stop; what is stored stays, and the run goes on later.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from io import FileIO
from pathlib import Path
from typing import Final

from jurist.errors import InputError
from jurist.runs.outcomes import Ending
from jurist.web.studies.commands import command, environment

MOST_AT_ONCE: Final = 4
"""Studies that one server runs."""
_MOST_LINES, _LONGEST = 60, 400
_TAIL: Final = 60_000
_LARGEST: Final = 1_000_000
"""Bytes of a process's words that are kept."""
_STOP_S: Final = 6.0
"""After which a process that was asked to stop is ended."""


class Ended(StrEnum):
    """How a session ended, or that it has not."""

    UNDER_WAY = "under way"
    STOPPING = "stopping"
    FINISHED = "finished"
    STOPPED = "stopped"
    BUDGET = "budget spent"
    FAILED = "failed"


@dataclass(slots=True)
class Session:
    """One process that runs a study."""

    study: str
    """The name of its file."""
    run: str
    process: subprocess.Popen[bytes]
    log: FileIO
    """What it says."""
    stopping: bool = False
    _last: tuple[str, ...] | None = None
    """Its last words, once it has ended and they are in."""
    watcher: threading.Thread = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Have it watched, once its watcher is started."""
        name = f"study {self.run}"
        self.watcher = threading.Thread(target=self.watch, name=name, daemon=True)

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self.process.poll() is None

    @property
    def ended(self) -> Ended:
        """How it ended."""
        code = self.process.poll()
        if code is None:
            return Ended.STOPPING if self.stopping else Ended.UNDER_WAY
        if code == 0:
            return Ended.FINISHED
        if code != _OPEN:
            return Ended.FAILED
        budget = Ending.OUT_OF_BUDGET.replace("_", " ")
        spent = not self.stopping and any(budget in line for line in self.words())
        return Ended.BUDGET if spent else Ended.STOPPED

    def words(self) -> tuple[str, ...]:
        """The last that it said, a bounded number of bounded lines."""
        with self._lock:
            return _words(self.log) if self._last is None else self._last

    def stop(self) -> None:
        """Ask it to stop, as by Ctrl-C; what it has stored stays."""
        if self.alive:
            self.stopping = True
            self.process.send_signal(signal.SIGINT)

    def watch(self) -> None:
        """Until it ends: keep its words short, and end it where it does not stop."""
        asked = 0.0
        while True:
            try:
                self.process.wait(0.5)
            except subprocess.TimeoutExpired:
                _shorten(self.log)
            else:
                break
            if self.stopping:
                asked = asked or time.monotonic()
                if time.monotonic() - asked > _STOP_S:
                    self.process.kill()
        with self._lock, self.log:
            self._last = _words(self.log)
        if self.process.stdin is not None:
            self.process.stdin.close()


_OPEN: Final = 3
"""What `jurist` ends with where a run was stopped early."""


class Sessions:
    """The sessions of a server: the latest of each study. Thread-safe.

    Args:
        store: Where their runs are kept, a file or a URL.
    """

    def __init__(self, store: str) -> None:
        self._store = store if "://" in store else str(Path(store).absolute())
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._closed = False

    def of_study(self, study: str) -> Session | None:
        """The latest session of a study, by the name of its file."""
        return self._sessions.get(study)

    def of_run(self, run: str) -> Session | None:
        """The session that is at work on a run."""
        return next((each for each in self._alive() if each.run == run), None)

    def stoppable(self) -> frozenset[str]:
        """The runs that this server is at work on."""
        return frozenset(each.run for each in self._alive() if not each.stopping)

    def start(self, path: Path, run: str, *options: str) -> Session:
        """Run a study in a process of its own.

        Args:
            path: Its file.
            run: The id of its run.
            options: Of `jurist run`.

        Raises:
            InputError: It is under way, or too many are.
        """
        with self._lock:
            alive = list(self._alive())
            if self._closed or len(alive) >= MOST_AT_ONCE:
                raise InputError(
                    f"{len(alive)} studies are under way",
                    expected=f"fewer than {MOST_AT_ONCE} at once",
                    fix="wait for one of them, or stop it",
                )
            if any(each.run == run or each.study == path.name for each in alive):
                raise InputError(
                    f"the study {path.name} is under way",
                    expected="one session at a time on a run",
                    fix="wait for it, or stop it",
                )
            session = self._sessions[path.name] = _begun(path, run, self._store, options)
        session.watcher.start()
        return session

    def close(self) -> None:
        """Ask all to stop, and wait for it; what they have stored stays."""
        with self._lock:
            self._closed = True
        alive = list(self._alive())
        for each in alive:
            each.stop()
        for each in alive:
            try:
                each.process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                each.process.kill()
        for each in alive:
            each.watcher.join(_STOP_S)

    def _alive(self) -> Iterator[Session]:
        return (each for each in list(self._sessions.values()) if each.alive)


def _begun(path: Path, run: str, store: str, options: tuple[str, ...]) -> Session:
    log = _log()
    process = subprocess.Popen(  # noqa: S603 - our own command, a file of the folder
        command("run", "--stop-at-eof", *options, "--", str(path)),
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        cwd=path.parent,
        env=environment(store),
        start_new_session=True,  # the terminal's Ctrl-C is the server's alone
    )
    return Session(path.name, run, process, log)


def _log() -> FileIO:
    """A file without a name, to which every writer adds."""
    made, name = tempfile.mkstemp(prefix="jurist-study-")
    os.close(made)
    log = FileIO(os.open(name, os.O_RDWR | os.O_APPEND), "rb+")
    Path(name).unlink()
    return log


def _words(log: FileIO) -> tuple[str, ...]:
    descriptor = log.fileno()
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, _TAIL, max(0, size - _TAIL)).decode("utf-8", "replace")
    lines = tail.splitlines()[-_MOST_LINES:]
    return tuple(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…" for line in lines if line)


def _shorten(log: FileIO) -> None:
    descriptor = log.fileno()
    size = os.fstat(descriptor).st_size
    if size > _LARGEST:
        tail = os.pread(descriptor, _TAIL, size - _TAIL)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, tail)

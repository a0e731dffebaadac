"""One session at a time works on a run in a SQLite file, so that open claims are known dead."""

from __future__ import annotations

import os
import secrets
import struct
import sys
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import select

from jurist.errors import StoreError
from jurist.store.engine import Store, now_ms
from jurist.store.runs import RunRecord, RunState
from jurist.store.server_lock import ALONE, SHARED, at_work_on, hold_server
from jurist.store.stages import Status
from jurist.store.tables import TASKS
from jurist.store.workers import is_dead


@dataclass(slots=True)
class _LockFile:
    """The open file of a store's locks, with the runs that this process works on."""

    descriptor: int
    runs: set[str] = field(default_factory=set[str])


_open_files: Final[dict[str, _LockFile]] = {}
"""One a store: to close any descriptor of a file drops all locks that the process has on it."""
_guard: Final = Lock()
_ALL: Final = "*"
"""In place of a run: all of them."""


@contextmanager
def hold_run(store: Store, run: str) -> Generator[None]:
    """Hold a run while its tasks are done; the lock goes with the process, however it ends.

    On a shared store several may hold a run: there claims have a term. Windows has no such locks
    in the standard library's `fcntl`, so there only this process's own threads are kept apart.

    Raises:
        StoreError: Another process, or another thread of this one, is at work on this run.
    """
    path = store.path
    if path is None:
        with _on_server(store, SHARED):
            yield
        return
    place = str(path.resolve())
    with _guard:
        _acquire(store, place, run)
    try:
        yield
    finally:
        with _guard:
            _let_go(place, run)


@contextmanager
def at_work(store: Store) -> Generator[None]:
    """Work on a store besides others, on no run or on several: nobody gets all of it meanwhile.

    Raises:
        StoreError: Somebody holds all of it (`hold_store`).
    """
    with hold_run(store, f"{os.getpid()} {secrets.token_hex(8)}"):
        yield


@contextmanager
def hold_store(store: Store) -> Generator[None]:
    """Hold all of a store, while nobody else works on it or begins to.

    Raises:
        StoreError: A session, a server or a command that calls models is at work on it.
    """
    path = store.path
    if path is None:
        with _on_server(store, ALONE):
            yield
        return
    place = str(path.resolve())
    with _guard:
        if _open_files.get(place) is not None:
            raise at_work_on(store)
        _acquire(store, place, _ALL)
    try:
        yield
    finally:
        with _guard:
            _let_go(place, _ALL)


def _on_server(store: Store, how: str) -> AbstractContextManager[None]:
    """A server's lock of a store. A store in memory is nobody else's."""
    return hold_server(store, how) if store.shared else nullcontext()


def is_held(store: Store, run: str) -> bool:
    """Whether a session is at work on a run, here or in another process; where that can be told."""
    path = store.path
    if path is None:
        return not all(map(is_dead, _live_workers(store, run)))
    place = str(path.resolve())
    with _guard:
        file = _open_files.get(place)
        if file is not None and run in file.runs:
            return True
        if sys.platform == "win32":
            return False
        try:
            descriptor = os.open(f"{place}.lock", os.O_RDONLY) if file is None else file.descriptor
        except OSError:  # nobody ever worked here, or it cannot be told
            return False
        try:
            return _is_locked(descriptor, run)
        finally:
            if file is None:
                os.close(descriptor)


def state_of(store: Store, record: RunRecord) -> str:
    """Of a run: finished, running (somebody is at work on it), or open (nobody is)."""
    if record.state is RunState.FINISHED:
        return record.state.value
    return "running" if is_held(store, record.id) else "open"


def _acquire(store: Store, place: str, run: str) -> None:
    file = _open_files.get(place)
    if file is None:
        # One file a store, one byte of it a run: several runs may go on at once.
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        file = _open_files[place] = _LockFile(os.open(Path(f"{place}.lock"), flags, 0o600))
    if run in file.runs:
        raise _held_by(store, run, "another thread")
    try:
        _lock(file.descriptor, run)
    except (BlockingIOError, PermissionError) as error:
        _close_unused(place)
        raise _held_by(store, run, "another process") from error
    file.runs.add(run)


def _let_go(place: str, run: str) -> None:
    file = _open_files[place]
    file.runs.discard(run)
    _unlock(file.descriptor, run)
    _close_unused(place)


def _close_unused(place: str) -> None:
    if not _open_files[place].runs:
        os.close(_open_files.pop(place).descriptor)


def _lock(descriptor: int, run: str) -> None:
    if sys.platform != "win32":
        import fcntl

        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, *_bytes_of(run))


def _unlock(descriptor: int, run: str) -> None:
    if sys.platform != "win32":
        import fcntl

        fcntl.lockf(descriptor, fcntl.LOCK_UN, *_bytes_of(run))


def _is_locked(descriptor: int, run: str) -> bool:
    """Whether another process holds a run. Nothing is locked to learn it, however briefly.

    Who begins in that moment would else be told that somebody is at work.
    """
    if sys.platform == "win32":
        return False
    import fcntl

    # `struct flock`, which the standard library leaves to its caller: Linux's, else BSD's.
    linux = sys.platform == "linux"
    layout, kind = ("hhqqi0q", 0) if linux else ("qqihhi", 3)
    fields = [fcntl.F_WRLCK, os.SEEK_SET, _byte_of(run), 1, 0]
    if not linux:
        fields = [_byte_of(run), 1, 0, fcntl.F_WRLCK, os.SEEK_SET, 0]
    told = fcntl.fcntl(descriptor, fcntl.F_GETLK, struct.pack(layout, *fields))
    return struct.unpack(layout, told)[kind] != fcntl.F_UNLCK


def _byte_of(run: str) -> int:
    return int.from_bytes(blake2b(run.encode(), digest_size=4).digest(), "big")


def _bytes_of(run: str) -> tuple[int, int]:
    """How many bytes of the file a run is, and from where on; of all runs, to the file's end."""
    return (0, 0) if run == _ALL else (1, _byte_of(run))


def _held_by(store: Store, run: str, who: str) -> StoreError:
    if run == _ALL:
        return at_work_on(store)
    return StoreError(
        f"{who} is at work on the run {run} in {store.place}",
        expected="one at a time on a run that is kept in a file",
        fix="wait for it or end it; several processes can share a run on PostgreSQL",
    )


def _live_workers(store: Store, run: str) -> tuple[str, ...]:
    """The workers whose claims have not run out."""
    with store.read() as connection:
        query = select(TASKS.c.claimed_by).where(
            TASKS.c.run == run,
            TASKS.c.status == Status.CLAIMED,
            TASKS.c.claimed_until >= now_ms(connection),
        )
        return tuple(sorted(str(worker) for worker in connection.scalars(query.distinct())))

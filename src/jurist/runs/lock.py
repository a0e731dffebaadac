"""One process at a time works on a run in a SQLite file, so that open claims are known dead."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import blake2b

from jurist.errors import StoreError
from jurist.store import Store


@contextmanager
def hold_run(store: Store, run: str) -> Generator[None]:
    """Hold a run while its tasks are done; the lock goes with the process, however it ends.

    A shared store needs none: there claims have a term. Windows has no such locks in the
    standard library's `fcntl`, so there nothing is held.

    Raises:
        StoreError: Another process is at work on this run.
    """
    path = store.path
    if path is None or sys.platform == "win32":
        yield
        return
    import fcntl

    # One file a store, one byte of it a run: several runs may go on at once.
    byte = int.from_bytes(blake2b(run.encode(), digest_size=4).digest(), "big")
    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except (BlockingIOError, PermissionError) as error:
            raise StoreError(
                f"another process is at work on the run {run} in {store.place}",
                expected="one process a run where runs are kept in a file",
                fix="wait for it or end it; several processes can share a run on PostgreSQL",
            ) from error
        yield
    finally:
        os.close(descriptor)

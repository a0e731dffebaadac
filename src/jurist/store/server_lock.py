"""PostgreSQL's advisory lock of a store, taken again where the connection that held it was lost.

Such a lock ends with its connection, and a server that restarts has forgotten all of them while
sessions go on: whoever wanted the whole store would get it. So each holder looks after its lock,
and whoever wants all of a store lets holders return first, where its server began a moment ago.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Final

from sqlalchemy import func, or_, select, text

from jurist.errors import StoreAway, StoreError
from jurist.store.engine import Store
from jurist.store.patience import patiently
from jurist.store.tables import RUNS, SENT

SHARED: Final = "pg_try_advisory_lock_shared"
"""Held with others, by who works on the store."""
ALONE: Final = "pg_try_advisory_lock"
_KEY: Final = 0x6A75726973740002
_LOOK_S: Final = 1.0
"""How often a holder looks after its lock."""
_RETURN_S: Final = 8.0
"""After so long, all that go on with a server that restarted have their locks again."""


@contextmanager
def hold_server(store: Store, how: str) -> Generator[None]:
    """Hold a server's lock of a store. Where it is lost to another, writing is refused.

    Args:
        store: On a server.
        how: `SHARED` or `ALONE`.

    Raises:
        StoreError: Somebody is at work on the store, or its server is out of reach.
    """
    if how == ALONE:
        _let_holders_return(store)
    holder = _Holder(store, how)
    thread = threading.Thread(target=holder.keep, name="jurist-lock", daemon=True)
    thread.start()
    try:
        holder.taken.result()
        yield
    finally:
        holder.ended.set()
        thread.join(2 * _LOOK_S)


class _Holder:
    def __init__(self, store: Store, how: str) -> None:
        self._store = store
        self._take = select(getattr(func, how)(_KEY))
        self.taken = Future[None]()
        """When it was taken for the first time."""
        self.ended = threading.Event()

    def keep(self) -> None:
        """Hold the lock until that is to end."""
        while not self.ended.is_set():
            try:
                self._hold()
            except StoreError as error:
                if not self.taken.done():
                    self.taken.set_exception(error)
                    return
                if not isinstance(error, StoreAway):
                    self._store.refusal = error
                    return
                self.ended.wait(_LOOK_S)

    def _hold(self) -> None:
        with self._store.alone() as connection:
            if not connection.scalar(self._take):
                raise _lost(self._store) if self.taken.done() else at_work_on(self._store)
            try:
                if not self.taken.done():
                    self.taken.set_result(None)
                while not self.ended.wait(_LOOK_S):
                    connection.scalar(text("SELECT 1"))
                # A server notices only in its own time that a connection is closed.
                connection.execute(select(func.pg_advisory_unlock_all()))
            finally:
                connection.invalidate()


def _let_holders_return(store: Store) -> None:
    started = func.pg_postmaster_start_time()
    seconds = func.extract("epoch", func.clock_timestamp() - started)
    before = func.extract("epoch", started) * 1000
    earlier = or_(  # else nobody can have been at work on it before
        select(RUNS.c.id).where(RUNS.c.created < before).exists(),
        select(SENT.c.id).where(SENT.c.at < before).exists(),
    )

    def look() -> tuple[float, bool]:
        with store.read() as connection:
            running_s, has_earlier = connection.execute(select(seconds, earlier)).one()
            return float(running_s), has_earlier

    running_s, has_earlier = patiently(store, look)
    if has_earlier:
        time.sleep(max(0.0, _RETURN_S - running_s))


def at_work_on(store: Store) -> StoreError:
    """That all of a store is wanted, and somebody works on it, or the other way round."""
    return StoreError(
        f"somebody is at work on the store {store.place}",
        expected="no session, no server and no command that calls models, until this is done",
        fix="end them first: Ctrl-C ends `jurist run` and `jurist serve`; what is done is stored",
    )


def _lost(store: Store) -> StoreError:
    return StoreError(
        f"the store {store.place} was taken by another process while the connection was lost",
        expected="a store that nobody has for themselves, as `jurist forget` has",
        fix="run again when that has ended; what was committed is safe",
    )

"""Group commit: what arrives within a moment, or while the last group is written, is one write.

Nobody who waits is told before the group is committed, so one synchronisation of the disk is
shared by all of it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from typing import Any, Final, Generic, TypeVar

from jurist.errors import StoreError

GATHER_S: Final = 0.002
"""How long a group gathers at least."""
_ENOUGH_IN_A_GROUP: Final = 1000

_T = TypeVar("_T")


class GroupCommit(Generic[_T]):
    """Writes items in groups, in the order in which they came.

    Args:
        write: Writes a group, in one transaction.
        executor: Its threads do that; one at a time, where order counts.
    """

    def __init__(self, write: Callable[[Sequence[_T]], None], executor: Executor) -> None:
        self._write = write
        self._executor = executor
        self._waiting: deque[tuple[Sequence[_T], asyncio.Future[None] | None]] = deque()
        self._keeper: asyncio.Task[None] | None = None

    async def add(self, *items: _T) -> None:
        """Write items, all in one transaction; returns once they are committed.

        Raises:
            StoreError: The store cannot be written.
        """
        kept = asyncio.get_running_loop().create_future()
        self._waiting.append((items, kept))
        self._wake()
        await kept

    def add_later(self, *items: _T) -> None:
        """Write items with the next group; nobody waits for it."""
        self._waiting.append((items, None))
        self._wake()

    async def close(self) -> None:
        """Write what is waiting."""
        if self._keeper is not None:
            await asyncio.gather(self._keeper, return_exceptions=True)

    def _wake(self) -> None:
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        """Commit group by group, until nothing is waiting."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            await asyncio.sleep(GATHER_S)
            items: list[_T] = []
            futures: list[asyncio.Future[None]] = []
            while self._waiting and len(items) < _ENOUGH_IN_A_GROUP:
                more, future = self._waiting.popleft()
                items += more
                if future is not None:
                    futures.append(future)
            (error,) = await asyncio.gather(
                loop.run_in_executor(self._executor, self._write, items), return_exceptions=True
            )
            if error is not None:
                fail(futures, error)
                continue
            for future in futures:
                if not future.done():
                    future.set_result(None)


def fail(waiting: Iterable[asyncio.Future[Any]], error: BaseException) -> None:
    """Tell all who wait: whatever happened, nobody waits for a group that is not coming."""
    for future in waiting:
        if not future.done():
            future.set_exception(_passed_on(error))


def _passed_on(error: BaseException) -> StoreError:
    """Of its own for each who waits, for raising an exception changes it."""
    if isinstance(error, StoreError):
        return StoreError(str(error))
    return StoreError(
        f"the ledger failed: {error!r}"[:500],
        expected="a ledger that keeps what it is given",
        fix="run again; if it stays, report it",
    )

"""Runs under way: counted once a second for everybody who watches, until the server stops."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

import msgspec

from jurist.runs.watching import Watched, watch
from jurist.store import Store
from jurist.store.runs import find_run

_EVERY_S: Final = 1.0
LONGEST_S: Final = 300.0
"""Of one stream. A browser then asks again, and is let in only if it still may."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How far a run is, with an id that is the same as long as nothing changes."""

    watched: Watched
    id: str


@dataclass(slots=True)
class _Channel:
    """Of one run: what was counted last, and when."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    at: float = float("-inf")
    latest: Snapshot | None = None


class Live:
    """The runs that are watched. Belongs to the event loop in which it is made.

    Args:
        store: Where the runs are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._channels: dict[str, _Channel] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End all that is being told: the server waits for it."""
        self._stopping.set()

    async def of(self, run: str) -> Snapshot | None:
        """How far a run is, at most a second old; `None` where it was deleted."""
        channel = self._channels.setdefault(run, _Channel())
        async with channel.lock:
            if time.monotonic() - channel.at >= _EVERY_S:
                channel.latest = await asyncio.to_thread(self._count, run)
                channel.at = time.monotonic()
            return channel.latest

    async def changes(self, run: str, known: str = "") -> AsyncGenerator[Snapshot]:
        """Tell how far a run is whenever that changes, until nobody is at work on it.

        Ends after `LONGEST_S` in any case.

        Args:
            run: Its id.
            known: The id of what was told last; it is not told again.
        """
        until = time.monotonic() + LONGEST_S
        while not self._stopping.is_set() and time.monotonic() < until:
            snapshot = await self.of(run)
            if snapshot is None:
                break
            if snapshot.id != known:
                known = snapshot.id
                yield snapshot
            if not snapshot.watched.live:
                break
            try:
                await asyncio.wait_for(self._stopping.wait(), _EVERY_S)
            except TimeoutError:
                continue

    def _count(self, run: str) -> Snapshot | None:
        record = find_run(self._store, run)
        if record is None:
            return None
        watched = watch(self._store, record)
        digest = blake2b(msgspec.json.encode(watched), digest_size=8).hexdigest()
        return Snapshot(watched, digest)

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


@dataclass(frozen=True, slots=True)
class Told:
    """What watchers are told, with an id that is the same as long as nothing changes."""

    watched: Watched
    id: str


@dataclass(slots=True)
class _Channel:
    """Of one run: what was counted last, and when."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    at: float = float("-inf")
    told: Told | None = None


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

    async def of(self, run: str) -> Told | None:
        """How far a run is, at most a second old; `None` where it was deleted."""
        channel = self._channels.setdefault(run, _Channel())
        async with channel.lock:
            if time.monotonic() - channel.at >= _EVERY_S:
                channel.told = await asyncio.to_thread(self._count, run)
                channel.at = time.monotonic()
            return channel.told

    async def changes(self, run: str, known: str = "") -> AsyncGenerator[Told]:
        """Tell how far a run is whenever that changes, until nobody is at work on it.

        Args:
            run: Its id.
            known: The id of what was told last; it is not told again.
        """
        while not self._stopping.is_set():
            told = await self.of(run)
            if told is None:
                break
            if told.id != known:
                known = told.id
                yield told
            if not told.watched.live:
                break
            try:
                await asyncio.wait_for(self._stopping.wait(), _EVERY_S)
            except TimeoutError:
                continue

    def _count(self, run: str) -> Told | None:
        record = find_run(self._store, run)
        if record is None:
            return None
        watched = watch(self._store, record)
        digest = blake2b(msgspec.json.encode(watched), digest_size=8).hexdigest()
        return Told(watched, digest)

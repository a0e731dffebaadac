"""A clock whose waits take no time, and that remembers them."""

from __future__ import annotations

import asyncio


class FastClock:
    """Virtual seconds: a sleep moves the clock and lets others run."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return 1_800_000_000.0 + self.time

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)

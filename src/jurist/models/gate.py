"""How many calls a server bears at once, found out by trying.

Slow start, then additive increase and multiplicative decrease, as TCP does (RFC 5681): until
the first 429 each success opens one more place, which doubles them each round; from then on
a round of successes opens one. A 429 halves them, at most once per generation of calls. Other
errors say nothing about load.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from .clock import Clock

_DECREASE: Final = 0.5


class Gate:
    """The calls in flight to one server.

    Args:
        start: Calls in flight at first.
        most: Calls in flight at most.
        clock: Time.
    """

    def __init__(self, start: int, most: int, clock: Clock) -> None:
        self.limit = float(start)
        self.in_flight = 0
        self.throttled = 0
        """How many 429 this server answered."""
        self._most = most
        self._clock = clock
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._closed_until = 0.0
        self._last_decrease = float("-inf")

    async def enter(self) -> float:
        """Wait for a place; returns the moment of entry, which `leave` and `throttle` take."""
        while True:
            pause = self._closed_until - self._clock.now()
            if pause > 0:
                await self._clock.sleep(pause)
            elif self.in_flight < int(self.limit):
                self.in_flight += 1
                return self._clock.now()
            else:
                await self._wait()

    def leave(self) -> None:
        """Give the place back."""
        self.in_flight -= 1
        self._wake()

    def succeeded(self) -> None:
        """A call went well: one more place, and after the first 429 one a round of calls.

        Places that stand empty are no news: where calls are few the gate does not open in vain.
        """
        if self.limit >= self._most:
            return
        if self.throttled:
            self.limit = min(float(self._most), self.limit + 1.0 / self.limit)
        elif 2 * self.in_flight >= self.limit:
            self.limit = min(float(self._most), self.limit + 1.0)

    def throttle(self, entered: float, retry_after: float) -> None:
        """A call that entered then was answered 429.

        Args:
            entered: When the call went in: calls sent before the last decrease tell
                nothing new.
            retry_after: Seconds that the server asks to be left alone; 0 where it does not say.
        """
        now = self._clock.now()
        self.throttled += 1
        if entered >= self._last_decrease:
            self.limit = max(1.0, self.limit * _DECREASE)
            self._last_decrease = now
        self._closed_until = max(self._closed_until, now + retry_after)

    async def _wait(self) -> None:
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._wake()  # the wake-up was ours and would be lost
            raise

    def _wake(self) -> None:
        free = int(self.limit) - self.in_flight
        while free > 0 and self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                free -= 1

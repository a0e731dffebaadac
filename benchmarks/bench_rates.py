"""How well sessions without a coordinator share one quota: a minute's calls in virtual time.

Each session has a gate and a retry policy of its own, as the product's; the server answers 429
where its token bucket, a second's worth deep, is empty, and all else after 0.4 to 1.2 seconds.
"""

from __future__ import annotations

import asyncio
import random
import selectors
from dataclasses import dataclass, field
from typing import Final

from jurist.models.gate import Gate
from jurist.models.retries import RetryPolicy

_MINUTE_S: Final = 60.0
_LATENCY_S: Final = (0.4, 1.2)
_REFUSAL_S: Final = 0.05
_START, _MOST = 32, 256
"""Calls under way of a session at first and at most: an unknown server's preset."""
_WAITING: Final = 400
"""Calls of a session that want to go out: more than ever get a place."""


class _Jump(selectors.SelectSelector):
    """Waits no time, and says how long it should have waited."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.waited += max(0.0, timeout or 0.0)
        return super().select(0)


class _VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to what is due next."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.waited


class _LoopClock:
    """The clock of the loop that runs."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def wall(self) -> float:
        return self.now()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass
class _Server:
    """A token bucket."""

    rate: float
    served: list[int] = field(default_factory=list[int])
    refused: int = 0
    _tokens: float = field(init=False)
    _at: float = 0.0

    def __post_init__(self) -> None:
        self._tokens = self.rate  # nobody has called before

    def answers(self, now: float) -> bool:
        self._tokens = min(self.rate, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens < 1.0:
            self.refused += 1
            return False
        self._tokens -= 1.0
        return True


def bench() -> dict[str, float]:
    """Shares of the limit that are used in the first minute, and of calls answered 429."""
    figures: dict[str, float] = {}
    for rate in (50, 200):
        for sessions in (1, 2, 4, 8):
            server = _Server(rate, [0] * sessions)
            loop = _VirtualLoop()
            try:
                loop.run_until_complete(_minute(server, sessions))
            finally:
                loop.close()
            served = sum(server.served)
            name = f"{rate} a second, {sessions} sessions"
            figures[f"{name}: share used"] = served / (rate * _MINUTE_S)
            figures[f"{name}: share of 429"] = server.refused / (served + server.refused)
            figures[f"{name}: least to most"] = min(server.served) / max(server.served)
    return figures


async def _minute(server: _Server, sessions: int) -> None:
    calls = [
        asyncio.ensure_future(_calls(server, session, gate, random.Random(f"{session}/{call}")))
        for session in range(sessions)
        for gate in (Gate(_START, _MOST, _LoopClock()),)
        for call in range(_WAITING)
    ]
    await asyncio.sleep(_MINUTE_S)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)


async def _calls(server: _Server, session: int, gate: Gate, rng: random.Random) -> None:
    """One call after the other, each until it is answered."""
    policy, clock = RetryPolicy(), _LoopClock()
    while True:
        throttled = 0
        while True:
            entered = await gate.enter()
            try:
                answered = server.answers(clock.now())
                await clock.sleep(rng.uniform(*_LATENCY_S) if answered else _REFUSAL_S)
                if answered:
                    gate.succeeded()
                    server.served[session] += 1
                    break
                gate.throttle(entered, 0.0)
            finally:
                gate.leave()
            throttled += 1
            await clock.sleep(policy.wait(throttled, rng))

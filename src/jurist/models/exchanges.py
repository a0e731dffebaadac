"""Exchanges by key: from the ledger, from an equal call under way, or made anew."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from .clock import Clock
from .ledger import CallClaims, Exchange, Ledger, Turn

_FIRST_LOOK_S: Final = 0.1
_LOOK_EACH_S: Final = 2.0
"""How often a session looks whether another's reply is there."""


@dataclass(slots=True)
class Totals:
    """What the engine did since it was opened."""

    calls: int = 0
    """Exchanges that a server made: replies, and vectors of texts."""
    cached: int = 0
    """Replies that cost nothing: from the ledger, or from an equal call under way."""
    failed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    """Of the replies; failed attempts that may have been charged are in `Budget.spent`."""


class Exchanges:
    """One exchange a key, whoever asks and however many at once.

    A call that is under way goes on where those who wait for it are cancelled: it will be paid
    for, so its reply is kept.

    Args:
        ledger: Where exchanges are kept.
        kept: Is told of each key and model that was kept.
        clock: By which another session's reply is waited for.
    """

    def __init__(
        self, ledger: Ledger, kept: Callable[[str, str], Awaitable[None]], clock: Clock
    ) -> None:
        self.ledger = ledger
        self.totals = Totals()
        self._kept = kept
        self._clock = clock
        self._claims = ledger if isinstance(ledger, CallClaims) else None
        self._under_way: dict[str, asyncio.Task[tuple[Exchange, bool]]] = {}

    async def close(self) -> None:
        """Cancel what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def of(
        self, key: str, ask: Callable[[str], Awaitable[Exchange]]
    ) -> tuple[Exchange, bool]:
        """The exchange under a key, made if need be; and whether it cost nothing now."""
        task = self._under_way.get(key)
        if task is not None:
            self.totals.cached += 1
            return (await asyncio.shield(task))[0], True
        known = await self.ledger.get(key)
        if known is not None:
            self.totals.cached += 1
            return known, True
        task = self._under_way.get(key)
        if task is not None:  # an equal call was quicker while the ledger was asked
            self.totals.cached += 1
            return (await asyncio.shield(task))[0], True
        task = asyncio.ensure_future(self._make(key, ask))
        self._under_way[key] = task

        def done(made: asyncio.Task[tuple[Exchange, bool]]) -> None:
            self._under_way.pop(key, None)
            if not made.cancelled():
                made.exception()  # told to whoever waits; where nobody does, asyncio would print it

        task.add_done_callback(done)
        return await asyncio.shield(task)

    async def _make(
        self, key: str, ask: Callable[[str], Awaitable[Exchange]]
    ) -> tuple[Exchange, bool]:
        """The exchange, and whether another session made it meanwhile."""
        pause = _FIRST_LOOK_S
        while self._claims is not None:
            turn = await self._claims.begin(key)
            if isinstance(turn, Exchange):
                self.totals.cached += 1
                return turn, True
            if turn is Turn.OURS:
                break
            await self._clock.sleep(pause)
            pause = min(2 * pause, _LOOK_EACH_S)
        try:
            exchange = await ask(key)
            await self.ledger.put(exchange)
        except BaseException as error:
            if isinstance(error, Exception):
                self.totals.failed += 1
            if self._claims is not None:
                await self._claims.abandon(key)
            raise
        await self._kept(key, exchange.model)
        self.totals.calls += 1
        self.totals.input_tokens += exchange.input_tokens
        self.totals.output_tokens += exchange.output_tokens
        self.totals.usd += exchange.usd or 0.0
        return exchange, False

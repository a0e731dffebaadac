"""Exchanges by key: from the ledger, from an equal call under way, or made anew."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .ledger import Exchange, Ledger


@dataclass(slots=True)
class Totals:
    """What the engine did since it was opened."""

    calls: int = 0
    """Replies that a server gave."""
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
    """

    def __init__(self, ledger: Ledger, kept: Callable[[str, str], Awaitable[None]]) -> None:
        self.ledger = ledger
        self.totals = Totals()
        self._kept = kept
        self._under_way: dict[str, asyncio.Task[Exchange]] = {}

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
            return await asyncio.shield(task), True
        known = await self.ledger.get(key)
        if known is not None:
            self.totals.cached += 1
            return known, True
        task = self._under_way.get(key)
        if task is not None:  # an equal call was quicker while the ledger was asked
            self.totals.cached += 1
            return await asyncio.shield(task), True
        task = asyncio.ensure_future(self._make(key, ask))
        self._under_way[key] = task

        def done(made: asyncio.Task[Exchange]) -> None:
            self._under_way.pop(key, None)
            if not made.cancelled():
                made.exception()  # told to whoever waits; where nobody does, asyncio would print it

        task.add_done_callback(done)
        return await asyncio.shield(task), False

    async def _make(self, key: str, ask: Callable[[str], Awaitable[Exchange]]) -> Exchange:
        try:
            exchange = await ask(key)
        except Exception:
            self.totals.failed += 1
            raise
        await self.ledger.put(exchange)
        await self._kept(key, exchange.model)
        self.totals.calls += 1
        self.totals.input_tokens += exchange.input_tokens
        self.totals.output_tokens += exchange.output_tokens
        self.totals.usd += exchange.usd or 0.0
        return exchange

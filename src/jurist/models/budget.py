"""A hard budget for a run, in money, tokens and calls.

Before a call its greatest possible cost is reserved; afterwards what it did cost is
settled. What a run may reserve is drawn, in small portions, from an account that
outlives the process: a process that dies has at most its portion counted as spent,
and several processes on one run share one budget.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from jurist.plurals import counted

from .failures import over_budget
from .prices import PICO

_PORTIONS: Final = 200
"""A portion drawn from the account is this part of the budget, or what a call needs."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in picodollars, tokens, and requests sent."""

    pico: int = 0
    tokens: int = 0
    calls: int = 0

    def __add__(self, other: Amount) -> Amount:
        """Both together."""
        return Amount(self.pico + other.pico, self.tokens + other.tokens, self.calls + other.calls)

    def __sub__(self, other: Amount) -> Amount:
        """What remains; may be negative."""
        return Amount(self.pico - other.pico, self.tokens - other.tokens, self.calls - other.calls)

    def fits(self, other: Amount) -> bool:
        """Whether this is at most `other` in every respect."""
        return self.pico <= other.pico and self.tokens <= other.tokens and self.calls <= other.calls

    def at_least(self, other: Amount) -> Amount:
        """The greater in every respect."""
        return Amount(
            max(self.pico, other.pico),
            max(self.tokens, other.tokens),
            max(self.calls, other.calls),
        )


_WITHOUT_END: Final = 2**62


@dataclass(frozen=True, slots=True)
class BudgetLimits:
    """What a run may cost; `None` sets no limit."""

    usd: Decimal | None = None
    tokens: int | None = None
    calls: int | None = None

    def as_amount(self) -> Amount:
        """The limits, a missing one as a number never reached."""
        return Amount(
            _WITHOUT_END if self.usd is None else int(self.usd * PICO),
            _WITHOUT_END if self.tokens is None else self.tokens,
            _WITHOUT_END if self.calls is None else self.calls,
        )

    def describe(self) -> str:
        """The limits in words."""
        parts = [
            f"${self.usd}" if self.usd is not None else "",
            f"{self.tokens} tokens" if self.tokens is not None else "",
            counted(self.calls, "call") if self.calls is not None else "",
        ]
        return ", ".join(part for part in parts if part) or "no limit"


class Account(Protocol):
    """What a run has drawn so far, kept where it outlives the process."""

    async def draw(self, run: str, amount: Amount, limit: Amount) -> bool:
        """Draw, durably, unless the run's total would pass the limit in any respect."""
        ...

    async def give_back(self, run: str, amount: Amount) -> None:
        """Return what was drawn and not spent (or, negative, book an overrun)."""
        ...

    async def drawn(self, run: str) -> Amount:
        """The run's total."""
        ...


class MemoryAccount:
    """An account that lives as long as its process."""

    def __init__(self) -> None:
        self._totals: dict[str, Amount] = {}

    async def draw(self, run: str, amount: Amount, limit: Amount) -> bool:
        """Draw, unless the total would pass the limit."""
        total = self._totals.get(run, Amount()) + amount
        if not total.fits(limit):
            return False
        self._totals[run] = total
        return True

    async def give_back(self, run: str, amount: Amount) -> None:
        """Return what was drawn and not spent."""
        self._totals[run] = self._totals.get(run, Amount()) - amount

    async def drawn(self, run: str) -> Amount:
        """The run's total."""
        return self._totals.get(run, Amount())


class Budget:
    """Reserves and settles; used by one event loop.

    Args:
        limits: What the run may cost in all, earlier processes included.
        account: Where the run's total is kept.
        run: The run's name in the account.
    """

    def __init__(
        self, limits: BudgetLimits, *, account: Account | None = None, run: str = ""
    ) -> None:
        self.limits = limits
        self._account: Account = account or MemoryAccount()
        self._run = run
        self._limit = limits.as_amount()
        self._portion = Amount(
            self._limit.pico // _PORTIONS,
            self._limit.tokens // _PORTIONS,
            self._limit.calls // _PORTIONS,
        )
        self._free = Amount()
        self._reserved = Amount()
        self._drawing = asyncio.Lock()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.spent = Amount()
        """By this process."""

    @property
    def bounds_money(self) -> bool:
        """Whether a model without a price must be refused."""
        return self.limits.usd is not None

    async def reserve(self, most: Amount) -> None:
        """Set aside the most that the next request can cost.

        Waits while calls under way may still free enough.

        Raises:
            BudgetExceeded: The budget does not hold it.
        """
        while not most.fits(self._free):
            async with self._drawing:
                before = self._free
                if most.fits(before) or await self._draw(most) or self._free != before:
                    continue  # it may fit now: while the account was asked, others settled
            if not self._reserved.calls:
                raise over_budget(
                    f"the budget of {self.limits.describe()} does not hold the next call: "
                    "raise it and run again, what is done is kept"
                )
            settled = asyncio.get_running_loop().create_future()
            self._waiting.append(settled)
            await settled
        self._free -= most
        self._reserved += most

    def settle(self, most: Amount, actual: Amount, *, earlier: bool = False) -> None:
        """Book what a reserved request did cost and free the rest.

        Args:
            most: What was reserved for it.
            actual: What it cost.
            earlier: An earlier process reserved it, and the account still holds that.
        """
        if not earlier:
            self._reserved -= most
        self._free += most - actual
        self.spent += actual
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)

    async def close(self) -> None:
        """Return to the account what was drawn and is neither spent nor reserved."""
        rest, self._free = self._free, Amount()
        if rest != Amount():
            await self._account.give_back(self._run, rest)

    async def _draw(self, most: Amount) -> bool:
        missing = most.at_least(self._free) - self._free
        wanted = missing + self._portion
        for amount in (wanted, missing):
            if await self._account.draw(self._run, amount, self._limit):
                self._free += amount
                return True
        return False

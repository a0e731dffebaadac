"""Waiting for several calls at once, none left behind under way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

from jurist.errors import BudgetExceeded, ModelError

T = TypeVar("T")


async def settle(work: Iterable[Awaitable[T]]) -> list[T | ModelError]:
    """What each came to, in order, once all have ended; a model's failure is a value.

    Raises:
        BudgetExceeded: The budget did not hold one of them.
        BaseException: Any other error of the first that had one.
    """
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    settled: list[T | ModelError] = []
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and (
            isinstance(outcome, BudgetExceeded) or not isinstance(outcome, ModelError)
        ):
            raise outcome
        settled.append(outcome)
    return settled

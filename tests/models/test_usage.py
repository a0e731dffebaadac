"""Usage numbers of a server are data: what cannot be true is not said, and charged as reserved."""

from __future__ import annotations

import asyncio
import random

import pytest

from fast_clock import FastClock
from jurist.errors import BudgetExceeded, StoreError
from jurist.models import (
    Amount,
    Auth,
    Budget,
    BudgetLimits,
    Message,
    Models,
    Preset,
    Request,
    WireProtocol,
)
from jurist.models.budget import MemoryAccount
from jurist.models.wire import bound
from jurist.store import open_store
from jurist.store.ledger import SqlLedger
from model_server import ModelServer

IMPOSSIBLE = (2**70, 2**63, 2**31, -5, -(2**70), 10**400, 1.5, "12", True, None, [1], {"a": 1})


def request(model: str, number: int = 0) -> Request:
    return Request(model, (Message("user", f"case {number}"),), max_tokens=100)


@pytest.mark.parametrize("number", IMPOSSIBLE, ids=lambda number: repr(number)[:12])
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("protocol", list(WireProtocol))
async def test_a_number_that_cannot_be_true_is_not_said(
    protocol: WireProtocol, place: int, number: object, store_url: str
) -> None:
    names = (
        ("prompt_tokens", "completion_tokens")
        if protocol is WireProtocol.CHAT_COMPLETIONS
        else ("input_tokens", "output_tokens")
    )
    store = open_store(store_url)
    ledger = SqlLedger(store)
    async with ModelServer() as server:
        server.usage = {**dict.fromkeys(names, 7), names[place]: number}
        preset = Preset("s", server.url, protocol=protocol, auth=Auth.NONE)
        budget = Budget(BudgetLimits(tokens=100_000))
        async with Models(ledger, presets=[preset], budget=budget) as models, asyncio.timeout(10):
            reply = await models.call(request("s:m"))
        assert server.counts.requests == 1
    most = bound(request("s:m"))
    assert reply.usage == most
    assert budget.spent == Amount(0, most.input_tokens + most.output_tokens, 1)
    (bill,) = await ledger.bill()
    assert (bill.input_tokens, bill.output_tokens) == (most.input_tokens, most.output_tokens)
    await ledger.close()
    store.close()


@pytest.mark.parametrize("usage", [[1], "many", 3, {"tokens": 3}, {"prompt_tokens": 3}])
async def test_usage_of_another_shape_is_not_said(usage: object) -> None:
    async with ModelServer() as server, Models() as models:
        server.usage = usage
        model = f"{server.url}#m"
        assert (await models.call(request(model))).usage == bound(request(model))


async def test_negative_numbers_free_no_budget() -> None:
    async with ModelServer() as server:
        server.usage = {"prompt_tokens": -(10**6), "completion_tokens": -(10**6)}
        model = f"{server.url}#m"
        most = bound(request(model))
        budget = Budget(BudgetLimits(tokens=3 * (most.input_tokens + most.output_tokens) + 5))
        async with Models(budget=budget, clock=FastClock(), rng=random.Random(0)) as models:
            calls = (models.call(request(model, number)) for number in range(60))
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert server.counts.requests == 3
        assert sum(isinstance(outcome, BudgetExceeded) for outcome in outcomes) == 57


async def test_a_ledger_that_dies_leaves_nobody_waiting(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> object:
        raise ArithmeticError("nobody expects this")

    store = open_store(store_url)
    ledger = SqlLedger(store)
    async with ModelServer() as server, Models(ledger) as models, asyncio.timeout(10):
        for method in ("write", "read"):
            monkeypatch.setattr(store, method, broken)
            with pytest.raises(StoreError, match="nobody expects this"):
                await models.call(request(f"{server.url}#m"))
    await ledger.close()
    store.close()


class _SlowAccount(MemoryAccount):
    """Asked over a network: others settle while it answers."""

    async def draw(self, run: str, amount: Amount, limit: Amount) -> bool:
        await asyncio.sleep(0.002)
        drawn = await super().draw(run, amount, limit)
        await asyncio.sleep(0.002)
        return drawn


async def test_a_budget_that_holds_all_calls_refuses_none_of_many_at_once() -> None:
    budget = Budget(BudgetLimits(tokens=5_000), account=_SlowAccount())
    most, actual = Amount(0, 1_000, 1), Amount(0, 10, 1)

    async def call() -> None:
        await budget.reserve(most)
        await asyncio.sleep(0.001)
        budget.settle(most, actual)

    async with asyncio.timeout(20):
        await asyncio.gather(*(call() for _ in range(200)))
    assert budget.spent == Amount(0, 2_000, 200)

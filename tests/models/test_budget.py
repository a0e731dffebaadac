"""The budget is never exceeded, counted at the server, under concurrency and faults."""

from __future__ import annotations

import asyncio
import random
from decimal import Decimal

import pytest

from fast_clock import FastClock
from jurist.errors import BudgetExceeded, ModelError
from jurist.models import (
    Amount,
    Budget,
    BudgetLimits,
    MemoryLedger,
    Message,
    Models,
    Price,
    Request,
    RetryPolicy,
)
from jurist.models.budget import MemoryAccount
from jurist.records import FailureKind
from model_server import Fault, ModelServer

PRICE = Price(Decimal("3"), Decimal("15"))  # dollars per million tokens


def charged(server: ModelServer) -> Decimal:
    """What the server's own count of its work costs."""
    counts = server.counts
    return (counts.input_tokens * PRICE.input + counts.output_tokens * PRICE.output) / 1_000_000


async def spend(
    server: ModelServer,
    budget: Budget,
    count: int,
    *,
    ledger: MemoryLedger | None = None,
    attempts: int = 6,
) -> list[object]:
    model = f"{server.url}#m"
    async with Models(
        ledger,
        budget=budget,
        prices={model: PRICE},
        concurrency=40,
        clock=FastClock(),
        rng=random.Random(2),
        retries=RetryPolicy(attempts=attempts),
    ) as models:
        return await asyncio.gather(
            *(
                models.call(Request(model, (Message("user", f"case {n}"),), max_tokens=200))
                for n in range(count)
            ),
            return_exceptions=True,
        )


BILLED = (Fault.ERROR, Fault.CUT, Fault.CUT_MIDWAY, Fault.MALFORMED, Fault.TRUNCATED_JSON)


@pytest.mark.parametrize("faults", [BILLED, (Fault.EMPTY,), (Fault.NO_USAGE,), tuple(Fault)[1:]])
@pytest.mark.parametrize("seed", range(2))
async def test_money_is_never_overspent(seed: int, faults: tuple[Fault, ...]) -> None:
    limit = Decimal("0.05")
    async with ModelServer(fault_rate=0.4, faults=faults, seed=seed, delay_s=0.002) as server:
        outcomes = await spend(server, Budget(BudgetLimits(usd=limit)), 800)
        assert charged(server) <= limit
        over = [outcome for outcome in outcomes if isinstance(outcome, BudgetExceeded)]
        assert over
        assert all(error.failure.kind is FailureKind.BUDGET for error in over)
        assert len(over) < 800


async def test_nearly_all_of_the_budget_is_used_when_nothing_fails() -> None:
    limit = Decimal("0.05")
    async with ModelServer(delay_s=0.002) as server:
        await spend(server, Budget(BudgetLimits(usd=limit)), 2000)
        most_of_one_call = (Decimal(700) * 3 + Decimal(200) * 15) / 1_000_000
        assert limit - most_of_one_call <= charged(server) <= limit


@pytest.mark.parametrize("calls", [1, 7, 60])
async def test_calls_are_counted_at_the_server_retries_included(calls: int) -> None:
    async with ModelServer(fault_rate=0.3, seed=5) as server:
        await spend(server, Budget(BudgetLimits(calls=calls)), 200)
        assert server.counts.requests == calls


async def test_tokens_are_never_overspent() -> None:
    async with ModelServer(fault_rate=0.2, seed=6) as server:
        await spend(server, Budget(BudgetLimits(tokens=20_000)), 500)
        assert 5_000 < server.counts.input_tokens + server.counts.output_tokens <= 20_000


async def test_a_budget_that_holds_nothing_makes_no_call() -> None:
    async with ModelServer() as server:
        outcomes = await spend(server, Budget(BudgetLimits(usd=Decimal("0.000001"))), 5)
        assert all(isinstance(outcome, BudgetExceeded) for outcome in outcomes)
        assert server.counts.requests == 0


async def test_a_larger_budget_resumes_and_pays_nothing_twice() -> None:
    ledger, account = MemoryLedger(), MemoryAccount()
    async with ModelServer() as server:
        first = Budget(BudgetLimits(calls=10), account=account, run="r")
        await spend(server, first, 30, ledger=ledger)
        assert server.counts.requests == 10
        again = Budget(BudgetLimits(calls=10), account=account, run="r")
        await spend(server, again, 30, ledger=ledger)
        assert server.counts.requests == 10
        larger = Budget(BudgetLimits(calls=30), account=account, run="r")
        outcomes = await spend(server, larger, 30, ledger=ledger)
        assert server.counts.requests == 30
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert await account.drawn("r") == Amount(
            larger.spent.pico + first.spent.pico, larger.spent.tokens + first.spent.tokens, 30
        )


async def test_two_processes_share_one_budget() -> None:
    account = MemoryAccount()
    async with ModelServer(delay_s=0.001) as one, ModelServer(delay_s=0.001) as two:
        limits = BudgetLimits(usd=Decimal("0.25"))
        await asyncio.gather(
            spend(one, Budget(limits, account=account, run="r"), 500),
            spend(two, Budget(limits, account=account, run="r"), 500),
        )
        assert charged(one) + charged(two) <= Decimal("0.25")
        assert charged(one) > 0
        assert charged(two) > 0


async def test_a_process_that_dies_leaves_its_portion_counted() -> None:
    account = MemoryAccount()
    dead = Budget(BudgetLimits(calls=1000), account=account, run="r")
    await dead.reserve(Amount(calls=1))  # and never settles or closes
    drawn = await account.drawn("r")
    assert 1 <= drawn.calls <= 10
    next_one = Budget(BudgetLimits(calls=drawn.calls), account=account, run="r")
    with pytest.raises(BudgetExceeded):
        await next_one.reserve(Amount(calls=1))


async def test_an_unpriced_model_is_named_and_refused_under_a_budget_in_money() -> None:
    async with ModelServer() as server:
        model = f"{server.url}#secret-sauce"
        async with Models(budget=Budget(BudgetLimits(usd=Decimal(5)))) as models:
            with pytest.raises(ModelError, match="secret-sauce"):
                models.require(model)
            with pytest.raises(ModelError, match="price"):
                await models.call(Request(model, (Message("user", "?"),)))
        assert server.counts.requests == 0
        async with Models(budget=Budget(BudgetLimits(calls=5))) as models:
            await models.call(Request(model, (Message("user", "?"),)))
            assert models.unpriced == (model,)


async def test_prices_of_the_study_make_the_bill() -> None:
    async with ModelServer() as server:
        model = f"{server.url}#m"
        async with Models(prices={model: PRICE}) as models:
            reply = await models.call(Request(model, (Message("user", "?"),)))
            assert reply.usd == pytest.approx(float(charged(server)), abs=1e-12)
            assert models.totals.usd == reply.usd
            again = await models.call(Request(model, (Message("user", "?"),)))
            assert again.cached
            assert models.totals.usd == reply.usd

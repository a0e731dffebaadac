"""The budget through the proxy: never over, and what is spent is what the server billed."""

from __future__ import annotations

import asyncio
from collections import Counter
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from fast_clock import FastClock
from jurist.models import Budget, BudgetLimits, Models, Price
from jurist.proxy import Access, Credit, Proxy
from model_server import Fault, ModelServer

PRICE = Price(Decimal(3), Decimal(7))
_PICO = 10**6
"""Picodollars of a token at a dollar per million."""


async def storm(
    server: ModelServer, limits: BudgetLimits, *, calls: int = 1_000, stream: bool = False
) -> tuple[Counter[int], Budget, Credit]:
    """So many different requests at once; the answers' status, and what was spent."""
    budget, credit = Budget(limits), Credit()
    model = f"{server.url}#m"
    async with (
        Models(budget=budget, prices={model: PRICE}, clock=FastClock(), concurrency=64) as models,
        Proxy(models, {"m": model}) as proxy,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as session,
    ):
        access = proxy.admit(credit)
        answers = await asyncio.gather(
            *(ask(session, access, n, stream=stream) for n in range(calls))
        )
    return Counter(answers), budget, credit


async def ask(session: aiohttp.ClientSession, access: Access, number: int, *, stream: bool) -> int:
    body: dict[str, Any] = {
        "model": "m",
        "max_tokens": 60,
        "messages": [{"role": "user", "content": f"question {number}"}],
        "stream": stream,
    }
    headers = {"Authorization": f"Bearer {access.api_key}"}
    url = f"{access.base_url}/chat/completions"
    async with session.post(url, json=body, headers=headers) as response:
        await response.read()
        return response.status


def billed(server: ModelServer) -> int:
    """What the server charges, in picodollars."""
    counts = server.counts
    return (counts.input_tokens * 3 + counts.output_tokens * 7) * _PICO


async def test_of_a_thousand_calls_at_once_exactly_as_many_are_made_as_may_be() -> None:
    async with ModelServer(keep=False) as server:
        answers, budget, credit = await storm(server, BudgetLimits(calls=400))
    assert answers == {200: 400, 402: 600}
    assert server.counts.requests == 400
    assert budget.spent.calls == credit.cost.calls == 400
    assert budget.spent.pico == billed(server)
    assert budget.spent.tokens == server.counts.input_tokens + server.counts.output_tokens


@pytest.mark.parametrize("limits", [BudgetLimits(tokens=20_000), BudgetLimits(usd=Decimal("0.05"))])
async def test_tokens_and_money_are_spent_to_the_last_call_and_never_over(
    limits: BudgetLimits,
) -> None:
    async with ModelServer(keep=False) as server:
        answers, budget, credit = await storm(server, limits)
    assert set(answers) == {200, 402}
    assert budget.spent.tokens == server.counts.input_tokens + server.counts.output_tokens
    assert budget.spent.pico == billed(server)
    assert budget.spent.fits(limits.as_amount())
    assert credit.cost.calls == answers[200] == server.counts.requests
    if limits.usd is not None:  # and a good part of it is used
        assert budget.spent.pico > limits.as_amount().pico * 0.8
    else:
        assert budget.spent.tokens > limits.as_amount().tokens * 0.8


@pytest.mark.parametrize("stream", [False, True])
async def test_with_faults_the_server_never_bills_more_than_the_budget(stream: bool) -> None:
    faults = (Fault.ERROR, Fault.CUT, Fault.CUT_MIDWAY, Fault.THROTTLED_SILENTLY, Fault.NO_USAGE)
    limits = BudgetLimits(usd=Decimal("0.05"), tokens=100_000)
    async with ModelServer(fault_rate=0.2, faults=faults, keep=False) as server:
        answers, budget, _ = await storm(server, limits, calls=500, stream=stream)
    assert billed(server) <= budget.spent.pico <= limits.as_amount().pico
    assert server.counts.input_tokens + server.counts.output_tokens <= budget.spent.tokens
    assert answers[402]
    assert answers[200]


async def test_a_budget_in_tokens_gives_a_reply_a_bound_where_its_client_gave_none() -> None:
    async with ModelServer() as server:
        model = f"{server.url}#m"
        async with (
            Models(budget=Budget(BudgetLimits(tokens=50_000))) as models,
            Proxy(models, {"m": model}, longest=123) as proxy,
            aiohttp.ClientSession() as session,
        ):
            access = proxy.admit(Credit())
            headers = {"Authorization": f"Bearer {access.api_key}"}
            url = f"{access.base_url}/chat/completions"
            plain: dict[str, Any] = {"model": "m", "messages": []}
            searching = {**plain, "tools": [{"type": "web_search"}]}
            for body, status in ((plain, 200), ({**plain, "max_tokens": 9}, 200), (searching, 400)):
                async with session.post(url, json=body, headers=headers) as response:
                    assert response.status == status
                    told = await response.json()
            assert told["error"]["param"] == "tools"
    bounds = [body.get("max_tokens") for body in server.counts.bodies]
    assert bounds == [123, 9]

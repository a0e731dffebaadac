"""Streams through the proxy: passed on as they come, and what happens where they break off."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from fast_clock import FastClock
from jurist.models import Budget, BudgetLimits, MemoryLedger, Models, Price
from jurist.proxy import Access, Credit, Proxy
from streaming_server import TEXT, StreamingServer

Json = dict[str, Any]
BODY: Json = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "stream": True}


@asynccontextmanager
async def serving(
    server: StreamingServer,
    *,
    credit: Credit | None = None,
    budget: Budget | None = None,
    ledger: MemoryLedger | None = None,
) -> AsyncGenerator[Access]:
    model = f"{server.url}#m"
    prices = {model: Price(Decimal(1), Decimal(2))}
    clock = FastClock()
    async with (
        Models(ledger, budget=budget, prices=prices, clock=clock) as models,
        Proxy(models, {"m": model}) as proxy,
    ):
        yield proxy.admit(credit or Credit())


async def read(access: Access, body: Json, *, lines: int | None = None) -> list[str]:
    """The events' data; only so many of them, and then the client goes away."""
    headers = {"Authorization": f"Bearer {access.api_key}"}
    told: list[str] = []
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{access.base_url}/chat/completions", json=body, headers=headers) as response,
    ):
        async for line in response.content:
            if line.startswith(b"data: "):
                told.append(line.decode().removeprefix("data: ").strip())
                if lines is not None and len(told) >= lines:
                    response.close()
                    break
    return told


async def test_pieces_are_passed_on_as_they_come() -> None:
    async with StreamingServer(pause_s=0.05) as server, serving(server) as access:
        began = time.perf_counter()
        first = await read(access, BODY, lines=1)
        waited = time.perf_counter() - began
    assert json.loads(first[0])["choices"][0]["delta"]["role"] == "assistant"
    assert waited < 0.05 * (len(TEXT) // 3)


async def test_a_bill_is_asked_for_and_shown_to_who_asked() -> None:
    credit = Credit()
    async with StreamingServer() as server, serving(server, credit=credit) as access:
        told = await read(access, BODY)
        assert server.bill.bodies[0]["stream_options"] == {"include_usage": True}
        assert told[-1] == "[DONE]"
        assert not any(json.loads(each).get("usage") for each in told[:-1])
        assert (credit.cost.input_tokens, credit.cost.output_tokens) == (11, 7)
        asked = {**BODY, "stream_options": {"include_usage": True}, "seed": 1}
        told = await read(access, asked)
        assert json.loads(told[-2])["usage"]["prompt_tokens"] == 11


async def test_a_server_that_knows_no_stream_options_is_asked_without() -> None:
    credit = Credit()
    async with StreamingServer(options=False) as server, serving(server, credit=credit) as access:
        told = await read(access, BODY)
    assert told[-1] == "[DONE]"
    assert "stream_options" not in server.bill.bodies[0]
    assert credit.cost.calls == 1


async def test_a_stream_without_a_bill_is_charged_what_it_can_use_at_most() -> None:
    budget = Budget(BudgetLimits(tokens=100_000))
    async with (
        StreamingServer(usage=False) as server,
        serving(server, budget=budget) as access,
    ):
        await read(access, {**BODY, "max_tokens": 50})
    assert server.bill.input_tokens + server.bill.output_tokens <= budget.spent.tokens
    assert 50 < budget.spent.tokens < 1_000


async def test_a_client_that_goes_away_leaves_a_reply_that_is_paid_once() -> None:
    credit, budget = Credit(), Budget(BudgetLimits(usd=Decimal(1)))
    async with (
        StreamingServer(pause_s=0.02) as server,
        serving(server, credit=credit, budget=budget) as access,
    ):
        await read(access, BODY, lines=2)
        await credit.settled(5)
        assert server.ended == 1
        whole = await read(access, BODY)
        assert len(whole) > 2
    assert server.bill.requests == 1
    assert budget.spent.pico == (11 * 1 + 7 * 2) * 10**6
    assert (credit.cost.calls, credit.cost.cached_calls) == (1, 1)


@pytest.mark.parametrize("after", [1, 3])
async def test_a_stream_that_breaks_off_is_an_error_and_is_not_kept(after: int) -> None:
    ledger, budget = MemoryLedger(), Budget(BudgetLimits(tokens=1_000_000))
    async with (
        StreamingServer(cut_after=after) as server,
        serving(server, ledger=ledger, budget=budget) as access,
    ):
        told = await read(access, {**BODY, "max_tokens": 50})
    assert server.bill.requests == 1  # what was passed on cannot be taken back
    assert "error" in json.loads(told[-1])
    assert ledger.exchanges == {}
    assert budget.spent.tokens >= server.bill.input_tokens + server.bill.output_tokens


async def test_a_stream_that_breaks_before_it_begins_is_asked_for_again() -> None:
    async with StreamingServer(cut_after=0, cuts=2) as server, serving(server) as access:
        told = await read(access, BODY)
    assert told[-1] == "[DONE]"
    assert server.bill.requests == 3

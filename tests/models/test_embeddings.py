"""Embeddings through the same ledger, limits and budget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal

import pytest

from fast_clock import FastClock
from jurist.errors import BudgetExceeded, ModelError
from jurist.models import (
    Auth,
    Budget,
    BudgetLimits,
    MemoryLedger,
    Models,
    Preset,
    Price,
    WireProtocol,
)
from model_server import Fault, ModelServer


async def test_vectors_in_order_and_each_text_paid_once() -> None:
    ledger = MemoryLedger()
    async with ModelServer(script=[Fault.ERROR]) as server:
        model = f"{server.url}#e"
        prices = {model: Price(Decimal(1), Decimal(0))}
        async with Models(ledger, clock=FastClock(), prices=prices) as models:
            first = await models.embed(model, ["a", "bb", "a"])
            assert first.vectors[0] == first.vectors[2] != first.vectors[1]
            assert first.usage.input_tokens == 3
            assert first.usd == pytest.approx(3e-6)
            second = await models.embed(model, ["ccc", "bb"])
            assert second.vectors[1] == first.vectors[1]
            assert server.counts.bodies[-1]["input"] == ["ccc"]
            assert (second.calls, second.usage.input_tokens) == (1, 3)  # only what was paid now
            assert second.usd == pytest.approx(3e-6)
        async with Models(ledger) as models:
            again = await models.embed(model, ["a", "bb", "ccc"])
            assert (again.calls, again.usage.input_tokens, again.usd) == (0, 0, 0)
            assert again.vectors == (*first.vectors[:2], second.vectors[0])
        assert server.counts.requests == 3


async def test_many_texts_go_in_packs() -> None:
    async with ModelServer() as server, Models() as models:
        found = await models.embed(f"{server.url}#e", [f"text {n}" for n in range(150)])
        assert len(found.vectors) == 150
        assert [len(body["input"]) for body in server.counts.bodies] == [64, 64, 22]


async def test_equal_texts_under_way_leave_once() -> None:
    async with ModelServer(delay_s=0.1) as server, Models() as models:
        model = f"{server.url}#e"
        both = await asyncio.gather(
            models.embed(model, ["a", "b"]), models.embed(model, ["b", "c"])
        )
        assert both[0].vectors[1] == both[1].vectors[0]
        assert sorted(text for body in server.counts.bodies for text in body["input"]) == [
            "a", "b", "c",
        ]  # fmt: skip
        assert sum(found.usage.input_tokens for found in both) == server.counts.input_tokens


async def test_packs_of_which_one_fails_keep_the_others() -> None:
    ledger = MemoryLedger()
    async with ModelServer(script=[Fault.BAD_REQUEST]) as server, Models(ledger) as models:
        model, texts = f"{server.url}#e", [f"text {n}" for n in range(100)]
        with pytest.raises(ModelError):
            await models.embed(model, texts)
        await until(lambda: len(ledger.exchanges) in (64, 36))
        assert (await models.embed(model, texts)).calls == 1
        assert server.counts.requests == 3


async def test_embeddings_count_against_the_budget() -> None:
    async with ModelServer() as server:
        async with Models(budget=Budget(BudgetLimits(tokens=10))) as models:
            with pytest.raises(BudgetExceeded):
                await models.embed(f"{server.url}#e", ["a text of more than ten bytes"])
        assert server.counts.requests == 0


async def test_a_protocol_without_embeddings_says_so() -> None:
    preset = Preset("claude", "http://127.0.0.1:9", "", WireProtocol.MESSAGES, Auth.NONE)
    async with Models(presets=[preset]) as models:
        with pytest.raises(ModelError, match="no embeddings"):
            await models.embed("claude:x", ["a"])


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not happened():  # noqa: ASYNC110 - it is another task's doing
            await asyncio.sleep(0.01)

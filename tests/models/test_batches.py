"""Batch APIs behind the same call."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from fast_clock import FastClock
from jurist.errors import BudgetExceeded
from jurist.models import (
    Auth,
    BatchApi,
    BatchMode,
    BatchOptions,
    BatchRecord,
    Budget,
    BudgetLimits,
    MemoryLedger,
    Message,
    Models,
    Preset,
    Price,
    Reply,
    Request,
    WireProtocol,
)
from jurist.models.batch_book import MemoryBook
from jurist.models.budget import MemoryAccount
from model_server import ModelServer

ALWAYS = BatchOptions(BatchMode.ALWAYS, gather_s=0.02, poll_s=30.0)
PRICES = {"batched:m": Price(Decimal(1), Decimal(2))}


class RealGathering(FastClock):
    """Short waits are waited, so that calls can gather; long ones are not."""

    async def sleep(self, seconds: float) -> None:
        if seconds < 1:
            await asyncio.sleep(seconds)
        await super().sleep(seconds)


class NotingBook(MemoryBook):
    """Says when a batch is out."""

    def __init__(self) -> None:
        super().__init__()
        self.out = asyncio.Event()

    async def save_batch(self, record: BatchRecord) -> None:
        await super().save_batch(record)
        if record.provider_id:
            self.out.set()


def preset(server: ModelServer, api: BatchApi) -> Preset:
    if api is BatchApi.ANTHROPIC:
        protocol, auth = WireProtocol.MESSAGES, Auth.X_API_KEY
    else:
        protocol, auth = WireProtocol.CHAT_COMPLETIONS, Auth.BEARER
    return Preset("batched", server.url, "BATCH_KEY", protocol, auth, batch=api)


@pytest.fixture(params=[BatchApi.OPENAI, BatchApi.ANTHROPIC])
def api(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> BatchApi:
    monkeypatch.setenv("BATCH_KEY", "sk-batch")
    return BatchApi(request.param)


def engine(
    server: ModelServer,
    api: BatchApi,
    *,
    ledger: MemoryLedger | None = None,
    book: MemoryBook | None = None,
    options: BatchOptions = ALWAYS,
    budget: Budget | None = None,
) -> Models:
    return Models(
        ledger,
        presets=[preset(server, api)],
        batch=options,
        batches=book,
        clock=RealGathering(),
        prices=PRICES,
        budget=budget,
    )


def ask(number: int) -> Request:
    return Request("batched:m", (Message("user", f"case {number}"),), max_tokens=100)


async def ask_all(models: Models, count: int) -> list[Reply]:
    return await asyncio.gather(*(models.call(ask(n)) for n in range(count)))


async def test_calls_go_in_one_batch_at_half_the_price(api: BatchApi) -> None:
    ledger, book = MemoryLedger(), MemoryBook()
    async with ModelServer(polls=3) as server:
        async with engine(server, api, ledger=ledger, book=book) as models:
            batched = await ask_all(models, 25)
        assert len(server.batches) == 1
        assert server.counts.requests == 0
        assert book.records == {}
        billed = (server.counts.input_tokens + 2 * server.counts.output_tokens) / 2e6
        assert sum(reply.usd or 0 for reply in batched) == pytest.approx(billed)
        async with engine(server, api, options=BatchOptions(BatchMode.NEVER)) as models:
            live = await ask_all(models, 25)
        assert [reply.text for reply in live] == [reply.text for reply in batched]
        async with engine(server, api, ledger=ledger) as models:
            assert all(reply.cached for reply in await ask_all(models, 25))
        assert len(server.batches) == 1


async def test_auto_goes_by_the_size_of_the_run(api: BatchApi) -> None:
    async with ModelServer() as server:
        for expected, requests in ((10, 4), (5000, 0)):
            options = BatchOptions(BatchMode.AUTO, expected=expected, gather_s=0.02)
            server.counts.requests = 0
            async with engine(server, api, options=options) as models:
                await ask_all(models, 4)
            assert server.counts.requests == requests


async def test_what_a_batch_does_not_answer_is_called_live(api: BatchApi) -> None:
    async with ModelServer() as server:
        ledger = MemoryLedger()
        async with engine(
            server, api, ledger=ledger, options=BatchOptions(BatchMode.NEVER)
        ) as models:
            await models.call(ask(3))
        server.failing_items = set(ledger.exchanges)
        server.counts.requests = 0
        async with engine(server, api) as models:
            assert len(await ask_all(models, 6)) == 6
        assert server.counts.requests == 1


async def test_a_killed_process_finds_its_batch_again(api: BatchApi) -> None:
    ledger, book, account = MemoryLedger(), NotingBook(), MemoryAccount()
    limits = BudgetLimits(usd=Decimal("0.02"))
    async with ModelServer(polls=1_000_000) as server:
        budget = Budget(limits, account=account, run="r")
        async with engine(server, api, ledger=ledger, book=book, budget=budget) as models:
            asking = asyncio.create_task(ask_all(models, 12))
            await book.out.wait()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        assert len(book.records) == 1
        server.polls = 0
        budget = Budget(limits, account=account, run="r")
        async with engine(server, api, ledger=ledger, book=book, budget=budget) as models:
            assert len(await ask_all(models, 12)) == 12
        assert len(server.batches) == 1
        assert server.counts.requests == 0
        assert max(server.counts.by_body.values()) == 1
        assert book.records == {}
        paid = sum(exchange.usd or 0 for exchange in ledger.exchanges.values())
        assert (await account.drawn("r")).pico == pytest.approx(paid * 1e12)


async def test_a_batch_whose_creation_was_not_confirmed(api: BatchApi) -> None:
    book = MemoryBook()
    async with ModelServer() as server:
        server.lose_creations = 1
        async with engine(server, api, book=book) as models:
            assert len(await ask_all(models, 5)) == 5
        assert len(server.batches) == 1
        # OpenAI's can be found by our tag; Anthropic's cannot, so the calls go out live
        assert server.counts.requests == (0 if api is BatchApi.OPENAI else 5)


async def test_a_batch_is_held_to_the_budget(api: BatchApi) -> None:
    async with ModelServer() as server:
        budget = Budget(BudgetLimits(calls=7))
        async with engine(server, api, budget=budget) as models:
            outcomes = await asyncio.gather(
                *(models.call(ask(n)) for n in range(20)), return_exceptions=True
            )
        assert sum(isinstance(outcome, Reply) for outcome in outcomes) == 7
        assert sum(isinstance(outcome, BudgetExceeded) for outcome in outcomes) == 13
        assert sum(server.counts.by_body.values()) == 7

"""What leaves is on record, byte for byte, before it leaves; and what became of it."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from fast_clock import FastClock
from jurist.errors import BudgetExceeded, ModelError, StoreError
from jurist.models import (
    Auth,
    BatchApi,
    BatchMode,
    BatchOptions,
    Budget,
    BudgetLimits,
    MemoryLedger,
    Message,
    Models,
    Preset,
    Request,
    RetryPolicy,
    WireProtocol,
    on_errand,
)
from jurist.store import Store, open_store
from jurist.store.ledger import SqlLedger
from jurist.store.sent import SentRow, sent_requests, sent_totals
from model_server import Fault, ModelServer

ANSWER = {
    "id": "chatcmpl-17",
    "choices": [{"message": {"role": "assistant", "content": "five"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 1},
}
KEY = "sk-very-secret-0123456789"


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


@asynccontextmanager
async def models_in(
    store: Store,
    *,
    preset: Preset | None = None,
    budget: Budget | None = None,
    batch: BatchOptions | None = None,
) -> AsyncGenerator[Models]:
    ledger = SqlLedger(store)
    try:
        async with Models(
            ledger,
            clock=FastClock(),
            rng=random.Random(0),
            presets=() if preset is None else (preset,),
            budget=budget,
            retries=RetryPolicy(attempts=2),
            batch=batch,
        ) as models:
            yield models
    finally:
        await ledger.close()


@asynccontextmanager
async def listening(handle: Callable[[bytes], Awaitable[None]]) -> AsyncGenerator[str]:
    """A server that hands over the bytes that reached it, then answers."""

    async def serve(request: web.Request) -> web.Response:
        await handle(await request.read())
        return web.json_response(ANSWER)

    app = web.Application()
    app.router.add_post("/v1/chat/completions", serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    bound: tuple[str, int] = runner.addresses[0]
    try:
        yield f"http://127.0.0.1:{bound[1]}/v1"
    finally:
        await runner.cleanup()


def ask(model: str, text: str) -> Request:
    return Request(model, (Message("user", text),))


async def test_every_byte_is_in_the_store_before_the_server_has_it(store: Store) -> None:
    reached: list[bytes] = []
    on_record: list[list[SentRow]] = []

    async def look(raw: bytes) -> None:
        reached.append(raw)
        on_record.append(list(sent_requests(store)))

    async with listening(look) as url, models_in(store) as models:
        with on_errand(run="r-1", role="judge", privacy="values"):
            await models.call(ask(f"{url}#m", 'é "quoted" \\ \u2028 {"a": 1}'))
    (raw,), ((before,),) = reached, on_record
    (after,) = sent_requests(store)
    assert before.body.encode() == after.body.encode() == raw
    assert (before.error, before.left, before.answered) == (None, None, None)
    assert (after.run, after.role, after.privacy) == ("r-1", "judge", "values")
    assert (after.server, after.model) == (f"{url}/chat/completions", f"{url}#m")
    assert (after.status, after.error, after.reply) == (200, "", "chatcmpl-17")
    assert after.bytes == len(raw)
    assert after.left is not None
    assert after.answered is not None
    assert after.at <= after.left <= after.answered


async def test_each_attempt_is_a_line(store: Store) -> None:
    script = [Fault.CUT, None, Fault.BAD_REQUEST, Fault.ERROR, Fault.ERROR]
    async with ModelServer(script=script) as server, models_in(store) as models:
        await models.call(ask(f"{server.url}#m", "again"))
        for text in ("refused", "failing"):
            with pytest.raises(ModelError):
                await models.call(ask(f"{server.url}#m", text))
        bodies = server.counts.bodies
    rows = list(sent_requests(store))
    assert [msgspec.json.decode(row.body) for row in rows] == bodies
    assert [row.status for row in rows] == [None, 200, 400, 500, 500]
    assert [bool(row.error) for row in rows] == [True, False, True, True, True]
    assert rows[0].key == rows[1].key != rows[2].key


async def test_what_never_left_is_told_apart(store: Store) -> None:
    async with models_in(store) as models:
        with pytest.raises(ModelError):
            await models.call(ask("http://127.0.0.1:9/v1#m", "nobody there"))
    budget = Budget(BudgetLimits(calls=0))
    async with ModelServer() as server, models_in(store, budget=budget) as models:
        with pytest.raises(BudgetExceeded):
            await models.call(ask(f"{server.url}#m", "too dear"))
    rows = list(sent_requests(store))
    unreachable = [row for row in rows if "nobody there" in row.body]
    (last,) = [row for row in rows if "too dear" in row.body]
    assert [row.left for row in unreachable] == [None, None]
    assert ["cannot be reached" in (row.error or "") for row in unreachable] == [True, True]
    assert (last.left, last.error) == (None, "it never left")


async def test_what_cannot_be_recorded_does_not_leave(tmp_path: Path) -> None:
    class Full(SqlLedger):
        async def leaving(self, requests: object) -> None:  # noqa: ARG002
            raise StoreError("the disk is full")

    opened = open_store(tmp_path / "a.db")
    ledger = Full(opened)
    async with ModelServer() as server, Models(ledger, clock=FastClock()) as models:
        with pytest.raises(StoreError):
            await models.call(ask(f"{server.url}#m", "unseen"))
        assert server.counts.requests == 0
    await ledger.close()
    opened.close()


async def test_embeddings_and_calls_from_the_ledger(store: Store) -> None:
    async with ModelServer() as server, models_in(store) as models:
        for _ in range(2):  # the second time nothing leaves
            await models.embed(f"{server.url}#e", ["one", "two"])
            await models.call(ask(f"{server.url}#m", "once"))
    assert len(list(sent_requests(store))) == 2
    (total, other) = sent_totals(store)
    assert (total.requests, other.requests) == (1, 1)
    assert {total.model, other.model} == {f"{server.url}#e", f"{server.url}#m"}


@pytest.mark.parametrize("api", [BatchApi.OPENAI, BatchApi.ANTHROPIC])
async def test_a_batch_is_a_line_for_each_of_its_requests(
    api: BatchApi, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCH_KEY", KEY)
    anthropic = api is BatchApi.ANTHROPIC
    async with ModelServer() as server:
        preset = Preset(
            "b",
            server.url,
            "BATCH_KEY",
            WireProtocol.MESSAGES if anthropic else WireProtocol.CHAT_COMPLETIONS,
            Auth.X_API_KEY if anthropic else Auth.BEARER,
            batch=api,
        )
        options = BatchOptions(BatchMode.ALWAYS, gather_s=0.02)
        async with models_in(store, preset=preset, batch=options) as models:
            with on_errand(run="r-2", role="judge"):
                await models.call(ask("b:m", f"text 1 {KEY}"))
    rows = list(sent_requests(store, run="r-2"))
    (held,) = [row for row in rows if "text 1" in row.body]
    assert "custom_id" in msgspec.json.decode(held.body)
    assert held.role == "judge"
    assert (held.status, held.error) == (200, "")
    assert not any(KEY in row.body for row in rows)


async def test_without_a_store_it_is_in_memory() -> None:
    ledger = MemoryLedger()
    async with ModelServer() as server, Models(ledger, clock=FastClock()) as models:
        await models.call(ask(f"{server.url}#m", "hello"))
        (request,) = ledger.requests
        assert msgspec.json.decode(request.body) == server.counts.bodies[0]
        assert ledger.outcomes[request.id].status == 200

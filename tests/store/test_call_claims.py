"""Sessions that need the same reply of a model: one of them pays, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import text

from jurist.errors import ModelError
from jurist.models import Embeddings, Message, Models, Reply, Request, Turn, logged_by, on_errand
from jurist.runs import read_study
from jurist.store import Store, open_store
from jurist.store.ledger import SqlLedger
from jurist.store.sent import count_repeats
from model_server import Fault, ModelServer
from model_studies import model_study, play, run_beside

pytestmark = pytest.mark.postgres
T = TypeVar("T")
Ask = Callable[[Models, ModelServer], Coroutine[object, object, T]]
"""A call of a session's models to a server."""


@asynccontextmanager
async def session(url: str) -> AsyncGenerator[tuple[Models, Store]]:
    store = open_store(url)
    ledger = SqlLedger(store)
    try:
        with logged_by(ledger), on_errand(run="r"):
            async with Models(ledger) as models:
                yield models, store
    finally:
        await ledger.close()
        store.close()


@asynccontextmanager
async def asked_after_a_loss(
    url: str, first: Ask[T], second: Ask[T]
) -> AsyncGenerator[tuple[T, T, ModelServer, Store]]:
    """What a session that is taken for lost is told late, and another that asks meanwhile."""
    open_store(url).close()
    async with (
        ModelServer() as server,
        session(url) as (lost, store),
        session(url) as (other, _),
    ):
        server.may_reply.clear()
        late = asyncio.create_task(first(lost, server))
        await until(lambda: rows(store, "sent") == server.counts.in_flight == 1)
        forget_who_sent(store)
        again = asyncio.create_task(second(other, server))
        await until(lambda: server.counts.in_flight == 2)
        server.may_reply.set()
        yield await late, await again, server, store


def request(server: ModelServer, number: int = 0) -> Request:
    messages = (Message("user", f"number {number}"),)
    return Request(f"{server.url}#test-model", messages, max_tokens=50, seed=1)


async def test_of_two_sessions_that_ask_the_same_one_pays(postgres_url: str) -> None:
    open_store(postgres_url).close()
    async with (
        ModelServer(delay_s=0.3) as server,
        session(postgres_url) as (first, store),
        session(postgres_url) as (second, _),
    ):
        replies = await asyncio.gather(
            *(models.call(request(server, n)) for models in (first, second) for n in range(20))
        )
        assert len(server.counts.bodies) == 20
        assert [reply.text for reply in replies[:20]] == [reply.text for reply in replies[20:]]
        assert sum(reply.cached for reply in replies) == 20
        assert first.totals.calls + second.totals.calls == 20
        assert rows(store, "call_claims") == 0
        assert count_repeats(store, "r") == 0


async def test_of_two_sessions_that_embed_the_same_texts_one_pays(postgres_url: str) -> None:
    open_store(postgres_url).close()
    texts = [f"number {n}" for n in range(1500)]
    async with (
        ModelServer(delay_s=0.2) as server,
        session(postgres_url) as (first, store),
        session(postgres_url) as (second, _),
    ):
        model = f"{server.url}#e"
        found = await asyncio.gather(
            first.embed(model, texts), second.embed(model, texts[500:]), second.embed(model, texts)
        )
        sent = [text for body in server.counts.bodies for text in body["input"]]
        assert sorted(sent) == sorted(texts)
        assert found[0].vectors == found[2].vectors
        assert found[0].vectors[500:] == found[1].vectors
        assert sum(each.calls for each in found) == len(server.counts.bodies)
        assert sum(each.usage.input_tokens for each in found) == server.counts.input_tokens
        assert rows(store, "call_claims") == 0
        assert count_repeats(store, "r") == 0


async def test_embeddings_of_a_session_that_was_lost_are_asked_for_again_and_counted(
    postgres_url: str,
) -> None:
    def of(*texts: str) -> Ask[Embeddings]:
        return lambda models, server: models.embed(f"{server.url}#e", list(texts))

    async with asked_after_a_loss(postgres_url, of("a", "b"), of("a")) as (late, again, _, store):
        assert late.vectors[0] == again.vectors[0]
        assert count_repeats(store, "r") == 1


async def test_a_call_that_failed_is_left_to_the_other_session(postgres_url: str) -> None:
    open_store(postgres_url).close()
    async with (
        ModelServer(script=[Fault.BAD_REQUEST], delay_s=0.2) as server,
        session(postgres_url) as (first, store),
        session(postgres_url) as (second, _),
    ):
        failing = asyncio.create_task(first.call(request(server)))
        await asyncio.sleep(0.1)
        reply = await second.call(request(server))
        with pytest.raises(ModelError):
            await failing
        assert reply.text
        assert len(server.counts.bodies) == 2
        assert rows(store, "call_claims") == 0
        assert count_repeats(store, "r") == 0  # the server had said that it did nothing


async def test_a_call_of_a_session_that_was_lost_is_made_again_and_counted(
    postgres_url: str,
) -> None:
    def ask(models: Models, server: ModelServer) -> Coroutine[object, object, Reply]:
        return models.call(request(server))

    async with asked_after_a_loss(postgres_url, ask, ask) as (late, again, server, store):
        assert late.text == again.text
        assert len(server.counts.bodies) == 2
        assert count_repeats(store, "r") == 1
        assert count_repeats(store, "another") == 0


async def test_three_sessions_share_a_budget_to_the_last_call(
    tmp_path: Path, postgres_url: str
) -> None:
    """1,000 cases, 800 calls: each session draws from one account."""
    async with ModelServer(reply=play) as server:
        study = model_study(
            tmp_path, server.url, cases=1000, judges="[proof]", extra="budget: {calls: 800}"
        )
        text_ = study.read_text()
        study.write_text(text_.replace("use: all", "use: authored").replace("concurrency: 4", ""))
        outcomes = await asyncio.gather(
            *(run_beside(read_study(study), postgres_url) for _ in range(3))
        )
        assert {outcome.ending for outcome in outcomes} == {"out_of_budget"}
        assert len(server.counts.bodies) == 800
    store = open_store(postgres_url)
    with store.read() as connection:
        assert connection.scalar(text("SELECT calls FROM accounts")) == 800
        assert connection.scalar(text("SELECT count(*) FROM exchanges")) == 800
    assert rows(store, "call_claims") == 0
    store.close()


async def test_a_call_that_was_given_up_before_its_turn_holds_up_nobody(postgres_url: str) -> None:
    stores = [open_store(postgres_url) for _ in range(2)]
    ended, other = map(SqlLedger, stores)
    waiting = asyncio.create_task(ended.begin("k"))
    await asyncio.sleep(0)
    waiting.cancel()
    await ended.close()
    assert await other.begin("k") is Turn.OURS
    await other.close()
    for store in stores:
        store.close()


def rows(store: Store, table: str) -> int:
    with store.read() as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608


def forget_who_sent(store: Store) -> None:
    """As if that session had been stopped for as long as a claim lasts."""
    with store.write() as connection:
        connection.execute(text("UPDATE call_claims SET until = 0"))
        # Requests of one process are retries, not repeats: this one was another's.
        connection.execute(text(
            "UPDATE sent SET id = substr(id, 1, 12) || 'ffffffff' || substr(id, 21)"
        ))  # fmt: skip


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not happened():  # noqa: ASYNC110 - it is rows that are waited for
            await asyncio.sleep(0.02)

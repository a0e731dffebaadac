"""The ledger in a store: group commit, durability at SIGKILL, accounts, batches."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from jurist.errors import StoreError
from jurist.models import (
    Amount,
    BatchRecord,
    Exchange,
    Message,
    Models,
    Request,
    read_exchanges,
    write_recording,
)
from jurist.models.ledger import key_of
from jurist.store import Store, open_store
from jurist.store.ledger import SqlLedger
from model_server import ModelServer


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
async def ledger(store: Store) -> AsyncIterator[SqlLedger]:
    opened = SqlLedger(store)
    yield opened
    await opened.close()


def exchange(number: int, *, model: str = "m", usd: float | None = 0.25) -> Exchange:
    material = b'{"number":%d,"text":"\\u0000 \xc3\xa9"}' % number
    return Exchange(
        key=key_of(material),
        model=model,
        request=msgspec.Raw(material),
        reply=msgspec.Raw(b'{"text":"x","finish_reason":"stop"}'),
        input_tokens=number,
        output_tokens=1,
        usd=usd,
        ms=1.5,
        attempts=2,
        created=1_800_000_000_000,
    )


async def test_what_was_put_is_found_as_it_was(ledger: SqlLedger) -> None:
    kept = [exchange(n, usd=None if n % 2 else 0.25) for n in range(700)]
    assert await ledger.get(kept[0].key) is None
    await asyncio.gather(*map(ledger.put, kept))
    assert await asyncio.gather(*(ledger.get(one.key) for one in kept)) == kept
    assert [one async for one in ledger.exchanges()] == sorted(kept, key=lambda one: one.key)


async def test_the_first_exchange_under_a_key_stays(ledger: SqlLedger) -> None:
    await ledger.put(exchange(1, usd=0.5))
    await asyncio.gather(ledger.put(exchange(1, usd=9.0)), ledger.put(exchange(1, usd=8.0)))
    found = await ledger.get(exchange(1).key)
    assert found is not None
    assert found.usd == 0.5


async def test_calls_under_way_together_share_a_transaction(
    ledger: SqlLedger, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    transactions = 0
    write = store.write

    def counted() -> object:
        nonlocal transactions
        transactions += 1
        return write()

    monkeypatch.setattr(store, "write", counted)
    await asyncio.gather(*(ledger.put(exchange(n)) for n in range(400)))
    assert transactions < 10


async def test_the_bill(ledger: SqlLedger) -> None:
    await asyncio.gather(
        ledger.put(exchange(1, model="a")),
        ledger.put(exchange(2, model="a", usd=None)),
        ledger.put(exchange(3, model="b")),
    )
    first, second = await ledger.bill()
    assert (first.model, first.calls, first.input_tokens, first.usd) == ("a", 2, 3, 0.25)
    assert first.unpriced_calls == 1
    assert second.model == "b"


async def test_an_account_is_never_overdrawn_by_many_at_once(store: Store) -> None:
    ledgers = [SqlLedger(store) for _ in range(4)]
    limit = Amount(10**15, 10**9, 100)
    drawn = await asyncio.gather(
        *(ledgers[n % 4].draw("r", Amount(7, 5, 3), limit) for n in range(60))
    )
    assert sum(drawn) == 33
    assert await ledgers[0].drawn("r") == Amount(231, 165, 99)
    await ledgers[1].give_back("r", Amount(231, 165, 98))
    assert await ledgers[2].drawn("r") == Amount(0, 0, 1)
    assert await ledgers[3].drawn("another") == Amount()
    for ledger in ledgers:
        await ledger.close()


async def test_batches_under_way(ledger: SqlLedger) -> None:
    record = BatchRecord("t", "", "m", ("a" * 40, "b" * 40), 5)
    await ledger.save_batch(record)
    known = BatchRecord("t", "batch_1", "m", record.keys, 5)
    await ledger.save_batch(known)
    assert await ledger.batches_under_way("m") == (known,)
    assert await ledger.batches_under_way("other") == ()
    await ledger.close_batch("t")
    assert await ledger.batches_under_way("m") == ()


async def test_an_export_is_replayed(ledger: SqlLedger, tmp_path: Path) -> None:
    async with ModelServer() as server, Models(ledger) as models:
        asked = Request(f"{server.url}#qwen", (Message("user", "case"),))
        said = (await models.call(asked)).text
    path = tmp_path / "a.jsonl"
    await write_recording(path, ledger.exchanges(), {})
    assert len(list(read_exchanges(path))) == 1
    async with Models() as models:
        reply = await models.call(Request(f"replay:{path}", (Message("user", "case"),)))
    assert reply.text == said


async def test_a_store_that_fails_is_a_clear_error_for_every_call(
    ledger: SqlLedger, store: Store
) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("DROP TABLE exchanges")
    outcomes = await asyncio.gather(
        *(ledger.put(exchange(n)) for n in range(5)),
        *(ledger.get(exchange(n).key) for n in range(5)),
        return_exceptions=True,
    )
    assert all(isinstance(outcome, StoreError) for outcome in outcomes)


_WORKER = """
import asyncio, sys
from jurist.models import Message, Models, Request
from jurist.store import open_store
from jurist.store.ledger import SqlLedger

async def main(path, url):
    async with Models(SqlLedger(open_store(path)), concurrency=8) as models:
        async def one(number):
            await models.call(Request(url + "#m", (Message("user", f"case {number}"),)))
            print(number, flush=True)  # the reply is used
        await asyncio.gather(*(one(number) for number in range(400)))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_replies_that_were_used_outlive_sigkill(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with ModelServer(delay_s=0.01) as server:
        for wanted in (20, 60, 100):
            worker = await asyncio.create_subprocess_exec(
                sys.executable, "-c", _WORKER, str(path), server.url, stdout=subprocess.PIPE
            )
            assert worker.stdout is not None
            used: list[int] = []
            while len(used) < wanted:
                line = await worker.stdout.readline()
                assert line
                used.append(int(line))
            os.kill(worker.pid, signal.SIGKILL)
            used += [int(line) for line in (await worker.stdout.read()).splitlines()]
            await worker.wait()
            store = open_store(path)
            ledger = SqlLedger(store)
            async with Models(ledger) as models:
                before = server.counts.requests
                for number in used:
                    asked = Request(f"{server.url}#m", (Message("user", f"case {number}"),))
                    assert (await models.call(asked)).cached
                assert server.counts.requests == before
            await ledger.close()
            store.close()
        again = sum(count - 1 for count in server.counts.replied_by_body.values())
        assert again <= 8 * 3  # only what was in flight at a kill was asked again

"""The ledger in a store's database, with the runs' accounts and the batches under way.

Group commit: what arrives within a moment, or while the last group is being written, goes
into one transaction, and nobody is told before it is committed. A store synchronises fully,
so a reply that was used outlives the process and the machine, and one fsync is shared by a
whole group. Look-ups are grouped likewise, apart: they never wait for a disk that writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
)

from jurist.models import (
    Amount,
    BatchRecord,
    Exchange,
    ExchangeKind,
    SentOutcome,
    SentRequest,
    Turn,
)
from jurist.store.accounts import book, draw, drawn
from jurist.store.call_claims import CallClaims
from jurist.store.engine import Store
from jurist.store.grouping import GATHER_S, GroupCommit, fail
from jurist.store.inserting import insert_absent
from jurist.store.patience import patiently
from jurist.store.sent import write_outcomes, write_sent
from jurist.store.tables import METADATA

_R = TypeVar("_R")

EXCHANGES: Final = Table(
    "exchanges",
    METADATA,
    Column("key", String(40), primary_key=True),
    Column("kind", String(16), nullable=False),  # models.ExchangeKind
    Column("model", Text, nullable=False),
    Column("request", Text, nullable=False),  # JSON; the key is its digest
    Column("reply", Text, nullable=False),  # JSON
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("usd", Float(53)),
    Column("ms", Float(53), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created", BigInteger, nullable=False),
    Index(None, "model"),
)

BATCHES: Final = Table(
    "batches",
    METADATA,
    Column("tag", String(40), primary_key=True),
    Column("provider_id", Text, nullable=False),  # "" while its creation is not confirmed
    Column("model", Text, nullable=False),
    Column("keys", Text, nullable=False),  # JSON list
    Column("created", BigInteger, nullable=False),
    Index(None, "model"),
)

_PAGE: Final = 500

_FIND: Final = select(EXCHANGES).where(EXCHANGES.c.key.in_(bindparam("wanted", expanding=True)))


@dataclass(frozen=True, slots=True)
class Bill:
    """What the replies of one model in the ledger cost when they were made."""

    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    usd: float
    unpriced_calls: int


class SqlLedger:
    """A ledger, and the account and book that go with it, in a store.

    Used by one event loop at a time; the database is spoken to in threads of its own, one
    that writes and one that reads.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="ledger-writing")
        self._reading = (
            self._writing  # in memory each thread would have a database of its own
            if store.path is None and not store.shared
            else ThreadPoolExecutor(1, thread_name_prefix="ledger-reading")
        )
        self._gets: dict[str, list[asyncio.Future[Exchange | None]]] = {}
        self._puts = GroupCommit(self._add_patiently, self._writing)
        self._finder: asyncio.Task[None] | None = None
        # A run in a file has one session at a time, which joins equal calls by itself.
        self._claims = CallClaims(store, self._writing, _find) if store.shared else None

    async def get(self, key: str) -> Exchange | None:
        """The exchange under this key, if there is one.

        Raises:
            StoreError: The store cannot be read.
        """
        found = asyncio.get_running_loop().create_future()
        self._gets.setdefault(key, []).append(found)
        if self._finder is None or self._finder.done():
            self._finder = asyncio.create_task(self._find())
        return await found

    async def put(self, exchange: Exchange) -> None:
        """Keep an exchange; returns once it is committed. The first one under a key stays.

        Raises:
            StoreError: The store cannot be written; the exchange is not kept.
        """
        await self._puts.add(exchange)

    async def begin(self, key: str) -> Turn | Exchange:
        """Whose turn it is to make a call, or the exchange where there is one by now.

        Raises:
            StoreError: The store cannot be written.
        """
        return Turn.OURS if self._claims is None else await self._claims.begin(key)

    async def abandon(self, key: str) -> None:
        """Leave a call that was ours to others: it came to nothing."""
        if self._claims is not None:
            await self._claims.abandon(key)

    async def leaving(self, requests: Sequence[SentRequest]) -> None:
        """Keep requests that are about to leave; returns once they are committed.

        Raises:
            StoreError: The store cannot be written; they are not kept.
        """
        await self._puts.add(*requests)

    def ended(self, outcomes: Sequence[SentOutcome]) -> None:
        """Keep what became of requests, with the next group."""
        self._puts.add_later(*outcomes)

    async def close(self) -> None:
        """Write what is waiting and end the threads; the store stays open."""
        if self._finder is not None:
            await asyncio.gather(self._finder, return_exceptions=True)
        await self._puts.close()
        if self._claims is not None:
            await self._claims.close()
        self._reading.shutdown()
        self._writing.shutdown()

    async def exchanges(self, model: str | None = None) -> AsyncIterator[Exchange]:
        """Every exchange, by key, a page at a time; of one model where it is named."""
        after = ""
        while True:
            page = await self._read(lambda after=after: self._page(model, after))
            for exchange in page:
                yield exchange
            if len(page) < _PAGE:
                return
            after = page[-1].key

    async def bill(self) -> tuple[Bill, ...]:
        """What each model's replies cost, by model."""
        return await self._read(self._bill)

    async def draw(self, run: str, amount: Amount, limit: Amount) -> bool:
        """Draw from the run's account, durably, unless its total would pass the limit."""
        return await self._write(lambda: draw(self._store, run, amount, limit))

    async def give_back(self, run: str, amount: Amount) -> None:
        """Return what was drawn and not spent; not tried again, or it could be returned twice."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writing, book, self._store, run, Amount() - amount)

    async def drawn(self, run: str) -> Amount:
        """The total of a run's account."""
        return await self._read(lambda: drawn(self._store, run))

    async def batches_under_way(self, model: str) -> tuple[BatchRecord, ...]:
        """The batches of a model that are not closed."""
        return await self._read(lambda: self._batches(model))

    async def save_batch(self, record: BatchRecord) -> None:
        """Keep a batch, or what is now known of it."""
        await self._write(lambda: self._save_batch(record))

    async def close_batch(self, tag: str) -> None:
        """Forget a batch."""
        await self._write(lambda: self._close_batch(tag))

    async def _write(self, work: Callable[[], _R]) -> _R:
        return await self._in(self._writing, work)

    async def _read(self, work: Callable[[], _R]) -> _R:
        return await self._in(self._reading, work)

    async def _in(self, threads: Executor, work: Callable[[], _R]) -> _R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads, patiently, self._store, work)

    async def _find(self) -> None:
        """Serve look-ups, group by group, until none is waiting."""
        while self._gets:
            await asyncio.sleep(GATHER_S)
            gets, self._gets = self._gets, {}
            (found,) = await asyncio.gather(
                self._read(lambda gets=gets: self._look_up(list(gets))), return_exceptions=True
            )
            if isinstance(found, BaseException):
                fail((future for waiting in gets.values() for future in waiting), found)
                continue
            for key, waiting in gets.items():
                exchange = found.get(key)
                for future in waiting:
                    if not future.done():
                        future.set_result(exchange)

    def _add_patiently(self, items: Sequence[Exchange | SentRequest | SentOutcome]) -> None:
        patiently(self._store, lambda: self._add(items))

    def _add(self, items: Sequence[Exchange | SentRequest | SentOutcome]) -> None:
        rows = [_row(item) for item in items if isinstance(item, Exchange)]
        with self._store.write() as connection:
            write_sent(connection, [item for item in items if isinstance(item, SentRequest)])
            write_outcomes(connection, [item for item in items if isinstance(item, SentOutcome)])
            if rows:
                insert_absent(connection, EXCHANGES, rows)
                if self._claims is not None:
                    self._claims.end(connection, [str(row["key"]) for row in rows])

    def _look_up(self, keys: Sequence[str]) -> dict[str, Exchange]:
        with self._store.read() as connection:
            return _find(connection, keys)

    def _page(self, model: str | None, after: str) -> list[Exchange]:
        query = select(EXCHANGES).where(EXCHANGES.c.key > after)
        if model is not None:
            query = query.where(EXCHANGES.c.model == model)
        with self._store.read() as connection:
            rows = connection.execute(query.order_by(EXCHANGES.c.key).limit(_PAGE))
            return [_exchange(row) for row in rows]

    def _bill(self) -> tuple[Bill, ...]:
        columns = EXCHANGES.c
        query = (
            select(
                columns.model,
                func.count(),
                func.sum(columns.input_tokens),
                func.sum(columns.output_tokens),
                func.coalesce(func.sum(columns.usd), 0.0),
                func.count() - func.count(columns.usd),
            )
            .group_by(columns.model)
            .order_by(columns.model)
        )
        with self._store.read() as connection:
            return tuple(
                Bill(row[0], int(row[1]), int(row[2]), int(row[3]), float(row[4]), int(row[5]))
                for row in connection.execute(query)
            )

    def _batches(self, model: str) -> tuple[BatchRecord, ...]:
        query = select(BATCHES).where(BATCHES.c.model == model).order_by(BATCHES.c.created)
        with self._store.read() as connection:
            return tuple(
                BatchRecord(
                    row.tag,
                    row.provider_id,
                    row.model,
                    msgspec.json.decode(row.keys, type=tuple[str, ...]),
                    row.created,
                )
                for row in connection.execute(query)
            )

    def _save_batch(self, record: BatchRecord) -> None:
        with self._store.write() as connection:
            connection.execute(delete(BATCHES).where(BATCHES.c.tag == record.tag))
            connection.execute(
                BATCHES.insert().values(
                    tag=record.tag,
                    provider_id=record.provider_id,
                    model=record.model,
                    keys=msgspec.json.encode(record.keys).decode(),
                    created=record.created,
                )
            )

    def _close_batch(self, tag: str) -> None:
        with self._store.write() as connection:
            connection.execute(delete(BATCHES).where(BATCHES.c.tag == tag))


def _find(connection: Connection, keys: Collection[str]) -> dict[str, Exchange]:
    found: dict[str, Exchange] = {}
    listed = list(keys)
    for at in range(0, len(listed), _PAGE):
        for row in connection.execute(_FIND, {"wanted": listed[at : at + _PAGE]}):
            exchange = _exchange(row)
            found[exchange.key] = exchange
    return found


def _row(exchange: Exchange) -> dict[str, object]:
    return {
        "key": exchange.key,
        "kind": exchange.kind.value,
        "model": exchange.model,
        "request": bytes(exchange.request).decode(),
        "reply": bytes(exchange.reply).decode(),
        "input_tokens": exchange.input_tokens,
        "output_tokens": exchange.output_tokens,
        "usd": exchange.usd,
        "ms": exchange.ms,
        "attempts": exchange.attempts,
        "created": exchange.created,
    }


def _exchange(row: Sequence[Any]) -> Exchange:
    key, kind, model, request, reply, read, written, price, ms, attempts, created = row
    return Exchange(
        key=key,
        kind=ExchangeKind(kind),
        model=model,
        request=msgspec.Raw(request.encode()),
        reply=msgspec.Raw(reply.encode()),
        input_tokens=read,
        output_tokens=written,
        usd=price,
        ms=ms,
        attempts=attempts,
        created=created,
    )

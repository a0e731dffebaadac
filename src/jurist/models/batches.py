"""The providers' batch APIs behind the same call: half the price, hours of patience.

Calls are gathered, sent as one batch, and answered when the batch is done. A batch
under way is kept in a book, so that a process which was killed finds it again instead
of paying for it twice. What a batch does not answer is called live.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final, TypeVar

import msgspec

from .batch_apis import BatchLostError, BatchWire, wire_for
from .batch_book import BatchBook, BatchMode, BatchOptions, BatchRecord, MemoryBook
from .budget import Amount, Budget
from .clock import Clock
from .ledger import Exchange
from .live import LiveCaller, Outgoing, amount_of
from .presets import Endpoint
from .prices import usd
from .sent import current_errand, on_errand
from .transport import Transport
from .wire import MalformedReplyError

_R = TypeVar("_R")

_DISCOUNT: Final = 2
"""Both providers bill half of the usual price."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a batch."""

    answers: Mapping[str, bytes]
    billed: bool = False
    """Whether what it did not answer may have been charged for."""


_Following = asyncio.Task[_Outcome]


@dataclass(slots=True)
class _Group:
    """One model's calls: those being gathered and the batches that are out."""

    wire: BatchWire
    gathering: dict[str, bytes] = field(default_factory=dict[str, bytes])
    roles: set[str] = field(default_factory=set[str])
    """Whose calls are being gathered."""
    size: int = 0
    arrivals: int = 0
    sender: asyncio.Task[_Following] | None = None
    out: dict[str, _Following] = field(default_factory=dict[str, _Following])
    """By key: the task that follows the batch which holds it."""
    resumed: set[str] = field(default_factory=set[str])
    """Keys of batches that an earlier process sent."""
    untaken: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """By tag: keys of a batch whose answers are not in the ledger yet."""
    loading: asyncio.Lock = field(default_factory=asyncio.Lock)
    loaded: bool = False


class BatchCaller:
    """Gathers calls into batches and hands out their answers.

    Args:
        transport: The connections.
        live: Knows tariffs and what a model does not take.
        options: How to gather.
        book: Where batches under way are kept; by default in memory.
        clock: Time.
        budget: The run's.
    """

    def __init__(
        self,
        transport: Transport,
        live: LiveCaller,
        options: BatchOptions,
        *,
        book: BatchBook | None,
        clock: Clock,
        budget: Budget | None,
    ) -> None:
        self._transport = transport
        self._live = live
        self._options = options
        self._book: BatchBook = book or MemoryBook()
        self._clock = clock
        self._budget = budget
        self._groups: dict[str, _Group] = {}
        self._tasks: set[asyncio.Task[object]] = set()

    @property
    def wanted(self) -> bool:
        """Whether calls go into batches at all."""
        options = self._options
        large = options.expected >= options.minimum
        return options.mode == BatchMode.ALWAYS or (options.mode == BatchMode.AUTO and large)

    async def close(self) -> None:
        """Stop following; batches that are out stay in the book."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def exchange(self, call: Outgoing) -> Exchange | None:
        """The answer of a batch to this call; `None` where it has to be called live.

        Raises:
            BudgetExceeded: The budget does not hold it.
            ModelError: The budget is in money and the model has no price.
        """
        group = await self._group(call.endpoint)
        tariff = self._live.tariff(call.endpoint, call.model)
        most = amount_of(call.most, tariff)
        following = group.out.get(call.key)
        if following is None:
            body = call.write(self._live.refused(call.endpoint))
            if self._budget is not None:
                await self._budget.reserve(most)
            following = await self._join(group, call, body)
        outcome = await asyncio.shield(following)
        actual = most if outcome.billed else Amount(calls=1)
        answer = outcome.answers.get(call.key)
        usage = call.most
        parsed = None
        if answer is not None:
            try:
                parsed = call.read(answer, frozenset())
                usage = parsed.usage or call.most
                actual = amount_of(usage, tariff)
                actual = replace(actual, pico=-(-actual.pico // _DISCOUNT))
            except MalformedReplyError:
                actual = most
        if self._budget is not None:
            earlier = call.key in group.resumed
            self._budget.settle(most, actual, earlier=earlier)
        if parsed is None:
            return None
        return Exchange(
            key=call.key,
            kind=call.kind,
            model=call.endpoint.identity,
            request=msgspec.Raw(call.material),
            reply=parsed.reply,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            usd=None if tariff is None else usd(actual.pico),
            ms=0.0,  # a batch does not say how long each reply took
            attempts=1,
            created=int(self._clock.wall() * 1000),
        )

    async def kept(self, key: str, model: str) -> None:
        """This call's answer is in the ledger: a batch whose answers all are is closed."""
        group = self._groups.get(model)
        if group is None:
            return
        group.out.pop(key, None)
        for tag, keys in list(group.untaken.items()):
            keys.discard(key)
            if not keys:
                del group.untaken[tag]
                await self._book.close_batch(tag)

    async def _group(self, endpoint: Endpoint) -> _Group:
        """The model's group, with the batches that an earlier process left."""
        group = self._groups.get(endpoint.identity)
        if group is None:
            wire = wire_for(endpoint, self._transport, self._clock)
            group = self._groups[endpoint.identity] = _Group(wire)
        async with group.loading:
            if not group.loaded:
                for record in await self._book.batches_under_way(endpoint.identity):
                    await self._resume(group, record)
                group.loaded = True
        return group

    async def _resume(self, group: _Group, record: BatchRecord) -> None:
        if not record.provider_id:  # its process died between asking and being told
            identifier = await group.wire.find(record.tag)
            if identifier is None:
                await self._book.close_batch(record.tag)
                return
            record = replace(record, provider_id=identifier)
            await self._book.save_batch(record)
        self._follow(group, record)
        group.resumed |= set(record.keys)

    async def _join(self, group: _Group, call: Outgoing, body: bytes) -> _Following:
        """Take part in the next batch; returns the task that follows it."""
        group.gathering[call.key] = body
        group.roles.add(current_errand().role)
        group.size += len(body)
        group.arrivals += 1
        if group.sender is None:
            group.sender = self._start(self._send_when_quiet(group, call.endpoint.identity))
        return await asyncio.shield(group.sender)

    async def _send_when_quiet(self, group: _Group, model: str) -> _Following:
        options = self._options
        seen = -1
        while (
            seen != group.arrivals
            and len(group.gathering) < options.most_requests
            and group.size < options.most_bytes
        ):
            seen = group.arrivals
            await self._clock.sleep(options.gather_s)
        requests, group.gathering, group.size = group.gathering, {}, 0
        roles, group.roles = ", ".join(sorted(group.roles)), set()
        group.sender = None  # a call that comes now starts the next batch
        created = int(self._clock.wall() * 1000)
        keys = tuple(requests)
        tag = blake2b(f"{created}{keys}".encode(), digest_size=16).hexdigest()
        record = BatchRecord(tag, "", model, keys, created)
        await self._book.save_batch(record)
        try:
            with on_errand(role=roles):
                identifier = await group.wire.create(tag, requests)
        except BatchLostError as error:
            await self._book.close_batch(tag)
            return self._start(_nothing(billed=error.billed))
        record = replace(record, provider_id=identifier)
        await self._book.save_batch(record)
        return self._follow(group, record)

    def _follow(self, group: _Group, record: BatchRecord) -> _Following:
        task = self._start(self._results(group, record))
        group.out |= dict.fromkeys(record.keys, task)
        group.untaken[record.tag] = set(record.keys)
        return task

    async def _results(self, group: _Group, record: BatchRecord) -> _Outcome:
        try:
            answers = await group.wire.results(record.provider_id, self._options.poll_s)
        except BatchLostError as error:
            group.untaken.pop(record.tag, None)
            await self._book.close_batch(record.tag)
            return _Outcome({}, error.billed)
        return _Outcome(answers)

    def _start(self, work: Coroutine[object, object, _R]) -> asyncio.Task[_R]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _nothing(*, billed: bool) -> _Outcome:
    return _Outcome({}, billed)

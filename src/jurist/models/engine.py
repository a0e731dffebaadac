"""`Models`: one way to every language model, through ledger, limits and budget."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import TracebackType
from typing import Final, Self, TypeVar

import msgspec

from jurist.records import FailureKind

from .batch_book import BatchBook, BatchOptions
from .batches import BatchCaller
from .budget import Budget
from .clock import Clock, SystemClock
from .embedding import Packs
from .events import Watch
from .exchanges import Exchanges, Totals
from .failures import failed, quote
from .json_reply import UnreadableError, read_reply
from .ledger import (
    ChatReply,
    Exchange,
    Ledger,
    MemoryLedger,
    chat_material,
    decode_reply,
    decode_vector,
    embedding_material,
    key_of,
    reply_of,
)
from .live import LiveCaller
from .outgoing import outgoing_chat, outgoing_embeddings
from .presets import BatchApi, Endpoint, Preset, WireProtocol, resolve
from .prices import Price, Prices
from .raw import RawReply, RawRequest, outgoing_raw, raw_material, raw_reply
from .reach import Reach, require_this_machine
from .recording import Recording, open_recording
from .reply_schema import schema_of
from .retries import RetryPolicy
from .transport import Transport
from .types import Embeddings, Message, Reply, Request, Usage

T = TypeVar("T")

_LARGEST_QUOTED_REPLY: Final = 4_000


class Keys(StrEnum):
    """Whether servers' keys have to be there before a call is made."""

    REQUIRED = "required"
    UNASKED = "unasked"
    """Nothing is called: somebody else does that, who has them."""


class Models:
    """The engine over providers, ledger, limits and budget; an async context manager.

    Args:
        ledger: Where exchanges are kept; by default in memory.
        presets: Servers of the study, before the built-in ones.
        prices: Prices of the study by model string, before the listed ones.
        budget: Of the run; `None` sets none.
        concurrency: Calls in flight per server; `None` lets each server's be found out.
        retries: Patience with failures that can pass.
        batch: When to use the providers' batch APIs.
        batches: Where batches under way are kept; needed to resume them.
        reach: How far requests may go.
        keys: Whether `require` asks for the servers' keys.
        clock: Time; tests bring their own.
        rng: Draws the jitter of retries.
    """

    def __init__(
        self,
        ledger: Ledger | None = None,
        *,
        presets: Iterable[Preset] = (),
        prices: Mapping[str, Price] | None = None,
        budget: Budget | None = None,
        concurrency: int | None = None,
        retries: RetryPolicy | None = None,
        batch: BatchOptions | None = None,
        batches: BatchBook | None = None,
        reach: Reach = Reach.ANYWHERE,
        keys: Keys = Keys.REQUIRED,
        clock: Clock | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self._reach = reach
        self._keys = keys
        self.ledger: Ledger = MemoryLedger() if ledger is None else ledger
        self._presets = tuple(presets)
        self._budget = budget
        self._resolved: dict[str, Endpoint | Recording] = {}
        clock = clock or SystemClock()
        self._transport = Transport(self.ledger, clock, reach)
        self._live = LiveCaller(
            self._transport,
            clock=clock,
            rng=rng or random.Random(),  # noqa: S311 - spreads retries, guards nothing
            policy=retries or RetryPolicy(),
            prices=Prices(prices or {}),
            budget=budget,
            concurrency=concurrency,
        )
        self._batch = BatchCaller(
            self._transport,
            self._live,
            batch or BatchOptions(),
            book=batches,
            clock=clock,
            budget=budget,
        )
        self._exchanges = Exchanges(self.ledger, self._batch.kept, clock)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End what is under way, close the connections, settle the budget's account."""
        await self._exchanges.close()
        await self._batch.close()
        await self._transport.close()
        if self._budget is not None:
            await self._budget.close()

    @property
    def totals(self) -> Totals:
        """What the engine did since it was opened."""
        return self._exchanges.totals

    @property
    def bounds_tokens(self) -> bool:
        """Whether the budget is in money or tokens, so that a reply must have a bound."""
        limits = None if self._budget is None else self._budget.limits
        return limits is not None and not (limits.usd is None and limits.tokens is None)

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Models that were called and whose price is not known."""
        return tuple(sorted(self._live.unpriced))

    def require(self, *models: str) -> None:
        """Find out before a run whether these models can be called at all.

        Raises:
            InputError: A string names no model, a key or a recording is missing.
            ModelError: A model has no price and the budget is in money.
        """
        for model in models:
            found = self._resolve(model)
            if isinstance(found, Endpoint):
                if self._keys is Keys.REQUIRED:
                    found.key()
                self._live.tariff(found, model)

    async def call(self, request: Request) -> Reply:
        """The reply to a request, from the ledger where it has one.

        Raises:
            ModelError: No usable reply; `failure` says why (refused, cut, time-out, ...).
            BudgetExceeded: The budget does not hold the call; nothing was sent.
            InputError: The model string, the key or the recording cannot be used.
        """
        found = self._resolve(request.model)
        if isinstance(found, Recording):
            material = chat_material(request, found.identity)
            exchange, cached = await found.exchange(key_of(material), request), True
        else:
            material = chat_material(request, found.identity)
            exchange, cached = await self._exchanges.of(
                key_of(material), lambda key: self._ask(request, found, key, material)
            )
        chat = decode_reply(exchange)
        self._complain(request, chat)
        return reply_of(exchange, chat, cached=cached)

    async def raw(self, request: RawRequest, watch: Watch | None = None) -> RawReply:
        """The reply to a request of somebody's own program, from the ledger where it has one.

        Args:
            request: What is asked.
            watch: Is shown the reply while a server gives it; not one that is there already.

        Raises:
            ModelError: See `call`; a refusal or a cut reply is none, but for the caller to read.
            BudgetExceeded: See `call`.
            InputError: See `call`.
        """
        found = self._resolve(request.model)
        material = raw_material(request, found.identity)
        key = key_of(material)
        if isinstance(found, Recording):
            asked = msgspec.json.encode(request.body).decode()
            return raw_reply(await found.exchange(key, asked), cached=True)
        exchange, cached = await self._exchanges.of(
            key,
            lambda key: self._live.exchange(outgoing_raw(request, found, key, material, watch)),
        )
        return raw_reply(exchange, cached=cached)

    def protocol(self, model: str) -> WireProtocol | None:
        """What a model's server speaks; `None` for a recording.

        Raises:
            InputError: The string names no model, or a recording that cannot be read.
        """
        found = self._resolve(model)
        return found.preset.protocol if isinstance(found, Endpoint) else None

    async def call_json(self, request: Request, shape: type[T]) -> tuple[T, Reply]:
        """The reply to a request as an instance of a type.

        A reply that cannot be read gets one repair turn: the model is shown what was wrong.

        Args:
            request: Where it has no `reply_schema`, the type's own is used.
            shape: A dataclass or msgspec type; what goes before what in a reply is the
                order of its fields, so reasoning comes before a score.

        Raises:
            ModelError: As `call`, and where the second reply cannot be read either.
        """
        if request.reply_schema is None:
            request = replace(request, reply_schema=schema_of(shape))
        reply = await self.call(request)
        try:
            return read_reply(reply.text, shape), reply
        except UnreadableError as error:
            problem = str(error)
        repair = replace(
            request,
            messages=(
                *request.messages,
                Message("assistant", reply.text[:_LARGEST_QUOTED_REPLY]),
                Message(
                    "user",
                    f"That answer cannot be read: {problem}. Give it again as one JSON object "
                    "of the form that was asked for, and nothing else.",
                ),
            ),
        )
        second = await self.call(repair)
        try:
            return read_reply(second.text, shape), second.following(reply)
        except UnreadableError as error:
            raise failed(
                FailureKind.UNPARSABLE,
                f"{request.model}: no answer could be read from the reply, nor from a second "
                f"one after the fault was named ({error}): {quote(second.text)}",
            ) from None

    async def embed(self, model: str, texts: Iterable[str]) -> Embeddings:
        """The embeddings of texts; those in the ledger are not asked for again.

        Raises:
            ModelError: As `call`.
        """
        wanted = tuple(texts)
        found = self._resolve(model)
        if isinstance(found, Endpoint) and found.preset.protocol is WireProtocol.MESSAGES:
            raise failed(FailureKind.ERROR, f"{model} has no embeddings: name another model")

        materials = {text: embedding_material(text, found.identity) for text in wanted}
        requests = 0
        if isinstance(found, Recording):
            made = [
                (await found.exchange(key_of(material), text), True)
                for text, material in materials.items()
            ]
        else:
            packs = Packs(
                materials,
                lambda pack: self._live.exchange(outgoing_embeddings(model, found, pack)),
            )
            made = await asyncio.gather(
                *(self._exchanges.of(key, packs.exchange) for key in packs.keys.values())
            )
            requests = packs.requests
        vectors = {
            text: decode_vector(exchange)
            for text, (exchange, _) in zip(materials, made, strict=True)
        }
        paid = [exchange for exchange, cached in made if not cached]
        prices = [exchange.usd for exchange in paid if exchange.usd is not None]
        return Embeddings(
            tuple(vectors[text] for text in wanted),
            Usage(sum(exchange.input_tokens for exchange in paid), 0),
            sum(prices) if len(prices) == len(paid) else None,
            sum(exchange.ms for exchange in paid),
            requests,
        )

    def _resolve(self, model: str) -> Endpoint | Recording:
        found = self._resolved.get(model)
        if found is None:
            target = resolve(model, self._presets)
            if isinstance(target, Endpoint) and self._reach is Reach.THIS_MACHINE:
                require_this_machine(target.base_url, f"the model {model!r}", target.model)
            found = target if isinstance(target, Endpoint) else open_recording(target)
            self._resolved[model] = found
        return found

    async def _ask(
        self, request: Request, endpoint: Endpoint, key: str, material: bytes
    ) -> Exchange:
        call = outgoing_chat(request, endpoint, key, material)
        if endpoint.preset.batch is not BatchApi.NONE and self._batch.wanted:
            done = await self._batch.exchange(call)
            if done is not None:
                return done
        return await self._live.exchange(call)

    @staticmethod
    def _complain(request: Request, chat: ChatReply) -> None:
        model = request.model
        if model.startswith("replay:"):  # a file's path tells nobody which model it was
            model = model.rpartition("#")[2]
        if chat.refusal is not None:
            raise failed(FailureKind.REFUSED, f"{model} declined: {quote(chat.refusal)}")
        if chat.finish_reason == "length":
            raise failed(
                FailureKind.UNPARSABLE,
                f"{model}: the reply was cut off at max_tokens={request.max_tokens}: raise it",
            )
        if not chat.text.strip():
            raise failed(FailureKind.UNPARSABLE, f"{model}: the reply is empty")

"""The record of every model call: cache, audit trail and bill in one.

An exchange is found by its key, a digest of all that shapes the reply. The key's
material is stored as the exchange's request, so that whoever has the record can
compute the key again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated, Final, Protocol, TypeVar, runtime_checkable

import msgspec

from jurist.errors import ModelError
from jurist.records import FailureKind

from .failures import failed
from .sent import MemorySent
from .types import Message, Reply, Request, TokenLogprobs, Usage

KEY_VERSION: Final = 1
"""Part of every key: raise it where the same request comes to mean something else."""


_T = TypeVar("_T")


MOST_TOKENS: Final = 100_000_000
"""More than any one call can use; the sums of all calls of a run stay within 64 bits."""

Tokens = Annotated[int, msgspec.Meta(ge=0, le=MOST_TOKENS)]
"""Tokens of one call as somebody else says them."""


class ExchangeKind(StrEnum):
    """What was asked for."""

    CHAT = "chat"
    EMBEDDING = "embedding"
    RAW = "raw"
    """Somebody else's request and its reply, as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call that a server answered."""

    key: str
    kind: ExchangeKind = ExchangeKind.CHAT
    model: str
    """Identity of the model: a model string without secrets."""
    request: msgspec.Raw
    """JSON of all that shapes the reply; the key is its digest."""
    reply: msgspec.Raw
    """JSON of `ChatReply`, of an embedding's vector, or a raw reply's own."""
    input_tokens: Tokens
    output_tokens: Tokens
    usd: Annotated[float, msgspec.Meta(ge=0)] | None
    ms: float
    attempts: int
    created: int
    """Milliseconds since 1970, UTC."""


@dataclass(frozen=True, slots=True)
class ChatReply:
    """A reply as the server gave it, refusals and cut replies included: they were paid for."""

    text: str
    finish_reason: str
    snapshot: str = ""
    refusal: str | None = None
    logprobs: tuple[TokenLogprobs, ...] = ()
    dropped: tuple[str, ...] = ()


class Ledger(Protocol):
    """Where exchanges are kept."""

    async def get(self, key: str) -> Exchange | None:
        """The exchange under this key, if there is one."""
        ...

    async def put(self, exchange: Exchange) -> None:
        """Keep an exchange; returns once it is durable. The first one under a key stays."""
        ...


class Turn(StrEnum):
    """Whose it is to make a call."""

    OURS = "ours"
    ANOTHERS = "another's"
    """Another session makes it: its reply will be in the ledger."""


@runtime_checkable
class CallClaims(Protocol):
    """Tells sessions that share a ledger which of them makes a call."""

    async def begin(self, key: str) -> Turn | Exchange:
        """Whose turn it is, or the exchange where there is one by now."""
        ...

    async def abandon(self, key: str) -> None:
        """Leave a call that was ours to others: it came to nothing."""
        ...


class MemoryLedger(MemorySent):
    """A ledger that lives as long as its process, for tests and one-off calls."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges: dict[str, Exchange] = {}

    async def get(self, key: str) -> Exchange | None:
        """The exchange under this key, if there is one."""
        return self.exchanges.get(key)

    async def put(self, exchange: Exchange) -> None:
        """Keep an exchange."""
        self.exchanges.setdefault(exchange.key, exchange)


class _ChatMaterial(msgspec.Struct, frozen=True):
    version: int
    model: str
    messages: tuple[Message, ...]
    reply_schema: msgspec.Raw | None
    temperature: float | None
    max_tokens: int
    seed: int | None
    sample: int
    top_logprobs: int


class _EmbeddingMaterial(msgspec.Struct, frozen=True):
    version: int
    model: str
    embed: str


_encoder = msgspec.json.Encoder()
_reply_decoder = msgspec.json.Decoder(ChatReply)
_vector_decoder = msgspec.json.Decoder(tuple[float, ...])


def chat_material(request: Request, identity: str) -> bytes:
    """All that shapes the reply to `request` of the model with this identity, as JSON.

    The schema's key order is kept: it orders the reply, and so shapes it.
    """
    schema = request.reply_schema
    return _encoder.encode(
        _ChatMaterial(
            KEY_VERSION,
            identity,
            request.messages,
            None if schema is None else msgspec.Raw(_encoder.encode(schema)),
            None if request.temperature is None else float(request.temperature),
            request.max_tokens,
            request.seed,
            request.sample,
            request.top_logprobs,
        )
    )


def embedding_material(text: str, identity: str) -> bytes:
    """All that shapes the embedding of `text`, as JSON."""
    return _encoder.encode(_EmbeddingMaterial(KEY_VERSION, identity, text))


def key_of(material: bytes) -> str:
    """The ledger's key for a request's material: 40 hexadecimal digits."""
    return blake2b(material, digest_size=20).hexdigest()


def encode_reply(reply: ChatReply) -> msgspec.Raw:
    """A chat reply as the ledger keeps it."""
    return msgspec.Raw(_encoder.encode(reply))


def decode_reply(exchange: Exchange) -> ChatReply:
    """The chat reply of an exchange.

    Raises:
        ModelError: The ledger holds something else under its key.
    """
    return _decoded(exchange, _reply_decoder)


def encode_vector(vector: tuple[float, ...]) -> msgspec.Raw:
    """An embedding as the ledger keeps it."""
    return msgspec.Raw(_encoder.encode(vector))


def decode_vector(exchange: Exchange) -> tuple[float, ...]:
    """The vector of an embedding's exchange.

    Raises:
        ModelError: The ledger holds something else under its key.
    """
    return _decoded(exchange, _vector_decoder)


def holds_reply(exchange: Exchange) -> bool:
    """Whether the reply of an exchange can be read."""
    if exchange.kind is ExchangeKind.RAW:
        return bytes(exchange.reply).startswith(b"{")
    try:
        (decode_reply if exchange.kind is ExchangeKind.CHAT else decode_vector)(exchange)
    except ModelError:
        return False
    return True


def _decoded(exchange: Exchange, decoder: msgspec.json.Decoder[_T]) -> _T:
    try:
        return decoder.decode(exchange.reply)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise failed(
            FailureKind.ERROR,
            f"the ledger's reply under {exchange.key} is damaged ({error}): record it again",
        ) from None


def reply_of(exchange: Exchange, chat: ChatReply, *, cached: bool) -> Reply:
    """The reply that a caller sees."""
    return Reply(
        chat.text,
        Usage(exchange.input_tokens, exchange.output_tokens),
        exchange.usd,
        exchange.ms,
        exchange.attempts,
        cached,
        chat.snapshot,
        chat.finish_reason,
        chat.logprobs,
        chat.dropped,
    )

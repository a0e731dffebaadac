"""What both wire protocols share: a parsed reply, and the ways a body cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from .ledger import ChatReply
from .presets import Endpoint, WireProtocol
from .reply_schema import schema_for_server
from .types import Message, Request, Usage

T = TypeVar("T")


NOT_SAID: Final = msgspec.Raw(b"null")


class MalformedReplyError(Exception):
    """A body that is not the JSON which the protocol promises; a retry may pass."""


@dataclass(frozen=True, slots=True)
class ServerReply:
    """A body as read; `usage` is `None` where the server does not say it."""

    chat: ChatReply
    usage: Usage | None


def read_json(raw: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode a body.

    Raises:
        MalformedReplyError: It is no JSON, cut short, or of another shape.
    """
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedReplyError(f"the server's reply cannot be read: {error}") from None


def read_usage(raw: msgspec.Raw, shape: type[T]) -> T | None:
    """What a server says that it billed; `None` where it says nothing that can be true.

    What is not said is charged as reserved: a wrong number must not free a budget.
    """
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def described_schema(schema: Mapping[str, object]) -> str:
    """The schema in words, for servers that do not hold a reply to one."""
    shown = msgspec.json.encode(schema_for_server(schema, strict=False)).decode()
    return (
        "Answer with one JSON object and nothing else. "
        f"It must be an instance of this JSON Schema:\n{shown}"
    )


def with_system(messages: tuple[Message, ...], text: str) -> tuple[Message, ...]:
    """The messages with `text` at the end of the first system message."""
    if messages and messages[0].role == "system":
        first = Message("system", f"{messages[0].content}\n\n{text}")
        return (first, *messages[1:])
    return (Message("system", text), *messages)


def asked_for(request: Request) -> frozenset[str]:
    """The optional parameters that a request uses."""
    asked = {"temperature"} if request.temperature is not None else set[str]()
    if request.seed is not None:
        asked.add("seed")
    if request.top_logprobs:
        asked.add("top_logprobs")
    if request.reply_schema is not None:
        asked.add("reply_schema")
    return frozenset(asked)


def left_out(endpoint: Endpoint, request: Request, dropped: frozenset[str]) -> tuple[str, ...]:
    """What a request asks for and its server is not told, sorted."""
    out = dropped
    if not endpoint.preset.json_schema:
        out |= {"reply_schema"}
    if endpoint.preset.protocol is WireProtocol.MESSAGES:
        out |= _NOT_IN_MESSAGES
    return tuple(sorted(out & asked_for(request))) if out else ()


_NOT_IN_MESSAGES: Final = frozenset({"seed", "top_logprobs"})

TOKENS_PER_MESSAGE: Final = 16
TOKENS_AROUND: Final = 100
"""What a server's template may add."""
TOKENS_WITH_SCHEMA: Final = 600
"""What a server may add to explain a schema to the model, beside the schema itself."""


def bound(request: Request) -> Usage:
    """More tokens than a server can bill for this request.

    Tokenizers over bytes never make more tokens than bytes, so this bound holds for
    every text; it only decides what is set aside while a call is under way.
    """
    count = TOKENS_AROUND
    for message in request.messages:
        count += len(message.content.encode("utf-8", "surrogatepass")) + TOKENS_PER_MESSAGE
    if request.reply_schema is not None:
        count += TOKENS_WITH_SCHEMA + 2 * len(msgspec.json.encode(request.reply_schema))
    return Usage(count, request.max_tokens)

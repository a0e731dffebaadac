"""Requests whose bodies are somebody else's: kept and sent as they are.

What shapes the reply is the whole body but for how it is carried: which model it names (its
identity stands for that) and whether the reply is streamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, cast

import msgspec

from jurist.screening import screened

from .assembling import whole_chat, whole_message, whole_response
from .chat_completions import chat_url, embeddings_url
from .events import Watch, is_stream
from .ledger import KEY_VERSION, Exchange, ExchangeKind, Tokens
from .live import Outgoing, Parsed
from .messages import cloud_version, messages_url
from .presets import Endpoint
from .raw_bounds import bound_raw, limit_of
from .types import Usage
from .wire import NOT_SAID, MalformedReplyError, read_json, read_usage

CARRIAGE: Final = frozenset({"model", "stream", "stream_options"})
"""Fields that are no part of what is asked."""


class RawPath(StrEnum):
    """What is asked of a server, by its path below the server's address."""

    CHAT = "chat/completions"
    RESPONSES = "responses"
    EMBEDDINGS = "embeddings"
    MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as somebody's own program made it."""

    model: str
    """A model string; the body's own word for the model does not count."""
    path: RawPath
    body: Mapping[str, object]
    sample: int = 1
    """Of several replies to the same request, which; from 1."""
    draw: int = 0
    """How often the same answer asked the same before, where its replies are drawn anew."""
    longest: int | None = None
    """Bound of the reply, in tokens, that the server is told where the body has none."""
    before: int = 0
    """Tokens that the server remembers of the conversation."""


@dataclass(frozen=True, slots=True)
class RawReply:
    """A server's reply as it gave it."""

    key: str
    document: msgspec.Raw
    """JSON object, as a reply that is not streamed has it."""
    usage: Usage
    usd: float | None
    ms: float
    attempts: int
    cached: bool


class _Material(msgspec.Struct, frozen=True):
    version: int
    model: str
    path: str
    body: Mapping[str, object]
    sample: int
    draw: int


class _Shown(msgspec.Struct):
    """What every reply to a path has; `usage` is read apart."""

    usage: msgspec.Raw = NOT_SAID
    choices: msgspec.Raw = NOT_SAID
    output: msgspec.Raw = NOT_SAID
    data: msgspec.Raw = NOT_SAID
    content: msgspec.Raw = NOT_SAID
    status: object = None


class _ChatUsage(msgspec.Struct):
    prompt_tokens: Tokens
    completion_tokens: Tokens = 0


class _ResponsesUsage(msgspec.Struct):
    input_tokens: Tokens
    output_tokens: Tokens
    cache_creation_input_tokens: Tokens | None = None
    cache_read_input_tokens: Tokens | None = None


_HOLDS: Final = {
    RawPath.CHAT: "choices",
    RawPath.RESPONSES: "output",
    RawPath.EMBEDDINGS: "data",
    RawPath.MESSAGES: "content",
}
_WHOLE: Final = {
    RawPath.CHAT: whole_chat,
    RawPath.RESPONSES: whole_response,
    RawPath.MESSAGES: whole_message,
    RawPath.EMBEDDINGS: bytes,  # never streamed
}
_decoder = msgspec.json.Decoder(_Shown)


def raw_material(request: RawRequest, identity: str) -> bytes:
    """All that shapes the reply, as JSON; the order of the body's fields is kept."""
    asked = {name: value for name, value in request.body.items() if name not in CARRIAGE}
    return msgspec.json.encode(
        _Material(KEY_VERSION, identity, request.path.value, asked, request.sample, request.draw)
    )


def outgoing_raw(
    request: RawRequest, endpoint: Endpoint, key: str, material: bytes, watch: Watch | None
) -> Outgoing:
    """A raw request, ready to be sent.

    Args:
        request: What is asked.
        endpoint: Of whom.
        key: Of the ledger.
        material: What the key is the digest of.
        watch: Who is shown the reply while it comes; a cloud's comes in one piece all the same.
    """
    body = {name: value for name, value in request.body.items() if name not in CARRIAGE}
    version = cloud_version(endpoint) if request.path is RawPath.MESSAGES else ""
    named = {"anthropic_version": version} if version else {"model": endpoint.model}
    body = {**named, **body}
    longest = request.longest or 0
    if longest and limit_of(body) is None:
        body |= _limited(request.path, endpoint, longest)
    if version:
        watch = None
    asks_usage = watch is not None and request.path is RawPath.CHAT
    given = request.body.get("stream_options")

    def write(dropped: frozenset[str]) -> bytes:
        if watch is None:
            return screened(msgspec.json.encode(body))
        streaming: dict[str, object] = {**body, "stream": True}
        if isinstance(given, dict):
            streaming["stream_options"] = given
        if asks_usage and "stream_options" not in dropped:
            options = cast("dict[str, object]", given) if isinstance(given, dict) else {}
            streaming["stream_options"] = {**options, "include_usage": True}
        return screened(msgspec.json.encode(streaming))

    def read(raw: bytes, _dropped: frozenset[str]) -> Parsed:
        whole = _WHOLE[request.path](raw) if watch is not None and is_stream(raw) else raw
        usage = _usage(whole, request.path)
        return Parsed(msgspec.Raw(msgspec.json.format(whole, indent=-1)), usage)

    return Outgoing(
        key=key,
        kind=ExchangeKind.RAW,
        material=material,
        model=request.model,
        endpoint=endpoint,
        most=bound_raw(body, longest=longest, before=request.before),
        url=_url(request.path, endpoint),
        may_drop=frozenset({"stream_options"} if asks_usage and not given else ()),
        write=write,
        read=read,
        watch=watch,
    )


def raw_reply(exchange: Exchange, *, cached: bool) -> RawReply:
    """The reply that a caller sees."""
    return RawReply(
        exchange.key,
        exchange.reply,
        Usage(exchange.input_tokens, exchange.output_tokens),
        exchange.usd,
        exchange.ms,
        exchange.attempts,
        cached,
    )


def _limited(path: RawPath, endpoint: Endpoint, longest: int) -> dict[str, object]:
    match path:
        case RawPath.CHAT:
            return {endpoint.preset.max_tokens_field: longest}
        case RawPath.RESPONSES:
            return {"max_output_tokens": longest}
        case RawPath.EMBEDDINGS | RawPath.MESSAGES:  # the first has none, the second must have one
            return {}


def _url(path: RawPath, endpoint: Endpoint) -> str:
    match path:
        case RawPath.CHAT:
            return chat_url(endpoint)
        case RawPath.EMBEDDINGS:
            return embeddings_url(endpoint)
        case RawPath.MESSAGES:
            return messages_url(endpoint)
        case RawPath.RESPONSES:
            return f"{endpoint.base_url}/responses"


def _usage(raw: bytes, path: RawPath) -> Usage | None:
    """What the server says that it billed.

    Raises:
        MalformedReplyError: The body is no reply to this path.
    """
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        raise MalformedReplyError(f"the server's reply cannot be read: {error}") from None
    shown = read_json(raw, _decoder)
    if shown.status == "failed":
        raise MalformedReplyError("the server's response failed")
    if not bytes(getattr(shown, _HOLDS[path])).startswith(b"["):
        raise MalformedReplyError(f"the server's reply has no list {_HOLDS[path]!r}")
    if path in (RawPath.CHAT, RawPath.EMBEDDINGS):
        chat = read_usage(shown.usage, _ChatUsage)
        return None if chat is None else Usage(chat.prompt_tokens, chat.completion_tokens)
    used = read_usage(shown.usage, _ResponsesUsage)
    if used is None:
        return None
    cached = (used.cache_creation_input_tokens or 0) + (used.cache_read_input_tokens or 0)
    return Usage(used.input_tokens + cached, used.output_tokens)

"""Whole replies as streams of events: what a reply from the ledger looks like to who streams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast

import msgspec

from jurist.models import RawPath
from jurist.models.events import data_of
from jurist.models.json_parts import Json
from jurist.proxy.refusals import Refusal
from jurist.proxy.typed_streams import data, message_events, named_event, response_events

DONE: Final = b"data: [DONE]\n\n"


def events_of(path: RawPath, document: bytes, asked: Mapping[str, object]) -> Iterator[bytes]:
    """The events of a reply.

    Args:
        path: What was asked.
        document: The whole reply.
        asked: The request's body: its `stream_options` are obeyed.

    Raises:
        Refusal: Replies to this path are not streamed.
    """
    reply = msgspec.json.decode(document, type=Json)
    match path:
        case RawPath.CHAT:
            return _chat_chunks(reply, asked)
        case RawPath.RESPONSES:
            return response_events(reply)
        case RawPath.MESSAGES:
            return message_events(reply)
        case RawPath.EMBEDDINGS:
            raise Refusal(400, "embeddings are not streamed", "unsupported", param="stream")


def wanted_of(path: RawPath, event: bytes, asked: Mapping[str, object]) -> bytes:
    """A server's event as its client wants it; empty where it is not for the client.

    The end of a chat is said by `DONE`, once the reply is kept; the bill of one only to who asks.
    """
    if path is RawPath.CHAT:
        data = data_of(event).strip()
        if data == b"[DONE]" or (not wants_usage(asked) and _is_bill(data)):
            return b""
    return event + b"\n\n"


def ending_of(path: RawPath) -> bytes:
    """What stands at the end of a stream."""
    return DONE if path is RawPath.CHAT else b""


def error_event(path: RawPath, document: Mapping[str, object]) -> bytes:
    """An error within a stream, as the clients of a path read it."""
    if path is RawPath.MESSAGES:
        return named_event("error", document)
    if path is RawPath.RESPONSES:
        told = cast("Json", document["error"])
        return named_event("error", {"type": "error", "sequence_number": 0, **told})
    return data(document)


def wants_usage(asked: Mapping[str, object]) -> bool:
    """Whether a request asks for a stream's bill."""
    options = asked.get("stream_options")
    return isinstance(options, dict) and cast("Json", options).get("include_usage") is True


def _is_bill(data: bytes) -> bool:
    try:
        chunk: object = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    if not isinstance(chunk, dict):
        return False
    told = cast("Json", chunk)
    return told.get("choices") == [] and told.get("usage") is not None


def _chat_chunks(reply: Json, asked: Mapping[str, object]) -> Iterator[bytes]:
    shared = {
        name: value for name, value in reply.items() if name not in ("choices", "usage", "object")
    }
    shared["object"] = "chat.completion.chunk"
    for choice in cast("list[Json]", reply["choices"]):
        message = dict(cast("Json", choice.get("message", {})))
        calls = message.get("tool_calls")
        if isinstance(calls, list):
            listed = cast("list[Json]", calls)
            message["tool_calls"] = [{"index": n, **call} for n, call in enumerate(listed)]
        rest = {name: value for name, value in choice.items() if name not in _OF_THE_END}
        yield data({**shared, "choices": [{**rest, "delta": message, "finish_reason": None}]})
        ending: Json = {
            "index": choice.get("index", 0),
            "delta": Json(),
            "finish_reason": choice.get("finish_reason"),
        }
        yield data({**shared, "choices": [ending]})
    if wants_usage(asked):
        yield data({**shared, "choices": [], "usage": reply.get("usage")})
    yield DONE


_OF_THE_END: Final = ("message", "finish_reason")

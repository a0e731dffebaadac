"""Whole replies as streams of events: what a reply from the ledger looks like to who streams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast

import msgspec

from jurist.models import RawPath
from jurist.proxy.refusals import Refusal

DONE: Final = b"data: [DONE]\n\n"
Json = dict[str, object]


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
        case RawPath.RESPONSES | RawPath.MESSAGES | RawPath.EMBEDDINGS:
            raise Refusal(400, "replies here are not streamed", "unsupported", param="stream")


def data(document: object) -> bytes:
    """One event without a name."""
    return b"data: " + msgspec.json.encode(document) + b"\n\n"


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
    options = asked.get("stream_options")
    if isinstance(options, dict) and cast("Json", options).get("include_usage") is True:
        yield data({**shared, "choices": [], "usage": reply.get("usage")})
    yield DONE


_OF_THE_END: Final = ("message", "finish_reason")

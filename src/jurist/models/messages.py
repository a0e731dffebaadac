"""Anthropic's Messages, directly and as Bedrock and Vertex carry it."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import msgspec

from .ledger import MOST_TOKENS, ChatReply, Tokens
from .presets import Auth, Endpoint
from .reply_schema import schema_for_server
from .types import Request, Usage
from .wire import (
    NOT_SAID,
    MalformedReplyError,
    ServerReply,
    described_schema,
    read_json,
    read_usage,
    with_system,
)

ANTHROPIC_VERSION: Final = "2023-06-01"

_CLOUD_VERSION: Final = {Auth.AWS: "bedrock-2023-05-31", Auth.GOOGLE: "vertex-2023-10-16"}
_FINISH_REASONS: Final = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
}


class _Block(msgspec.Struct):
    type: str
    text: str | None = None


class _Usage(msgspec.Struct):
    input_tokens: Tokens
    output_tokens: Tokens
    cache_creation_input_tokens: Tokens | None = None
    cache_read_input_tokens: Tokens | None = None


class _Body(msgspec.Struct):
    content: list[_Block]
    stop_reason: str | None = None
    model: str = ""
    usage: msgspec.Raw = NOT_SAID


_decoder = msgspec.json.Decoder(_Body)


def messages_url(endpoint: Endpoint) -> str:
    """Where a request goes; the clouds have the model in the path."""
    name = quote(endpoint.model, safe="")
    match endpoint.preset.auth:
        case Auth.AWS:
            return f"{endpoint.base_url}/model/{name}/invoke"
        case Auth.GOOGLE:
            return f"{endpoint.base_url}/publishers/anthropic/models/{name}:rawPredict"
        case _:
            return f"{endpoint.base_url}/messages"


def cloud_version(endpoint: Endpoint) -> str:
    """What a cloud is told in place of the model's name, which is in its path; else empty."""
    return _CLOUD_VERSION.get(endpoint.preset.auth, "")


def write_messages(
    endpoint: Endpoint, request: Request, dropped: frozenset[str]
) -> dict[str, object]:
    """The body of a request, without what the protocol lacks and what is in `dropped`."""
    preset = endpoint.preset
    messages = request.messages
    schema = request.reply_schema
    if schema is not None and (not preset.json_schema or "reply_schema" in dropped):
        messages = with_system(messages, described_schema(schema))
        schema = None
    body: dict[str, object] = {"max_tokens": request.max_tokens}
    if version := cloud_version(endpoint):
        body["anthropic_version"] = version
    else:
        body["model"] = endpoint.model
    system = "\n\n".join(turn.content for turn in messages if turn.role == "system")
    if system:
        body["system"] = system
    body["messages"] = [turn for turn in messages if turn.role != "system"]
    if request.temperature is not None and "temperature" not in dropped:
        body["temperature"] = request.temperature
    if schema is not None:
        held_to = schema_for_server(schema, strict=True)
        body["output_config"] = {"format": {"type": "json_schema", "schema": held_to}}
    return body


def read_messages(raw: bytes) -> ServerReply:
    """The reply in a body.

    Raises:
        MalformedReplyError: The body is not a message.
    """
    body = read_json(raw, _decoder)
    if body.stop_reason is None:
        raise MalformedReplyError("the server's reply does not say why it stopped")
    text = "".join(block.text or "" for block in body.content if block.type == "text")
    refusal = (text or "the model declined") if body.stop_reason == "refusal" else None
    usage = read_usage(body.usage, _Usage)
    finish = _FINISH_REASONS.get(body.stop_reason, body.stop_reason)
    return ServerReply(ChatReply(text, finish, body.model, refusal), usage and _added_up(usage))


def _added_up(usage: _Usage) -> Usage | None:
    cached = (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
    whole = usage.input_tokens + cached
    return Usage(whole, usage.output_tokens) if whole <= MOST_TOKENS else None

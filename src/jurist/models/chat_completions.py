"""OpenAI's Chat Completions and Embeddings, as every compatible server speaks them."""

from __future__ import annotations

import msgspec

from .ledger import ChatReply, Tokens
from .presets import Endpoint
from .reply_schema import schema_for_server
from .types import Request, TokenLogprobs, Usage
from .wire import (
    NOT_SAID,
    MalformedReplyError,
    ServerReply,
    described_schema,
    read_json,
    read_usage,
    with_system,
)


class _Usage(msgspec.Struct):
    prompt_tokens: Tokens
    completion_tokens: Tokens


class _EmbeddingUsage(msgspec.Struct):
    prompt_tokens: Tokens


class _Alternative(msgspec.Struct):
    token: str
    logprob: float


class _Token(msgspec.Struct):
    token: str
    logprob: float
    top_logprobs: list[_Alternative] | None = None


class _Logprobs(msgspec.Struct):
    content: list[_Token] | None = None


class _Part(msgspec.Struct):
    type: str = ""
    text: str | None = None


class _Message(msgspec.Struct):
    content: str | list[_Part] | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None
    logprobs: _Logprobs | None = None


class _Body(msgspec.Struct):
    choices: list[_Choice]
    model: str | None = ""
    usage: msgspec.Raw = NOT_SAID


class _Vector(msgspec.Struct):
    embedding: tuple[float, ...]
    index: int = 0


class _EmbeddingBody(msgspec.Struct):
    data: list[_Vector]
    usage: msgspec.Raw = NOT_SAID


_decoder = msgspec.json.Decoder(_Body)
_embedding_decoder = msgspec.json.Decoder(_EmbeddingBody)


def chat_url(endpoint: Endpoint) -> str:
    """Where a chat request goes."""
    return f"{endpoint.base_url}/chat/completions"


def embeddings_url(endpoint: Endpoint) -> str:
    """Where a request for embeddings goes."""
    return f"{endpoint.base_url}/embeddings"


def write_chat(endpoint: Endpoint, request: Request, dropped: frozenset[str]) -> dict[str, object]:
    """The body of a chat request, without the parameters in `dropped`."""
    preset = endpoint.preset
    messages = request.messages
    schema = request.reply_schema
    if schema is not None and (not preset.json_schema or "reply_schema" in dropped):
        messages = with_system(messages, described_schema(schema))
        schema = None
    limit = preset.max_tokens_field
    if limit in dropped:
        limit = "max_tokens" if limit == "max_completion_tokens" else "max_completion_tokens"
    body: dict[str, object] = {
        "model": endpoint.model,
        "messages": messages,
        limit: request.max_tokens,
    }
    if request.temperature is not None and "temperature" not in dropped:
        body["temperature"] = request.temperature
    if request.seed is not None and "seed" not in dropped:
        body["seed"] = request.seed + request.sample
    if request.top_logprobs and "top_logprobs" not in dropped:
        body["logprobs"] = True
        body["top_logprobs"] = request.top_logprobs
    if schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {
                "name": "reply",
                "schema": schema_for_server(schema, strict=preset.strict_schema),
                "strict": preset.strict_schema,
            },
        }
    return body


def read_chat(raw: bytes) -> ServerReply:
    """The reply in a body.

    Raises:
        MalformedReplyError: The body is not a chat completion.
    """
    body = read_json(raw, _decoder)
    if not body.choices:
        raise MalformedReplyError("the server's reply holds no choice")
    choice = body.choices[0]
    content = choice.message.content
    if isinstance(content, list):
        content = "".join(part.text or "" for part in content if part.type == "text")
    refusal = choice.message.refusal or None
    finish = choice.finish_reason or ""
    if finish == "content_filter" and refusal is None:
        refusal = "the provider's content filter stopped the reply"
    usage = read_usage(body.usage, _Usage)
    return ServerReply(
        ChatReply(content or "", finish, body.model or "", refusal, _logprobs(choice.logprobs)),
        None if usage is None else Usage(usage.prompt_tokens, usage.completion_tokens),
    )


def _logprobs(found: _Logprobs | None) -> tuple[TokenLogprobs, ...]:
    if found is None or not found.content:
        return ()
    return tuple(
        TokenLogprobs(
            token.token,
            token.logprob,
            tuple((other.token, other.logprob) for other in token.top_logprobs or ()),
        )
        for token in found.content
    )


def write_embeddings(endpoint: Endpoint, texts: tuple[str, ...]) -> dict[str, object]:
    """The body of a request for embeddings."""
    return {"model": endpoint.model, "input": texts, "encoding_format": "float"}


def read_embeddings(
    raw: bytes, *, count: int
) -> tuple[tuple[tuple[float, ...], ...], Usage | None]:
    """The vectors in a body, in the order of the texts.

    Raises:
        MalformedReplyError: The body is no list of `count` embeddings.
    """
    body = read_json(raw, _embedding_decoder)
    ordered = sorted(body.data, key=lambda vector: vector.index)
    if [vector.index for vector in ordered] != list(range(count)):
        raise MalformedReplyError(f"the server sent {len(ordered)} embeddings for {count} texts")
    usage = read_usage(body.usage, _EmbeddingUsage)
    return (
        tuple(vector.embedding for vector in ordered),
        None if usage is None else Usage(usage.prompt_tokens, 0),
    )

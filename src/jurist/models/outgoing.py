"""Requests made ready to be sent, each in its server's protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from jurist.screening import screened

from . import chat_completions, messages
from .embedding import bytes_of
from .ledger import ExchangeKind, encode_reply
from .live import Outgoing, Parsed
from .presets import Endpoint, WireProtocol
from .types import Request, Usage
from .wire import asked_for, bound, left_out


def outgoing_chat(request: Request, endpoint: Endpoint, key: str, material: bytes) -> Outgoing:
    """A chat request in its server's protocol."""
    if endpoint.preset.protocol is WireProtocol.MESSAGES:
        url, write, read = (
            messages.messages_url(endpoint),
            messages.write_messages,
            messages.read_messages,
        )
        limits = frozenset[str]()
    else:
        url, write, read = (
            chat_completions.chat_url(endpoint),
            chat_completions.write_chat,
            chat_completions.read_chat,
        )
        limits = frozenset({endpoint.preset.max_tokens_field})

    def body(dropped: frozenset[str]) -> bytes:
        return screened(msgspec.json.encode(write(endpoint, request, dropped)))

    def parsed(raw: bytes, dropped: frozenset[str]) -> Parsed:
        reply = read(raw)
        without = left_out(endpoint, request, dropped)
        chat = replace(reply.chat, dropped=without) if without else reply.chat
        empty = not chat.text.strip() and chat.refusal is None and chat.finish_reason != "length"
        return Parsed(encode_reply(chat), reply.usage, empty)

    return Outgoing(
        key=key,
        kind=ExchangeKind.CHAT,
        material=material,
        model=request.model,
        endpoint=endpoint,
        most=bound(request),
        url=url,
        may_drop=asked_for(request) | limits,
        write=body,
        read=parsed,
    )


def outgoing_embeddings(model: str, endpoint: Endpoint, pack: Mapping[str, str]) -> Outgoing:
    """A request for embeddings, on record under its first text's key.

    Args:
        model: The model string as the caller gave it.
        endpoint: What it names.
        pack: The texts by their keys.
    """
    texts = tuple(pack.values())

    def body(_dropped: frozenset[str]) -> bytes:
        return screened(msgspec.json.encode(chat_completions.write_embeddings(endpoint, texts)))

    def parsed(raw: bytes, _dropped: frozenset[str]) -> Parsed:
        vectors, usage = chat_completions.read_embeddings(raw, count=len(texts))
        return Parsed(msgspec.Raw(msgspec.json.encode(vectors)), usage)

    return Outgoing(
        key=next(iter(pack)),
        kind=ExchangeKind.EMBEDDING,
        material=b"null",
        model=model,
        endpoint=endpoint,
        most=Usage(sum(map(bytes_of, texts)), 0),
        url=chat_completions.embeddings_url(endpoint),
        may_drop=frozenset(),
        write=body,
        read=parsed,
    )

"""Responses and messages as the events that their clients put them together from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Protocol, cast

import msgspec

from jurist.models.json_parts import Json, object_in, objects_in


class _Event(Protocol):
    """Makes an event."""

    def __call__(self, name: str, /, **told: object) -> bytes: ...


def data(document: object) -> bytes:
    """One event without a name."""
    return b"data: " + msgspec.json.encode(document) + b"\n\n"


def named_event(name: str, document: object) -> bytes:
    """One event with its name."""
    return b"event: " + name.encode() + b"\n" + data(document)


def response_events(reply: Json) -> Iterator[bytes]:
    """The events of a response of OpenAI's Responses API.

    Source: the streaming events of OpenAI's API reference; each item and part comes whole.
    """
    numbers = count()

    def event(name: str, /, **told: object) -> bytes:
        return named_event(name, {"type": name, "sequence_number": next(numbers), **told})

    begun: Json = {**reply, "status": "in_progress", "output": []}
    yield event("response.created", response=begun)
    yield event("response.in_progress", response=begun)
    for index, item in enumerate(objects_in(reply.get("output"))):
        place: Json = {"output_index": index}
        yield event("response.output_item.added", item=_opened(item), **place)
        at: Json = {"item_id": item.get("id", ""), **place}
        for number, part in enumerate(objects_in(item.get("content"))):
            yield from _part(event, part, {**at, "content_index": number})
        if item.get("type") == "function_call":
            written = item.get("arguments", "")
            yield event("response.function_call_arguments.delta", delta=written, **at)
            name = item.get("name", "")
            yield event("response.function_call_arguments.done", arguments=written, name=name, **at)
        yield event("response.output_item.done", item=item, **place)
    ending = "response.incomplete" if reply.get("status") == "incomplete" else "response.completed"
    yield event(ending, response=reply)


def message_events(reply: Json) -> Iterator[bytes]:
    """The events of a message of Anthropic's Messages API.

    Source: "Streaming messages" of Anthropic's API reference; each block's text comes whole.
    """

    def event(name: str, /, **told: object) -> bytes:
        return named_event(name, {"type": name, **told})

    used = object_in(reply.get("usage"))
    ending = {name: reply.get(name) for name in ("stop_reason", "stop_sequence")}
    begun: Json = {**reply, "content": [], "stop_reason": None, "stop_sequence": None}
    yield event("message_start", message={**begun, "usage": {**used, "output_tokens": 0}})
    for index, block in enumerate(objects_in(reply.get("content"))):
        opened, deltas = _in_deltas(block)
        yield event("content_block_start", index=index, content_block=opened)
        for delta in deltas:
            yield event("content_block_delta", index=index, delta=delta)
        yield event("content_block_stop", index=index)
    yield event("message_delta", delta=ending, usage=used)
    yield event("message_stop")


def _part(event: _Event, part: Json, at: Mapping[str, object]) -> Iterator[bytes]:
    kind = part.get("type")
    field = "refusal" if kind == "refusal" else "text"
    text = part.get(field, "")
    empty = {**part, field: ""}
    if kind == "output_text":
        empty["annotations"] = []
    yield event("response.content_part.added", part=empty, **at)
    if kind == "output_text":
        logprobs: object = part.get("logprobs") or cast("list[object]", [])
        yield event("response.output_text.delta", delta=text, logprobs=logprobs, **at)
        yield event("response.output_text.done", text=text, logprobs=logprobs, **at)
    elif kind == "refusal":
        yield event("response.refusal.delta", delta=text, **at)
        yield event("response.refusal.done", refusal=text, **at)
    yield event("response.content_part.done", part=part, **at)


def _opened(item: Json) -> Json:
    """An item before anything stands in it."""
    empty: Json = {"status": "in_progress"} if "status" in item else {}
    if "content" in item:
        empty["content"] = []
    if item.get("type") == "function_call":
        empty["arguments"] = ""
    return {**item, **empty}


def _in_deltas(block: Json) -> tuple[Json, list[Json]]:
    """A block before anything stands in it, and what is then added."""
    match block.get("type"):
        case "text":
            cited = objects_in(block.get("citations"))
            deltas = [{"type": "text_delta", "text": block.get("text", "")}]
            deltas += [{"type": "citations_delta", "citation": each} for each in cited]
            opened: Json = {**block, "text": ""}
            if cited:
                opened["citations"] = []
            return opened, cast("list[Json]", deltas)
        case "thinking":
            thought: list[Json] = [
                {"type": "thinking_delta", "thinking": block.get("thinking", "")},
                {"type": "signature_delta", "signature": block.get("signature", "")},
            ]
            return {**block, "thinking": "", "signature": ""}, thought
        case "tool_use" | "server_tool_use":
            written = msgspec.json.encode(block.get("input", {})).decode()
            return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": written}]
        case _:
            return block, []

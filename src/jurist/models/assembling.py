"""Streamed replies put together: what the same reply would be in one piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

import msgspec

from .events import data_of, events_in
from .failures import quote
from .json_parts import Json, object_in, objects_in
from .wire import MalformedReplyError

_DONE: Final = b"[DONE]"
_SAID_ONCE: Final = frozenset({"role", "type", "object", "format"})
"""Texts that do not grow, however often a server says them."""
_NAMES: Final = frozenset({"id", "name"})
"""Texts that some servers say again with each piece."""
_ENDINGS: Final = frozenset({"response.completed", "response.incomplete", "response.failed"})
_decoder = msgspec.json.Decoder(Json)


def whole_chat(body: bytes) -> bytes:
    """The chat completion that a stream of chunks amounts to.

    Raises:
        MalformedReplyError: It broke off, or is no such stream.
    """
    document: Json = {}
    choices: dict[int, Json] = {}
    ended = False
    for data in _data_in(body):
        if data == _DONE:
            ended = True
            continue
        chunk = _read(data)
        for choice in objects_in(chunk.pop("choices", None)):
            index = choice.get("index")
            place = choices.setdefault(index if isinstance(index, int) else 0, {})
            _merge(place, choice)
        document |= {name: value for name, value in chunk.items() if value is not None}
    listed = [_finished(choice) for _, choice in sorted(choices.items())]
    if not listed or not (ended or all(choice.get("finish_reason") for choice in listed)):
        raise MalformedReplyError("the server's stream broke off")
    document["object"] = "chat.completion"
    return msgspec.json.encode(document | {"choices": listed})


def whole_response(body: bytes) -> bytes:
    """The response that a stream of its events ends with.

    Raises:
        MalformedReplyError: It broke off, or is no such stream.
    """
    for data in _data_in(body):
        if data == _DONE:
            continue
        event = _read(data)
        if event.get("type") in _ENDINGS and isinstance(event.get("response"), dict):
            return msgspec.json.encode(event["response"])
    raise MalformedReplyError("the server's stream broke off")


def whole_message(body: bytes) -> bytes:
    """The message that a stream of its events amounts to.

    Raises:
        MalformedReplyError: It broke off, or is no such stream.
    """
    message: Json = {}
    blocks: dict[int, Json] = {}
    inputs: dict[int, str] = {}
    ended = False
    for data in _data_in(body):
        event = _read(data)
        index = cast("int", event.get("index", 0))
        match event.get("type"):
            case "message_start":
                message = object_in(event.get("message"))
            case "content_block_start":
                blocks[index] = object_in(event.get("content_block"))
            case "content_block_delta":
                delta = object_in(event.get("delta"))
                if delta.get("type") == "input_json_delta":
                    inputs[index] = inputs.get(index, "") + str(delta.get("partial_json", ""))
                else:
                    _add_to_block(blocks.setdefault(index, {}), delta)
            case "message_delta":
                message |= object_in(event.get("delta"))
                used = object_in(event.get("usage"))
                known = {name: value for name, value in used.items() if value is not None}
                message["usage"] = object_in(message.get("usage")) | known
            case "message_stop":
                ended = True
            case _:
                pass
    if not ended or not message:
        raise MalformedReplyError("the server's stream broke off")
    for index, written in inputs.items():
        blocks.setdefault(index, {})["input"] = _read(written.encode() or b"{}")
    return msgspec.json.encode(
        message | {"content": [block for _, block in sorted(blocks.items())]}
    )


def _data_in(body: bytes) -> Iterator[bytes]:
    for event in events_in(body):
        data = data_of(event).strip()
        if data:
            yield data


def _read(data: bytes) -> Json:
    try:
        document = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedReplyError(f"the server's stream cannot be read: {error}") from None
    if document.get("error") is not None and document.get("type", "error") == "error":
        told = quote(msgspec.json.encode(document["error"]).decode())
        raise MalformedReplyError(f"the server's stream ended with an error: {told}")
    return document


def _finished(choice: Json) -> Json:
    """A choice with the message that its deltas amount to."""
    message = object_in(choice.pop("delta", None))
    for call in objects_in(message.get("tool_calls")):
        call.pop("index", None)
    return {"index": 0, "message": message, "finish_reason": None} | choice


def _merge(whole: Json, piece: Json) -> None:
    """Add a piece to what came before: texts and lists grow, objects within them too."""
    for name, value in piece.items():
        before = whole.get(name)
        if value is None and name in whole:
            continue
        if isinstance(before, str) and isinstance(value, str):
            whole[name] = _longer(name, before, value)
        elif isinstance(before, dict) and isinstance(value, dict):
            _merge(cast("Json", before), cast("Json", value))
        elif isinstance(before, list) and isinstance(value, list):
            _extend(cast("list[object]", before), cast("list[object]", value))
        elif isinstance(value, list):
            whole[name] = fresh = cast("list[object]", [])
            _extend(fresh, cast("list[object]", value))
        else:
            whole[name] = value


def _longer(name: str, before: str, piece: str) -> str:
    if name in _SAID_ONCE or name == "finish_reason":
        return piece or before
    if name in _NAMES and (piece == before or not piece):
        return before
    return before + piece


def _extend(whole: list[object], pieces: list[object]) -> None:
    """Add pieces to a list; one that says at which place it belongs is added to what is there."""
    for piece in pieces:
        place = object_in(piece).get("index")
        known = next((each for each in objects_in(whole) if each.get("index") == place), None)
        if place is None or known is None:
            whole.append(piece)
        else:
            _merge(known, object_in(piece))


def _add_to_block(block: Json, delta: Json) -> None:
    for name, value in delta.items():
        if name == "citation":
            cited = block.get("citations")
            block["citations"] = [*objects_in(cited), value]
        elif name != "type":
            before = block.get(name)
            both = isinstance(before, str) and isinstance(value, str)
            block[name] = f"{before}{value}" if both else value

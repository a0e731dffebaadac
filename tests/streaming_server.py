"""A real upstream that streams: chat completions, responses and messages, piece by piece.

What it says is canned (text, a tool call, two tool calls at once, reasoning); it is cut into
pieces of a few characters as the providers' references show them. Its own bill is counted.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

Json = dict[str, Any]
PIECE = 3

TOOLS: list[Json] = [
    {
        "id": "call_1",
        "type": "function",
        "function": {"name": "look", "arguments": '{"at": "sky"}'},
    },
    {"id": "call_2", "type": "function", "function": {"name": "hear", "arguments": '{"of": "ü"}'}},
]
TEXT = 'Héllo, "world"\n🙂'


@dataclass
class Bill:
    """What it would charge."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    bodies: list[Json] = field(default_factory=list[Json])


class StreamingServer:
    """The upstream; an async context manager.

    Args:
        tools: Whether it calls tools in place of saying something.
        usage: Whether it says what it bills.
        cut_after: Events after which the connection breaks; `None`: never.
        cuts: How many requests break so.
        pause_s: Between two events.
        responses: Whether it has the Responses API.
        options: Whether it takes `stream_options`.
    """

    def __init__(
        self,
        *,
        tools: bool = False,
        usage: bool = True,
        cut_after: int | None = None,
        cuts: int = 1_000,
        pause_s: float = 0.0,
        responses: bool = True,
        options: bool = True,
    ) -> None:
        self.tools, self.usage, self.cut_after, self.pause_s = tools, usage, cut_after, pause_s
        self.responses, self.options = responses, options
        self.cuts = cuts
        self.bill = Bill()
        self.url = ""
        self.ended = 0
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/messages", self._message)
        if self.responses:
            app.router.add_post("/v1/responses", self._response)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        bound: tuple[str, int] = self._runner.addresses[0]
        self.url = f"http://127.0.0.1:{bound[1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _read(self, request: web.Request) -> Json:
        body: Json = await request.json()
        self.bill.requests += 1
        self.bill.bodies.append(body)
        self.bill.input_tokens += 11
        self.bill.output_tokens += 7
        return body

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body: Json = await request.json()
        if not self.options and "stream_options" in body:
            error = {"message": "Unrecognized request argument: stream_options"}
            return web.json_response({"error": error}, status=400)
        await self._read(request)
        usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
        finish = "tool_calls" if self.tools else "stop"
        shared = {"id": "chatcmpl-9", "created": 1_700_000_000, "model": "m-2026", "x_own": "kept"}
        if not body.get("stream"):
            message: Json = {"role": "assistant", "content": None if self.tools else TEXT}
            if self.tools:
                message["tool_calls"] = TOOLS
            choice: Json = {
                "index": 0,
                "message": message,
                "finish_reason": finish,
                "logprobs": None,
            }
            whole: Json = {**shared, "object": "chat.completion", "choices": [choice]}
            return web.json_response(whole | ({"usage": usage} if self.usage else {}))

        def chunk(delta: Json, reason: str | None = None) -> Json:
            choice: Json = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
            return {**shared, "object": "chat.completion.chunk", "choices": [choice]}

        chunks = [chunk({"role": "assistant", "content": None if self.tools else ""})]
        if self.tools:
            for index, call in enumerate(TOOLS):
                function: Json = {"name": call["function"]["name"], "arguments": ""}
                begun: Json = {
                    "index": index,
                    "id": call["id"],
                    "type": "function",
                    "function": function,
                }
                chunks.append(chunk({"tool_calls": [begun]}))
                for piece in _pieces(call["function"]["arguments"]):
                    told: Json = {"index": index, "function": {"arguments": piece}}
                    chunks.append(chunk({"tool_calls": [told]}))
        else:
            chunks += [chunk({"content": piece}) for piece in _pieces(TEXT)]
        chunks.append(chunk({}, finish))
        if self.usage and body.get("stream_options", {}).get("include_usage"):
            billed: Json = {
                **shared,
                "object": "chat.completion.chunk",
                "choices": [],
                "usage": usage,
            }
            chunks.append(billed)
        events = [f"data: {json.dumps(each)}\n\n" for each in chunks] + ["data: [DONE]\n\n"]
        return await self._stream(request, events)

    async def _response(self, request: web.Request) -> web.StreamResponse:
        body = await self._read(request)
        items: list[Json] = [
            {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed"}
            | {"content": [{"type": "output_text", "text": TEXT, "annotations": []}]}
        ]
        if self.tools:
            items = [
                {"id": f"fc_{n}", "type": "function_call", "status": "completed"}
                | {"call_id": call["id"], **call["function"]}
                for n, call in enumerate(TOOLS)
            ]
        whole: Json = {
            "id": "resp_1",
            "object": "response",
            "created_at": 1_700_000_000,
            "status": "completed",
            "model": "m-2026",
            "output": items,
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
        }
        if self.usage:
            details: Json = {
                "input_tokens_details": {"cached_tokens": 0},
                "output_tokens_details": {"reasoning_tokens": 0},
            }
            billed: Json = {"input_tokens": 11, "output_tokens": 7, "total_tokens": 18}
            whole["usage"] = billed | details
        if not body.get("stream"):
            return web.json_response(whole)
        events = [_event("response.created", response={**whole, "output": [], "usage": None})]
        for n, item in enumerate(items):
            place: Json = {"output_index": n, "item_id": item["id"]}
            empty: Json = {"arguments": ""} if self.tools else {"content": []}
            events.append(_event("response.output_item.added", item={**item, **empty}, **place))
            if self.tools:
                for piece in _pieces(item["arguments"]):
                    name = "response.function_call_arguments.delta"
                    events.append(_event(name, delta=piece, **place))
            else:
                part: Json = {"type": "output_text", "text": "", "annotations": []}
                at: Json = {**place, "content_index": 0}
                events.append(_event("response.content_part.added", part=part, **at))
                for piece in _pieces(TEXT):
                    told: Json = {"delta": piece, "logprobs": [], **at}
                    events.append(_event("response.output_text.delta", **told))
            events.append(_event("response.output_item.done", item=item, **place))
        events.append(_event("response.completed", response=whole))
        return await self._stream(request, events)

    async def _message(self, request: web.Request) -> web.StreamResponse:
        body = await self._read(request)
        blocks: list[Json] = [{"type": "text", "text": TEXT}]
        if self.tools:
            blocks = [
                {"type": "tool_use", "id": call["id"], "name": call["function"]["name"]}
                | {"input": json.loads(call["function"]["arguments"])}
                for call in TOOLS
            ]
        stop: Json = {
            "stop_reason": "tool_use" if self.tools else "end_turn",
            "stop_sequence": None,
        }
        whole: Json = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "m-2026",
            "content": blocks,
            "usage": {"input_tokens": 11, "output_tokens": 7},
            **stop,
        }
        if not body.get("stream"):
            return web.json_response(whole)
        begun: Json = {**whole, "content": [], "stop_reason": None}
        begun["usage"] = {"input_tokens": 11, "output_tokens": 1}
        events = [_event("message_start", message=begun)]
        for n, block in enumerate(blocks):
            empty: Json = {"input": {}} if self.tools else {"text": ""}
            events.append(_event("content_block_start", index=n, content_block={**block, **empty}))
            text = json.dumps(block["input"]) if self.tools else TEXT
            kind, key = (
                ("input_json_delta", "partial_json") if self.tools else ("text_delta", "text")
            )
            for piece in _pieces(text):
                delta = {"type": kind, key: piece}
                events.append(_event("content_block_delta", index=n, delta=delta))
            events.append(_event("content_block_stop", index=n))
        events.append(_event("message_delta", delta=stop, usage={"output_tokens": 7}))
        events.append(_event("message_stop"))
        return await self._stream(request, events)

    async def _stream(self, request: web.Request, events: list[str]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        async for event in _timed(events, self.pause_s):
            cuts = self.cut_after is not None and self.bill.requests <= self.cuts
            if cuts and event[0] >= (self.cut_after or 0):
                if request.transport is not None:
                    request.transport.close()
                return response
            await response.write(event[1].encode())
        self.ended += 1
        await response.write_eof()
        return response


async def _timed(events: list[str], pause_s: float) -> AsyncIterator[tuple[int, str]]:
    for number, event in enumerate(events):
        await asyncio.sleep(pause_s)
        yield number, event


def _pieces(text: str) -> list[str]:
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)]


def _event(name: str, **told: object) -> str:
    return f"event: {name}\ndata: {json.dumps({'type': name, 'sequence_number': 0, **told})}\n\n"

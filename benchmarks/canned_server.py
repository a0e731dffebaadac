"""A model server without latency: raw asyncio, one canned judge's reply, keep-alive.

Speaks Chat Completions and Messages, as little of them as clients need. It shares nothing with
Jurist, so that its cost is the same for every client; run in a process of its own by `serving`.
A request that asks for a tool call or for a JSON Schema gets one that fits the schema.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

RULING = {
    "reasoning": "The candidate leaves out the window of the reference; all else is the same.",
    "score": 3,
}


@contextmanager
def serving(delay_s: float = 0.0) -> Generator[str]:
    """The server's base URL (with `/v1`), while it runs."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--delay-s", str(delay_s)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


class _Connection(asyncio.Protocol):
    """One client; answers requests in their order."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end]
            length = _length(head.lower())
            if len(self._received) < end + 4 + length:
                return
            body = self._received[end + 4 : end + 4 + length]
            self._received = self._received[end + 4 + length :]
            reply = _reply(head, body)
            if self._delay_s:
                asyncio.get_running_loop().call_later(self._delay_s, self._send, reply)
            else:
                self._send(reply)

    def _send(self, reply: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(reply)


def _length(head: bytes) -> int:
    at = head.find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def _reply(head: bytes, body: bytes) -> bytes:
    if b"/chat/completions" not in head.split(b"\r\n", 1)[0]:
        return _http(b'{"error": {"message": "only chat completions are served here"}}', 404)
    if b'"tools"' in body:
        return _http(json.dumps(_tool_call(json.loads(body))).encode())
    if rb"\"reason\"" in body:  # a prompt that shows the form it wants
        return _REASON
    if b'"json_schema"' in body and b'"reasoning"' not in body:
        schema = json.loads(body)["response_format"]["json_schema"]["schema"]
        return _http(json.dumps(_completion({"content": json.dumps(_instance(schema))})).encode())
    return _CANNED


def _completion(message: dict[str, Any], finish: str = "stop") -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_780_000_000,
        "model": "canned",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": None, **message},
                "finish_reason": finish,
            }
        ],
        "usage": {"prompt_tokens": 400, "completion_tokens": 30, "total_tokens": 430},
    }


def _tool_call(request: dict[str, Any]) -> dict[str, Any]:
    function = request["tools"][0]["function"]
    arguments = json.dumps(_instance(function["parameters"]))
    call = {
        "id": "call-1",
        "type": "function",
        "function": {"name": function["name"], "arguments": arguments},
    }
    return _completion({"tool_calls": [call]}, "tool_calls")


def _instance(schema: dict[str, Any]) -> Any:
    """Something that fits a schema as judges' clients write them."""
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: _instance(each) for name, each in schema.get("properties", {}).items()}
        case "array":
            return []
        case "boolean":
            return True
        case "integer" | "number":
            return 1
        case _:
            return RULING["reasoning"]


def _http(body: bytes, status: int = 200) -> bytes:
    return (
        b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
        b"Connection: keep-alive\r\n\r\n%b" % (status, len(body), body)
    )


_CANNED = _http(json.dumps(_completion({"content": json.dumps(RULING)})).encode())

_REASON = _http(
    json.dumps(
        _completion({"content": json.dumps({"reason": "a window", "score": 3, "value": "3"})})
    ).encode()
)


async def _serve(delay_s: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(delay_s), "127.0.0.1", 0, backlog=2048)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}/v1", flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay-s", type=float, default=0.0)
    asyncio.run(_serve(parser.parse_args().delay_s))


if __name__ == "__main__":
    main()

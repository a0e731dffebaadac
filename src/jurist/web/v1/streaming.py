"""Answers that go out while the body still comes in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final

from fastapi import Response
from starlette.types import Message, Receive, Scope, Send

_AHEAD: Final = 4
"""Parts of a body that are taken in before they are needed."""


class Streamed(Response):
    """An answer made of a body's parts as they come; ends where whoever asked hangs up.

    Starlette's own streams read the body's messages themselves, to see whether somebody hung up.

    Args:
        make: Is given the body's parts, and makes the answer's.
        media_type: Of the answer.
    """

    def __init__(
        self,
        make: Callable[[AsyncGenerator[bytes]], AsyncGenerator[bytes]],
        *,
        media_type: str,
    ) -> None:
        super().__init__(None, 200, {"Cache-Control": "no-store"}, media_type)
        self.raw_headers = [each for each in self.raw_headers if each[0] != b"content-length"]
        self._make = make

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send the parts as they are made."""
        parts: asyncio.Queue[bytes | None] = asyncio.Queue(_AHEAD)
        answering = asyncio.ensure_future(self._answer(parts, send))
        reading = asyncio.ensure_future(_read(receive, parts))
        try:
            await asyncio.wait((answering, reading), return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                await answering
        finally:
            for task in (answering, reading):
                task.cancel()
            await asyncio.gather(answering, reading, return_exceptions=True)

    async def _answer(self, parts: asyncio.Queue[bytes | None], send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._make(_parts(parts))) as made:
            async for part in made:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _parts(parts: asyncio.Queue[bytes | None]) -> AsyncGenerator[bytes]:
    while (part := await parts.get()) is not None:
        yield part


async def _read(receive: Receive, parts: asyncio.Queue[bytes | None]) -> None:
    """Take the body in as far as it is needed; returns when whoever asked hangs up."""
    while True:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            return
        await parts.put(message.get("body", b""))
        if not message.get("more_body", False):
            await parts.put(None)

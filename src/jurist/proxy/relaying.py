"""A streamed reply passed on to a client: as it comes, or from the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from aiohttp import web

from jurist.errors import JuristError
from jurist.models import RawPath, RawReply
from jurist.models.events import Watch
from jurist.proxy.refusals import refusal_of
from jurist.proxy.streams import ending_of, error_event, events_of, wanted_of


class Relay:
    """Passes on one streamed reply.

    Args:
        path: What was asked.
        asked: The request's body.
    """

    def __init__(self, path: RawPath, asked: Mapping[str, object]) -> None:
        self._path = path
        self._asked = asked
        self._events: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.watch = Watch(self._events.put_nowait)

    async def answer(
        self, request: web.Request, call: asyncio.Task[RawReply]
    ) -> web.StreamResponse:
        """Stream the reply of a call. A client that goes away leaves it to be made to its end.

        Raises:
            JuristError: The call failed before any of it was passed on.
        """
        call.add_done_callback(lambda _: self._events.put_nowait(None))
        first = await self._events.get()
        if first is None:
            reply = await call
            document = bytes(reply.document)
            return await streamed(request, reply, self._path, document, self._asked)
        response = _response({"Jurist-Cached": "false"})
        await response.prepare(request)
        event: bytes | None = first
        while event is not None:
            wanted = wanted_of(self._path, event, self._asked)
            if wanted and not await _is_written(response, wanted):
                return response
            event = await self._events.get()
        try:
            await call
        except JuristError as error:
            document = refusal_of(error).document(self._path)
            return await _written(response, error_event(self._path, document))
        return await _written(response, ending_of(self._path))


async def streamed(
    request: web.Request,
    reply: RawReply,
    path: RawPath,
    document: bytes,
    asked: Mapping[str, object],
) -> web.StreamResponse:
    """A whole reply as a stream.

    Args:
        request: Whom it answers.
        reply: What is told of it beside it.
        path: What was asked.
        document: The reply as this path has it.
        asked: The request's body.

    Raises:
        Refusal: Replies to this path are not streamed.
    """
    events = b"".join(events_of(path, document, asked))
    response = _response(headers_of(reply))
    await response.prepare(request)
    return await _written(response, events)


def headers_of(reply: RawReply) -> dict[str, str]:
    """What is told of a reply beside it."""
    return {
        "Jurist-Key": reply.key,
        "Jurist-Cached": "true" if reply.cached else "false",
        "x-request-id": reply.key,
    }


def _response(headers: dict[str, str]) -> web.StreamResponse:
    kind = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
    return web.StreamResponse(headers=kind | headers)


async def _written(response: web.StreamResponse, events: bytes) -> web.StreamResponse:
    if await _is_written(response, events):
        with suppress(ConnectionError):
            await response.write_eof()
    return response


async def _is_written(response: web.StreamResponse, raw: bytes) -> bool:
    """Whether a client is still there to read it."""
    try:
        await response.write(raw)
    except ConnectionError:
        return False
    return True

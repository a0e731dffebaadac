"""The model server in a thread of its own, for code that runs an event loop itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

from model_server import Json, ModelServer


@contextmanager
def serving(reply: Callable[[Json], str]) -> Generator[ModelServer]:
    """A server that answers each body with `reply` while the block lasts."""
    server = ModelServer(reply=reply)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def prompt_of(body: Json) -> str:
    """All that a request says, as one text."""
    return "\n".join(message["content"] for message in body["messages"])

"""The server: what is told without an end ends before it waits for its last requests."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import import_module

import uvicorn
from fastapi import FastAPI

from jurist.web.rendering import compile_templates


class Server(uvicorn.Server):
    """Uvicorn, which says that it stops before it waits for what is under way.

    Args:
        application: What it serves.
        config: Of uvicorn.
        stopping: Is called then.
    """

    def __init__(
        self, application: FastAPI, config: uvicorn.Config, stopping: Callable[[], None]
    ) -> None:
        config.lifespan = "off"  # uvicorn would log what a start fails of, and not raise it
        super().__init__(config)
        self._application = application
        self._stopping = stopping

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until it is stopped, if it was not before; raises why it cannot start."""
        if self.should_exit:
            return
        async with self._application.router.lifespan_context(self._application):
            await super().serve(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to who started it, and calls `stop`: one may come before it runs."""
        yield

    def stop(self) -> None:
        """End; called again, without waiting for what is under way."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop taking requests, finish those under way."""
        self._stopping()
        await super().shutdown(sockets)


def server_of(application: FastAPI, config: uvicorn.Config) -> Server:
    """A server of our application.

    What somebody's first look would wait for is read here and not when the server starts: who
    stops it then is not kept waiting for what nobody will look at.
    """
    compile_templates()
    import_module("jurist.roles.llm.making")

    def stopping() -> None:
        application.state.site.live.stop()

    return Server(application, config, stopping)

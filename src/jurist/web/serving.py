"""The server: what is told without an end ends before it waits for its last requests."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI


class Server(uvicorn.Server):
    """Uvicorn, which says that it stops before it waits for what is under way.

    Args:
        config: Of uvicorn.
        stopping: Is called then.
    """

    def __init__(self, config: uvicorn.Config, stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._stopping = stopping

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
    """A server of our application."""

    def stopping() -> None:
        application.state.site.live.stop()

    return Server(config, stopping)

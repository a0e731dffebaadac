"""How a server begins and ends."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from jurist.web.serving import server_of


def test_a_server_that_is_stopped_before_it_starts_opens_nothing() -> None:
    opened: list[str] = []

    @asynccontextmanager
    async def lifespan(_application: FastAPI) -> AsyncGenerator[None]:
        opened.append("store")
        yield

    application = FastAPI(lifespan=lifespan)
    server = server_of(application, uvicorn.Config(application, port=0, log_level="error"))
    server.stop()
    server.run()
    assert (opened, server.started) == ([], False)

"""A store served as `jurist serve` does: in the process for requests, on a port for browsers."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import uvicorn
from starlette.testclient import TestClient

from jurist.web.application import build_application
from jurist.web.security.keys import cookie_name
from jurist.web.serving import server_of
from jurist.web.settings import Settings

TOKEN = "a-token-of-tests"


@contextmanager
def client_of(settings: Settings) -> Generator[TestClient]:
    """Requests of the one person at this machine; errors of the application are raised."""
    application = build_application(replace(settings, token=settings.token or TOKEN))
    with TestClient(application, base_url="http://127.0.0.1", follow_redirects=False) as client:
        client.cookies.set(cookie_name(settings), settings.token or TOKEN)
        client.headers["Sec-Fetch-Site"] = "same-origin"  # as browsers say of our own pages
        yield client


@contextmanager
def serving(settings: Settings) -> Generator[str]:
    """The application on a free port of this machine while the block lasts.

    Yields:
        Its address, such as `http://127.0.0.1:40123`.
    """
    application = build_application(replace(settings, token=settings.token or TOKEN))
    config = uvicorn.Config(application, host="127.0.0.1", port=0, log_level="error")
    server = server_of(application, config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server ended before it began"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def client_at(address: str) -> Generator[httpx.Client]:
    """Requests over HTTP of the one person at this machine, who came by the printed URL."""
    first = httpx.get(f"{address}/?token={TOKEN}")
    with httpx.Client(base_url=address, cookies=first.cookies, timeout=60) as client:
        yield client

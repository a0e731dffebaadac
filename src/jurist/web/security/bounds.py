"""How long a request may be, before anything of it is looked at."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jurist.web.problems import Problem, problem_response

BODY: Final = 1_000_000
"""Bytes of a body, where a route does not say `max_body_size`."""
_URL: Final = 8_000
_HEADERS: Final = 32_000


class Bounds:
    """Middleware that refuses URLs and headers that no browser sends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is of a usual length."""
        problem = _too_long(scope) if scope["type"] == "http" else None
        if problem is None:
            await self._app(scope, receive, _telling_of_bodies(scope, receive, send))
            return
        await _tell(problem, scope, receive, send)


async def _tell(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    await problem_response(Request(scope), problem)(scope, receive, send)


def _telling_of_bodies(scope: Scope, receive: Receive, send: Send) -> Send:
    """Sends on, but what the framework says of a body that is too long: that is not ours."""
    replaced = False

    async def sending(message: Message) -> None:
        nonlocal replaced
        if message["type"] == "http.response.start" and message["status"] == 413:
            kind = Headers(raw=message["headers"]).get("content-type", "")
            replaced = kind.startswith("text/plain")
            if replaced:
                detail = "the body is longer than this page or route takes"
                await _tell(Problem(413, "Too much at once", detail), scope, receive, send)
        if not replaced:
            await send(message)

    return sending


def _too_long(scope: Scope) -> Problem | None:
    url = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    if url > _URL:
        detail = f"the URL has {url:,} characters"
        return Problem(414, "The URL is too long", detail, f"at most {_URL:,}")
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    if headers > _HEADERS:
        detail = f"the headers have {headers:,} characters"
        return Problem(431, "The headers are too long", detail, f"at most {_HEADERS:,}")
    return None

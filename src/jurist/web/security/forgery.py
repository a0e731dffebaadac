"""What changes something must come from our own pages.

A browser says where a request comes from: `Sec-Fetch-Site`, or where that is not sent (over plain
http) `Origin`. A bearer token is not sent by a browser of itself, so who carries one is no victim.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from jurist.web.problems import Problem, problem_response

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}


class Forgery:
    """Middleware that refuses what another site's page had a browser send."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what changes nothing, or comes from our own pages."""
        if scope["type"] != "http" or scope["method"] in _SAFE or is_ours(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        problem = Problem(
            403,
            "Not from one of our pages",
            "the request changes something, and another site's page seems to have sent it",
            "Sec-Fetch-Site: same-origin, an Origin that is the Host, or a bearer token",
            "programs: send Authorization: Bearer jur_...",
        )
        await problem_response(Request(scope), problem)(scope, receive, send)


def is_ours(headers: Headers) -> bool:
    """Whether a request that changes something comes from our own pages, or with a token."""
    if bearer_in(headers) is not None:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and _place(origin) == headers.get("host", "").lower()


def bearer_in(headers: Headers) -> str | None:
    """The token of an `Authorization: Bearer` header; of other schemes nothing is known here."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def _place(origin: str) -> str:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return ""
    return parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, " "))

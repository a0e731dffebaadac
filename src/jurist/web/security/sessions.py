"""Who a request comes from: the printed URL's token, and from then on a cookie.

The one person at this machine needs no account. Users and API tokens are looked up in the store.
"""

from __future__ import annotations

import getpass
import hmac
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from jurist.web.people import Person
from jurist.web.permissions import PERMISSIONS, Role
from jurist.web.settings import Settings

COOKIE: Final = "jurist"


class Sessions:
    """Middleware that puts a `Person` into the scope of requests from somebody known."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Establish who asks; a token in the URL is taken out of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get("token", "")
        if scope["method"] == "GET" and given and self._is_local_token(given):
            left = urlencode([pair for pair in query if pair[0] != "token"])
            response = RedirectResponse(scope["path"] + (f"?{left}" if left else ""), 303)
            response.set_cookie(COOKIE, given, httponly=True, samesite="lax", path="/")
            await response(scope, receive, send)
            return
        if self._is_local_token(_cookie(Headers(scope=scope))):
            scope["person"] = Person(getpass.getuser(), PERMISSIONS[Role.ADMIN], local=True)
        await self._app(scope, receive, send)

    def _is_local_token(self, given: str) -> bool:
        known = self._settings.token
        return bool(known) and hmac.compare_digest(given.encode(), known.encode())


def _cookie(headers: Headers) -> str:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""

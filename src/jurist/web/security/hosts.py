"""Under which names the application may be asked for.

A page elsewhere can have its own name lead to this machine (DNS rebinding), and its scripts then
read what a browser is shown here. The `Host` header tells: it holds that other name. An address
in numbers is no name, and cannot be rebound.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from jurist.models.addresses import is_numeric, name_in
from jurist.web.problems import Problem, problem_response
from jurist.web.settings import Settings

_LOCAL: Final = "localhost"


class Hosts:
    """Middleware that refuses other names."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._names = {_LOCAL, settings.host.lower(), *(name.lower() for name in settings.hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what asks for a name that is known."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == b"host"]
        name = name_in(given[0].decode("latin-1")) if len(given) == 1 else ""
        if (name and name in self._names) or is_numeric(name):
            await self._app(scope, receive, send)
            return
        problem = Problem(
            421,
            "Not under this name",
            f"the request asks for the host {name[:100]!r}",
            "localhost, an address in numbers, or a name that jurist serve was given",
            "start it with --name and this name, if it is yours",
        )
        await problem_response(Request(scope), problem)(scope, receive, send)

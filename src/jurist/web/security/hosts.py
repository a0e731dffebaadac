"""Under which names the application may be asked for.

A page elsewhere can have its own name lead to this machine (DNS rebinding), and its scripts then
read what a browser is shown here. The `Host` header tells: it holds that other name. An address
in numbers is no name, and cannot be rebound.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from jurist.web.problems import Problem, problem_response
from jurist.web.settings import Settings

_LOCAL: Final = "localhost"
_HOST: Final = re.compile(r"(?:\[([^\[\]]*)\]|([^:@\[\]]*))(?::[0-9]*)?")


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
        name = _name_in(given[0].decode("latin-1")) if len(given) == 1 else ""
        if (name and name in self._names) or _is_address(name):
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


def _name_in(host: str) -> str:
    """A `Host` header without its port; empty where it is none."""
    parts = _HOST.fullmatch(host)
    return (parts[1] or parts[2] or "").lower() if parts else ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

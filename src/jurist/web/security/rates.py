"""How many requests a minute come from each person, token or address."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from jurist.web.people import Person
from jurist.web.problems import Problem, problem_response
from jurist.web.security.limits import Rate
from jurist.web.security.proxies import address_of
from jurist.web.settings import Settings
from jurist.web.site import site_in

_UNKNOWN_SHARE: Final = 10
"""Who is not known may ask for a tenth: the pages that need no account are few."""


class Rates:
    """Middleware that refuses more than the limit; the one person at this machine has none."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._known = Rate(settings.rate)
        self._unknown = Rate(max(1, settings.rate // _UNKNOWN_SHARE))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or say when to come again."""
        wait = self._wait_ms(scope) if scope["type"] == "http" else 0
        if not wait:
            await self._app(scope, receive, send)
            return
        seconds = str(-(-wait // 1000))
        problem = Problem(
            429,
            "Too many requests",
            "more requests came from you than are allowed in a minute",
            f"at most {self._settings.rate:,}",
            f"come again in {seconds} s; an admin may allow more: jurist serve --rate",
            (("Retry-After", seconds),),
        )
        await problem_response(Request(scope), problem)(scope, receive, send)

    def _wait_ms(self, scope: Scope) -> int:
        person: object = scope.get("person")
        now = site_in(scope).clock()
        if not isinstance(person, Person):
            return self._unknown.wait_ms(address_of(self._settings, scope), now)
        if person.local:
            return 0
        return self._known.wait_ms(person.token or person.name, now)

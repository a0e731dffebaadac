"""Whoever comes while all places are taken is told so before anything else is done."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from jurist.web.judging.service import Judging
from jurist.web.metrics import TURNED_AWAY
from jurist.web.problems import BusyError, problem_of, problem_response

PATHS: Final = ("/v1/judge", "/v1/judge/many")


class TurningAway:
    """Middleware that answers 503 for a full queue: no store, no account, no body is looked at."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on unless the queue is full."""
        if scope["type"] == "http" and scope["path"] in PATHS:
            judging: Judging = scope["app"].state.judging
            try:
                judging.require_place()
            except BusyError as error:
                scope[TURNED_AWAY] = scope["path"]
                response = problem_response(Request(scope), problem_of(error))
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)

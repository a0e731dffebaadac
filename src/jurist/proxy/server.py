"""The proxy's server: its address, its routes, who may ask."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from jurist.errors import JuristError
from jurist.models import Models, RawPath
from jurist.models.addresses import is_numeric, name_in
from jurist.proxy.access import Access, Credit, Tokens, granted
from jurist.proxy.answering import Service
from jurist.proxy.refusals import Refusal, refusal_of

LARGEST_REQUEST: Final = 50_000_000
"""Bytes of a request's body: pictures stand in it."""
_LONGEST_HEADER: Final = 8_000
_LOCAL: Final = "localhost"
_LAST_MOMENT_S: Final = 0.5
"""How long what is under way may take where somebody waits for the end."""

Work = Callable[[web.Request, Credit], Awaitable[web.StreamResponse]]


class Proxy:
    """The proxy; an async context manager, within which it serves.

    Args:
        models: Through which all calls go.
        names: Model strings by the names that programs use; nothing else is reached.
        longest: Bound of a reply, in tokens, where a budget needs one and a request has none.
        listening: A socket to listen on; by default a free port of this machine.
    """

    def __init__(
        self,
        models: Models,
        names: Mapping[str, str],
        *,
        longest: int = 16_384,
        listening: socket.socket | None = None,
    ) -> None:
        self._service = Service(models, names, longest)
        self._tokens = Tokens()
        self._socket = listening or listen_locally()
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """Where it is, with `/v1` at its end."""
        host, port = self._socket.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/v1"

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=LARGEST_REQUEST)
        add = application.router.add_route
        for path in RawPath:
            add("POST", f"/v1/{path.value}", self._serving(self._service.answering(path), path))
        add("GET", "/v1/models", self._serving(self._service.list_models))
        add("GET", "/v1/models/{name:.+}", self._serving(self._service.show_model))
        add("*", "/{rest:.*}", self._serving(_nothing_there))
        self._runner = web.AppRunner(
            application,
            access_log=None,
            handle_signals=False,
            shutdown_timeout=0.1,
            max_field_size=_LONGEST_HEADER,
        )
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            for site in list(self._runner.sites):
                await site.stop()
            await self._tokens.settled(_LAST_MOMENT_S)
            await self._runner.cleanup()
            self._runner = None

    def admit(self, credit: Credit) -> Access:
        """Access whose calls are credited so, until `dismiss`."""
        return Access(self.base_url, self._tokens.issue(credit))

    def dismiss(self, access: Access) -> None:
        """From now on this access is good for nothing."""
        self._tokens.revoke(access.api_key)

    @contextmanager
    def answering(self, credit: Credit) -> Generator[Access]:
        """Within, `current` is an access whose calls are credited so."""
        access = self.admit(credit)
        try:
            with granted(access, credit):
                yield access
        finally:
            self.dismiss(access)

    def _serving(
        self, work: Work, path: RawPath | None = None
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                self._require_name(request)
                return await work(request, self._credit_of(request))
            except Refusal as refusal:
                return refusal.response(path)
            except JuristError as error:
                return refusal_of(error).response(path)
            except web.HTTPRequestEntityTooLarge:
                problem = f"the request has more than {LARGEST_REQUEST:,} bytes"
                return Refusal(413, problem, "request_too_large").response(path)
            except web.RequestPayloadError:  # packed as it does not say, or cut off
                problem = "the request's body cannot be unpacked as its headers say"
                response = Refusal(400, problem, "invalid_body").response(path)
                response.force_close()  # nobody knows where the next request begins
                return response

        return handle

    def _require_name(self, request: web.Request) -> None:
        """Refuse a page elsewhere that has its own name lead to this machine (DNS rebinding)."""
        given = request.headers.getall("Host", [])
        name = name_in(given[0]) if len(given) == 1 else ""
        if name != _LOCAL and not is_numeric(name):
            problem = f"the request asks for the host {name[:100]!r}, expected 127.0.0.1"
            raise Refusal(421, problem, "wrong_host")

    def _credit_of(self, request: web.Request) -> Credit:
        kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
        given = bearer.strip() if kind.lower() == "bearer" else request.headers.get("x-api-key", "")
        credit = self._tokens.credit_of(given)
        if credit is None:
            problem = (
                "the token is not one of this proxy's: use the one it printed at its start, or "
                "within a run that of the answer under way (OPENAI_API_KEY of a command, "
                "jurist.proxy.current().api_key of a callable)"
            )
            raise Refusal(401, problem, "invalid_api_key")
        return credit


def listen_locally() -> socket.socket:
    """A socket on a free port that only this machine reaches."""
    # The protocol by name: of sockets that do not name it, asyncio lets small answers wait 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    return listening


async def _nothing_there(request: web.Request, _credit: Credit) -> web.StreamResponse:
    served = ", ".join(f"POST /v1/{path.value}" for path in RawPath)
    problem = f"nothing is served at {request.method} {request.path[:200]!r}; there are {served}"
    raise Refusal(404, f"{problem} and GET /v1/models", "not_found")

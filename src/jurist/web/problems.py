"""Errors as people and programs get them: a page, or a problem document (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from jurist.alignment.labels.queue_labels import (
    EnoughLabelsError,
    NoSuchItemError,
    RevealedError,
    WithdrawnError,
)
from jurist.errors import InputError, JuristError, StoreError, WorkerError
from jurist.store.annotations import AnotherLabelError
from jurist.web.people import NotAllowed, NotKnown
from jurist.web.rendering import page

API: Final = ("/v1/", "/healthz", "/readyz", "/metrics", "/openapi.json")
"""How the paths begin that programs ask for."""
PROBLEM_TYPE: Final = "application/problem+json"
CODES: Final = {
    "unreadable": "The request is no HTTP or JSON that can be read.",
    "not-known": "The request carries no token that is known.",
    "not-allowed": "Your role, or the token's, does not allow it.",
    "missing": "What the URL names is not there.",
    "method": "The path is there, but not for this method.",
    "conflict": "Something else stands there: a label that says otherwise, or enough labels.",
    "too-long": "The URL is longer than any of ours.",
    "too-large": "The body is larger than this route takes.",
    "media-type": "The body is of a media type that this route does not take.",
    "unusable": "The body or a parameter cannot be used: `expected` and `fix` say how it can.",
    "too-many": "More requests than are allowed; `Retry-After` says when to come again.",
    "queue-full": "All places to wait are taken; `Retry-After` says when to come again.",
    "store": "The store cannot be read or written.",
    "prover": "No process that proves can be started.",
    "failed": "Jurist itself failed: please report it.",
}
"""Kinds of problems, for programs; they never change. Each stands on the page `/api`."""
_CODES_BY_STATUS: Final = {
    400: "unreadable",
    401: "not-known",
    403: "not-allowed",
    404: "missing",
    405: "method",
    409: "conflict",
    413: "too-large",
    414: "too-long",
    415: "media-type",
    422: "unusable",
    429: "too-many",
    503: "store",
}


class MissingError(InputError):
    """What a URL names is not there: 404."""

    usual_fix = "name one that is there"


class LengthError(InputError):
    """A body that is too large: 413."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "the body is too large",
            expected=f"at most {most:,} bytes",
            fix="send it in parts",
        )


class MediaTypeError(InputError):
    """A body of a media type that is not taken: 415."""

    def __init__(self, given: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"the body is of the media type {given[:100]!r}",
            expected=" or ".join(allowed),
            fix=f"send the header Content-Type: {allowed[0]}",
        )


class BusyError(JuristError):
    """All places to wait are taken: 503, at once."""

    def __init__(self, places: int, *, seconds: int = 1) -> None:
        self.seconds = seconds
        super().__init__(
            f"all {places} places to wait are taken",
            expected="a free place",
            fix=f"come again in {seconds} s, as Retry-After says",
        )


class ProblemDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong (RFC 9457), what was expected, and what to do."""

    type: str
    """What is written of this kind of problem, as an address of this server."""
    title: str
    status: int
    detail: str
    code: str
    """The kind of problem, for programs: it never changes."""
    expected: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, in the words of RFC 9457 and ours."""

    status: int
    title: str
    detail: str
    expected: str = ""
    fix: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    code: str = ""
    """Among `CODES`; empty: what the status says."""

    @property
    def document(self) -> ProblemDocument:
        """The problem for programs."""
        code = self.code or _CODES_BY_STATUS.get(self.status, "failed")
        return ProblemDocument(
            f"/api#problem-{code}",
            "Not found" if self.status == 404 else self.title,
            self.status,
            _sendable(self.detail),
            code,
            _sendable(self.expected),
            _sendable(self.fix),
        )


def problem_response(request: Request, problem: Problem) -> Response:
    """The problem in the form in which the path's readers expect it."""
    if request.url.path.startswith(API):
        body = msgspec.json.encode(problem.document)
        return Response(body, problem.status, dict(problem.headers), PROBLEM_TYPE)
    response = page(request, "problem.html.j2", status=problem.status, problem=problem)
    response.headers.update(dict(problem.headers))
    return response


def _sendable(text: str) -> str:
    """The text without what UTF-8 has no bytes for."""
    return text.encode("utf-8", "backslashreplace").decode()


def problem_of(error: JuristError) -> Problem:
    """What an error means over HTTP."""
    place = f"{error.where}: " if error.where else ""
    words = place + error.problem, error.expected, error.fix
    match error:
        case MissingError():
            return Problem(404, "There is no such page", *words)
        case NoSuchItemError():
            return Problem(404, "There is no such item", *words)
        case AnotherLabelError() | EnoughLabelsError() | RevealedError() | WithdrawnError():
            return Problem(409, "Something else stands there", *words)
        case LengthError():
            return Problem(413, "This is too large", *words)
        case MediaTypeError():
            return Problem(415, "This is of another media type", *words)
        case InputError():
            return Problem(422, "This cannot be used", *words)
        case BusyError():
            wait = (("Retry-After", str(error.seconds)),)
            return Problem(503, "Too busy", *words, wait, "queue-full")
        case StoreError():
            return Problem(503, "The store cannot be read", *words, (("Retry-After", "5"),))
        case WorkerError():
            wait = (("Retry-After", "30"),)
            return Problem(503, "Nothing can be proved now", *words, wait, "prover")
        case _:
            return Problem(500, "Jurist failed", *words)


def install(application: FastAPI) -> None:
    """Have the application tell all errors so."""

    @application.exception_handler(JuristError)
    async def jurist_error(request: Request, error: JuristError) -> Response:
        return problem_response(request, problem_of(error))

    @application.exception_handler(ClientDisconnect)
    def hung_up(_request: Request, _error: ClientDisconnect) -> Response:
        return Response(None, 499)  # nobody reads it: it is for the figures

    @application.exception_handler(NotKnown)
    def not_known(request: Request, _: NotKnown) -> Response:
        if request.url.path.startswith(API):
            return problem_response(
                request,
                Problem(
                    401,
                    "Who is asking?",
                    "the request carries no token that is known",
                    "Authorization: Bearer jur_...",
                    "make a token: jurist user token make NAME",
                    (("WWW-Authenticate", "Bearer"),),
                ),
            )
        asked = str(request.url.replace(scheme="", netloc=""))
        after = f"?{urlencode({'next': asked})}" if request.method == "GET" else ""
        return RedirectResponse(f"/login{after}", 303)

    @application.exception_handler(NotAllowed)
    def not_allowed(request: Request, error: NotAllowed) -> Response:
        name = error.person.name
        problem = (
            Problem(403, "Not allowed", f"a token of {name} cannot do this", fix="log in as them")
            if error.permission is None
            else Problem(
                403,
                "Not allowed",
                f"{name} may not {error.permission.value} here",
                fix="ask an admin for another role",
            )
        )
        return problem_response(request, problem)

    @application.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        detail = f"{place}: {first['msg']}"[:500]
        fix = _where_to_look(request, "go back and change it")
        return problem_response(request, Problem(422, "This cannot be used", detail, fix=fix))

    @application.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        title = "There is no such page" if error.status_code == 404 else str(error.detail)
        headers = tuple((error.headers or {}).items())
        fix = _where_to_look(request, "begin at /")
        problem = Problem(error.status_code, title, request.url.path, fix=fix, headers=headers)
        return problem_response(request, problem)


def _where_to_look(request: Request, on_a_page: str) -> str:
    return "see /api" if request.url.path.startswith(API) else on_a_page

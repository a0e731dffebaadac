"""Errors as people and programs get them: a page, or a problem document (RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from jurist.errors import InputError, JuristError, StoreError
from jurist.web.people import NotAllowed, NotKnown
from jurist.web.rendering import page

API: Final = "/v1/"
"""How the paths of the API begin."""


class MissingError(InputError):
    """What a URL names is not there: 404."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, in the words of RFC 9457 and ours."""

    status: int
    title: str
    detail: str
    expected: str = ""
    fix: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def problem_response(request: Request, problem: Problem) -> Response:
    """The problem in the form in which the path's readers expect it."""
    if request.url.path.startswith(API):
        body = {
            "type": "about:blank",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            **({"expected": problem.expected} if problem.expected else {}),
            **({"fix": problem.fix} if problem.fix else {}),
        }
        headers = dict(problem.headers)
        return JSONResponse(body, problem.status, headers, "application/problem+json")
    return page(request, "problem.html.j2", status=problem.status, problem=problem)


def _of_jurist(error: JuristError) -> Problem:
    place = f"{error.where}: " if error.where else ""
    words = place + error.problem, error.expected, error.fix
    match error:
        case MissingError():
            return Problem(404, "There is no such page", *words)
        case InputError():
            return Problem(422, "This cannot be used", *words)
        case StoreError():
            return Problem(503, "The store cannot be read", *words, (("Retry-After", "5"),))
        case _:
            return Problem(500, "Jurist failed", *words)


def install(application: FastAPI) -> None:
    """Have the application tell all errors so."""

    @application.exception_handler(JuristError)
    def jurist_error(request: Request, error: JuristError) -> Response:
        return problem_response(request, _of_jurist(error))

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
                    "make a token: jurist user token NAME",
                    (("WWW-Authenticate", "Bearer"),),
                ),
            )
        return RedirectResponse("/login", 303)

    @application.exception_handler(NotAllowed)
    def not_allowed(request: Request, error: NotAllowed) -> Response:
        detail = f"{error.person.name} may not {error.permission.value} here"
        return problem_response(
            request, Problem(403, "Not allowed", detail, fix="ask an admin for another role")
        )

    @application.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return problem_response(
            request, Problem(422, "This cannot be used", f"{place}: {first['msg']}"[:500])
        )

    @application.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        title = "There is no such page" if error.status_code == 404 else str(error.detail)
        headers = tuple((error.headers or {}).items())
        return problem_response(
            request, Problem(error.status_code, title, request.url.path, headers=headers)
        )

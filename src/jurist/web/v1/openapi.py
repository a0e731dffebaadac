"""The OpenAPI document, made from the routes and from the types that they read and write."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from jurist import __version__
from jurist.web.people import Guard
from jurist.web.v1.schemas import components

SUBJECTS: Final = {
    "judging": "Answers judged as they are made.",
    "runs": "What is stored: runs, their verdicts and standings, comparisons, exports.",
    "annotations": "People's labels, queues and settlements.",
    "production": "What happens with a feature in use, as it happens.",
    "studies": "Studies: start, stop, watch.",
    "service": "Whether the server is well.",
}
_ABOUT: Final = """\
Bodies and answers are JSON in UTF-8. A key that is not known, or that is there twice, is an
error. Every error is a problem document (RFC 9457) with `code`, which never changes, `expected`
and `fix`. Lists are given in pages: `next` is the cursor of the one that follows. A program
says who it is by `Authorization: Bearer jur_...`; `jurist user token` makes tokens.

Within version 1 fields are added and none are taken away: let a client leave aside what it does
not know.
"""
_SECURITY: Final[dict[str, Any]] = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of `jurist user token`."},
    "session": {"type": "apiKey", "in": "cookie", "name": "jurist", "description": "Of the pages."},
}


def document_of(application: FastAPI) -> dict[str, Any]:
    """The document of an application, made once."""
    if application.openapi_schema is None:
        application.openapi_schema = _made(application)
    return application.openapi_schema


def _made(application: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title="Jurist",
        version=__version__,
        summary="Judges answers of features that turn natural language into queries.",
        description=_ABOUT,
        routes=application.routes,
        tags=[{"name": name, "description": told} for name, told in SUBJECTS.items()],
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= components
    for unused in ("HTTPValidationError", "ValidationError"):  # our problems stand in their place
        schemas.pop(unused, None)
    document["components"]["securitySchemes"] = _SECURITY
    for context in iter_route_contexts(application.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                operation = document["paths"][route.path_format][method.lower()]
                _sum_up(operation)
                _secure(operation, route)
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


def _sum_up(operation: dict[str, Any]) -> None:
    """A route's docstring: the first sentence is its summary, what follows its description."""
    first, _, more = operation.get("description", "").partition("\n\n")
    operation["summary"] = " ".join(first.split())
    operation["description"] = more.strip()


def _secure(operation: dict[str, Any], route: APIRoute) -> None:
    """Say of an operation which permission it asks for."""
    asked = [getattr(each, "dependency", None) for each in route.dependencies]
    permissions = [guard.permission.value for guard in asked if isinstance(guard, Guard)]
    operation["security"] = [{"token": []}, {"session": []}] if permissions else []
    if permissions:
        operation["x-permission"] = permissions[0]

"""What all subjects of the API share: bodies in, records out, how both are described.

Bodies and answers are msgspec types: a body is decoded by the type that describes it, and an
answer is encoded from it. Every error is a problem document (RFC 9457). A module of this
package has a `router`, such as

    router = api_router("queues")

    @router.post(
        "/settlements",
        dependencies=[may(Permission.CURATE)],
        **described(takes=NewSettlement, gives=Settled, example=..., status=201),
    )
    def settle(given: Annotated[NewSettlement, body(NewSettlement)], site: SiteOf) -> Response:
        return answer(Settled(...), status=201)
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Final, TypeVar

import msgspec
from fastapi import APIRouter, Depends, Request, Response

from jurist.errors import InputError
from jurist.web.problems import PROBLEM_TYPE, ProblemDocument
from jurist.web.v1.reading import read_record
from jurist.web.v1.schemas import schema_of

_T = TypeVar("_T")

JSON: Final = "application/json"


def _problem(description: str) -> dict[str, Any]:
    content = {PROBLEM_TYPE: {"schema": schema_of(ProblemDocument)}}
    return {"description": description, "content": content}


PROBLEMS: Final[Mapping[int | str, dict[str, Any]]] = {
    400: _problem("The request cannot be read."),
    401: _problem("No token, or one that is not known."),
    403: _problem("Whoever asks may not."),
    404: _problem("What the URL names is not there."),
    409: _problem("Something else stands there."),
    413: _problem("The body is too large."),
    414: _problem("The URL is too long."),
    415: _problem("The body is of another media type."),
    422: _problem("The body or a parameter cannot be used."),
    429: _problem("Too many requests; `Retry-After` says when to come again."),
    503: _problem(
        "The queue is full, or the store cannot be read; `Retry-After` says when to come again."
    ),
}
"""What any route of the API may answer."""


def api_router(subject: str) -> APIRouter:
    """A router below `/v1` whose routes belong to one subject."""
    return APIRouter(prefix="/v1", tags=[subject], responses=dict(PROBLEMS))


def described(
    *,
    gives: Any,
    what: str,
    gives_example: object = None,
    takes: Any = None,
    example: object = None,
    status: int = 200,
    media_type: str = JSON,
    others: Mapping[int, dict[str, Any]] = MappingProxyType({}),
) -> dict[str, Any]:
    """What a route's decorator is told of its body and its answer.

    Args:
        gives: The type of its answer.
        what: The answer in a sentence.
        gives_example: Such an answer.
        takes: The type of its body; `None`: it has none.
        example: Such a body.
        status: Of the answer.
        media_type: Of both.
        others: What it answers otherwise, by status, where that is no problem document.
    """
    options: dict[str, Any] = {
        "response_model": None,
        "status_code": status,
        "responses": {
            status: {
                "description": what,
                "content": {media_type: _content(gives, gives_example)},
            },
            **others,
        },
    }
    if takes is not None:
        taken = {"required": True, "content": {media_type: _content(takes, example)}}
        options["openapi_extra"] = {"requestBody": taken}
    return options


def _content(kind: Any, example: object) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": schema_of(kind)}
    return content if example is None else {**content, "example": msgspec.to_builtins(example)}


def body(kind: type[_T]) -> Any:
    """The dependency that reads a body, so that a route may be a plain function.

    Args:
        kind: A struct that forbids unknown fields.
    """
    decoder = msgspec.json.Decoder(kind)

    async def read(request: Request) -> _T:
        return await read_record(request, decoder)

    return Depends(read)


def answer(
    record: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A record as JSON."""
    return Response(msgspec.json.encode(record), status, headers, JSON)


def tagged_answer(request: Request, record: object) -> Response:
    """A record as JSON with its ETag; 304 where whoever asks has it already."""
    encoded = msgspec.json.encode(record)
    tag = f'"{blake2b(encoded, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    return Response(encoded, 200, headers, JSON)


def cursor_of(place: object) -> str:
    """A place in a list, as text that nobody need understand."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def place_of(cursor: str, kind: type[_T]) -> _T:
    """The place that a cursor says.

    Raises:
        InputError: It is none of ours.
    """
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=kind)
    except (ValueError, msgspec.DecodeError):
        raise InputError(
            f"the cursor {cursor[:100]!r} is none of this list's",
            expected="the `next` of an answer, as it was",
            fix="leave it out to begin at the beginning",
        ) from None

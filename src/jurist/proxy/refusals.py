"""Errors as the clients of OpenAI and Anthropic read them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import msgspec
from aiohttp import web

from jurist.errors import AnsweredError, BudgetExceeded, JuristError, ModelError
from jurist.models import RawPath
from jurist.records import FailureKind

_TYPES: Final[Mapping[int, str]] = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "insufficient_quota",
    404: "not_found_error",
    413: "request_too_large",
    421: "invalid_request_error",
    429: "rate_limit_error",
}
"""By status; all others are the server's."""
_STATUS: Final[Mapping[FailureKind, int]] = {
    FailureKind.TIMEOUT: 504,
    FailureKind.UNREACHABLE: 503,
    FailureKind.MISSING: 404,
    FailureKind.PRIVATE: 403,
}
_CODES: Final[Mapping[FailureKind, str]] = {
    FailureKind.TIMEOUT: "upstream_timeout",
    FailureKind.UNREACHABLE: "upstream_unreachable",
    FailureKind.MISSING: "not_recorded",
    FailureKind.PRIVATE: "held_back",
}


class Refusal(Exception):  # noqa: N818 - an answer, for the client to read
    """A request that gets an error for an answer.

    Args:
        status: Of the answer.
        message: What is wrong, and what to do.
        code: The same for programs.
        param: The field of the request that it is about.
        retry_after: Seconds after which to ask again; 0: asking again does not help.
        body: A server's own words, which are passed on as they are.
    """

    def __init__(
        self,
        status: int,
        message: str,
        code: str,
        *,
        param: str | None = None,
        retry_after: float = 0.0,
        body: bytes = b"",
    ) -> None:
        self.status, self.message, self.code = status, message, code
        self.param, self.retry_after, self.body = param, retry_after, body
        super().__init__(message)

    def response(self, path: RawPath | None) -> web.Response:
        """The answer, in the words of the protocol that was spoken."""
        # The proxy has tried as often as makes sense: clients that try again only wait.
        headers = {"x-should-retry": "true" if self.retry_after else "false"}
        if self.retry_after:
            headers["Retry-After"] = str(math.ceil(self.retry_after))
        return web.Response(
            status=self.status,
            body=self.body or msgspec.json.encode(self.document(path)),
            content_type="application/json",
            headers=headers,
        )

    def document(self, path: RawPath | None) -> dict[str, object]:
        """The error as JSON has it."""
        kind = _TYPES.get(self.status, "server_error")
        if path is RawPath.MESSAGES:
            told = {"type": kind, "message": self.message}
            return {"type": "error", "error": told}
        told = {"message": self.message, "type": kind, "param": self.param, "code": self.code}
        return {"error": told}


def refusal_of(error: JuristError) -> Refusal:
    """What a client is told of an error of ours."""
    match error:
        case BudgetExceeded():
            return Refusal(402, str(error), "budget_exceeded")
        case AnsweredError():
            return _passed_on(error)
        case ModelError():
            kind = error.failure.kind
            return Refusal(_STATUS.get(kind, 502), str(error), _CODES.get(kind, "upstream_error"))
        case _:
            return Refusal(500, str(error), "proxy_error")


def _passed_on(error: AnsweredError) -> Refusal:
    """A server's error as its own client would see it; but for what concerns our key alone."""
    status = error.status
    if status in (401, 403):  # else the client would look at its own token
        return Refusal(502, str(error), "upstream_refused_key")
    if 400 <= status < 600:
        body = error.body if _is_error(error.body) else b""
        return Refusal(
            status, str(error), "upstream_error", retry_after=error.retry_after, body=body
        )
    return Refusal(502, str(error), "upstream_error")


def _is_error(body: bytes) -> bool:
    try:
        document: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return isinstance(document, dict) and "error" in document

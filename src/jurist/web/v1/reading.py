"""Bodies: strict, and read without trust."""

from __future__ import annotations

import json
import re
from typing import Final, TypeVar

import msgspec
from fastapi import Request

from jurist.errors import InputError
from jurist.languages.documents import MalformedError, unique_keys
from jurist.languages.texts import nearest_hint
from jurist.web.problems import MediaTypeError

_T = TypeVar("_T")

_UNKNOWN: Final = re.compile(r"unknown field `(.*?)`", re.DOTALL)


async def read_record(request: Request, decoder: msgspec.json.Decoder[_T]) -> _T:
    """The record that a body of JSON holds; how long it may be, `security.bounds` says.

    Raises:
        MediaTypeError: It is said to be something else.
        InputError: It is no such record.
    """
    require_media_type(request, "application/json")
    return decoded(await request.body(), decoder, where="the body")


def require_media_type(request: Request, *allowed: str) -> str:
    """The media type of a body.

    Raises:
        MediaTypeError: It is none of those allowed.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in allowed:
        raise MediaTypeError(given, allowed)
    return given


def decoded(raw: bytes, decoder: msgspec.json.Decoder[_T], *, where: str) -> _T:
    """The record that bytes hold. A key that is there twice is an error.

    Raises:
        InputError: They hold something else.
    """
    try:
        record = decoder.decode(raw)
        json.loads(raw, object_pairs_hook=unique_keys)
    except MalformedError as error:
        raise InputError(
            error.problem, expected="each key once", fix="remove one of them", where=where
        ) from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _explained(str(error)[:300], decoder, where) from None
    return record


def _explained(said: str, decoder: msgspec.json.Decoder[_T], where: str) -> InputError:
    unknown = _UNKNOWN.search(said)
    known = _fields(decoder.type)
    hint = nearest_hint(unknown[1], known) if unknown else ""
    return InputError(
        f"it cannot be read: {said}",
        expected=f"one JSON object with {', '.join(known)}" if known else "JSON as /api says",
        fix=hint or "compare it with the example in /api",
        where=where,
    )


def _fields(kind: object) -> list[str]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [field.encode_name for field in msgspec.structs.fields(kind)]
    return []

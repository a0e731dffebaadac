"""Bodies: bounded, strict, and read without trust."""

from __future__ import annotations

import json
import re
from typing import Final, TypeVar

import msgspec
from fastapi import Request

from jurist.errors import InputError
from jurist.languages.documents import MalformedError, unique_keys
from jurist.languages.texts import nearest_hint
from jurist.web.problems import LengthError, MediaTypeError

_T = TypeVar("_T")

MOST_BYTES: Final = 1_000_000
"""Of a body, where a route says nothing else."""
_UNKNOWN: Final = re.compile(r"unknown field `(.*?)`", re.DOTALL)


async def read_record(
    request: Request, decoder: msgspec.json.Decoder[_T], *, most: int = MOST_BYTES
) -> _T:
    """The record that a body of JSON holds.

    Raises:
        MediaTypeError: It is said to be something else.
        LengthError: It has too many bytes.
        InputError: It is no such record.
    """
    require_media_type(request, "application/json")
    return decoded(await read_whole(request, most), decoder, where="the body")


def require_media_type(request: Request, *allowed: str) -> str:
    """The media type of a body.

    Raises:
        MediaTypeError: It is none of those allowed.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in allowed:
        raise MediaTypeError(given, allowed)
    return given


async def read_whole(request: Request, most: int) -> bytes:
    """All of a body.

    Raises:
        LengthError: It has too many bytes; no more are read.
    """
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said[:20]) > most:
        raise LengthError(most)
    parts: list[bytes] = []
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > most:
            raise LengthError(most)
        parts.append(part)
    return b"".join(parts)


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

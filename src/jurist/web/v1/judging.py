"""Judging over the API: one triple, or many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from time import perf_counter
from typing import Any, Final, TypeVar

import msgspec
from fastapi import Request, Response

from jurist.data import workspace_names
from jurist.errors import InputError
from jurist.web.judging.asking import EXAMPLE, Asking, Judged, JudgedLine, example_of
from jurist.web.judging.many import MOST_BYTES, judged_lines, lines_in
from jurist.web.judging.service import Judging
from jurist.web.people import may
from jurist.web.permissions import Permission
from jurist.web.problems import LengthError
from jurist.web.security.bounds import BODY
from jurist.web.site import JudgingOf
from jurist.web.v1.conventions import JSON, answer, api_router, described
from jurist.web.v1.reading import read_record, require_media_type
from jurist.web.v1.streaming import Streamed

router = api_router("judging")
_T = TypeVar("_T")
_asking: Final = msgspec.json.Decoder(Asking)
_triples: Final = msgspec.json.Decoder(list[msgspec.Raw])


class JudgingTold(msgspec.Struct, frozen=True):
    """What can be asked here."""

    judges: tuple[str, ...]
    workspaces: tuple[str, ...]
    """Those that ship with Jurist; datasets of stored runs, and schemas, may be named too."""
    places: int
    """Requests that there may be at a time."""
    waiting: int
    """Requests for which nothing is done yet."""


@router.get(
    "/judging",
    dependencies=[may(Permission.JUDGE)],
    **described(gives=JudgingTold, what="Judges, workspaces, and how busy the service is."),
)
async def judging_told(judging: JudgingOf) -> Response:
    """What can be judged here, and by whom."""
    reply = JudgingTold(judging.bench.names, workspace_names(), judging.places, judging.waiting)
    return answer(reply)


@router.post(
    "/judge",
    dependencies=[may(Permission.JUDGE)],
    **described(
        takes=Asking,
        example=example_of(),
        gives=Judged,
        gives_example=EXAMPLE,
        what="The verdict.",
    ),
)
async def judge(request: Request, judging: JudgingOf) -> Response:
    """One answer judged as it is made.

    By `timeout_ms` there is an answer: where nothing is known by then, `verdict.unscored` is a
    time-out. With all places taken the answer is 503, at once. Whoever hangs up is forgotten.
    """
    started = perf_counter()
    asking = await read_record(request, _asking)
    with judging.place():
        known = await judging.workspace_of(asking)
        judged = await _unless_gone(request, judging.judge(asking, known, started))
    return Response(None, 499) if judged is None else answer(judged)


LINES: Final = "application/x-ndjson"
_EXAMPLE_LINES: Final = "".join(
    f"{msgspec.json.encode(each).decode()}\n"
    for each in (
        example_of(id=1),
        Asking("trait('email_opt_in') = 'true'", None, id=2),
    )
)


def _with_lines(told: dict[str, Any]) -> dict[str, Any]:
    """What a route is told of JSON, with the same as JSON lines beside it."""
    taken = {"type": "string", "description": "A line a triple: an `Asking` as JSON."}
    given = {"type": "string", "description": "A line a triple: a `JudgedLine` as JSON."}
    body = told["openapi_extra"]["requestBody"]["content"]
    body[LINES] = {"schema": taken, "example": _EXAMPLE_LINES}
    told["responses"][200]["content"][LINES] = {"schema": given}
    return told


@router.post(
    "/judge/many",
    dependencies=[may(Permission.JUDGE)],
    max_body_size=MOST_BYTES + BODY,  # a little more, so that a stream is ended by a line of ours
    **_with_lines(
        described(
            takes=list[Asking],
            example=[example_of(id=1)],
            gives=list[JudgedLine],
            gives_example=[JudgedLine(1, EXAMPLE)],
            what="What came of each triple, in their order.",
        )
    ),
)
async def judge_many(request: Request, judging: JudgingOf) -> Response:
    """Up to 1,000 answers judged, as a JSON array or as JSON lines.

    JSON lines are judged while they come in, and each is answered as soon as those before it are.
    A triple that cannot be used has a `problem` in its line; the others are judged. A triple
    without a `workspace` is of the one before it, so a schema need be sent once. The request takes
    one place, however many triples it has.
    """
    media_type = require_media_type(request, JSON, LINES)
    if media_type == JSON:
        triples = await _triples_in(request)
        with judging.place():
            work = _all_of(judged_lines(judging, _each(triples)))
            lines = await _unless_gone(request, work)
        return Response(None, 499) if lines is None else answer(lines)
    judging.require_place()  # now: an answer that has begun cannot say that it was refused
    return Streamed(lambda parts: _streamed(judging, parts), media_type=LINES)


async def _streamed(judging: Judging, parts: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    with judging.taken_place():
        async with aclosing(judged_lines(judging, lines_in(parts))) as lines:
            async for line in lines:
                yield msgspec.json.encode(line) + b"\n"


async def _triples_in(request: Request) -> list[msgspec.Raw]:
    raw = await request.body()
    if len(raw) > MOST_BYTES:
        raise LengthError(MOST_BYTES)
    try:
        return _triples.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise InputError(
            f"it cannot be read: {error}"[:300],
            expected="a JSON array of triples",
            fix="compare it with the example in /api",
            where="the body",
        ) from None


async def _each(triples: list[msgspec.Raw]) -> AsyncGenerator[bytes]:
    for triple in triples:
        yield bytes(triple)


async def _all_of(lines: AsyncGenerator[_T]) -> list[_T]:
    async with aclosing(lines) as each:
        return [line async for line in each]


async def _unless_gone(request: Request, work: Awaitable[_T]) -> _T | None:
    """What comes of some work; `None` where whoever asked has hung up, which ends it."""
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        working.cancel()
        watching.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass

"""Judging over the API: one triple, or many."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from time import perf_counter
from typing import Final, TypeVar

import msgspec
from fastapi import Request, Response

from jurist.data import workspace_names
from jurist.web.judging.asking import Asking, Judged, example_of
from jurist.web.people import may
from jurist.web.permissions import Permission
from jurist.web.site import JudgingOf
from jurist.web.v1.conventions import answer, api_router, described
from jurist.web.v1.reading import read_record

router = api_router("judging")
_T = TypeVar("_T")
_asking: Final = msgspec.json.Decoder(Asking)


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
    told = JudgingTold(judging.bench.names, workspace_names(), judging.places, judging.waiting)
    return answer(told)


@router.post(
    "/judge",
    dependencies=[may(Permission.JUDGE)],
    **described(takes=Asking, example=example_of(), gives=Judged, what="The verdict."),
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

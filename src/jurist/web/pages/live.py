"""Runs under way as server-sent events; without a script pages are loaded again instead."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from jurist.runs.watching import Watched
from jurist.store.runs import RunRecord
from jurist.web.formats import span
from jurist.web.names import run_of
from jurist.web.people import may
from jurist.web.permissions import Permission
from jurist.web.site import SiteOf

router = APIRouter()


def known_run(run: str, site: SiteOf) -> RunRecord:
    """The run that the path names: it is looked for before anything is sent."""
    return run_of(site.store, run)


@router.get(
    "/runs/{run}/events",
    dependencies=[may(Permission.READ)],
    response_class=EventSourceResponse,
    include_in_schema=False,
)
async def events(
    site: SiteOf,
    record: Annotated[RunRecord, Depends(known_run)],
    last_event_id: Annotated[str, Header(max_length=100)] = "",
) -> AsyncIterable[ServerSentEvent]:
    """What changes, a line a second at most; `end` once nobody is at work on the run."""
    async for told in site.live.changes(record.id, last_event_id):
        yield ServerSentEvent(
            raw_data=_line(told.watched), id=told.id, event=None if told.watched.live else "end"
        )


def _line(watched: Watched) -> str:
    left = watched.seconds_left
    line = {
        "state": watched.state,
        "stages": {each.stage: [each.done, each.total] for each in watched.stages},
        "done": watched.done,
        "failed": watched.failed,
        "left": "" if left is None else span(left),
    }
    return msgspec.json.encode(line).decode()

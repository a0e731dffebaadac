"""The list of runs: those under way first, then all, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from jurist.runs.watching import Watched, watch
from jurist.store.lock import state_of
from jurist.store.runs import RunRecord, RunState, list_runs
from jurist.web.names import require_known
from jurist.web.people import anybody, may
from jurist.web.permissions import Permission
from jurist.web.rendering import first_page, page
from jurist.web.runs.trends import HEIGHT, trend_of
from jurist.web.site import Site, SiteOf
from jurist.web.urls import url

router = APIRouter()

PER_PAGE: Final = 25
_PATIENCE_S: Final = 0.6
"""For so long the list waits for how its runs did; the rest is shown at the next look."""
STATES: Final = ("running", "open", "finished")


@dataclass(frozen=True, slots=True)
class Row:
    """A run in the list."""

    run: RunRecord
    state: str


@router.get("/", dependencies=[anybody()], include_in_schema=False)
def home(request: Request) -> RedirectResponse:
    """The page to begin with: the first that the person may see."""
    return RedirectResponse(first_page(request), 303)


@router.get("/runs", dependencies=[may(Permission.READ)], include_in_schema=False)
def runs(
    request: Request,
    site: SiteOf,
    study: Annotated[str, Query(max_length=500)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[str, Query(max_length=64)] = "",
) -> HTMLResponse:
    """All runs, or those of one study or state; `after` is the last run of the page before."""
    every = list_runs(site.store)
    studies = sorted({each.name for each in every})
    if study:
        require_known("study", study, studies)
    if state:
        require_known("state", state, STATES)
    rows = [Row(each, state_of(site.store, each)) for each in every]
    chosen = [
        row
        for row in rows
        if (not study or row.run.name == study) and (not state or row.state == state)
    ]
    if after:
        require_known("run", after, [row.run.id for row in chosen])
    ids = [row.run.id for row in chosen]
    start = ids.index(after) + 1 if after else 0
    shown = chosen[start : start + PER_PAGE]
    glances = site.finder.glances([row.run for row in shown], _PATIENCE_S)
    seen = list(zip(shown, glances, strict=True))
    return page(
        request,
        "runs.html.j2",
        stoppable=site.studies.stoppable(),
        place=site.store.place,
        studies=studies,
        states=STATES,
        study=study,
        state=state,
        live=[] if after else _live(site, chosen),
        rows=seen,
        trend=trend_of([(row.run, glance) for row, glance in reversed(seen)]) if study else (),
        height=HEIGHT,
        total=len(chosen),
        every=len(every),
        start=start,
        previous=None if not start else _link(study, state, ids, start - PER_PAGE),
        following=(
            _link(study, state, ids, start + PER_PAGE) if start + PER_PAGE < len(ids) else None
        ),
    )


def _live(site: Site, rows: list[Row]) -> list[tuple[RunRecord, Watched]]:
    """The runs that somebody is at work on, with how far they are."""
    return [
        (row.run, watch(site.store, row.run)) for row in rows if row.state == RunState.RUNNING.value
    ]


def _link(study: str, state: str, ids: list[str], start: int) -> str:
    after = ids[start - 1] if start > 0 else ""
    return url("/runs", study=study, state=state, after=after)

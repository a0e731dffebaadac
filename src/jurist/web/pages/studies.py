"""Studies: their files, what a run of each will do, and starting, watching and stopping it."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from jurist.errors import InputError
from jurist.runs.watching import Watched, watch
from jurist.store.runs import find_run, list_runs
from jurist.web.names import run_of
from jurist.web.people import PersonOf, may
from jurist.web.permissions import Permission
from jurist.web.problems import MissingError
from jurist.web.rendering import page
from jurist.web.site import Site, SiteOf
from jurist.web.studies.acting import begin, end, foreseen_of, listed, text_of
from jurist.web.studies.commands import Remark, look_through
from jurist.web.studies.folder import line_in
from jurist.web.studies.sessions import Ended
from jurist.web.urls import url

router = APIRouter()
_AGAIN_S: Final = "2"


@router.get("/studies", dependencies=[may(Permission.RUN)], include_in_schema=False)
def studies(request: Request, site: SiteOf) -> HTMLResponse:
    """The studies of the folder, with their runs."""
    return page(request, "studies.html.j2", folder=site.settings.studies, lines=listed(site))


@router.get("/studies/{name}", dependencies=[may(Permission.RUN)], include_in_schema=False)
def study(
    request: Request,
    site: SiteOf,
    name: str,
    check: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """A study: its file, what its run will do, how far it is."""
    text = text_of(site, name)
    store = site.settings.store
    foreseen = foreseen_of(site, text)
    remarks: tuple[tuple[Remark, ...], str] | None = None
    waiting = text.study is not None and foreseen is None
    if check and text.study is not None:
        remarks = site.background.get(
            ("check", name, text.stamp), lambda: look_through(text.path, store)
        )
        waiting = waiting or remarks is None
    forecast = foreseen.forecast if foreseen else None
    session = site.studies.of_study(name)
    ended = session.ended if session else None  # once: it may end while this page is made
    run = session.run if session else forecast.run if forecast else ""
    record = find_run(site.store, run) if run else None
    watched = watch(site.store, record) if record else None
    state = _state(ended, watched)
    response = page(
        request,
        "study.html.j2",
        text=text,
        lines=text.text.splitlines(),
        marked=text.line or line_in(foreseen.words if foreseen else ""),
        foreseen=foreseen,
        ended=ended,
        alive=ended in {Ended.UNDER_WAY, Ended.STOPPING},
        words=session.words() if session else (),
        run=record,
        watched=watched,
        state=state,
        startable=forecast is not None
        and state not in {Ended.UNDER_WAY, Ended.STOPPING, "planning", "running"},
        checked=bool(check),
        remarks=remarks,
        waiting=waiting,
        usd=_usd(site, forecast.name, forecast.verdicts) if forecast else None,
    )
    if waiting:
        response.headers["Refresh"] = _AGAIN_S
    return response


def _state(ended: Ended | None, watched: Watched | None) -> str:
    """What is shown: of our own session, else of the run as its store has it."""
    if ended is Ended.UNDER_WAY:
        return watched.state if watched and watched.live else "planning"
    if ended is not None:
        return ended
    return watched.state if watched else "not begun"


def _usd(site: Site, name: str, verdicts: int) -> tuple[float, str] | None:
    """What so many verdicts cost where they cost what they did in the study's newest run."""
    for record in list_runs(site.store):
        if record.name == name:
            columns = site.shelf.columns(record.id)
            if len(columns):
                return float(columns.usd.sum()) / len(columns) * verdicts, record.id
    return None


@router.get("/studies/{name}/words", dependencies=[may(Permission.RUN)], include_in_schema=False)
def words(site: SiteOf, name: str) -> Response:
    """What a session said last, for the page that shows it live."""
    session = site.studies.of_study(name)
    if session is None:
        raise MissingError("no session of this study was begun here")
    reply = {"state": session.ended, "words": session.words()}
    return Response(msgspec.json.encode(reply), media_type=JSONResponse.media_type)


@router.post("/studies/{name}/start", dependencies=[may(Permission.RUN)], include_in_schema=False)
def start(
    site: SiteOf,
    person: PersonOf,
    name: str,
    fresh: Annotated[str, Form(max_length=10)] = "",
    retry: Annotated[str, Form(max_length=10)] = "",
) -> RedirectResponse:
    """Begin a run, or go on with it, in a process of its own."""
    begin(site, person.name, name, fresh=bool(fresh), retry=bool(retry))
    return RedirectResponse(url(f"/studies/{name}"), 303)


@router.post("/studies/{name}/stop", dependencies=[may(Permission.RUN)], include_in_schema=False)
def stop(site: SiteOf, person: PersonOf, name: str) -> RedirectResponse:
    """Ask a study's session to stop; what it has stored stays."""
    session = site.studies.of_study(text_of(site, name).name)
    if session is not None:
        end(site, person.name, session)
    return RedirectResponse(url(f"/studies/{name}"), 303)


@router.post("/runs/{run}/stop", dependencies=[may(Permission.RUN)], include_in_schema=False)
def stop_run(site: SiteOf, person: PersonOf, run: str) -> RedirectResponse:
    """The same by the run, from pages that know no study."""
    run_of(site.store, run)
    session = site.studies.of_run(run)
    if session is None:
        raise InputError(
            f"this server is not at work on the run {run[:200]}",
            expected="a run that was begun from the page of its study",
            fix="stop it where it was begun, by Ctrl-C",
        )
    end(site, person.name, session)
    return RedirectResponse("/runs", 303)

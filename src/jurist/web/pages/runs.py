"""The list of runs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from jurist.store.runs import list_runs
from jurist.web.people import anybody, may
from jurist.web.permissions import Permission
from jurist.web.rendering import page
from jurist.web.site import SiteOf

router = APIRouter()


@router.get("/", dependencies=[anybody()], include_in_schema=False)
def home() -> RedirectResponse:
    """The page to begin with."""
    return RedirectResponse("/runs", 303)


@router.get("/runs", dependencies=[may(Permission.READ)], include_in_schema=False)
def runs(request: Request, site: SiteOf) -> HTMLResponse:
    """All runs, the newest first."""
    return page(request, "runs.html.j2", runs=list_runs(site.store), place=site.store.place)

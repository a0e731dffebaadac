"""Settings: who did what, the newest first."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from jurist.store.audit import audit_of
from jurist.web.pages.settings.frame import settings_page
from jurist.web.people import may
from jurist.web.permissions import Permission
from jurist.web.site import SiteOf
from jurist.web.urls import url

router = APIRouter(include_in_schema=False)

_MOST: Final = 50
"""Lines of a page."""
_LARGEST: Final = 2**31 - 1


@router.get("/settings/audit", dependencies=[may(Permission.ADMINISTER)])
def audit(
    request: Request,
    site: SiteOf,
    before: Annotated[int | None, Query(ge=1, le=_LARGEST)] = None,
    actor: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """A page of the log; `before` is the last line of the page before."""
    lines = audit_of(
        site.store, before=before, most=_MOST + 1, actor=actor.replace("\0", "\ufffd") or None
    )
    more = len(lines) > _MOST
    here = "/settings/audit"
    return settings_page(
        request,
        "settings_audit.html.j2",
        lines=lines[:_MOST],
        actor=actor,
        newest=url(here, actor=actor) if before is not None else "",
        older=url(here, actor=actor, before=str(lines[_MOST - 1].number)) if more else "",
        of={line.actor: url(here, actor=line.actor) for line in lines},
    )

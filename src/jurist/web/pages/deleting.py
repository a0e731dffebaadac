"""Deleting a run: a page that names what goes, then a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Table, func, select

from jurist.errors import InputError
from jurist.runs.deleting import remove_run
from jurist.store import Store
from jurist.store.audit import add_to_audit
from jurist.store.counters import count_tasks
from jurist.store.lock import state_of
from jurist.store.tables import ANNOTATIONS, QUEUES, SETTLEMENTS
from jurist.web.names import run_of
from jurist.web.people import PersonOf, may
from jurist.web.permissions import Permission
from jurist.web.rendering import page
from jurist.web.site import SiteOf

router = APIRouter()

_BY_PEOPLE: Mapping[str, Table] = {
    "labels": ANNOTATIONS,
    "rulings on disagreements": SETTLEMENTS,
    "queues of annotators": QUEUES,
}


@router.get(
    "/runs/{run}/delete", dependencies=[may(Permission.ADMINISTER)], include_in_schema=False
)
def confirm(request: Request, site: SiteOf, run: str) -> HTMLResponse:
    """What goes with a run."""
    record = run_of(site.store, run)
    results = {each.stage: each.finished for each in count_tasks(site.store, run)}
    return page(
        request,
        "delete.html.j2",
        run=record,
        state=state_of(site.store, record),
        results=sum(results.values()),
        people=_by_people(site.store, run),
    )


@router.post(
    "/runs/{run}/delete", dependencies=[may(Permission.ADMINISTER)], include_in_schema=False
)
def delete(
    site: SiteOf,
    person: PersonOf,
    run: str,
    typed: Annotated[str, Form(max_length=100)] = "",
) -> RedirectResponse:
    """Delete it, with what people gave to it. Refused while somebody is at work on it."""
    record = run_of(site.store, run)
    people = _by_people(site.store, run)
    if any(people.values()) and typed.strip() != run:
        raise InputError(
            f"{typed[:100]!r} is not the id of the run, whose labels would go with it",
            expected=run,
            fix="type the run's id to delete what people gave to it",
        )
    remove_run(site.store, record.id, with_labels=True)
    add_to_audit(
        site.store,
        actor=person.name,
        action="delete run",
        object_=record.id,
        detail=", ".join(f"{number} {what}" for what, number in people.items() if number),
    )
    return RedirectResponse("/runs", 303)


def _by_people(store: Store, run: str) -> dict[str, int]:
    """How much of what people gave goes with a run."""
    with store.read() as connection:
        return {
            what: connection.scalar(
                select(func.count()).select_from(table).where(table.c.run == run)
            )
            or 0
            for what, table in _BY_PEOPLE.items()
        }

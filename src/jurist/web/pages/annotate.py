"""Annotating: the queues, one queue, and its desk, blind: nothing here knows a verdict."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field

from jurist.alignment.defaults import SEED, TASKS
from jurist.alignment.labels.items import language_of_task, sheet_of_task
from jurist.alignment.labels.queue_agreement import agreement_of, reveal
from jurist.alignment.labels.queue_labels import (
    LONGEST_RATIONALE,
    Flag,
    Given,
    NoSuchItemError,
    begun_of,
    save_label,
    skip,
    withdraw_label,
)
from jurist.alignment.labels.queue_progress import STEP, known_of, progress_of
from jurist.alignment.labels.queues import ask, make_queue, standing_of
from jurist.errors import InputError
from jurist.records import LabelRole
from jurist.report.query_lines import lines_of
from jurist.report.so_far import so_far_words
from jurist.store.annotation_queues import AnnotationQueue, close_queue
from jurist.store.audit import add_to_audit
from jurist.store.runs import list_runs
from jurist.web.background import PATIENCE_S
from jurist.web.labelling.annotating import asked_queue, queue_of, queues_of
from jurist.web.people import Person, PersonOf, may
from jurist.web.permissions import Permission
from jurist.web.problems import MissingError
from jurist.web.rendering import page
from jurist.web.site import Site, SiteOf
from jurist.web.urls import path_of

router = APIRouter(include_in_schema=False)

_AHEAD: Final = 5
"""Items that a page names, so that a browser has the next ones when the network is gone."""
_AHEAD_LEASED: Final = 2
"""Where items are kept for who was asked."""
_SHOWN_DONE: Final = 20
_PATIENCE_S: Final = 3.0
"""For so long who draws waits before a page says that it takes longer."""


def queue_url(queue: AnnotationQueue, *more: str) -> str:
    """Where a queue is, or a part of it."""
    return path_of("annotate", queue.id, *more)


@router.get("/annotate", dependencies=[may(Permission.ANNOTATE)])
def annotate(
    request: Request,
    site: SiteOf,
    person: PersonOf,
    run: Annotated[str, Query()] = "",
    drawing: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The queues, those that ask for something first; and whether one is being drawn."""
    if drawing and person.may(Permission.CURATE):
        return _drawn(request, site, person, drawing, _forgotten)
    return _queues(request, site, person, run=run)


def _forgotten() -> AnnotationQueue:
    raise InputError(
        "this draw is not known any more",
        expected="a queue that is being drawn",
        fix="look for the queue here, or draw it again",
    )


def _drawn(
    request: Request, site: Site, person: Person, key: str, draw: Callable[[], AnnotationQueue]
) -> Response:
    """Go to the queue once it is drawn: of a large run that takes some seconds."""
    try:
        patience = _PATIENCE_S if request.method == "POST" else PATIENCE_S
        made = site.background.get(("draw", key), draw, patience=patience)
    except InputError as error:
        return _queues(request, site, person, wrong=error)
    if made is not None:
        return RedirectResponse(queue_url(made), 303)
    if request.method == "POST":
        return RedirectResponse(f"/annotate?drawing={key}", 303)
    waiting = _queues(request, site, person, drawing=True)
    waiting.headers["Refresh"] = "2"
    return waiting


def _queues(
    request: Request,
    site: Site,
    person: Person,
    *,
    run: str = "",
    wrong: InputError | None = None,
    drawing: bool = False,
) -> HTMLResponse:
    curates = person.may(Permission.CURATE)
    rows = [
        (queue, queue_url(queue), standing_of(site.store, queue, person.name))
        for queue in queues_of(site, person)
    ]
    rows.sort(key=lambda row: row[0].closed is not None or not row[2].open)
    return page(
        request,
        "annotate.html.j2",
        status=422 if wrong else 200,
        rows=rows,
        runs=list_runs(site.store) if curates else (),
        run=run,
        roles=list(LabelRole),
        count=TASKS,
        seed=SEED,
        wrong=wrong,
        drawing=drawing,
    )


@router.post("/annotate", dependencies=[may(Permission.CURATE)])
def make(
    request: Request,
    site: SiteOf,
    person: PersonOf,
    run: Annotated[str, Form(max_length=200)],
    count: Annotated[int, Form(ge=1, le=10_000)] = TASKS,
    role: Annotated[LabelRole, Form()] = LabelRole.TEST,
    seed: Annotated[int, Form(ge=0, le=2**31 - 1)] = SEED,
    name: Annotated[str, Form(max_length=200)] = "",
    annotators: Annotated[str, Form(max_length=4_000)] = "",
    labels_per_item: Annotated[int, Form(ge=0, le=100)] = 0,
    reveals: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Draw a queue of a run."""

    def draw() -> AnnotationQueue:
        queue = make_queue(
            site.store,
            run,
            name=name,
            by=person.name,
            role=role,
            count=count,
            seed=seed,
            annotators=annotators.replace(",", "\n").splitlines(),
            labels_per_item=labels_per_item,
            reveals=bool(reveals),
        )
        add_to_audit(site.store, actor=person.name, action="make queue", object_=queue.id)
        return queue

    return _drawn(request, site, person, secrets.token_hex(8), draw)


@router.get("/annotate/{identity}", dependencies=[may(Permission.ANNOTATE)])
def queue(request: Request, site: SiteOf, person: PersonOf, identity: str) -> HTMLResponse:
    """A queue: what it asks, how far it has come; at its end how far people agree."""
    chosen = queue_of(site, person, identity)
    reads = person.may(Permission.READ)
    known = known_of(site.store, chosen) if reads else None
    standing = standing_of(site.store, chosen, person.name)
    agreement = agreement_of(site.store, chosen) if reads or standing.ended else None
    return page(
        request,
        "queue.html.j2",
        queue=chosen,
        url=queue_url(chosen),
        asked=chosen.asks(person.name),
        standing=standing,
        agreement=agreement,
        own=[r for r in agreement.raters if r.name == person.name] if agreement else [],
        revealed=reveal(site.store, chosen) if standing.ended and (reads or chosen.reveals) else (),
        progress=progress_of(site.store, chosen),
        known=so_far_words(known, chosen.role) if known else "",
    )


@router.post("/annotate/{identity}/close", dependencies=[may(Permission.CURATE)])
def close(site: SiteOf, person: PersonOf, identity: str) -> RedirectResponse:
    """Ask nobody any more. What is sent late is still kept."""
    chosen = queue_of(site, person, identity)
    close_queue(site.store, chosen.id)
    add_to_audit(site.store, actor=person.name, action="close queue", object_=chosen.id)
    return RedirectResponse(queue_url(chosen), 303)


@router.get("/annotate/{identity}/next", dependencies=[may(Permission.ANNOTATE)])
def next_item(site: SiteOf, person: PersonOf, identity: str) -> RedirectResponse:
    """Where they stopped: the next item, or the queue's page where there is none."""
    return _go_on(site, person, asked_queue(site, person, identity))


def _go_on(site: Site, person: Person, chosen: AnnotationQueue) -> RedirectResponse:
    standing = ask(site.store, chosen, person.name)
    if chosen.closed is not None or not standing.open:
        return RedirectResponse(queue_url(chosen), 303)
    return RedirectResponse(queue_url(chosen, "items", standing.open[0]), 303)


@router.get("/annotate/{identity}/items/{task}", dependencies=[may(Permission.ANNOTATE)])
def desk(
    request: Request, site: SiteOf, person: PersonOf, identity: str, task: str
) -> HTMLResponse:
    """One item."""
    chosen = asked_queue(site, person, identity)
    try:
        begun = begun_of(site.store, chosen, task, person.name)
    except NoSuchItemError as error:
        raise MissingError(error.problem, fix="go on at /annotate") from None
    ahead = _AHEAD_LEASED if chosen.labels_per_item else _AHEAD
    standing = ask(site.store, chosen, person.name, ahead)
    known = known_of(site.store, chosen, step=STEP)
    sheet = sheet_of_task(site.store, chosen.run, task)
    return page(
        request,
        "desk.html.j2",
        queue=chosen,
        url=queue_url(chosen),
        task=task,
        sheet=sheet,
        sides=[
            (title, lines_of(language_of_task(site.store, chosen.run, task), text))
            for title, text in (("Reference", sheet.reference), ("Answer", sheet.candidate))
        ],
        begun=begun,
        said=begun.label or begun.draft or Given(()),
        standing=standing,
        ahead=[each for each in standing.open[:ahead] if each != task],
        done=standing.done[-_SHOWN_DONE:],
        known=known.estimate.half_width if known.labels else None,
        flags=tuple(Flag),
        longest=LONGEST_RATIONALE,
    )


@router.post("/annotate/{identity}/items/{task}", dependencies=[may(Permission.ANNOTATE)])
def say(
    site: SiteOf,
    person: PersonOf,
    identity: str,
    task: str,
    do: Annotated[Literal["save", "skip", "undo"], Form()] = "save",
    score: Annotated[int, Form(ge=1, le=5)] = 0,
    also: Annotated[list[Annotated[int, Field(ge=1, le=5)]] | None, Form()] = None,
    rationale: Annotated[str, Form(max_length=2 * LONGEST_RATIONALE)] = "",
    flag: Annotated[list[Flag] | None, Form()] = None,
    key: Annotated[str, Form(max_length=100)] = "",
) -> RedirectResponse:
    """What the desk's form sends where no script runs."""
    chosen = asked_queue(site, person, identity)
    if do == "skip":
        skip(site.store, chosen, task, person.name)
    elif do == "undo":
        withdraw_label(site.store, chosen, task, person.name, key)
        return RedirectResponse(queue_url(chosen, "items", task), 303)
    else:
        if not score:
            raise InputError("no score is chosen", expected="1 to 5", fix="go back and choose one")
        others = sorted({*(also or ())} - {score}, key=lambda each: abs(each - score))
        scores = (score, *others)
        why = rationale.replace("\r\n", "\n")  # a field counts the end of a line as one
        if len(why) > LONGEST_RATIONALE:
            raise InputError(
                f"the rationale has {len(why):,} characters",
                expected=f"at most {LONGEST_RATIONALE:,}",
                fix="go back and shorten it",
            )
        given = Given(scores, why, tuple(flag or ()))
        save_label(site.store, chosen, task, person.name, given, key)
    return _go_on(site, person, chosen)

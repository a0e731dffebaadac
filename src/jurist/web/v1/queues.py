"""Queues of annotating over the API: blind, as the desk is."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import Response
from msgspec import Meta

from jurist.alignment.defaults import SEED, TASKS
from jurist.alignment.labels.items import sheet_of_task
from jurist.alignment.labels.queue_labels import (
    LONGEST_RATIONALE,
    Flag,
    Given,
    begun_of,
    keep_draft,
    skip,
)
from jurist.alignment.labels.queues import ask, make_queue, standing_of
from jurist.records import LabelRole
from jurist.store.annotation_queues import AnnotationQueue
from jurist.store.audit import add_to_audit
from jurist.web.labelling.annotating import asked_queue, queues_of
from jurist.web.people import Person, PersonOf, from_sender, may
from jurist.web.permissions import Permission
from jurist.web.site import Site, SiteOf
from jurist.web.v1.conventions import answer, api_router, body, described
from jurist.web.v1.labels import Level

router = api_router("annotations")


class QueueSummary(msgspec.Struct, frozen=True):
    """A queue as you find it."""

    id: str
    run: str
    name: str
    role: LabelRole
    """What the labels are for."""
    labels_per_item: int
    """0: every annotator labels every item."""
    annotators: list[str]
    """Empty: whoever may annotate."""
    items: int
    done: int
    """Items that you labelled."""
    open: int
    """Items that you are still asked."""
    closed: bool


class Queues(msgspec.Struct, frozen=True):
    """All queues that you do or look after."""

    queues: list[QueueSummary]


class NewQueue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draw of a run's answers."""

    run: Annotated[str, Meta(min_length=1, max_length=200)]
    """Its id, how it begins, or its study's name."""
    name: Annotated[str, Meta(max_length=200)] = ""
    role: LabelRole = LabelRole.TEST
    count: Annotated[int, Meta(ge=1, le=10_000)] = TASKS
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = SEED
    annotators: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=100)] = []
    labels_per_item: Annotated[int, Meta(ge=0, le=100)] = 0
    reveals: bool = False
    """Whether who has done all of it sees what the judges said."""


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is not saved yet."""

    scores: Annotated[list[Level], Meta(max_length=5)] = []
    rationale: Annotated[str, Meta(max_length=LONGEST_RATIONALE)] = ""
    flags: Annotated[list[Flag], Meta(max_length=2)] = []


class Item(msgspec.Struct, frozen=True):
    """An answer to judge, without what anybody said of it."""

    queue: str
    task: str
    key: str
    """What the label is to be sent under, as `Idempotency-Key`."""
    question: str
    reference: str
    answer: str
    rubric: str
    draft: Draft | None
    done: int
    open: int


@router.get(
    "/queues",
    dependencies=[may(Permission.ANNOTATE)],
    **described(gives=Queues, what="The newest first."),
)
def queues(site: SiteOf, person: PersonOf) -> Response:
    """The queues that you do or look after."""
    return answer(Queues([_summary(site, person, each) for each in queues_of(site, person)]))


@router.post(
    "/queues",
    dependencies=[may(Permission.CURATE)],
    **described(
        takes=NewQueue,
        example=NewQueue("my-study", "first look", count=40, annotators=["ada", "bob"]),
        gives=QueueSummary,
        what="The queue.",
        status=201,
    ),
)
def draw(given: Annotated[NewQueue, body(NewQueue)], site: SiteOf, person: PersonOf) -> Response:
    """Draw answers of a run as `jurist annotate` does, and keep the draw."""
    queue = make_queue(
        site.store,
        given.run,
        name=given.name,
        by=person.name,
        role=given.role,
        count=given.count,
        seed=given.seed,
        annotators=given.annotators,
        labels_per_item=given.labels_per_item,
        reveals=given.reveals,
    )
    add_to_audit(site.store, actor=person.name, action="make queue", object_=queue.id)
    return answer(_summary(site, person, queue), status=201)


_ITEM = described(gives=Item, what="The item.")
_ITEM["responses"][204] = {"description": "Nothing is left for you, or the queue is closed."}


@router.get("/queues/{identity}/next", dependencies=[may(Permission.ANNOTATE)], **_ITEM)
def next_of_queue(identity: str, site: SiteOf, person: PersonOf) -> Response:
    """The item that you are asked next."""
    queue = asked_queue(site, person, identity)
    standing = ask(site.store, queue, person.name)
    if queue.closed is not None or not standing.open:
        return Response(status_code=204)
    task = standing.open[0]
    sheet = sheet_of_task(site.store, queue.run, task)
    begun = begun_of(site.store, queue, task, person.name)
    draft = begun.draft
    return answer(
        Item(
            queue.id,
            task,
            begun.key,
            sheet.question,
            sheet.reference,
            sheet.candidate,
            sheet.rubric.text,
            Draft(list(draft.scores), draft.rationale, list(draft.flags)) if draft else None,
            len(standing.done),
            len(standing.open),
        )
    )


@router.put(
    "/queues/{identity}/items/{task}/draft",
    dependencies=[may(Permission.ANNOTATE), from_sender()],
    **described(takes=Draft, example=Draft([4], "but"), gives=Draft, what="What is kept."),
)
def put_draft(
    identity: str,
    task: str,
    given: Annotated[Draft, body(Draft)],
    site: SiteOf,
    person: PersonOf,
) -> Response:
    """Keep what you have not saved yet."""
    queue = asked_queue(site, person, identity)
    label = Given(tuple(given.scores), given.rationale, tuple(given.flags))
    keep_draft(site.store, queue, task, person.name, label)
    return answer(given)


@router.post(
    "/queues/{identity}/items/{task}/skip",
    dependencies=[may(Permission.ANNOTATE), from_sender()],
    status_code=204,
    response_class=Response,
)
def skip_item(identity: str, task: str, site: SiteOf, person: PersonOf) -> Response:
    """Be asked an item again after all others."""
    skip(site.store, asked_queue(site, person, identity), task, person.name)
    return Response(status_code=204)


def _summary(site: Site, person: Person, queue: AnnotationQueue) -> QueueSummary:
    standing = standing_of(site.store, queue, person.name)
    return QueueSummary(
        queue.id,
        queue.run,
        queue.name,
        queue.role,
        queue.labels_per_item,
        list(queue.annotators),
        standing.items,
        len(standing.done),
        len(standing.open) if queue.asks(person.name) and queue.closed is None else 0,
        queue.closed is not None,
    )

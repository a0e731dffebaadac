"""Labels over the API: what the desk's page sends, and any client of one's own."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import Header, Response
from msgspec import Meta

from jurist.alignment.labels.queue_labels import (
    LONGEST_RATIONALE,
    Flag,
    Given,
    id_of_key,
    save_label,
    withdraw_label,
)
from jurist.store.annotation_queues import queue_of_label
from jurist.web.labelling.annotating import asked_queue
from jurist.web.people import PersonOf, from_sender, may
from jurist.web.permissions import Permission
from jurist.web.problems import MissingError
from jurist.web.site import SiteOf
from jurist.web.v1.conventions import answer, api_router, body, described

router = api_router("annotations")

Level = Annotated[int, Meta(ge=1, le=5)]


class NewAnnotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an annotator says of an item of a queue."""

    queue: Annotated[str, Meta(max_length=64)]
    task: Annotated[str, Meta(max_length=64)]
    """The item, as `/v1/queues/ID/next` names it."""
    scores: Annotated[list[Level], Meta(min_length=1, max_length=5)]
    """All that they would accept, the best first."""
    rationale: Annotated[str, Meta(max_length=LONGEST_RATIONALE)] = ""
    flags: Annotated[list[Flag], Meta(max_length=2)] = []


class SavedAnnotation(msgspec.Struct, frozen=True):
    """A label as it is stored."""

    id: str
    queue: str
    task: str
    annotator: str
    scores: list[int]
    rationale: str
    flags: list[Flag]
    new: bool
    """False: it was stored before, word for word."""
    extra: bool
    """Whether the item has more labels than were wanted: two people were at it at once."""


_EXAMPLE = NewAnnotation("5f3a2c90b1d4", "9be1", [4, 5], "only the time zone differs")


@router.post(
    "/annotations",
    dependencies=[may(Permission.ANNOTATE), from_sender()],
    **described(
        takes=NewAnnotation,
        example=_EXAMPLE,
        gives=SavedAnnotation,
        what="The label is stored, now or by an earlier request.",
    ),
)
def annotate(
    given: Annotated[NewAnnotation, body(NewAnnotation)],
    site: SiteOf,
    person: PersonOf,
    idempotency_key: Annotated[str, Header(max_length=100)] = "",
) -> Response:
    """Store what you say of an item.

    The same sent twice is one label; something else for the same item is a 409, until the label
    was taken back. `Idempotency-Key` is the item's `key`: with it, a request that was sent before
    its label was taken back cannot bring it back.
    """
    queue = asked_queue(site, person, given.queue)
    said = Given(tuple(given.scores), given.rationale, tuple(given.flags))
    saved = save_label(site.store, queue, given.task, person.name, said, idempotency_key)
    label = saved.label
    return answer(
        SavedAnnotation(
            label.id,
            queue.id,
            label.task,
            label.annotator,
            list(label.scores),
            label.rationale,
            list(said.flags),
            saved.new,
            saved.extra,
        )
    )


@router.delete(
    "/annotations/{key}",
    dependencies=[may(Permission.ANNOTATE), from_sender()],
    status_code=204,
    response_class=Response,
)
def take_label_back(key: str, site: SiteOf, person: PersonOf) -> Response:
    """Take your label back; what it said is kept in the history.

    `key` is what the label was sent under. Taking it back twice is once.
    """
    place = queue_of_label(site.store, id_of_key(key), person.name)
    if place is None:
        raise MissingError(f"you have no label {key[:100]!r}", fix="see GET /v1/queues")
    queue, task = place
    withdraw_label(site.store, asked_queue(site, person, queue), task, person.name, key)
    return Response(status_code=204)

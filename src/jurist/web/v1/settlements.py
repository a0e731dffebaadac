"""Settling over the API who was wrong where a judge is contradicted."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import Query, Response
from msgspec import Meta

from jurist.alignment.disagreements.settling import settle_disagreement, take_ruling_back
from jurist.store.annotations import Ruling, settlements_of
from jurist.store.audit import add_to_audit
from jurist.web.labelling.disputes import disputed
from jurist.web.names import run_of
from jurist.web.people import PersonOf, may
from jurist.web.permissions import Permission
from jurist.web.problems import MissingError
from jurist.web.site import SiteOf
from jurist.web.v1.conventions import answer, api_router, body, described

router = api_router("annotations")


class NewSettlement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who was wrong where a judge is contradicted on an answer."""

    run: Annotated[str, Meta(min_length=1, max_length=200)]
    task: Annotated[str, Meta(min_length=1, max_length=64)]
    """The answer's key."""
    judge: Annotated[str, Meta(min_length=1, max_length=200)]
    """Who is contradicted."""
    ruling: Ruling
    note: Annotated[str, Meta(max_length=4_000)] = ""
    """Why; a tune label's rationale."""
    score: Annotated[int, Meta(ge=1, le=5)] | None = None
    """The right one, if it is neither side's."""
    teach: bool = False
    """Whether to keep the right score as a tune label, where the ruling says which it is."""


class Settled(msgspec.Struct, frozen=True):
    """A ruling as it is kept."""

    run: str
    task: str
    judge: str
    ruling: Ruling
    settled_by: str
    note: str
    tune_label: int | None = None
    """The score of the tune label that was made; none was made where it is null."""


class Settlements(msgspec.Struct, frozen=True):
    """All rulings of a run, in the order they were made."""

    settlements: list[Settled]


@router.get(
    "/settlements",
    dependencies=[may(Permission.READ)],
    **described(gives=Settlements, what="All of the run."),
)
def settlements(site: SiteOf, run: Annotated[str, Query(max_length=200)]) -> Response:
    """What was settled in a run."""
    record = run_of(site.store, run)
    reply = [
        Settled(each.run, each.task, each.judge, each.ruling, each.settled_by, each.note)
        for each in settlements_of(site.store, record.id)
    ]
    return answer(Settlements(reply))


@router.post(
    "/settlements",
    dependencies=[may(Permission.CURATE)],
    **described(
        takes=NewSettlement,
        example=NewSettlement("my-study-1a2b", "9be1", "careful", Ruling.JUDGE_WRONG, "24 h"),
        gives=Settled,
        what="The ruling; it takes the place of an earlier one.",
        status=201,
    ),
)
def settle(
    given: Annotated[NewSettlement, body(NewSettlement)], site: SiteOf, person: PersonOf
) -> Response:
    """Say who was wrong where a judge is contradicted."""
    record = run_of(site.store, given.run)
    label = settle_disagreement(
        site.store,
        record.id,
        disputed(site, record.id, given.task, given.judge),
        given.ruling,
        by=person.name,
        note=given.note,
        score=given.score,
        teach=given.teach,
    )
    add_to_audit(
        site.store,
        actor=person.name,
        action="settle",
        object_=given.task,
        detail=given.ruling.value,
    )
    reply = Settled(
        record.id,
        given.task,
        given.judge,
        given.ruling,
        person.name,
        given.note,
        None if label is None else label.scores[0],
    )
    return answer(reply, status=201)


@router.delete(
    "/settlements",
    dependencies=[may(Permission.CURATE)],
    status_code=204,
    response_class=Response,
)
def open_again(
    site: SiteOf,
    person: PersonOf,
    run: Annotated[str, Query(max_length=200)],
    task: Annotated[str, Query(max_length=64)],
    judge: Annotated[str, Query(max_length=200)],
) -> Response:
    """Let a disagreement be open again; the tune label that its ruling made is taken back."""
    record = run_of(site.store, run)
    if not take_ruling_back(site.store, record.id, task, judge, by=person.name):
        raise MissingError(f"nothing is settled of {judge[:100]!r} on {task[:80]!r}")
    add_to_audit(site.store, actor=person.name, action="take ruling back", object_=task)
    return Response(status_code=204)

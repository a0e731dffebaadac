"""A challenge of a judge: what it came to, operator by operator, and item by item."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from jurist.alignment.challenge.keeping import KeptChallenge, kept_of
from jurist.store.challenges import ChallengeRecord, challenges_of, find_challenge
from jurist.web.judges.challenges import chosen, laid_out, operators_by_bound
from jurist.web.names import require_known
from jurist.web.people import may
from jurist.web.permissions import Permission
from jurist.web.problems import MissingError
from jurist.web.rendering import page
from jurist.web.site import Site, SiteOf
from jurist.web.urls import path_of, with_query

router = APIRouter()
_ON_A_PAGE = 50

_Wrong = Annotated[bool, Query(description="Only items on which the judge was wrong.")]
_Operator = Annotated[str, Query(max_length=200)]
_Kind = Annotated[str, Query(max_length=20)]


@router.get(
    "/judges/{name:path}/challenges/{identity}",
    dependencies=[may(Permission.READ)],
    include_in_schema=False,
)
def challenge(
    request: Request,
    site: SiteOf,
    name: str,
    identity: str,
    *,
    wrong: _Wrong = False,
    operator: _Operator = "",
    kind: _Kind = "",
    at: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """The whole challenge, with its items filtered and paged."""
    record, kept = _challenge(site, name, identity)
    base = path_of("judges", name, "challenges", identity)
    if operator:
        known = {each.operator for each in kept.result.operators}
        require_known("operator in this challenge", operator, known)
    places = chosen(kept.items, wrong=wrong, operator=operator, kind=kind)
    start = (at - 1) * _ON_A_PAGE

    def url(**changed: str) -> str:
        query = {"wrong": "true" if wrong else "", "operator": operator, "kind": kind, **changed}
        return with_query(base, query.items())

    return page(
        request,
        "challenge.html.j2",
        record=record,
        result=kept.result,
        operators=operators_by_bound(kept.result),
        items=[(place, kept.items[place]) for place in places[start : start + _ON_A_PAGE]],
        total=len(places),
        every=len(kept.items),
        start=start,
        wrong=wrong,
        operator=operator,
        kind=kind,
        url=url,
        base=base,
        query=with_query("", [("wrong", "true" if wrong else ""), ("operator", operator)]),
        previous=url(page=str(at - 1)) if at > 1 else "",
        following=url(page=str(at + 1)) if start + _ON_A_PAGE < len(places) else "",
    )


@router.get(
    "/judges/{name:path}/challenges/{identity}/items/{place}",
    dependencies=[may(Permission.READ)],
    include_in_schema=False,
)
def item(
    request: Request,
    site: SiteOf,
    name: str,
    identity: str,
    place: int,
    *,
    wrong: _Wrong = False,
    operator: _Operator = "",
    kind: _Kind = "",
) -> HTMLResponse:
    """One item: both queries, what the judge said, what is certain."""
    record, kept = _challenge(site, name, identity)
    if not 0 <= place < len(kept.items):
        raise MissingError(
            f"there is no item {place}", expected=f"0 to {len(kept.items) - 1}", fix="go back"
        )
    query = {"wrong": "true" if wrong else "", "operator": operator, "kind": kind}
    listed = chosen(kept.items, wrong=wrong, operator=operator, kind=kind)
    before = [each for each in listed if each < place]
    after = [each for each in listed if each > place]
    base = path_of("judges", name, "challenges", identity)

    def url(at: int) -> str:
        return with_query(f"{base}/items/{at}", query.items())

    return page(
        request,
        "challenge_item.html.j2",
        record=record,
        asked=kept.items[place],
        item=laid_out(site.store, kept.result, kept.items[place]),
        up=with_query(base, query.items()),
        previous=url(before[-1]) if before else "",
        following=url(after[0]) if after else "",
        number=len(before) + 1,
        total=len(listed),
    )


def _challenge(site: Site, name: str, identity: str) -> tuple[ChallengeRecord, KeptChallenge]:
    record = find_challenge(site.store, identity)
    if record is None or record.judge != name:
        known = [each.id for each in challenges_of(site.store, name)]
        require_known(f"challenge of {name[:200]}", identity, known)
        raise MissingError(f"the challenge {identity[:80]} is of another judge")
    return record, kept_of(record)

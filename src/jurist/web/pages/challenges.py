"""A challenge of a judge: what it came to, operator by operator, and item by item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
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


@dataclass(frozen=True, slots=True)
class ItemList:
    """A challenge, and which of its items an address asks for."""

    record: ChallengeRecord
    kept: KeptChallenge
    wrong: bool
    operator: str
    kind: str

    @property
    def base(self) -> str:
        """The path of the challenge."""
        return path_of("judges", self.record.judge, "challenges", self.record.id)

    @property
    def places(self) -> tuple[int, ...]:
        """Of the items that are asked for."""
        return chosen(self.kept.items, wrong=self.wrong, operator=self.operator, kind=self.kind)

    def url(self, **changed: str) -> str:
        """The address of the list, or of another one."""
        return with_query(self.base, {**self._query(), **changed}.items())

    def item_url(self, place: int) -> str:
        """The address of an item that knows the list it came from."""
        return with_query(f"{self.base}/items/{place}", self._query().items())

    def _query(self) -> dict[str, str]:
        wrong = "true" if self.wrong else ""
        return {"wrong": wrong, "operator": self.operator, "kind": self.kind}


def item_list(
    site: SiteOf,
    name: str,
    identity: str,
    *,
    wrong: Annotated[bool, Query(description="Only items on which the judge was wrong.")] = False,
    operator: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
) -> ItemList:
    """The list that an address names."""
    record, kept = _challenge(site, name, identity)
    return ItemList(record, kept, wrong, operator, kind)


ItemListOf = Annotated[ItemList, Depends(item_list)]


@router.get(
    "/judges/{name:path}/challenges/{identity}",
    dependencies=[may(Permission.READ)],
    include_in_schema=False,
)
def challenge(
    request: Request,
    listed: ItemListOf,
    at: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """The whole challenge, with its items filtered and paged."""
    result, items = listed.kept.result, listed.kept.items
    if listed.operator:
        known = {each.operator for each in result.operators}
        require_known("operator in this challenge", listed.operator, known)
    places = listed.places
    start = (at - 1) * _ON_A_PAGE
    return page(
        request,
        "challenge.html.j2",
        record=listed.record,
        result=result,
        operators=operators_by_bound(result),
        items=[
            (listed.item_url(place), items[place]) for place in places[start : start + _ON_A_PAGE]
        ],
        total=len(places),
        every=len(items),
        start=start,
        wrong=listed.wrong,
        operator=listed.operator,
        kind=listed.kind,
        url=listed.url,
        base=listed.base,
        previous=listed.url(page=str(at - 1)) if at > 1 else "",
        following=listed.url(page=str(at + 1)) if start + _ON_A_PAGE < len(places) else "",
    )


@router.get(
    "/judges/{name:path}/challenges/{identity}/items/{place}",
    dependencies=[may(Permission.READ)],
    include_in_schema=False,
)
def item(request: Request, site: SiteOf, listed: ItemListOf, place: int) -> HTMLResponse:
    """One item: both queries, what the judge said, what is certain."""
    result, items = listed.kept.result, listed.kept.items
    if not 0 <= place < len(items):
        raise MissingError(
            f"there is no item {place}", expected=f"0 to {len(items) - 1}", fix="go back"
        )
    places = listed.places
    before = [each for each in places if each < place]
    after = [each for each in places if each > place]
    return page(
        request,
        "challenge_item.html.j2",
        record=listed.record,
        asked=items[place],
        item=laid_out(site.store, result, items[place]),
        up=listed.url(),
        previous=listed.item_url(before[-1]) if before else "",
        following=listed.item_url(after[0]) if after else "",
        number=len(before) + 1,
        total=len(places),
    )


def _challenge(site: Site, name: str, identity: str) -> tuple[ChallengeRecord, KeptChallenge]:
    record = find_challenge(site.store, identity)
    if record is None or record.judge != name:
        known = [each.id for each in challenges_of(site.store, name)]
        require_known(f"challenge of {name[:200]}", identity, known)
        raise MissingError(f"the challenge {identity[:80]} is of another judge")
    return record, kept_of(record)

"""Judges: who may be trusted, and each one's report card."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from jurist.alignment.against import Yardstick
from jurist.alignment.defaults import MAX_OPERATOR_ERROR
from jurist.analysis.intervals import Estimate
from jurist.runs.results import Result
from jurist.store.runs import RunRecord
from jurist.web.background import PATIENCE_S
from jurist.web.judges.cards import Against, agreement_rows, cards_of
from jurist.web.judges.listing import Judge, judges_in
from jurist.web.judges.measuring import answers_of, measured
from jurist.web.names import require_known, run_of
from jurist.web.people import may
from jurist.web.permissions import Permission
from jurist.web.rendering import page
from jurist.web.site import SiteOf

router = APIRouter()
_ON_A_PAGE = 50
_AGAIN_S = 2
"""Seconds after which a page whose numbers are not there yet asks for itself again."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A judge in the list."""

    judge: Judge
    run: RunRecord | None
    """Whose verdicts are measured."""
    agreement: dict[Yardstick, Estimate] | None
    """`None` while it is being measured."""
    usd: float = 0.0


@dataclass(frozen=True, slots=True)
class _Behind:
    """The answers behind a number of the card: of a cell of its table, or of a kind of mistake."""

    yardstick: Yardstick
    gold: int
    said: int
    kind: str
    """Empty: of a cell."""
    wrong: bool
    """Of a kind: its errors alone."""
    total: int
    start: int
    answers: tuple[Result, ...]

    def query(self, page: int) -> str:
        """Of the address of another page of it."""
        of_kind = {"kind": self.kind, "wrong": str(self.wrong).lower()}
        of_cell = {"gold": str(self.gold), "said": str(self.said)}
        chosen = of_kind if self.kind else of_cell
        return urlencode({"against": self.yardstick, **chosen, "page": str(page)})

    @property
    def page(self) -> int:
        """From 1."""
        return self.start // _ON_A_PAGE + 1

    @property
    def more(self) -> bool:
        """Whether another page follows."""
        return self.start + _ON_A_PAGE < self.total


@router.get("/judges", dependencies=[may(Permission.READ)], include_in_schema=False)
def judges(
    request: Request, site: SiteOf, run: Annotated[str, Query(max_length=100)] = ""
) -> HTMLResponse:
    """All judges, each measured on its newest run; or those of a run."""
    record = run_of(site.store, run) if run else None
    known = judges_in(site.store).values()
    shown = [each for each in known if record is None or record in each.runs]
    end = time.monotonic() + PATIENCE_S  # for all of them together
    lines = [_line(site, each, record or next(iter(each.runs), None), end) for each in shown]
    waiting = any(line.agreement is None for line in lines)
    shown_page = page(
        request,
        "judges.html.j2",
        waiting=waiting,
        lines=lines,
        run=record,
        yardsticks=tuple(Yardstick),
        place=site.store.place,
    )
    return _again(shown_page, waiting=waiting)


def _line(site: SiteOf, judge: Judge, run: RunRecord | None, end: float) -> _Line:
    if run is None:
        return _Line(judge, None, {})
    overview = measured(site, run.id, patience=max(0.0, end - time.monotonic()))
    if overview is None:
        return _Line(judge, run, None)
    cards = cards_of(overview, judge.name)
    usd = max((each.card.cost.usd for each in cards), default=0.0)
    return _Line(judge, run, {each.yardstick: each.exact for each in cards}, usd)


@router.get("/judges/{name:path}", dependencies=[may(Permission.READ)], include_in_schema=False)
def judge(
    request: Request,
    site: SiteOf,
    name: str,
    run: Annotated[str, Query(max_length=100)] = "",
    against: Yardstick | None = None,
    gold: Annotated[int, Query(ge=1, le=5)] = 5,
    said: Annotated[int, Query(ge=1, le=5)] = 5,
    kind: Annotated[str, Query(max_length=200)] = "",
    at: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    *,
    wrong: bool = False,
) -> HTMLResponse:
    """A judge's report card, on a run; with `against`, the answers behind one of its numbers."""
    known = judges_in(site.store)
    require_known("judge", name, known)
    of = known[name]
    if run:
        require_known("run with this judge", run, [each.id for each in of.runs])
    record = next((each for each in of.runs if not run or each.id == run), None)
    overview = None if record is None else measured(site, record.id)
    cards: tuple[Against, ...] = () if overview is None else cards_of(overview, name)
    behind = None
    chosen = next((each for each in cards if each.yardstick == against), None)
    if record and overview and chosen:
        beside = overview.beside[chosen.yardstick]
        if kind:
            require_known("kind of mistake", kind, [each.kind for each in chosen.mistakes])
            tasks = (beside.errors_of_kind if wrong else beside.of_kind)(name, kind)
        else:
            tasks = beside.answers(name, gold, said)
        start = (at - 1) * _ON_A_PAGE
        shown_tasks = tasks[start : start + _ON_A_PAGE]
        found = answers_of(site, record.id, name, shown_tasks)
        behind = _Behind(chosen.yardstick, gold, said, kind, wrong, len(tasks), start, found)
    waiting = record is not None and overview is None
    shown = page(
        request,
        "judge.html.j2",
        waiting=waiting,
        judge=of,
        run=record,
        trust=of.trust(record.id if record else ""),
        challenge=of.challenge(record.id if record else ""),
        limit=MAX_OPERATOR_ERROR,
        behind=behind,
        cards=cards,
        rows=tuple(agreement_rows(cards)),
        notes=() if overview is None else overview.alignment.notes,
    )
    return _again(shown, waiting=waiting)


def _again(response: HTMLResponse, *, waiting: bool) -> HTMLResponse:
    """A page that asks for itself again while it waits."""
    if waiting:
        response.headers["Refresh"] = str(_AGAIN_S)
    return response

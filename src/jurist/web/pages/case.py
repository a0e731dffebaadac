"""A case: one answer with all that shows why it was judged so, and what else there is beside it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from jurist.alignment.disagreements.finding import disagreements
from jurist.alignment.disagreements.suspicion import suspicion_of
from jurist.columns import Dimension, neighbours, results_of, rows_of_task
from jurist.evidence.score import RULE
from jurist.report.items import make_item
from jurist.runs.results import rulings
from jurist.store.annotations import annotations_of, settlements_of
from jurist.web.names import require_known, run_of
from jurist.web.people import may
from jurist.web.permissions import Permission
from jurist.web.problems import MissingError
from jurist.web.rendering import page
from jurist.web.runs.listing import read_listing
from jurist.web.runs.neighbourhood import other_questions, over_runs, same_question
from jurist.web.site import SiteOf
from jurist.web.urls import case_url, run_url, with_query

router = APIRouter()


@router.get(
    "/runs/{run}/answers/{task}", dependencies=[may(Permission.READ)], include_in_schema=False
)
def case_page(request: Request, site: SiteOf, run: str, task: str, judge: str = "") -> HTMLResponse:
    """The answer of a task, in the list of verdicts that the rest of its address names.

    Args:
        request: With the query of the list.
        site: Where the run is.
        run: Its id.
        task: The key of the answer.
        judge: Whose verdict comes first; the first judge's by default.
    """
    record = run_of(site.store, run)
    columns = site.shelf.columns(run)
    rows = rows_of_task(columns, task)
    if not rows:
        raise MissingError(
            f"no verdict on an answer {task[:80]!r} is in this run",
            expected="the key of an answer that was judged",
            fix=f"choose it from the list of the run: {run_url(run)}",
        )
    judges = {columns.value(Dimension.JUDGE, row): row for row in rows}
    if judge:
        require_known("judge of this answer", judge, judges)
    row = judges[judge] if judge else rows[0]
    listing = read_listing(request.query_params.multi_items(), columns)
    query = [pair for pair in listing.pairs() if pair[0] not in {"judge", "page"}]

    def url_of(other: int | None) -> str | None:
        if other is None:
            return None
        return case_url(run, columns.task(other), columns.value(Dimension.JUDGE, other), query)

    place = neighbours(columns, listing.filters(), listing.sort, row)
    first = (row, *(other for other in rows if other != row))
    judged = results_of(site.store, run, columns, first)
    of, setting = judged[0], site.run_settings.of(run)
    labels = tuple(annotations_of(site.store, run, task=task))
    settlements = settlements_of(site.store, run, task=task)
    return page(
        request,
        "case.html.j2",
        run=record,
        item=make_item(judged, setting.workspaces[of.dataset]),
        task=task,
        place=place,
        previous=url_of(place.previous),
        following=url_of(place.following),
        back=listing.url(run_url(run)),
        judges=[(columns.value(Dimension.JUDGE, other), url_of(other)) for other in first],
        answers=same_question(columns, row, query),
        questions=other_questions(columns, row, query),
        then=over_runs(
            site.store,
            run,
            of.dataset,
            of.case,
            of.question.text,
            of.generator,
            columns.value(Dimension.JUDGE, row),
        ),
        tags=[(tag, with_query(run_url(run), [("tag", tag)])) for tag in of.case.tags],
        suspicion=suspicion_of(tuple(rulings(site.store, run, task=task)), setting.reference_free),
        labels=labels,
        settlements=settlements,
        here=str(request.url.replace(scheme="", netloc="")),
        disputes=disagreements(
            judged, labels, settlements, setting.workspaces, proofs=setting.proofs
        ),
        spent=of.candidate.cost,
        rule=RULE,
    )

"""A run: how its generators did, what to fix first, and its verdicts, filtered and searched."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from jurist.columns import Columns, Dimension, Sort, view
from jurist.report.build import source_notes
from jurist.report.html import BEYOND_SOURCES
from jurist.store.runs import RunRecord, datasets_of
from jurist.web.names import run_of
from jurist.web.people import may
from jurist.web.permissions import Permission
from jurist.web.rendering import fragment, page
from jurist.web.runs.budgets import budget_words
from jurist.web.runs.facets import chips_of, dropped, facets_of
from jurist.web.runs.glances import Glance, state_key
from jurist.web.runs.links import loss_links, slice_links
from jurist.web.runs.listing import PER_PAGE, Listing, read_listing
from jurist.web.runs.rows import rows_of
from jurist.web.site import Site, SiteOf
from jurist.web.urls import run_url, with_query

router = APIRouter()

ORDERS = {
    Sort.WORST: "worst first",
    Sort.BEST: "best first",
    Sort.RUN: "in the run's order",
    Sort.CASE: "by case",
    Sort.SLOWEST: "slowest first",
    Sort.DEAREST: "dearest first",
}


@router.get("/runs/{run}", dependencies=[may(Permission.READ)], include_in_schema=False)
def run_page(request: Request, site: SiteOf, run: str) -> HTMLResponse:
    """A run as it is now."""
    record = run_of(site.store, run)
    columns = site.shelf.columns(run)
    listing = read_listing(request.query_params.multi_items(), columns)
    seen = view(columns, listing.filters(), listing.sort, listing.offset, PER_PAGE)
    path = run_url(run)
    glance = site.glances.of(columns)
    return page(
        request,
        "run.html.j2",
        stoppable=site.studies.stoppable(),
        run=record,
        path=path,
        watched=site.glances.watched(record),
        glance=glance,
        summary=_summary(site, record, columns, glance, _judge(glance, listing)),
        spent=budget_words(site.store, record),
        listing=listing,
        total=seen.total,
        facets=facets_of(seen, listing, path),
        chips=chips_of(listing, path),
        dropped=[] if seen.total else dropped(columns, listing, path),
        rows=rows_of(site.store, columns, seen.rows, listing),
        several=_several(columns),
        orders=ORDERS,
        pages=_pages(listing, seen.total, path),
        export=[
            (name, with_query("/v1/export", [("run", run), ("format", name), *_kept(listing)]))
            for name in ("csv", "jsonl")
        ],
        ground=_ground(site, record),
    )


def _summary(site: Site, record: RunRecord, columns: Columns, glance: Glance, judge: str) -> Markup:
    """What stands above the list; whoever filters and pages is shown the same again."""
    path = run_url(record.id)
    weak = site.finder.weaknesses(columns, glance, judge)
    findings = site.finder.of(record, glance)

    def render() -> Markup:
        weaknesses = None if weak is None else weak.weaknesses
        return fragment(
            "run_summary.html.j2",
            path=path,
            glance=glance,
            findings=findings,
            weaknesses=weaknesses,
            loss_link=loss_links(path),
            slice_link=slice_links(path),
            known=weak is not None,
            read=columns.sorting is not None,
        )

    return site.summaries.get((*state_key(columns), judge, findings, weak is not None), render)


def _judge(glance: Glance, listing: Listing) -> str:
    """Under which judge slices and losses are told: the one that is asked for, else the first."""
    wanted = listing.values.get(Dimension.JUDGE, ())
    return next(iter((*wanted, *(row.judge for row in glance.standings))), "")


def _several(columns: Columns) -> dict[str, bool]:
    """Which columns of the list would not say the same in every row."""
    return {
        name.value: len(columns.values[name]) > 1
        for name in (Dimension.GENERATOR, Dimension.JUDGE, Dimension.DATASET)
    }


def _kept(listing: Listing) -> list[tuple[str, str]]:
    return [pair for pair in listing.pairs() if pair[0] != "page"]


def _pages(listing: Listing, total: int, path: str) -> dict[str, str | int | None]:
    last = max(1, -(-total // PER_PAGE))
    return {
        "first": listing.offset + 1,
        "last": min(listing.offset + PER_PAGE, total),
        "previous": listing.at(min(listing.page - 1, last)).url(path) if listing.page > 1 else None,
        "following": listing.at(listing.page + 1).url(path) if listing.page < last else None,
    }


def _ground(site: Site, record: RunRecord) -> Markup:
    """What a run rests on: it never changes."""

    def render() -> Markup:
        return fragment(
            "run_ground.html.j2",
            run=record,
            assumptions=[
                (each.name, each.assumptions) for each in datasets_of(site.store, record.id)
            ],
            study=json.dumps(json.loads(record.study), indent=2, ensure_ascii=False),
            sources=source_notes(site.store, record.id),
            beyond=BEYOND_SOURCES,
        )

    return site.summaries.get(("ground", record.id, record.created), render)

"""What is stored, over the API: runs, their verdicts and standings."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from fastapi import Query, Request, Response

from jurist.analysis.standings import Standing
from jurist.columns import Dimension, Sort, results_of, view
from jurist.runs.results import Result
from jurist.runs.watching import Watched
from jurist.store.runs import DatasetRecord, RunRecord, datasets_of, list_runs
from jurist.web.names import run_of
from jurist.web.people import may
from jurist.web.permissions import Permission
from jurist.web.runs.listing import read_listing
from jurist.web.site import SiteOf
from jurist.web.v1.conventions import (
    api_router,
    cursor_of,
    described,
    place_of,
    tagged_answer,
)

router = api_router("runs")

MOST: Final = 500
"""Of a page of a list."""
Limit = Annotated[int, Query(ge=1, le=MOST, description="Most of a page.")]
Cursor = Annotated[
    str, Query(max_length=200, description="`next` of the page before; empty: the first page.")
]


class RunTold(msgspec.Struct, frozen=True):
    """A run."""

    id: str
    name: str
    """Of its study."""
    created: int
    """Milliseconds since 1970, UTC."""
    state: str
    digest: str
    """Of the study, its data and its roles: equal digests mean equal work."""
    jurist: str
    """The version that began it."""
    commit: str


class RunsPage(msgspec.Struct, frozen=True):
    """Runs, the newest first."""

    runs: tuple[RunTold, ...]
    next: str | None
    """Cursor of the page that follows."""


class RunWhole(msgspec.Struct, frozen=True):
    """A run with what it rests on."""

    run: RunTold
    progress: Watched
    datasets: tuple[DatasetRecord, ...]
    generators: tuple[str, ...]
    judges: tuple[str, ...]
    verdicts: int
    study: dict[str, object]
    """The study as it was run, with its defaults."""


class VerdictsPage(msgspec.Struct, frozen=True):
    """Verdicts of a run that filters leave."""

    total: int
    verdicts: tuple[Result, ...]
    facets: dict[str, dict[str, int]]
    """By dimension: how many each value would give, all other filters kept."""
    tags: dict[str, int]
    next: str | None


class Standings(msgspec.Struct, frozen=True):
    """How each generator did under each judge, by origin of the questions."""

    standings: tuple[Standing, ...]


def filter_parameters(*without: str) -> dict[str, Any]:
    """What the OpenAPI document says of the filters, which are those of a run's page."""
    many = {"type": "array", "items": {"type": "string", "maxLength": 500}}
    parameters = [
        (each.value, many, f"Only of this {each.value}; repeated: of any of them.")
        for each in Dimension
    ]
    parameters += [
        ("tag", many, "Only of cases with this tag; repeated: with all of them."),
        ("q", {"type": "string", "maxLength": 500}, "What stands in question, case or queries."),
        ("sort", {"type": "string", "enum": [*Sort]}, "Worst first, where nothing is said."),
    ]
    return {
        "parameters": [
            {"name": name, "in": "query", "schema": schema, "description": what}
            for name, schema, what in parameters
            if name not in without
        ]
    }


@router.get(
    "/runs",
    dependencies=[may(Permission.READ)],
    **described(gives=RunsPage, what="A page of runs."),
)
def runs(request: Request, site: SiteOf, limit: Limit = 50, cursor: Cursor = "") -> Response:
    """All runs, the newest first."""
    records = list_runs(site.store)
    after = place_of(cursor, str) if cursor else ""
    first = next((n + 1 for n, each in enumerate(records) if each.id == after), 0)
    page = records[first : first + limit]
    more = first + limit < len(records)
    following = cursor_of(page[-1].id) if more else None
    return tagged_answer(request, RunsPage(tuple(map(_told, page)), following))


@router.get(
    "/runs/{run}",
    dependencies=[may(Permission.READ)],
    **described(gives=RunWhole, what="The run."),
)
def one_run(request: Request, site: SiteOf, run: str) -> Response:
    """A run: its study, its datasets with their readings, how far it is."""
    record = run_of(site.store, run)
    columns = site.shelf.unsorted(run)
    reply = RunWhole(
        _told(record),
        site.glances.watched(record),
        datasets_of(site.store, run),
        columns.values[Dimension.GENERATOR],
        columns.values[Dimension.JUDGE],
        len(columns),
        msgspec.json.decode(record.study, type=dict[str, object]),
    )
    return tagged_answer(request, reply)


@router.get(
    "/runs/{run}/verdicts",
    dependencies=[may(Permission.READ)],
    **described(gives=VerdictsPage, what="A page of verdicts."),
    openapi_extra=filter_parameters(),
)
def verdicts(
    request: Request, site: SiteOf, run: str, limit: Limit = 50, cursor: Cursor = ""
) -> Response:
    """Verdicts of a run, filtered, searched and sorted as on its page.

    While a run goes on, a list that is sorted may move between two pages of it.
    """
    record = run_of(site.store, run)
    columns = site.shelf.columns(record.id)
    listing = read_listing(request.query_params.multi_items(), columns)
    offset = max(0, place_of(cursor, int)) if cursor else 0
    seen = view(columns, listing.filters(), listing.sort, offset, limit)
    end = offset + len(seen.rows)
    reply = VerdictsPage(
        seen.total,
        results_of(site.store, record.id, columns, seen.rows),
        {name.value: dict(counts) for name, counts in seen.facets.items()},
        dict(seen.tags),
        cursor_of(end) if seen.rows and end < seen.total else None,
    )
    return tagged_answer(request, reply)


@router.get(
    "/runs/{run}/standings",
    dependencies=[may(Permission.READ)],
    **described(gives=Standings, what="A row a generator, judge and origin."),
)
def standings(request: Request, site: SiteOf, run: str) -> Response:
    """The leaderboard of a run, with intervals clustered by case."""
    columns = site.shelf.unsorted(run_of(site.store, run).id)
    return tagged_answer(request, Standings(site.glances.of(columns).standings))


def _told(record: RunRecord) -> RunTold:
    return RunTold(
        record.id,
        record.name,
        record.created,
        record.state.value,
        record.digest,
        record.jurist,
        record.commit,
    )

"""Two systems beside each other: how much better, whether that is settled, and which questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from jurist.alignment.comparison.comparing import same_version
from jurist.alignment.comparison.one_pair import OnePair
from jurist.analysis.moves import LEVELS, Moves
from jurist.analysis.pairing import System, first_rows
from jurist.analysis.scores import Item, score_table_of
from jurist.analysis.tables import Ints
from jurist.columns import results_of
from jurist.report.sentences import comparison_words
from jurist.runs.results import Result
from jurist.web.comparing.comparisons import Details, differing
from jurist.web.comparing.sides import side_by_side
from jurist.web.comparing.systems import (
    address_of,
    choices,
    generators_in,
    pair_of_runs,
    rival_of,
    shared_judges,
    system_named,
)
from jurist.web.names import require_known
from jurist.web.people import may
from jurist.web.permissions import Permission
from jurist.web.rendering import page
from jurist.web.runs.listing import PER_PAGE, page_number
from jurist.web.runs.rows import Row, row_of
from jurist.web.site import Site, SiteOf
from jurist.web.urls import case_url, url

router = APIRouter()

TABS: Final = ("better", "worse", "same", "unscored")
_PLACES: Final = ("1", "2", "3", "4", "5", "none")
"""Levels as the grid's cells are named: `2-5`, `none-3`."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A question in the list: its score from both, and the second's answer."""

    before: float | None
    after: float | None
    first_url: str
    row: Row


@router.get("/compare", dependencies=[may(Permission.READ)], include_in_schema=False)
def compare(
    request: Request,
    site: SiteOf,
    a: Annotated[str, Query(max_length=500)] = "",
    b: Annotated[str, Query(max_length=500)] = "",
    run: Annotated[list[str] | None, Query(max_length=20)] = None,
    judge: Annotated[str, Query(max_length=500)] = "",
    origin: Annotated[str, Query(max_length=300)] = "",
    moved: Annotated[str, Query(max_length=20)] = "",
    part: Annotated[str, Query(max_length=500)] = "",
    although: Annotated[str, Query(max_length=3)] = "",
    number: Annotated[str, Query(alias="page", max_length=20)] = "",
) -> Response:
    """Two systems; without a name the likeliest two are taken, and named in the address."""
    if not (a and b):
        pair = _pair(site, a, b, run or [])
        if pair is None:
            return _cannot(request, site, (), "There are no two systems to compare yet.")
        asked = {"a": address_of(pair[0]), "b": address_of(pair[1])}
        return RedirectResponse(url("/compare", **asked), 303)
    first, second = system_named(site, a), system_named(site, b)
    if first == second:
        return _cannot(
            request, site, (first, second), "Both are the same system: choose another one."
        )
    apart = differing(site.store, first, second)
    if apart and not although:
        return _cannot(
            request,
            site,
            (first, second),
            "Their scores are not on one scale. What differs besides the generators:",
            apart,
        )
    judges = shared_judges(site, first, second)
    if not judges:
        return _cannot(request, site, (first, second), "No judge ruled on both.")
    if judge:
        require_known("judge", judge, judges)
    made = site.comparisons.of(first, second, judge or judges[0])
    if not made.origins:
        return _cannot(request, site, (first, second), "They were asked no question in common.")
    if origin:
        require_known("origin", origin, made.origins)
    here = origin or made.origins[0]
    details = site.comparisons.details(made, here)
    contrast = next((each for each in made.contrasts if each.origin == here), None)
    view = View(first, second, judge, origin, moved, part, although)
    if part:
        require_known("part", part, details.parts)
    chosen = _chosen(details, moved, part)
    at = page_number(number)
    return page(
        request,
        "compare.html.j2",
        view=view,
        a=a,
        b=b,
        same=bool(made.unchanged) or same_version(site.store, first, second),
        first=first,
        second=second,
        groups=choices(site.store, (first, second)),
        judges=judges,
        judge=made.judge,
        made=made,
        origin=here,
        contrast=contrast,
        sentences=list(comparison_words(made.contrasts, made.unchanged)),
        apart=apart,
        details=details,
        of_several=_of_several(site, first, second, judges),
        unscored=len(details.moves.unscored),
        alike=0 if contrast is None else contrast.difference.estimate.n - details.moves.scored,
        cases=len({(each.dataset, each.case) for each in details.pair.items}),
        grid=_grid(details.moves),
        tabs=_tabs(details, part),
        moved=chosen.name,
        total=len(chosen.places),
        rows=_rows(site, made, here, chosen.places, at),
        facts=side_by_side(site, first, second, made.judge, here),
        number=at,
        last=max(1, -(-len(chosen.places) // PER_PAGE)),
    )


def _pair(site: Site, a: str, b: str, runs: Sequence[str]) -> tuple[System, System] | None:
    """The systems where not both are named: one that is keeps its place."""
    if not (a or b):
        return pair_of_runs(site, runs)
    named = system_named(site, a or b)
    other = rival_of(site, named)
    if other is None:
        return None
    return (named, other) if a else (other, named)


@dataclass(frozen=True, slots=True)
class View:
    """What the address says, to make others of it."""

    a: System
    b: System
    judge: str
    origin: str
    moved: str
    part: str
    although: str

    def url(self, **changed: str) -> str:
        """The address with something else in it; another page only where it is named."""
        query = {
            "a": address_of(self.a),
            "b": address_of(self.b),
            "judge": self.judge,
            "origin": self.origin,
            "moved": self.moved,
            "part": self.part,
            "although": self.although,
        }
        return url("/compare", **{**query, **changed})

    def swapped(self) -> str:
        """The same the other way round."""
        other = {"better": "worse", "worse": "better"}.get(self.moved, self.moved)
        if "-" in other:
            other = "-".join(reversed(other.split("-")))
        return self.url(a=address_of(self.b), b=address_of(self.a), moved=other)


def _of_several(site: Site, first: System, second: System, judges: Sequence[str]) -> bool:
    """Whether it is one of several comparisons within a run."""
    if first.run != second.run:
        return False
    return len(judges) > 1 or len(generators_in(site.shelf.columns(first.run))) > 2


def _cannot(
    request: Request,
    site: Site,
    systems: Sequence[System],
    why: str,
    apart: Sequence[str] = (),
) -> HTMLResponse:
    """The page without a comparison: what to choose, or what differs."""
    first, second = systems or (None, None)
    return page(
        request,
        "cannot_compare.html.j2",
        a=address_of(first) if first else "",
        b=address_of(second) if second else "",
        groups=choices(site.store, systems),
        why=why,
        apart=apart,
    )


@dataclass(frozen=True, slots=True)
class _Chosen:
    name: str
    places: Sequence[int]


def _chosen(details: Details, moved: str, part: str) -> _Chosen:
    """The questions of a tab or of a cell of the grid; at first those that got worse, if any."""
    tabs = dict(_tab_places(details, part))
    if not moved:
        moved = next((name for name in ("worse", "better") if tabs[name]), "same")
    cells = [f"{before}-{after}" for before in _PLACES for after in _PLACES]
    require_known("move", moved, [*TABS, *cells])
    if moved in TABS:
        return _Chosen(moved, tabs[moved])
    before, after = (_PLACES.index(level) for level in moved.split("-"))
    return _Chosen(moved, _within(details, part, details.moves.between(before, after)))


def _within(details: Details, part: str, places: Ints) -> list[int]:
    """Those of the questions that are in a part."""
    inside = details.parts.get(part)
    kept: list[int] = (places if inside is None else places[inside[places]]).tolist()
    return kept


def _tab_places(details: Details, part: str) -> list[tuple[str, list[int]]]:
    moves = details.moves
    places = (moves.better, moves.worse, moves.same, moves.unscored)
    return [(name, _within(details, part, each)) for name, each in zip(TABS, places, strict=True)]


def _tabs(details: Details, part: str) -> list[tuple[str, int]]:
    counts = [(name, len(places)) for name, places in _tab_places(details, part)]
    return [(name, count) for name, count in counts if count or name != "unscored"]


def _grid(moves: Moves) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """Rows from the best score of the first to the worst, then none: (move, count, which way)."""
    grid = moves.grid
    shown = [*range(LEVELS - 1, -1, -1), *([LEVELS] if grid[LEVELS].any() else [])]
    columns = [*range(LEVELS), *([LEVELS] if grid[:, LEVELS].any() else [])]
    return [
        (
            _PLACES[row],
            [
                (f"{_PLACES[row]}-{_PLACES[column]}", int(grid[row, column]), _way(row, column))
                for column in columns
            ],
        )
        for row in shown
    ]


def _way(before: int, after: int) -> str:
    if LEVELS in (before, after) or before == after:
        return ""
    return "up" if after > before else "down"


def _rows(
    site: Site, made: OnePair, origin: str, places: Sequence[int], number: int
) -> list[Moved]:
    wanted = places[(number - 1) * PER_PAGE : number * PER_PAGE]
    details = site.comparisons.details(made, origin)
    items = [details.pair.items[place] for place in wanted]
    first, second = (
        _answers(site, system, made.judge, origin, items) for system in (made.first, made.second)
    )
    return [
        Moved(
            _known(details.moves.first[place]),
            _known(details.moves.second[place]),
            case_url(made.first.run, before.task, made.judge),
            row_of(after, case_url(made.second.run, after.task, made.judge)),
        )
        for place, before, after in zip(wanted, first, second, strict=True)
    ]


def _answers(
    site: Site, system: System, judge: str, origin: str, items: Sequence[Item]
) -> tuple[Result, ...]:
    """A system's first answer to each question, as the judge ruled on it."""
    columns = site.shelf.columns(system.run)
    rows = first_rows(score_table_of(columns), system.generator, judge, origin, items)
    return results_of(site.store, system.run, columns, rows)


def _known(score: float) -> float | None:
    return None if score != score else float(score)

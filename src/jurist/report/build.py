"""From a stored run to what reports show, in flat memory however many verdicts there are.

One pass over the verdicts makes the survey; the report's rows are read in another, when they
are written.
"""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from jurist.alignment.casting import judges_of
from jurist.alignment.suspicion import question_of, reference_free_of
from jurist.analysis.leaderboard import Board, Standing
from jurist.records import Side
from jurist.report.html import MOST_ITEMS, Page
from jurist.report.items import Item, make_item
from jurist.report.notes import Notes
from jurist.run.results import Result, results, rulings, workspaces
from jurist.store import Store
from jurist.store.runs import datasets_of, get_run


@dataclass(frozen=True, slots=True)
class Survey:
    """A run at a glance."""

    standings: tuple[Standing, ...]
    notes: tuple[str, ...]
    """See `Notes`."""
    verdicts: int
    """On answers."""
    worst: frozenset[tuple[str, str]]
    """(task, judge) of the verdicts with the lowest scores, as many as a report shows."""


def survey_of(store: Store, run: str) -> Survey:
    """Go through a run's verdicts. Raises `InputError` where there is no such run."""
    judges = judges_of(get_run(store, run), datasets_of(store, run)).values()
    board, worst = Board(), _Worst(MOST_ITEMS)
    notes = Notes(judges, reference_free_of(store, run))
    for _, of_question in itertools.groupby(rulings(store, run), key=question_of):
        rows = tuple(of_question)
        notes.add(rows)
        for row in rows:
            if row.verdict.side is Side.CANDIDATE:
                board.add(row)
                worst.add(row)
    return Survey(board.standings(), notes.told(), worst.seen, worst.rows())


def page_of(store: Store, run: str, survey: Survey) -> Page:
    """All that a report shows; of very large runs only the worst verdicts."""
    record = get_run(store, run)
    begun = datetime.fromtimestamp(record.created / 1000, UTC)
    return Page(
        title=record.name,
        subtitle=f"run {record.id}, begun {begun:%Y-%m-%d %H:%M} UTC with Jurist {record.jurist}",
        standings=survey.standings,
        items=_Rows(store, run, survey.worst),
        left_out=survey.verdicts - len(survey.worst),
        notes=survey.notes,
        assumptions=[(each.name, each.assumptions) for each in datasets_of(store, run)],
        study=json.dumps(json.loads(record.study), indent=2, ensure_ascii=False),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """The chosen verdicts laid out, in the run's order; read from the store at each passage."""

    store: Store
    run: str
    chosen: frozenset[tuple[str, str]]

    def __iter__(self) -> Iterator[Item]:
        spoken = workspaces(self.store, self.run)
        for result in results(self.store, self.run):
            if (result.task, result.judge) in self.chosen:
                yield make_item(result, spoken[result.dataset].language)


@dataclass
class _Worst:
    """The rows with the lowest scores among those seen, the first of equal ones."""

    most: int
    seen: int = 0
    heap: list[tuple[float, int, str, str]] = field(
        default_factory=list[tuple[float, int, str, str]]
    )

    def add(self, result: Result) -> None:
        self.seen += 1
        score = result.verdict.score
        # The best of those kept stands on top.
        row = (0.0 if score is None else -score), -self.seen, result.task, result.judge
        if len(self.heap) < self.most:
            heapq.heappush(self.heap, row)
        else:
            heapq.heappushpop(self.heap, row)

    def rows(self) -> frozenset[tuple[str, str]]:
        return frozenset((task, judge) for _, _, task, judge in self.heap)

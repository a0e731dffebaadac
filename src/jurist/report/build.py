"""From a stored run to what reports show, in flat memory however many verdicts there are.

One pass over the verdicts makes the survey; the report's rows are read in another, when they
are written.
"""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from jurist.alignment.casting import Player, judges_of
from jurist.alignment.suspicion import (
    Suspicion,
    question_of,
    reference_free_of,
    strength,
    suspicion_of,
)
from jurist.analysis.leaderboard import Board, Standing
from jurist.records import Side, Verdict
from jurist.report.html import MOST_ITEMS, Page
from jurist.report.items import Item, make_item
from jurist.run.results import Result, results, rulings, workspaces
from jurist.store import Store
from jurist.store.runs import datasets_of, get_run

_MOST_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class Survey:
    """A run at a glance."""

    standings: tuple[Standing, ...]
    notes: tuple[str, ...]
    """What proof saved, which references are suspicious, and whose questions these are."""
    verdicts: int
    """On answers."""
    worst: frozenset[tuple[str, str]]
    """(task, judge) of the verdicts with the lowest scores, as many as a report shows."""


def survey_of(store: Store, run: str) -> Survey:
    """Go through a run's verdicts. Raises `InputError` where there is no such run."""
    judges = judges_of(get_run(store, run), datasets_of(store, run)).values()
    saved = {
        judge.name: _Saved(judge.members)
        for judge in judges
        if judge.kind == "cascade" and judge.models
    }
    free = reference_free_of(store, run)
    board, worst, suspected = Board(), _Worst(MOST_ITEMS), _Suspected()
    authors: set[str] = set()
    for _, group in itertools.groupby(rulings(store, run), key=question_of):
        of_question = tuple(group)
        suspected.add(suspicion_of(of_question, free))
        if of_question[0].question.origin == "authored":
            authors.add(of_question[0].question.author)
        for result in of_question:
            if result.verdict.side is Side.REFERENCE:
                continue
            board.add(result)
            worst.add(result)
            if result.judge in saved:
                saved[result.judge].add(result.verdict)
    notes = [f"{name}: {each.told()}" for name, each in saved.items() if each.verdicts]
    notes += suspected.told()
    if authors:
        named = ", ".join(sorted(filter(None, authors)))
        who = f" (by {named})" if named else ""
        notes.append(f"Authored questions were written by hand for this dataset{who}.")
    return Survey(board.standings(), tuple(notes), worst.seen, worst.rows())


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
class _Saved:
    """What a cascade did not have to ask of models."""

    members: Sequence[Player]
    verdicts: int = 0
    settled: int = 0
    calls: int = 0

    def add(self, verdict: Verdict) -> None:
        number = len(verdict.members)
        asked, left = self.members[:number], self.members[number:]
        self.verdicts += 1
        self.settled += not any(member.models for member in asked)
        self.calls += sum(_calls_of(member) for member in left)

    def told(self) -> str:
        return (
            f"of {self.verdicts} verdicts, {self.settled} were settled without a model, "
            f"which saved {self.calls} model calls."
        )


def _calls_of(judge: Player) -> int:
    own = judge.samples * judge.orders if judge.kind == "llm" else 0
    return own + sum(map(_calls_of, judge.members))


@dataclass
class _Suspected:
    """References that may be wrong: how many, and the most suspicious by name."""

    count: int = 0
    last: tuple[str, str] = ("", "")
    strongest: list[tuple[tuple[int, int], int, str]] = field(
        default_factory=list[tuple[tuple[int, int], int, str]]
    )

    def add(self, suspicion: Suspicion | None) -> None:
        if suspicion is None:
            return
        case = suspicion.dataset, suspicion.case.id
        name = "/".join(case)
        here = strength(suspicion), self.count, name
        if case == self.last:  # another question of the same case
            former = next((each for each in self.strongest if each[2] == name), None)
            if former is not None and former[0] <= here[0]:
                return
            self.strongest = [each for each in self.strongest if each is not former]
        else:
            self.count, self.last = self.count + 1, case
        self.strongest = heapq.nsmallest(_MOST_NAMED, [*self.strongest, here])

    def told(self) -> list[str]:
        if not self.count:
            return []
        shown = ", ".join(name for _, _, name in self.strongest)
        more = self.count - len(self.strongest)
        also = f" and {more} more" if more else ""
        return [f"References that may be wrong themselves, to be looked at: {shown}{also}."]


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

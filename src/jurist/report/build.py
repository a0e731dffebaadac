"""From a stored run to what reports show, in flat memory however many verdicts there are.

One pass over the verdicts makes the survey; the report's rows are read in another, when they
are written.
"""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from jurist.alignment.casting import judges_of
from jurist.alignment.disagreements.suspicion import question_of, reference_free_of
from jurist.analysis.leaderboard import Board
from jurist.analysis.standings import Standing
from jurist.languages.capabilities import DrawsWitnesses
from jurist.records import Side
from jurist.report.html import MOST_ITEMS, Page
from jurist.report.items import Item, make_item
from jurist.report.notes import Notes, ordering, undecided_pairs
from jurist.report.questions import (
    NO_QUESTIONS,
    CountedQuestions,
    QuestionCounts,
    asks_unchecked,
    questions_note,
)
from jurist.roles.protocols import Workspace
from jurist.runs.results import Result, results, rulings, workspaces, writings
from jurist.store import Store
from jurist.store.consistency import consistency_of
from jurist.store.runs import datasets_of, get_run


@dataclass(frozen=True, slots=True)
class Survey:
    """A run at a glance."""

    standings: tuple[Standing, ...]
    notes: tuple[str, ...]
    """See `Notes`."""
    answers: int
    worst: frozenset[str]
    """The tasks of the answers with the lowest scores, as many as a report shows."""
    questions: QuestionCounts = NO_QUESTIONS
    """How the synthetic questions were checked."""


def survey_of(store: Store, run: str) -> Survey:
    """Go through a run's verdicts. Raises `InputError` where there is no such run."""
    record = get_run(store, run)
    judges = judges_of(record, datasets_of(store, run)).values()
    questions = CountedQuestions(asks_unchecked(record.study))
    board, worst = Board(), _Worst(MOST_ITEMS)
    notes = Notes(judges, reference_free_of(store, run))
    for _, of_question in itertools.groupby(rulings(store, run), key=question_of):
        rows = tuple(of_question)
        notes.add(rows)
        questions.add(rows[0].question)
        on_answers = [row for row in rows if row.verdict.side is Side.CANDIDATE]
        for row in on_answers:
            board.add(row)
        for task, of_answer in itertools.groupby(on_answers, key=_task_of):
            worst.add(task, [row.verdict.score for row in of_answer])
    for of_question in consistency_of(store, run):
        board.add_consistency(of_question)
    for writing in writings(store, run):
        notes.add_writing(writing)
        questions.add_writing(writing)
    standings = board.standings()
    asked = questions.counts()
    said = (
        *ordering(standings),
        *filter(None, [questions_note(asked)]),
        *notes.told(),
        *undecided_pairs(standings),
    )
    return Survey(standings, said, worst.seen, worst.tasks(), asked)


def page_of(store: Store, run: str, survey: Survey) -> Page:
    """All that a report shows; of very large runs only the worst answers."""
    record = get_run(store, run)
    places = workspaces(store, run).values()
    begun = datetime.fromtimestamp(record.created / 1000, UTC)
    return Page(
        title=record.name,
        subtitle=f"run {record.id}, begun {begun:%Y-%m-%d %H:%M} UTC with Jurist {record.jurist}",
        inputs=" or ".join(dict.fromkeys(each.language.words.input for each in places)),
        standings=survey.standings,
        items=_Rows(store, run, survey.worst),
        left_out=survey.answers - len(survey.worst),
        notes=survey.notes,
        questions=survey.questions,
        assumptions=[(each.name, each.assumptions) for each in datasets_of(store, run)],
        study=json.dumps(json.loads(record.study), indent=2, ensure_ascii=False),
        sources=sources_told(store, run),
        drawings=_drawings(places),
    )


def _drawings(spoken: Iterable[Workspace]) -> tuple[str, ...]:
    """Each language's script once."""
    languages = {each.language.name: each.language for each in spoken}
    return tuple(
        language.drawing for language in languages.values() if isinstance(language, DrawsWitnesses)
    )


def sources_told(store: Store, run: str) -> tuple[str, ...]:
    """Which files of the user's are in the key of each role that is code of their own."""
    told = dict.fromkeys(
        f"{name}: {files}"
        for dataset in datasets_of(store, run)
        for name, files in dataset.sources.items()
    )
    return tuple(told)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The chosen answers laid out, in the run's order; read from the store at each passage."""

    store: Store
    run: str
    chosen: frozenset[str]

    def __iter__(self) -> Iterator[Item]:
        spoken = workspaces(self.store, self.run)
        for task, of_answer in itertools.groupby(results(self.store, self.run), key=_task_of):
            if task in self.chosen:
                rows = tuple(of_answer)
                yield make_item(rows, spoken[rows[0].dataset])


def _task_of(result: Result) -> str:
    return result.task


@dataclass
class _Worst:
    """The answers with the lowest scores among those seen, the first of equal ones."""

    most: int
    seen: int = 0
    heap: list[tuple[float, int, str]] = field(default_factory=list[tuple[float, int, str]])

    def add(self, task: str, scores: Iterable[float | None]) -> None:
        self.seen += 1
        worst = min((score for score in scores if score is not None), default=0.0)
        # The best of those kept stands on top.
        row = -worst, -self.seen, task
        if len(self.heap) < self.most:
            heapq.heappush(self.heap, row)
        else:
            heapq.heappushpop(self.heap, row)

    def tasks(self) -> frozenset[str]:
        return frozenset(task for _, _, task in self.heap)

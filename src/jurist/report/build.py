"""From a stored run to what reports show, in flat memory however many verdicts there are.

One pass over the verdicts makes the survey; the report's rows are read in another, when they
are written.
"""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from jurist.alignment.casting import judges_of
from jurist.alignment.comparison.comparing import compared_by_people
from jurist.alignment.comparison.corrected_pairs import labels_of_runs
from jurist.alignment.disagreements.suspicion import question_of, reference_free_of
from jurist.analysis.contrasts import Contrast, contrasts, pairs_of_systems
from jurist.analysis.leaderboard import standings_of
from jurist.analysis.scores import score_table_of
from jurist.analysis.standings import Standing
from jurist.analysis.weaknesses import Weaknesses, weaknesses_of
from jurist.columns import Columns, columns_of, shelf_of
from jurist.records import Side
from jurist.report.failures import FailureCount
from jurist.report.html import MOST_ITEMS, Page
from jurist.report.items import Item, make_item
from jurist.report.leading import Lead, leads_of
from jurist.report.makings import Making, Makings
from jurist.report.notes import Notes, ordering, undecided_pairs
from jurist.report.questions import (
    NO_QUESTIONS,
    CountedQuestions,
    QuestionCounts,
    asks_unchecked,
    questions_note,
)
from jurist.report.sent_words import repeat_words, sent_words
from jurist.runs.results import Result, results, rulings, workspaces, writings
from jurist.store import Store
from jurist.store.consistency import consistency_of
from jurist.store.runs import datasets_of, get_run
from jurist.store.sent import count_repeats, sent_totals


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
    leads: tuple[Lead, ...] = ()
    """Who is best under each judge, and whether that is sure."""
    failures: tuple[FailureCount, ...] = ()
    makings: tuple[Making, ...] = ()
    """What the answers of each generator took."""


def survey_of(store: Store, run: str) -> Survey:
    """Go through a run's verdicts. Raises `InputError` where there is no such run."""
    read = _read(store, run)
    columns = columns_of(store, run)
    standings = standings_of(columns, consistency=consistency_of(store, run))
    return Survey(
        standings,
        read.sentences(standings),
        read.worst.seen,
        read.worst.tasks(),
        read.questions.counts(),
        leads_of(standings, compared_in(store, columns)),
        read.notes.failures(),
        read.makings.of_all(),
    )


def notes_of(store: Store, run: str, standings: Sequence[Standing]) -> tuple[str, ...]:
    """The notes of a survey alone, where the standings are known.

    Raises:
        InputError: There is no such run.
    """
    return _read(store, run).sentences(standings)


@dataclass(frozen=True, slots=True)
class _Read:
    """What one pass over a run's verdicts gathers."""

    questions: CountedQuestions
    worst: _Worst
    notes: Notes
    makings: Makings
    sent: tuple[str, ...]
    """What left, in words."""
    shard: str
    """Which share of the run the store holds; empty: all of it."""

    def sentences(self, standings: Sequence[Standing]) -> tuple[str, ...]:
        """All notes, in their order."""
        part = f"This store holds the share {self.shard} of the run's cases, not the whole run."
        return (
            *([part] if self.shard else []),
            *ordering(standings),
            *filter(None, [questions_note(self.questions.counts())]),
            *self.notes.sentences(),
            *undecided_pairs(standings),
            *self.sent,
        )


def _read(store: Store, run: str) -> _Read:
    record = get_run(store, run)
    judges = judges_of(record, datasets_of(store, run)).values()
    questions = CountedQuestions(asks_unchecked(record.study))
    worst = _Worst(MOST_ITEMS)
    notes, makings = Notes(judges, reference_free_of(store, run)), Makings()
    for _, of_question in itertools.groupby(rulings(store, run), key=question_of):
        rows = tuple(of_question)
        notes.add(rows)
        questions.add(rows[0].question)
        on_answers = [row for row in rows if row.verdict.side is Side.CANDIDATE]
        for task, of_answer in itertools.groupby(on_answers, key=_task_of):
            verdicts = tuple(of_answer)
            makings.add(verdicts)
            worst.add(task, [row.verdict.score for row in verdicts])
    for writing in writings(store, run):
        notes.add_writing(writing)
        questions.add_writing(writing)
    sent = (
        *sent_words(record.study, sent_totals(store, run=run)),
        *repeat_words(count_repeats(store, run)),
    )
    return _Read(questions, worst, notes, makings, sent, record.shard)


def _weaknesses(store: Store, run: str, standings: tuple[Standing, ...]) -> Weaknesses | None:
    """Under the first judge that scored anything, with every mistake sorted: a file stays."""
    columns = shelf_of(store).sorted(run)
    judges = dict.fromkeys(row.judge for row in standings)
    by_judge = (weaknesses_of(columns, standings, judge) for judge in judges)
    return next(filter(None, by_judge), None)


def compared_in(store: Store, columns: Columns) -> tuple[Contrast, ...]:
    """Every two generators of a run under each judge, as people's labels correct them."""
    run, table = columns.run, score_table_of(columns)
    tables = {run: table}
    pairs = pairs_of_systems(tables)
    if not pairs:
        return ()
    compared = contrasts(tables, pairs, table.judges).compared
    return compared_by_people(tables, labels_of_runs(store, [run]), compared)[0]


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
        items=_Rows(store, run, survey.worst if survey.answers > len(survey.worst) else None),
        left_out=survey.answers - len(survey.worst),
        notes=survey.notes,
        questions=survey.questions,
        assumptions=[(each.name, each.assumptions) for each in datasets_of(store, run)],
        study=json.dumps(json.loads(record.study), indent=2, ensure_ascii=False),
        sources=source_notes(store, run),
        leads=survey.leads,
        failures=survey.failures,
        weaknesses=_weaknesses(store, run, survey.standings),
        makings=survey.makings,
    )


def source_notes(store: Store, run: str) -> tuple[str, ...]:
    """Which files of the user's are in the key of each role that is code of their own."""
    notes = dict.fromkeys(
        f"{name}: {files}"
        for dataset in datasets_of(store, run)
        for name, files in dataset.sources.items()
    )
    return tuple(notes)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The chosen answers laid out, in the run's order; read from the store at each passage."""

    store: Store
    run: str
    chosen: frozenset[str] | None
    """`None`: all of them."""

    def __iter__(self) -> Iterator[Item]:
        spoken = workspaces(self.store, self.run)
        found = results(self.store, self.run, among=self.chosen)
        for _, of_answer in itertools.groupby(found, key=_task_of):
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

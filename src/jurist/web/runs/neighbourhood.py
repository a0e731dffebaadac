"""What else there is beside an answer: other answers, other questions, other runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from jurist.columns import Columns, Dimension
from jurist.records import Case
from jurist.runs.histories import PastAnswer, history_of
from jurist.store import Store
from jurist.web.urls import case_url, run_url

_MOST = 40


@dataclass(frozen=True, slots=True)
class Beside:
    """Another answer, as the judge of the page scored it."""

    url: str
    generator: str
    sample: int
    score: float | None
    relation: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the same case, with its answers."""

    text: str
    origin: str
    answers: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class Then:
    """The case in another run."""

    url: str
    name: str
    created: int
    same_reference: bool
    same_question: bool
    answers: tuple[Beside, ...]


def same_question(
    columns: Columns, row: int, query: Sequence[tuple[str, str]]
) -> tuple[Beside, ...]:
    """All answers to the question of a row, by its judge; the row's own among them."""
    alike = columns.question == columns.question[row]
    rows = np.flatnonzero(alike & (columns.rows.judge == columns.rows.judge[row]))
    return tuple(_beside(columns, other, row, query) for other in rows[:_MOST].tolist())


def other_questions(
    columns: Columns, row: int, query: Sequence[tuple[str, str]]
) -> tuple[Asked, ...]:
    """The other questions of the case of a row, with what its judge says of the answers."""
    of_case = columns.case == columns.case[row]
    others = of_case & (columns.question != columns.question[row])
    rows = np.flatnonzero(others & (columns.rows.judge == columns.rows.judge[row]))[:_MOST]
    asked: dict[int, list[Beside]] = {}
    for other in rows.tolist():
        question = int(columns.question[other])
        asked.setdefault(question, []).append(_beside(columns, other, row, query))
    return tuple(
        Asked(columns.questions.text[number], columns.origin(number), tuple(answers))
        for number, answers in asked.items()
    )


def _beside(columns: Columns, row: int, here: int, query: Iterable[tuple[str, str]]) -> Beside:
    score = float(columns.rows.score[row])
    judge = columns.value(Dimension.JUDGE, row)
    return Beside(
        case_url(columns.run, columns.task(row), judge, query),
        columns.value(Dimension.GENERATOR, row),
        int(columns.value(Dimension.SAMPLE, row)),
        None if score != score else score,
        columns.value(Dimension.RELATION, row),
        row == here,
    )


def over_runs(
    store: Store, run: str, dataset: str, case: Case, question: str, generator: str, judge: str
) -> tuple[Then, ...]:
    """The case in other runs, the newest first: its answers to the same question if it is asked.

    Args:
        store: Where the runs are.
        run: The one that is shown.
        dataset: The case's.
        case: The case.
        question: As it is asked in this run.
        generator: Whose answers are pointed out.
        judge: Whose scores are shown where it judged there, else those of the first judge.
    """
    return tuple(
        Then(
            run_url(past.run),
            past.name,
            past.created,
            past.same_reference,
            any(each.question == question for each in past.answers),
            tuple(
                Beside(
                    case_url(past.run, each.task, each.judge),
                    each.generator,
                    each.sample,
                    each.score,
                    "",
                    each.generator == generator,
                )
                for each in _chosen(past.answers, question, judge)
            ),
        )
        for past in history_of(store, dataset, case, without=run)
    )


def _chosen(answers: Sequence[PastAnswer], question: str, judge: str) -> Iterator[PastAnswer]:
    """Those to the same question, or to the first one; by the same judge, or by the first one."""
    asked = question if any(each.question == question for each in answers) else None
    judges = {each.judge for each in answers}
    by = judge if judge in judges else min(judges, default="")
    for each in answers:
        if each.judge == by and each.question == (asked or answers[0].question):
            yield each

"""A run's results as flat records, for analysis and reports; read in flat memory."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, select

from jurist.languages import get_language
from jurist.records import Candidate, Case, Failure, Question, Side, Verdict
from jurist.roles.protocols import Workspace
from jurist.runs.datasets import load_workspace
from jurist.runs.stored_verdicts import read_verdict
from jurist.store import Store
from jurist.store.engine import A_PAGE_AT_A_TIME
from jurist.store.queue import Asked, Stage, Status
from jurist.store.runs import datasets_of
from jurist.store.tables import CASE_OF_TASK, CASES, TASKS

_KEYS: Final = 500
"""Keys in one statement, which both databases take."""
_ANSWERS: Final = TASKS.alias("answers")


@dataclass(frozen=True, slots=True)
class Result:
    """One verdict with all that it is about."""

    dataset: str
    case: Case
    question: Question
    generator: str
    candidate: Candidate
    judge: str
    verdict: Verdict
    task: str
    """Key of the candidate, the same for all judges: what annotations point at."""
    sample: int = 1
    """Which of the generator's answers to the question it is about, from 1."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What a question generator made of a case: questions, or the reason for none."""

    dataset: str
    case: Case
    author: str
    questions: tuple[Question, ...]
    failure: Failure | None


def results(
    store: Store, run: str, *, task: str | None = None, among: Collection[str] | None = None
) -> Iterator[Result]:
    """The verdicts on answers so far, by dataset, case, question, generator, sample and judge.

    Args:
        store: Where the run is.
        run: Its id.
        task: Only those on this answer.
        among: Only those on these answers, some ten thousand at most; `None`: on all.
    """
    every = rulings(store, run, task=task, among=among)
    return (each for each in every if each.verdict.side is Side.CANDIDATE)


def rulings(
    store: Store, run: str, *, task: str | None = None, among: Collection[str] | None = None
) -> Iterator[Result]:
    """All verdicts so far in that order, those on references, which score no answer, among them."""
    on_answer = (  # the place of its case finds it: parents have no index
        _ANSWERS.c.key == task,
        TASKS.c.position == _ANSWERS.c.position,
        TASKS.c.ordinal == _ANSWERS.c.ordinal,
    )
    return _rulings(
        store,
        run,
        TASKS.c.stage == Stage.VERDICTS.value,
        TASKS.c.status.in_((Status.DONE.value, Status.FAILED.value)),
        *(() if task is None else on_answer),
        *(() if among is None else (TASKS.c.parent.in_(among),)),
    )


def rulings_of(store: Store, run: str, keys: Sequence[str]) -> Iterator[Result]:
    """The verdicts of some tasks, by their keys, in that order; keys of no task are passed over."""
    return (
        result
        for begin in range(0, len(keys), _KEYS)
        for result in _rulings(store, run, TASKS.c.key.in_(keys[begin : begin + _KEYS]))
    )


def _rulings(store: Store, run: str, *which: ColumnElement[bool]) -> Iterator[Result]:
    query = (
        select(
            TASKS.c.dataset,
            TASKS.c.case_id,
            TASKS.c.generator,
            TASKS.c.role,
            TASKS.c.parent,
            TASKS.c.sample,
            TASKS.c.payload,
            _ANSWERS.c.question,
            _ANSWERS.c.payload.label("answer"),
            CASES.c.payload.label("case_payload"),
        )
        .join(_ANSWERS, and_(_ANSWERS.c.run == TASKS.c.run, _ANSWERS.c.key == TASKS.c.parent))
        .join(CASES, CASE_OF_TASK)
        .where(TASKS.c.run == run, *which)
        .order_by(
            TASKS.c.position, TASKS.c.ordinal, TASKS.c.generator, TASKS.c.sample, TASKS.c.role
        )
        .execution_options(**A_PAGE_AT_A_TIME)
    )
    with store.read() as connection:
        for row in connection.execute(query):
            yield Result(
                row.dataset,
                _cases.decode(row.case_payload),
                _questions.decode(row.question),
                row.generator,
                _candidates.decode(row.answer),
                row.role,
                read_verdict(row.payload),
                row.parent,
                row.sample,
            )


def writings(store: Store, run: str) -> Iterator[Writing]:
    """What the question generator made of each case, unfaithful questions and failures too."""
    query = (
        select(
            TASKS.c.dataset, TASKS.c.role, TASKS.c.payload, CASES.c.payload.label("case_payload")
        )
        .join(CASES, CASE_OF_TASK)
        .where(
            TASKS.c.run == run,
            TASKS.c.stage == Stage.QUESTIONS.value,
            TASKS.c.status.in_((Status.DONE.value, Status.FAILED.value)),
        )
        .order_by(TASKS.c.position, TASKS.c.ordinal)
        .execution_options(**A_PAGE_AT_A_TIME)
    )
    with store.read() as connection:
        for row in connection.execute(query):
            asked = _asked.decode(row.payload)
            case = _cases.decode(row.case_payload)
            yield Writing(row.dataset, case, row.role, asked.questions, asked.failure)


_shown: ContextVar[Mapping[str, Workspace] | None] = ContextVar("shown", default=None)


@contextmanager
def shown_as(places: Mapping[str, Workspace]) -> Generator[None]:
    """Have `workspaces` give these: of a copy of a run whose store has no documents of them."""
    token = _shown.set(places)
    try:
        yield
    finally:
        _shown.reset(token)


def workspaces(store: Store, run: str) -> dict[str, Workspace]:
    """The workspaces of a run by dataset, from what the store kept: no file is needed."""
    shown = _shown.get()
    if shown is not None:
        return dict(shown)
    return {
        record.name: load_workspace(
            record.name,
            record.schema_document,
            where=f"schema of {record.name!r} in {run}",
            language=get_language(record.language),
        )
        for record in datasets_of(store, run)
    }


_cases = msgspec.json.Decoder(Case)
_questions = msgspec.json.Decoder(Question)
_candidates = msgspec.json.Decoder(Candidate)
_asked = msgspec.json.Decoder(Asked)

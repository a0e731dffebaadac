"""A case over runs: what was ever answered to it, and how it was judged."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import and_, select

from jurist.records import Case
from jurist.store import Store
from jurist.store.queue import Stage, Status
from jurist.store.tables import CASES, RUNS, TASKS

_MOST_RUNS = 12
_MOST_ANSWERS = 200


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """An answer of a run, as one judge scored it."""

    generator: str
    judge: str
    score: float | None
    task: str
    sample: int
    question: str


@dataclass(frozen=True, slots=True)
class PastRun:
    """A case in another run."""

    run: str
    name: str
    created: int
    same_reference: bool
    """Whether the case's reference was the same text there."""
    answers: tuple[PastAnswer, ...]


def history_of(
    store: Store, dataset: str, case: Case, *, without: str, most: int = _MOST_RUNS
) -> tuple[PastRun, ...]:
    """The other runs that have the case, the newest first, with their answers.

    Args:
        store: Where the runs are.
        dataset: The case's.
        case: The case, by its id.
        without: The run that is known.
        most: Runs at most.
    """
    answers = TASKS.alias("answers")
    with store.read() as connection:
        runs = connection.execute(
            select(RUNS.c.id, RUNS.c.name, RUNS.c.created, CASES.c.position, CASES.c.payload)
            .join(CASES, CASES.c.run == RUNS.c.id)
            .where(
                CASES.c.dataset == dataset,
                CASES.c.case_id == case.id,
                RUNS.c.id != without,
            )
            .order_by(RUNS.c.created.desc())
            .limit(most)
        ).all()
        past: list[PastRun] = []
        for run in runs:
            rows = connection.execute(
                select(
                    TASKS.c.generator,
                    TASKS.c.role,
                    TASKS.c.payload,
                    TASKS.c.parent,
                    TASKS.c.sample,
                    answers.c.question,
                )
                .join(answers, and_(answers.c.run == TASKS.c.run, answers.c.key == TASKS.c.parent))
                .where(
                    TASKS.c.run == run.id,
                    TASKS.c.stage == Stage.VERDICTS.value,
                    TASKS.c.position == run.position,
                    TASKS.c.status.in_((Status.DONE.value, Status.FAILED.value)),
                )
                .order_by(TASKS.c.ordinal, TASKS.c.generator, TASKS.c.sample, TASKS.c.role)
                .limit(_MOST_ANSWERS)
            )
            found = tuple(
                PastAnswer(
                    row.generator,
                    row.role,
                    verdict.score,
                    row.parent,
                    row.sample,
                    _questions.decode(row.question).text,
                )
                for row in rows
                if (verdict := _verdicts.decode(row.payload)).side == "candidate"
            )
            same = _cases.decode(run.payload).reference == case.reference
            past.append(PastRun(run.id, run.name, run.created, same, found))
    return tuple(past)


class _Verdict(msgspec.Struct):
    """What is read of a verdict here."""

    score: float | None = None
    side: str = "candidate"


class _Question(msgspec.Struct):
    text: str


class _Case(msgspec.Struct):
    reference: str | None = None


_verdicts = msgspec.json.Decoder(_Verdict)
_questions = msgspec.json.Decoder(_Question)
_cases = msgspec.json.Decoder(_Case)

"""The answers of a generator to one question, and how many pairs of them mean the same."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import and_, func, select, tuple_

from jurist.provenance import provenance_of
from jurist.records import Candidate, Case, Question
from jurist.store.engine import A_PAGE_AT_A_TIME, Store
from jurist.store.inserting import insert_absent
from jurist.store.queue import Stage, Status
from jurist.store.tables import CASES, CONSISTENCY, TASKS


@dataclass(frozen=True, slots=True)
class Answers:
    """What a generator answered to one question, in the order it was asked."""

    task: str
    """Key of the first answer."""
    place: tuple[int, int, str]
    """Where it stands in the run's order."""
    dataset: str
    answers: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Consistency:
    """How many pairs of a generator's answers to one question mean the same."""

    task: str
    """Key of the first answer."""
    same: int
    different: int
    undecided: int
    """Pairs of which that is not known, or of which one is no answer."""


@dataclass(frozen=True, slots=True)
class OfQuestion:
    """A consistency with what it is about."""

    dataset: str
    case: str
    generator: str
    origin: str
    """Its provenance."""
    found: Consistency


def answers_to_compare(
    store: Store,
    run: str,
    generators: Collection[str],
    *,
    after: tuple[int, int, str] | None = None,
) -> Iterator[Answers]:
    """Questions with several answers that were not compared yet, in the run's order.

    Args:
        store: Where the run is kept.
        run: Its id.
        generators: Whose answers.
        after: Only what stands after this place; `None`: all.
    """
    place = tuple_(TASKS.c.position, TASKS.c.ordinal, TASKS.c.generator)
    query = (
        select(
            TASKS.c.key,
            TASKS.c.position,
            TASKS.c.ordinal,
            TASKS.c.generator,
            TASKS.c.dataset,
            TASKS.c.payload,
            CONSISTENCY.c.task.label("compared"),
        )
        .outerjoin(
            CONSISTENCY, and_(CONSISTENCY.c.run == TASKS.c.run, CONSISTENCY.c.task == TASKS.c.key)
        )
        .where(
            TASKS.c.run == run,
            TASKS.c.stage == Stage.CANDIDATES.value,
            TASKS.c.generator.in_(sorted(generators)),
            TASKS.c.status.in_((Status.DONE.value, Status.FAILED.value)),
            *(() if after is None else (place > after,)),
        )
        .order_by(TASKS.c.position, TASKS.c.ordinal, TASKS.c.generator, TASKS.c.sample)
        .execution_options(**A_PAGE_AT_A_TIME)
    )
    with store.read() as connection:
        rows = connection.execute(query)
        for where, answered in itertools.groupby(
            rows, key=lambda row: (row.position, row.ordinal, row.generator)
        ):
            of_question = list(answered)
            if len(of_question) > 1 and of_question[0].compared is None:
                first = of_question[0]
                candidates = tuple(_candidates.decode(row.payload) for row in of_question)
                yield Answers(first.key, where, first.dataset, candidates)


def keep_consistency(store: Store, run: str, found: Collection[Consistency]) -> None:
    """Store what was found; what is there stays."""
    with store.write() as connection:
        insert_absent(
            connection,
            CONSISTENCY,
            [{"run": run, **msgspec.to_builtins(each)} for each in found],
        )


def count_compared(store: Store, run: str) -> int:
    """How many questions' answers have been compared."""
    query = select(func.count()).select_from(CONSISTENCY).where(CONSISTENCY.c.run == run)
    with store.read() as connection:
        return int(connection.scalar(query) or 0)


def consistency_of(store: Store, run: str) -> Iterator[OfQuestion]:
    """What is known of a run, question by question in its order."""
    query = (
        select(
            TASKS.c.dataset, TASKS.c.case_id, TASKS.c.generator, TASKS.c.question,
            CONSISTENCY.c.task, CONSISTENCY.c.same, CONSISTENCY.c.different,
            CONSISTENCY.c.undecided, CASES.c.payload.label("case"),
        )
        .join(TASKS, and_(CONSISTENCY.c.run == TASKS.c.run, CONSISTENCY.c.task == TASKS.c.key))
        .join(CASES, and_(CASES.c.run == TASKS.c.run, CASES.c.position == TASKS.c.position))
        .where(CONSISTENCY.c.run == run)
        .order_by(TASKS.c.position, TASKS.c.ordinal, TASKS.c.generator)
        .execution_options(**A_PAGE_AT_A_TIME)
    )  # fmt: skip
    if not count_compared(store, run):  # all tasks would be read to find that out
        return
    with store.read() as connection:
        for row in connection.execute(query):
            yield OfQuestion(
                row.dataset,
                row.case_id,
                row.generator,
                provenance_of(_cases.decode(row.case), _questions.decode(row.question)),
                Consistency(row.task, row.same, row.different, row.undecided),
            )


_candidates = msgspec.json.Decoder(Candidate)
_cases = msgspec.json.Decoder(Case)
_questions = msgspec.json.Decoder(Question)

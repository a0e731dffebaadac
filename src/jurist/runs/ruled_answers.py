"""A run's answers with the verdicts on each and nothing else: what is counted over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Final, Protocol

import msgspec
from sqlalchemy import and_, select

from jurist.records import Candidate, Side, Verdict
from jurist.runs.stored_verdicts import read_verdict
from jurist.store import Store
from jurist.store.engine import A_PAGE_AT_A_TIME
from jurist.store.queue import Stage, Status
from jurist.store.tables import TASKS

_ANSWERS: Final = TASKS.alias("answers")


class OnAnswer(Protocol):
    """A verdict and the answer that it is on; a `Result` is one."""

    @property
    def task(self) -> str:
        """The answer's key."""
        ...

    @property
    def generator(self) -> str:
        """Who answered."""
        ...

    @property
    def candidate(self) -> Candidate:
        """The answer."""
        ...

    @property
    def judge(self) -> str:
        """Who ruled."""
        ...

    @property
    def verdict(self) -> Verdict:
        """The ruling."""
        ...


@dataclass(frozen=True, slots=True)
class Ruled:
    """See `OnAnswer`."""

    task: str
    generator: str
    sample: int
    candidate: Candidate
    judge: str
    verdict: Verdict


def ruled_answers(store: Store, run: str) -> Iterator[tuple[Ruled, ...]]:
    """The verdicts of each answer so far, in the order of `results`.

    Cases are not read, and the index gives questions in order: a database that sorts all verdicts
    of a large run takes longer than all the rest.
    """
    query = (
        select(
            TASKS.c.position,
            TASKS.c.ordinal,
            TASKS.c.parent,
            TASKS.c.generator,
            TASKS.c.sample,
            TASKS.c.role,
            TASKS.c.payload,
            _ANSWERS.c.payload.label("answer"),
        )
        .join(_ANSWERS, and_(_ANSWERS.c.run == TASKS.c.run, _ANSWERS.c.key == TASKS.c.parent))
        .where(
            TASKS.c.run == run,
            TASKS.c.stage == Stage.VERDICTS.value,
            TASKS.c.status.in_((Status.DONE.value, Status.FAILED.value)),
        )
        .order_by(TASKS.c.position, TASKS.c.ordinal)
        .execution_options(**A_PAGE_AT_A_TIME)
    )
    with store.read() as connection:
        rows = connection.execute(query)
        for _, of_question in groupby(rows, key=attrgetter("position", "ordinal")):
            in_order = sorted(of_question, key=attrgetter("generator", "sample", "role"))
            ruled = (
                Ruled(
                    row.parent,
                    row.generator,
                    row.sample,
                    _candidates.decode(row.answer),
                    row.role,
                    read_verdict(row.payload),
                )
                for row in in_order
            )
            on_answers = (each for each in ruled if each.verdict.side is Side.CANDIDATE)
            for _, of_answer in groupby(on_answers, key=attrgetter("task")):
                yield tuple(of_answer)


_candidates: Final = msgspec.json.Decoder(Candidate)

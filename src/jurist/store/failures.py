"""What a run has no result for, of what another try might mend: counted as the table counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, delete, select, update

from jurist.plurals import counted
from jurist.records import FailureKind
from jurist.store.counters import uncount
from jurist.store.engine import Store
from jurist.store.queue import Stage, Status
from jurist.store.runs import RunState
from jurist.store.tables import CONSISTENCY, RUNS, TASKS

_PAGE: Final = 500
_MAY_PASS: Final = frozenset({FailureKind.TIMEOUT, FailureKind.UNREACHABLE})
_NAMES: Final = {
    Stage.QUESTIONS: ("case without a question", "cases without a question"),
    Stage.CANDIDATES: ("answer", "answers"),
    Stage.VERDICTS: ("verdict", "verdicts"),
}


@dataclass(frozen=True, slots=True)
class Failures:
    """Results that are missing, by stage.

    A verdict that is missing because its answer is counts with the answer alone.
    """

    by_stage: Counter[Stage] = field(default_factory=Counter[Stage])

    @property
    def total(self) -> int:
        """All of them."""
        return self.by_stage.total()

    def __str__(self) -> str:
        """`3 answers and 1 verdict`."""
        return " and ".join(
            counted(self.by_stage[stage], *names)
            for stage, names in _NAMES.items()
            if self.by_stage[stage]
        )


def failures_of(store: Store, run: str) -> Failures:
    """All that `reopen_failures` would open again."""
    return _count(store, run, frozenset(FailureKind))


def failures_that_may_pass(store: Store, run: str) -> Failures:
    """What failed for a reason that may have gone: time-outs, servers out of reach."""
    return _count(store, run, _MAY_PASS)


def reopen_failures(store: Store, run: str) -> Failures:
    """Open again what failed in a way that another try might mend, or somebody has mended.

    What was built on a failed candidate is removed, it follows anew. On a shared store others may
    be at work: what fails after this has looked stays, and what follows from it.
    """
    found = failures_of(store, run)
    with store.write() as connection:
        if found.total:  # which of the answers mean the same may change
            connection.execute(delete(CONSISTENCY).where(CONSISTENCY.c.run == run))
            connection.execute(
                update(RUNS).where(RUNS.c.id == run).values(state=RunState.RUNNING.value)
            )
        columns = TASKS.c
        failed = connection.execute(
            select(columns.key, columns.stage, columns.role)
            .where(columns.run == run, columns.status == Status.FAILED)
            .order_by(columns.key)
            .with_for_update()
        ).all()
        answers = [row.key for row in failed if row.stage == Stage.CANDIDATES]
        removed = _remove_what_follows(connection, run, answers)
        opened = [row for row in failed if row.key not in removed]
        for page in _pages([row.key for row in opened]):
            connection.execute(
                update(TASKS)
                .where(columns.run == run, columns.key.in_(page))
                .values(status=Status.PENDING.value, payload=None, finished=None, lost=0)
            )
        took_back = [task for task in removed.values() if task.finished is not None]
        uncount(
            connection,
            store.slot,
            run,
            removed=[(task.stage, task.role) for task in removed.values()],
            opened=[(task.stage, task.role) for task in [*took_back, *opened]],
        )
    return found


def _remove_what_follows(
    connection: Connection, run: str, parents: Sequence[str]
) -> dict[str, Row[Any]]:
    """Remove the tasks that follow from others; they, by key."""
    columns = TASKS.c
    query = select(columns.key, columns.stage, columns.role, columns.finished)
    removed: dict[str, Row[Any]] = {}
    for page in _pages(parents):
        follow = query.where(columns.run == run, columns.parent.in_(page)).order_by(columns.key)
        removed |= {row.key: row for row in connection.execute(follow.with_for_update())}
        connection.execute(delete(TASKS).where(columns.run == run, columns.parent.in_(page)))
    return removed


def _pages(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[at : at + _PAGE] for at in range(0, len(keys), _PAGE))


class _Why(msgspec.Struct):
    kind: FailureKind


class _Result(msgspec.Struct):
    """What a question, an answer and a verdict call their failure."""

    failure: _Why | None = None
    unscored: _Why | None = None


def _count(store: Store, run: str, kinds: frozenset[FailureKind]) -> Failures:
    query = select(TASKS.c.stage, TASKS.c.key, TASKS.c.parent, TASKS.c.payload).where(
        TASKS.c.run == run, TASKS.c.status == Status.FAILED
    )
    with store.read() as connection:
        rows = connection.execute(query).all()
    failed = {row.key for row in rows}
    found = Counter[Stage]()
    for row in rows:
        if row.parent in failed or row.payload is None:
            continue
        result = _decoder.decode(row.payload)
        why = result.failure or result.unscored
        if why is not None and why.kind in kinds:
            found[Stage(row.stage)] += 1
    return Failures(found)


_decoder = msgspec.json.Decoder(_Result)

"""The tasks of a run as a queue that lives in the store.

A task is pending, claimed by a worker until some moment, or done. A result and the
tasks that follow from it are written in one transaction, so a run that dies at any moment
has neither lost a result nor a successor. On PostgreSQL several workers claim tasks of one
run; rows that another one is claiming are skipped, and claims that ran out are open again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Connection, and_, or_, select, update

from jurist.records import Candidate, Case, Failure, FailureKind, Question
from jurist.store.counters import count_finished, insert_counted
from jurist.store.engine import Store, now_ms
from jurist.store.inserting import update_rows
from jurist.store.lost_claims import UNDER_WAY, open_lost_in
from jurist.store.queue_statements import OPEN, OPEN_ONCE_LOST, unfinished
from jurist.store.stages import Stage as Stage
from jurist.store.stages import Status as Status
from jurist.store.tables import TASKS

_BATCH: Final = 500
_WORTH_ANOTHER_TRY: Final = frozenset(
    {FailureKind.ERROR, FailureKind.TIMEOUT, FailureKind.UNREACHABLE}
)


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work: a case to ask for, a question to answer, or a candidate to judge."""

    key: str
    stage: Stage
    position: int
    """Of the case in the run."""
    dataset: str
    case_id: str
    role: str
    ordinal: int = 0
    """Of the question within the case."""
    generator: str = ""
    parent: str | None = None
    """The key of the candidate task that a verdict is about."""
    question: Question | None = None
    sample: int = 1
    """Which of a generator's answers to the question, from 1."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A task with all that is needed to do it."""

    task: Task
    case: Case
    candidate: Candidate | None = None
    lost: int = 0
    """How often a session was lost while it held the task."""
    answered: int | None = None
    """When the candidate was answered."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The result of a task of the stage `questions`."""

    questions: tuple[Question, ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A finished task."""

    key: str
    payload: bytes
    """The result as JSON."""
    failure: Failure | None = None
    """The reason where the result is a failure."""
    successors: tuple[Task, ...] = ()
    answered: int | None = None
    """Of a verdict: when the candidate was answered that it is about (`Claim.answered`)."""


def add_tasks(store: Store, run: str, tasks: Iterable[Task]) -> None:
    """Put tasks into the queue, batch by batch; those there already stay as they are."""
    batch: list[Mapping[str, object]] = []
    for task in tasks:
        batch.append(_row(run, task))
        if len(batch) >= _BATCH:
            with store.write() as connection:
                insert_counted(connection, store.slot, run, batch)
            batch.clear()
    with store.write() as connection:
        insert_counted(connection, store.slot, run, batch)


def claim(
    store: Store,
    run: str,
    stage: Stage,
    role: str,
    *,
    worker: str,
    most: int,
    lease_ms: int,
    under_way: int = UNDER_WAY,
    most_lost: int | None = None,
) -> tuple[Claim, ...]:
    """Claim open tasks of a stage and role, the least often lost and those of first cases first.

    Args:
        store: Where the run is.
        run: Its id.
        stage: Which stage.
        role: Which role's tasks.
        worker: Who claims them.
        most: At most so many.
        lease_ms: How long others respect the claim, in milliseconds, unless it is renewed.
        under_way: See `open_lost`.
        most_lost: Only tasks that were lost at most so often with the session that held them;
            `None`: however often.
    """
    place = {"of_run": run, "of_stage": stage.value, "of_role": role, "most": most}
    wanted = place | {"most_lost": _EVER if most_lost is None else most_lost}
    with store.write() as connection:
        now = now_ms(connection)
        statement = OPEN_ONCE_LOST if most_lost else OPEN
        rows = connection.execute(statement, wanted).all()
        if not rows:
            others = TASKS.c.claimed_by != worker  # its own it still has, however long they take
            expired = and_(TASKS.c.claimed_until < now, others)
            if open_lost_in(connection, run, expired, under_way=under_way, lease_ms=lease_ms):
                rows = connection.execute(statement, wanted).all()
        claims = [_claim(*row) for row in rows]
        claims.sort(key=_order)
        claimed = {
            "run": run,
            "status": Status.CLAIMED.value,
            "claimed_by": worker,
            "claimed_until": now + lease_ms,
        }
        update_rows(connection, TASKS, [claimed | {"key": each.task.key} for each in claims])
        return tuple(claims)


def finish(store: Store, run: str, finished: Sequence[Done]) -> frozenset[str]:
    """Write results and the tasks that follow from them, all or nothing.

    Of a task that two workers did (a claim ran out while its worker lived), the first
    result stays, and only what follows from that one. A verdict about an answer that was asked
    for again since (`reopen_failures`) is none. Returns the keys of those that stay.
    """
    with store.write() as connection:
        now = now_ms(connection)
        places = _lock_unfinished(connection, run, [done.key for done in finished])
        first: dict[str, Done] = {}
        for done in finished:
            place = places.get(done.key)
            if place is not None and place[2] == done.answered:
                first.setdefault(done.key, done)
        if not first:
            return frozenset()
        update_rows(
            connection,
            TASKS,
            [
                {
                    "run": run,
                    "key": done.key,
                    "status": _status_of(done).value,
                    "payload": done.payload.decode(),
                    "finished": now,
                    "claimed_by": None,
                    "claimed_until": None,
                }
                for done in first.values()
            ],
        )
        rows = [_row(run, task) for done in first.values() for task in done.successors]
        insert_counted(connection, store.slot, run, rows)
        count_finished(connection, store.slot, run, [places[key][:2] for key in first])
    return frozenset(first)


def _lock_unfinished(
    connection: Connection, run: str, keys: Iterable[str]
) -> dict[str, tuple[str, str, int | None]]:
    """Of each task that has no result, which nobody else can give now: stage, role, `answered`."""
    chosen = {"of_run": run, "chosen": sorted(keys)}
    statement = unfinished(connection.dialect.name)
    return {
        key: (stage, role, answered)
        for key, stage, role, answered in connection.execute(statement, chosen).all()
    }


_EVER: Final = 2**31 - 1
"""More often than a task is ever lost."""


def renew(store: Store, run: str, *, worker: str, lease_ms: int) -> None:
    """Hold a worker's claims for longer."""
    with store.write() as connection:
        connection.execute(
            update(TASKS)
            .where(TASKS.c.run == run, TASKS.c.claimed_by == worker)
            .values(claimed_until=now_ms(connection) + lease_ms)
        )


def release(
    store: Store, run: str, *, worker: str | None = None, but: Collection[str] = ()
) -> None:
    """Open claims again that were given up in order.

    Args:
        store: Where the run is.
        run: Its id.
        worker: Whose; `None`: all of them (nobody else may be at work).
        but: Keys of tasks that stay claimed.
    """
    whose = [] if worker is None else [TASKS.c.claimed_by == worker]
    with store.write() as connection:
        connection.execute(
            update(TASKS)
            .where(TASKS.c.run == run, TASKS.c.status == Status.CLAIMED, *whose)
            .where(TASKS.c.key.not_in(but))
            .values(status=Status.PENDING.value, claimed_by=None, claimed_until=None)
        )


def workers_of(store: Store, run: str) -> tuple[str, ...]:
    """The workers that hold claims."""
    query = select(TASKS.c.claimed_by).where(
        TASKS.c.run == run, TASKS.c.status == Status.CLAIMED, TASKS.c.claimed_by.is_not(None)
    )
    with store.read() as connection:
        return tuple(sorted(str(worker) for worker in connection.scalars(query.distinct())))


def has_open(store: Store, run: str, places: Iterable[tuple[Stage, str | None]] = ()) -> bool:
    """Whether anything is left to do, by this worker or another.

    Args:
        store: Where the run is.
        run: Its id.
        places: Only in these stages and roles (`None`: all roles of the stage); empty: anywhere.
    """
    among = [
        and_(TASKS.c.stage == stage.value, *([] if role is None else [TASKS.c.role == role]))
        for stage, role in places
    ]
    query = select(TASKS.c.key).where(
        TASKS.c.run == run,
        or_(TASKS.c.status == Status.PENDING, TASKS.c.status == Status.CLAIMED),
    )
    if among:
        query = query.where(or_(*among))
    with store.read() as connection:
        return connection.scalar(query.limit(1)) is not None


def _order(claim: Claim) -> tuple[int, int, str]:
    """In which a worker begins what it claimed: that of `lost_claims.IN_ORDER`."""
    return claim.task.position, claim.task.ordinal, claim.task.generator


def _claim(
    key: str,
    stage: str,
    position: int,
    dataset: str,
    case_id: str,
    role: str,
    ordinal: int,
    generator: str,
    parent: str | None,
    sample: int,
    lost: int,
    question: str | None,
    case: str,
    answer: str | None,
    answered: int | None,
) -> Claim:
    return Claim(
        Task(
            key,
            Stage(stage),
            position,
            dataset,
            case_id,
            role,
            ordinal,
            generator,
            parent,
            None if question is None else _questions.decode(question),
            sample,
        ),
        _cases.decode(case),
        None if answer is None else _candidates.decode(answer),
        lost,
        answered,
    )


def _row(run: str, task: Task) -> Mapping[str, object]:
    question = None if task.question is None else msgspec.json.encode(task.question).decode()
    return {
        "run": run,
        "key": task.key,
        "stage": task.stage.value,
        "parent": task.parent,
        "position": task.position,
        "dataset": task.dataset,
        "case_id": task.case_id,
        "ordinal": task.ordinal,
        "sample": task.sample,
        "generator": task.generator,
        "role": task.role,
        "question": question,
        "status": Status.PENDING.value,
        "lost": 0,
    }


def _status_of(done: Done) -> Status:
    mendable = done.failure is not None and done.failure.kind in _WORTH_ANOTHER_TRY
    return Status.FAILED if mendable else Status.DONE


_cases = msgspec.json.Decoder(Case)
_questions = msgspec.json.Decoder(Question)
_candidates = msgspec.json.Decoder(Candidate)

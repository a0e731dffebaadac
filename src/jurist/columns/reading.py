"""Verdicts from a store into columns: all of them, or those that are new."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from jurist.columns.growing import Asked, Growing, Ruled
from jurist.records import Candidate, Case, FailureKind, Method, Question, Relation, Side
from jurist.store import Store
from jurist.store.engine import A_PAGE_AT_A_TIME
from jurist.store.queue import Stage
from jurist.store.runs import RunState
from jurist.store.tables import CASES, RUNS, TASKS

_OVERLAP_MS: Final = 60_000
"""How far before the newest verdict is looked for new ones: a longer transaction is unheard of,
and if there is one, the count differs."""
_KEYS: Final = 500


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a run's verdicts are the same as before."""

    created: int
    """When the run began: an id comes again where a run was deleted and made again."""
    state: str
    newest: int
    """When the newest verdict was given; 0: there is none."""
    count: int
    """Verdicts, those on references too."""


@contextmanager
def snapshot(store: Store) -> Generator[Connection]:
    """A transaction in which all statements see the same rows."""
    with store.read() as connection:
        if store.shared:
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def stamp_of(connection: Connection, run: str) -> Stamp | None:
    """A run's stamp; `None` where there is no such run."""
    row = connection.execute(select(RUNS.c.created, RUNS.c.state).where(RUNS.c.id == run)).first()
    if row is None:
        return None
    counted = select(func.max(TASKS.c.finished), func.count()).where(*_given(run))
    newest, count = connection.execute(counted).one()
    return Stamp(row.created, row.state, newest or 0, count)


def is_unchanged(connection: Connection, run: str, stamp: Stamp) -> bool:
    """Whether a finished run is as it was, without counting: to change, it must run again."""
    if stamp.state != RunState.FINISHED:
        return False
    row = connection.execute(select(RUNS.c.created, RUNS.c.state).where(RUNS.c.id == run)).first()
    newest = connection.scalar(select(func.max(TASKS.c.finished)).where(*_given(run)))
    return row is not None and (row.created, row.state, newest or 0) == (
        stamp.created,
        stamp.state,
        stamp.newest,
    )


def read_all(connection: Connection, run: str, growing: Growing) -> None:
    """Read every verdict of a run."""
    _read_cases(connection, growing, CASES.c.run == run)
    judged = select(TASKS.c.parent).where(*_given(run))
    _read_answers(connection, growing, TASKS.c.run == run, TASKS.c.key.in_(judged))
    verdicts = select(*_OF_VERDICTS).where(*_given(run)).execution_options(**A_PAGE_AT_A_TIME)
    for row in connection.execute(verdicts):
        _take_in(row.key, row.parent, row.role, row.finished, row.payload, growing)


def read_new(connection: Connection, run: str, growing: Growing, stamp: Stamp, now: Stamp) -> bool:
    """Read the verdicts that came since a stamp; whether that made the columns complete.

    Where it did not, a verdict that was there has gone or changed: all is to be read again.
    """
    since = TASKS.c.finished >= stamp.newest - _OVERLAP_MS
    known = growing.verdicts
    rows = [
        row
        for row in connection.execute(select(*_OF_VERDICTS).where(*_given(run), since))
        if known.get(row.key) != row.finished
    ]
    if any(row.key in known for row in rows) or len(known) + len(rows) != now.count:
        return False
    parents = sorted({row.parent for row in rows} - growing.answers.keys())
    for begin in range(0, len(parents), _KEYS):
        of_some = TASKS.c.key.in_(parents[begin : begin + _KEYS])
        asked = select(TASKS.c.position).where(TASKS.c.run == run, of_some)
        new = sorted(at for at in set(connection.scalars(asked)) if not growing.has_case(at))
        _read_cases(connection, growing, CASES.c.run == run, CASES.c.position.in_(new))
        _read_answers(connection, growing, TASKS.c.run == run, of_some)
    for row in rows:
        _take_in(row.key, row.parent, row.role, row.finished, row.payload, growing)
    return True


def _given(run: str) -> tuple[ColumnElement[bool], ...]:
    """Which tasks are verdicts that were given."""
    return (
        TASKS.c.run == run,
        TASKS.c.stage == Stage.VERDICTS.value,
        TASKS.c.finished.is_not(None),
    )


_OF_ANSWERS: Final = (
    *(TASKS.c.key, TASKS.c.position, TASKS.c.ordinal, TASKS.c.sample),
    *(TASKS.c.generator, TASKS.c.question, TASKS.c.payload),
)
_OF_VERDICTS: Final = (
    *(TASKS.c.key, TASKS.c.parent, TASKS.c.role, TASKS.c.finished, TASKS.c.payload),
)


def _read_cases(connection: Connection, growing: Growing, *which: ColumnElement[bool]) -> None:
    query = select(CASES.c.position, CASES.c.dataset, CASES.c.payload).where(*which)
    for row in connection.execute(query.execution_options(**A_PAGE_AT_A_TIME)):
        growing.add_case(row.position, row.dataset, _cases.decode(row.payload))


def _read_answers(connection: Connection, growing: Growing, *which: ColumnElement[bool]) -> None:
    query = select(*_OF_ANSWERS).where(*which)
    for row in connection.execute(query.execution_options(**A_PAGE_AT_A_TIME)):
        growing.add_answer(
            Asked(
                row.key,
                row.position,
                row.ordinal,
                row.sample,
                row.generator,
                _questions.decode(row.question),
                _candidates.decode(row.payload),
            )
        )


def _take_in(
    key: str, parent: str, role: str, finished: int, payload: str, growing: Growing
) -> None:
    verdict = _verdicts.decode(payload)
    if verdict.side is not Side.CANDIDATE:
        growing.add_reference_ruling(key, finished)
        return
    evidence, unscored = verdict.evidence, verdict.unscored
    growing.add_verdict(
        Ruled(
            key,
            parent,
            role,
            verdict.score,
            None if unscored is None else unscored.kind,
            None if evidence is None else evidence.relation,
            None if evidence is None else evidence.method,
            verdict.cost.ms,
            verdict.cost.usd,
            finished,
        )
    )


class _Evidence(msgspec.Struct):
    relation: Relation
    method: Method


class _Why(msgspec.Struct):
    kind: FailureKind


class _Spent(msgspec.Struct, frozen=True):
    ms: float = 0.0
    usd: float = 0.0


class _Verdict(msgspec.Struct):
    """What columns hold of a verdict, of whichever version: the rest is not decoded."""

    score: float | None
    unscored: _Why | None = None
    evidence: _Evidence | None = None
    cost: _Spent = _Spent()
    side: Side = Side.CANDIDATE


_cases = msgspec.json.Decoder(Case)
_questions = msgspec.json.Decoder(Question)
_candidates = msgspec.json.Decoder(Candidate)
_verdicts = msgspec.json.Decoder(_Verdict)

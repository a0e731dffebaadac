"""What is judged as it comes: which attempts were drawn, with what chance, and the verdicts.

Each attempt that is due is looked at once in each way, and what comes of that stays: drawn or
not, and with what chance. So a rate that changes later changes nothing of what was, and nothing
is judged twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select, update

from jurist.records import Verdict
from jurist.store.engine import A_PAGE_AT_A_TIME, Store
from jurist.store.inserting import insert_absent
from jurist.store.interactions import Interaction, interaction_of
from jurist.store.tables import INTERACTIONS, LOG_PLACES, ONLINE_VERDICTS

_PAGE: Final = 2_000
_encoder = msgspec.json.Encoder()
_verdicts = msgspec.json.Decoder(Verdict)


class Way(StrEnum):
    """By what an answer is judged; the two are never mixed."""

    SAVED = "saved"
    """By proof, against the query that was saved."""
    UNSAVED = "unsaved"
    """By a judge that needs no reference, where none was saved."""


class State(StrEnum):
    """What became of an attempt that was due."""

    LEFT_OUT = "left out"
    """It was not drawn."""
    OPEN = "open"
    JUDGED = "judged"


@dataclass(frozen=True, slots=True)
class Watched:
    """An attempt that was due in a way."""

    attempt: Interaction
    way: Way
    state: State
    chance: float
    day: str
    judge: str
    judge_version: str
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Draws:
    """How attempts are drawn: `drawn` says of a key whether it is, `chance` how likely that was."""

    drawn: Callable[[str], bool]
    chance: float
    day_of: Callable[[int], str]
    """The day of a moment in milliseconds since 1970."""


def draw_due(store: Store, way: Way, draws: Draws, *, before: int) -> int:
    """Look at all attempts that came to be due since the last time; how many these are.

    Args:
        store: Where they are.
        way: In which they are due: saved ones, or such as nothing was saved of until then.
        draws: Which of them are to be judged.
        before: Attempts without a saved query are due if they began before this moment, or
            were abandoned.
    """
    began = func.coalesce(INTERACTIONS.c.asked_at, INTERACTIONS.c.shown_at, INTERACTIONS.c.seen_at)
    number = 0
    while True:
        query = (
            select(INTERACTIONS.c.key, began.label("began"))
            .outerjoin(
                ONLINE_VERDICTS,
                and_(
                    ONLINE_VERDICTS.c.attempt == INTERACTIONS.c.key,
                    ONLINE_VERDICTS.c.way == way.value,
                ),
            )
            .where(ONLINE_VERDICTS.c.attempt.is_(None), *_due(way, began, before))
            .order_by(began, INTERACTIONS.c.key)
            .limit(_PAGE)
        )
        with store.write() as connection:
            rows = [
                {
                    "attempt": row.key,
                    "way": way.value,
                    "state": (State.OPEN if draws.drawn(row.key) else State.LEFT_OUT).value,
                    "chance": draws.chance,
                    "day": draws.day_of(row.began or 0),
                    "judge": "",
                    "judge_version": "",
                }
                for row in connection.execute(query)
            ]
            insert_absent(connection, ONLINE_VERDICTS, rows)
        number += len(rows)
        if len(rows) < _PAGE:
            return number


def _due(
    way: Way, began: ColumnElement[int | None], before: int
) -> tuple[ColumnElement[bool], ...]:
    columns = INTERACTIONS.c
    if way is Way.SAVED:
        return columns.answer.is_not(None), columns.saved.is_not(None)
    return (
        columns.answer.is_not(None),
        columns.question.is_not(None),
        columns.saved.is_(None),
        or_(began < before, columns.abandoned_at.is_not(None)),
    )


def open_attempts(store: Store, way: Way, limit: int) -> list[Interaction]:
    """The attempts that are to be judged next, the oldest first.

    What was saved after all is judged by that, and no more without it.
    """
    began = func.coalesce(INTERACTIONS.c.asked_at, INTERACTIONS.c.shown_at, INTERACTIONS.c.seen_at)
    query = (
        select(INTERACTIONS)
        .join(ONLINE_VERDICTS, ONLINE_VERDICTS.c.attempt == INTERACTIONS.c.key)
        .where(
            ONLINE_VERDICTS.c.way == way.value,
            ONLINE_VERDICTS.c.state == State.OPEN.value,
            *((INTERACTIONS.c.saved.is_(None),) if way is Way.UNSAVED else ()),
        )
        .order_by(began, INTERACTIONS.c.key)
        .limit(limit)
    )
    with store.read() as connection:
        return [interaction_of(row) for row in connection.execute(query)]


def keep_verdict(
    store: Store, attempt: Interaction, way: Way, verdict: Verdict, version: str, *, at: int
) -> None:
    """Store a verdict; a first one stays.

    Args:
        store: Where.
        attempt: What was judged.
        way: By what.
        verdict: What came of it.
        version: Of the judge.
        at: When, in milliseconds since 1970.
    """
    statement = (
        update(ONLINE_VERDICTS)
        .where(
            ONLINE_VERDICTS.c.attempt == attempt.key,
            ONLINE_VERDICTS.c.way == way.value,
            ONLINE_VERDICTS.c.state == State.OPEN.value,
        )
        .values(
            state=State.JUDGED.value,
            judge=verdict.judge,
            judge_version=version,
            payload=_encoder.encode(verdict).decode(),
            judged_at=at,
        )
    )
    with store.write() as connection:
        connection.execute(statement)


def watched(store: Store, *, system: str | None = None) -> Iterator[Watched]:
    """All attempts that were due, streamed; those of no saved query only as long as that is so."""
    query = (
        select(INTERACTIONS, *ONLINE_VERDICTS.c)
        .join(ONLINE_VERDICTS, ONLINE_VERDICTS.c.attempt == INTERACTIONS.c.key)
        .where(
            or_(ONLINE_VERDICTS.c.way == Way.SAVED.value, INTERACTIONS.c.saved.is_(None)),
            *(() if system is None else (INTERACTIONS.c.system == system,)),
        )
        .order_by(INTERACTIONS.c.key, ONLINE_VERDICTS.c.way)
        .execution_options(**A_PAGE_AT_A_TIME)
    )
    with store.read() as connection:
        for row in connection.execute(query):
            yield Watched(
                interaction_of(row),
                Way(row.way),
                State(row.state),
                row.chance,
                row.day,
                row.judge,
                row.judge_version,
                None if row.payload is None else _verdicts.decode(row.payload),
            )


def count_open(store: Store) -> dict[Way, int]:
    """How many drawn attempts are to be judged in each way."""
    query = (
        select(ONLINE_VERDICTS.c.way, func.count())
        .join(INTERACTIONS, ONLINE_VERDICTS.c.attempt == INTERACTIONS.c.key)
        .where(
            ONLINE_VERDICTS.c.state == State.OPEN.value,
            or_(ONLINE_VERDICTS.c.way == Way.SAVED.value, INTERACTIONS.c.saved.is_(None)),
        )
        .group_by(ONLINE_VERDICTS.c.way)
    )
    with store.read() as connection:
        found = {Way(row[0]): int(row[1]) for row in connection.execute(query)}
    return {way: found.get(way, 0) for way in Way}


def place_in_log(store: Store, log: str) -> str | None:
    """Up to where a log was read; `None` where it was not."""
    with store.read() as connection:
        return connection.scalar(select(LOG_PLACES.c.place).where(LOG_PLACES.c.log == log))


def keep_places(store: Store, places: Sequence[tuple[str, str]]) -> None:
    """Store up to where logs are read."""
    with store.write() as connection:
        for log, place in places:
            insert_absent(connection, LOG_PLACES, [{"log": log, "place": place}])
            connection.execute(
                update(LOG_PLACES).where(LOG_PLACES.c.log == log).values(place=place)
            )

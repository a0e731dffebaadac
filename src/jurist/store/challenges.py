"""Challenges of judges, as they are kept: whose, of what, and all that was found, as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from jurist.store.engine import Store, now_ms
from jurist.store.tables import CHALLENGES


@dataclass(frozen=True, slots=True)
class ChallengeRecord:
    """A challenge whose end was reached, or its budget's."""

    id: str
    judge: str
    study: str
    """The datasets whose references it was made of."""
    payload: str
    """`alignment.challenge.keeping.KeptChallenge` as JSON."""
    created: int = 0
    """Milliseconds since 1970, UTC; set when it is kept."""


def keep_challenge(store: Store, record: ChallengeRecord) -> None:
    """Keep a challenge; the same challenge, ended once more, takes its own place."""
    with store.write() as connection:
        connection.execute(delete(CHALLENGES).where(CHALLENGES.c.id == record.id))
        row = {"id": record.id, "judge": record.judge, "study": record.study}
        connection.execute(
            insert(CHALLENGES).values(**row, payload=record.payload, created=now_ms(connection))
        )


def challenges_of(store: Store, judge: str | None = None) -> tuple[ChallengeRecord, ...]:
    """The challenges of a judge, or of all judges; the newest first."""
    query = select(CHALLENGES).order_by(CHALLENGES.c.created.desc(), CHALLENGES.c.id)
    if judge is not None:
        query = query.where(CHALLENGES.c.judge == judge)
    with store.read() as connection:
        return tuple(
            ChallengeRecord(row.id, row.judge, row.study, row.payload, row.created)
            for row in connection.execute(query)
        )

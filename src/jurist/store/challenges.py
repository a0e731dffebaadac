"""Challenges of judges, as they are kept: whose, of what, and all that was found, as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Select, delete, insert, select

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


def challenges_of(store: Store, judge: str, *, most: int = 20) -> tuple[ChallengeRecord, ...]:
    """The challenges of a judge, the newest first.

    Args:
        store: Where they are kept.
        judge: Its name.
        most: How many.
    """
    newest = CHALLENGES.c.created.desc(), CHALLENGES.c.id
    query = select(CHALLENGES).where(CHALLENGES.c.judge == judge).order_by(*newest).limit(most)
    with store.read() as connection:
        return tuple(_records(connection, query))


def find_challenge(store: Store, identity: str) -> ChallengeRecord | None:
    """The challenge with exactly this id, if there is one."""
    with store.read() as connection:
        return next(
            _records(connection, select(CHALLENGES).where(CHALLENGES.c.id == identity)), None
        )


def challenged_judges(store: Store) -> tuple[str, ...]:
    """The names of all judges that were challenged."""
    with store.read() as connection:
        query = select(CHALLENGES.c.judge).distinct().order_by(CHALLENGES.c.judge)
        return tuple(connection.scalars(query))


def _records(
    connection: Connection, query: Select[tuple[object, ...]]
) -> Iterator[ChallengeRecord]:
    for row in connection.execute(query):
        yield ChallengeRecord(row.id, row.judge, row.study, row.payload, row.created)

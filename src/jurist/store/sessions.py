"""Who is logged in. The cookie's secret is not kept, only its digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, insert, select, update

from jurist.store.engine import Store
from jurist.store.tables import SESSIONS, USERS

IDLE_MS: Final = 12 * 3_600_000
"""A session that nobody used for so long has ended."""
LONGEST_MS: Final = 7 * 24 * 3_600_000
"""No session lasts longer."""
_SEEN_EACH_MS: Final = 300_000
"""How often it is written that a session is used: a look should not write."""


@dataclass(frozen=True, slots=True)
class Session:
    """A login that is valid."""

    owner: str
    role: str
    """Of the owner, now."""
    stale: bool
    """Whether it is time to write that it is used."""


def begin_session(store: Store, digest: str, owner: str, now: int) -> None:
    """Let somebody in from now on; sessions of all that have ended are forgotten.

    Args:
        store: Where.
        digest: SHA-256 of the cookie's secret.
        owner: A user.
        now: Milliseconds since 1970.
    """
    ended = (now > SESSIONS.c.expires) | (now - IDLE_MS > SESSIONS.c.seen)
    with store.write() as connection:
        connection.execute(delete(SESSIONS).where(ended))
        row = {"digest": digest, "owner": owner, "created": now, "seen": now}
        connection.execute(insert(SESSIONS).values(**row, expires=now + LONGEST_MS))


def session_of(store: Store, digest: str, now: int) -> Session | None:
    """The valid session with this digest: not expired, not idle, its owner not disabled."""
    query = (
        select(SESSIONS.c.owner, SESSIONS.c.seen, USERS.c.role)
        .join(USERS, USERS.c.name == SESSIONS.c.owner)
        .where(
            SESSIONS.c.digest == digest,
            USERS.c.disabled.is_(None),
            SESSIONS.c.expires >= now,
            SESSIONS.c.seen >= now - IDLE_MS,
        )
    )
    with store.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Session(row.owner, row.role, stale=row.seen < now - _SEEN_EACH_MS)


def keep_session(store: Store, digest: str, now: int) -> None:
    """Write that a session is used."""
    with store.write() as connection:
        connection.execute(update(SESSIONS).where(SESSIONS.c.digest == digest).values(seen=now))


def end_session(store: Store, digest: str) -> None:
    """Log out."""
    with store.write() as connection:
        connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest))


def end_sessions(store: Store, owner: str) -> None:
    """Log a user out everywhere."""
    with store.write() as connection:
        connection.execute(delete(SESSIONS).where(SESSIONS.c.owner == owner))


def count_sessions(store: Store, now: int) -> dict[str, int]:
    """How many valid sessions each user has."""
    query = (
        select(SESSIONS.c.owner, func.count().label("number"))
        .where(SESSIONS.c.expires >= now, SESSIONS.c.seen >= now - IDLE_MS)
        .group_by(SESSIONS.c.owner)
    )
    with store.read() as connection:
        return {row.owner: row.number for row in connection.execute(query)}

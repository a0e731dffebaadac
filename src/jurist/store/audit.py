"""What was done by whom: logins, tokens, labels, rulings, studies. Never a question or a key."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from jurist.store.engine import Store, now_ms
from jurist.store.tables import AUDIT


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log."""

    number: int
    at: int
    """Milliseconds since 1970, UTC."""
    actor: str
    action: str
    object: str
    detail: str


def add_to_audit(store: Store, *, actor: str, action: str, object_: str, detail: str = "") -> None:
    """Write a line.

    Args:
        store: Where.
        actor: Who did it.
        action: What, in a word or two: `log in`, `start study`.
        object_: To what: a name or an id.
        detail: What else matters; no text of data, no key.
    """
    with store.write() as connection:
        write_audit(connection, actor=actor, action=action, object_=object_, detail=detail)


def write_audit(
    connection: Connection, *, actor: str, action: str, object_: str, detail: str = ""
) -> None:
    """Write a line in the transaction of what it is about."""
    row = {"at": now_ms(connection), "actor": actor, "action": action}
    connection.execute(insert(AUDIT).values(**row, object=object_, detail=detail))


def audit_of(
    store: Store, *, before: int | None = None, most: int = 100, actor: str | None = None
) -> tuple[Entry, ...]:
    """The newest lines first.

    Args:
        store: Where they are.
        before: Only lines with smaller numbers: the last of the page before.
        most: How many.
        actor: Only what they did.
    """
    query = select(AUDIT).order_by(AUDIT.c.number.desc()).limit(most)
    if before is not None:
        query = query.where(AUDIT.c.number < before)
    if actor is not None:
        query = query.where(AUDIT.c.actor == actor)
    with store.read() as connection:
        return tuple(
            Entry(row.number, row.at, row.actor, row.action, row.object, row.detail)
            for row in connection.execute(query)
        )

"""Labels that were wrong: put right or taken back, with what they said, who did it and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from jurist.errors import AnnotationError
from jurist.records import Annotation
from jurist.store.engine import Store, now_ms
from jurist.store.tables import ANNOTATIONS, CORRECTIONS

WITHDRAWN: Final = "withdrawn"
"""The reason that is kept of a label that was taken back."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A label as it was before somebody put it right or took it back."""

    before: Annotation
    number: int
    """Of the label's corrections, from 1."""
    by: str
    reason: str
    created: int
    """Milliseconds since 1970, UTC."""


def correct_annotation(store: Store, annotation: Annotation, *, by: str, reason: str) -> None:
    """Put a label in the place of the one with its id, and keep that one.

    Its role stays, and so does the chance with which its task was drawn.

    Raises:
        AnnotationError: There is none with this id, or its role is another one.
    """
    with store.write() as connection:
        payload = connection.scalar(
            select(ANNOTATIONS.c.payload).where(ANNOTATIONS.c.id == annotation.id)
        )
        if payload is None or _decoder.decode(payload).role is not annotation.role:
            raise AnnotationError(
                f"there is no label of {annotation.annotator!r} for {annotation.role} on the "
                f"task {annotation.task}",
                expected="a label that is there: its role stays as it is",
            )
        _keep(connection, annotation.id, annotation.run, payload, by, reason)
        connection.execute(
            update(ANNOTATIONS)
            .where(ANNOTATIONS.c.id == annotation.id)
            .values(payload=msgspec.json.encode(annotation).decode())
        )


def withdraw_annotation(connection: Connection, identity: str, *, by: str) -> None:
    """Take a label back, within a transaction that writes; what it said is kept."""
    payload = connection.scalar(select(ANNOTATIONS.c.payload).where(ANNOTATIONS.c.id == identity))
    if payload is not None:
        _keep(connection, identity, _decoder.decode(payload).run, payload, by, WITHDRAWN)
        connection.execute(delete(ANNOTATIONS).where(ANNOTATIONS.c.id == identity))


def withdrawn_annotation(connection: Connection, identity: str) -> Annotation | None:
    """What a label said when it was last put right or taken back."""
    query = (
        select(CORRECTIONS.c.payload)
        .where(CORRECTIONS.c.id == identity)
        .order_by(CORRECTIONS.c.number.desc())
        .limit(1)
    )
    payload = connection.scalar(query)
    return None if payload is None else _decoder.decode(payload)


def count_corrections(connection: Connection, identity: str) -> int:
    """How often a label was put right or taken back."""
    query = select(func.count()).select_from(CORRECTIONS).where(CORRECTIONS.c.id == identity)
    return connection.scalar(query) or 0


def _keep(
    connection: Connection, identity: str, run: str, payload: str, by: str, reason: str
) -> None:
    connection.execute(
        insert(CORRECTIONS).values(
            id=identity,
            number=count_corrections(connection, identity) + 1,
            run=run,
            corrected_by=by,
            reason=reason,
            created=now_ms(connection),
            payload=payload,
        )
    )


def corrections_of(store: Store, run: str) -> tuple[Correction, ...]:
    """What was put right of a run's labels, in the order it was."""
    query = (
        select(CORRECTIONS)
        .where(CORRECTIONS.c.run == run)
        .order_by(CORRECTIONS.c.created, CORRECTIONS.c.id, CORRECTIONS.c.number)
    )
    with store.read() as connection:
        return tuple(
            Correction(
                _decoder.decode(row.payload), row.number, row.corrected_by, row.reason, row.created
            )
            for row in connection.execute(query)
        )


_decoder: Final = msgspec.json.Decoder(Annotation)

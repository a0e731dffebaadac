"""Queues of annotating: a draw that is kept, who is asked, and each annotator's place in it.

Labels lie in `annotations`, whoever asked for them. What stands here is only what was drawn, and
for each annotator what they were asked, skipped, began and did. Functions that take a connection
belong into the transaction of the label that they are about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, insert, select, update

from jurist.errors import InputError
from jurist.records import LabelRole
from jurist.store.annotations import annotation_of
from jurist.store.corrections import withdrawn_annotation
from jurist.store.engine import Store, now_ms
from jurist.store.tables import QUEUE_ITEMS, QUEUE_STATES, QUEUES, RUNS

LEASE_MS: Final = 20 * 60 * 1000
"""How long an item is kept for who was asked it, from the last sign of them."""


class ItemState(StrEnum):
    """Where an annotator stands with an item."""

    ASKED = "leased"
    SKIPPED = "skipped"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class AnnotationQueue:
    """A stored draw of a run's answers."""

    id: str
    run: str
    name: str
    role: LabelRole
    seed: int
    labels_per_item: int
    """How many people label an item; 0: each annotator does."""
    annotators: tuple[str, ...]
    """Who is asked; empty: whoever may annotate."""
    created_by: str
    created: int = 0
    """Milliseconds since 1970, UTC."""
    closed: int | None = None
    frame: str = "{}"
    """What was drawn from, as JSON: see `alignment.labels.frames`."""
    reveals: bool = False
    """Whether who has done all of it sees what the judges said."""

    def asks(self, annotator: str) -> bool:
        """Whether it is theirs to do."""
        return not self.annotators or annotator in self.annotators


@dataclass(frozen=True, slots=True)
class QueueItem:
    """An answer that was drawn."""

    place: int
    task: str
    stratum: str
    probability: float


@dataclass(frozen=True, slots=True)
class PlaceInQueue:
    """An annotator's standing with an item."""

    task: str
    annotator: str
    state: ItemState
    changed: int
    leased_until: int | None
    draft: str | None
    """JSON of what is not saved yet."""


def add_queue(store: Store, queue: AnnotationQueue, items: Iterable[QueueItem]) -> None:
    """Keep a draw."""
    rows = [
        {
            "queue": queue.id,
            "place": item.place,
            "task": item.task,
            "stratum": item.stratum,
            "probability": item.probability,
        }
        for item in items
    ]
    with store.write() as connection:
        connection.execute(
            insert(QUEUES).values(
                id=queue.id,
                run=queue.run,
                name=queue.name,
                role=queue.role.value,
                seed=queue.seed,
                labels_per_item=queue.labels_per_item,
                annotators=msgspec.json.encode(queue.annotators).decode(),
                created=now_ms(connection),
                created_by=queue.created_by,
                frame=queue.frame,
                reveals=int(queue.reveals),
            )
        )
        connection.execute(insert(QUEUE_ITEMS), rows)


def list_queues(store: Store) -> tuple[AnnotationQueue, ...]:
    """All queues, the newest first."""
    with store.read() as connection:
        query = select(QUEUES).order_by(QUEUES.c.created.desc(), QUEUES.c.id)
        return tuple(map(_read_queue, connection.execute(query)))


def get_queue(store: Store, identity: str) -> AnnotationQueue:
    """The queue with this id.

    Raises:
        InputError: There is none.
    """
    with store.read() as connection:
        row = connection.execute(select(QUEUES).where(QUEUES.c.id == identity)).one_or_none()
    if row is None:
        raise InputError(
            f"there is no queue {identity[:80]!r}",
            expected="the id of a queue",
            fix="see /annotate",
        )
    return _read_queue(row)


def close_queue(store: Store, identity: str) -> None:
    """Ask nobody any more; what is there stays."""
    with store.write() as connection:
        connection.execute(
            update(QUEUES)
            .where(QUEUES.c.id == identity, QUEUES.c.closed.is_(None))
            .values(closed=now_ms(connection))
        )


def lock_labels(connection: Connection, run: str) -> None:
    """Let writers of one run's labels wait for each other: chances count what all have written.

    SQLite has one writer anyway.
    """
    connection.execute(select(RUNS.c.id).where(RUNS.c.id == run).with_for_update(key_share=True))


def items_of(connection: Connection, queue: str) -> tuple[QueueItem, ...]:
    """What was drawn, in the order in which it is asked."""
    query = select(QUEUE_ITEMS).where(QUEUE_ITEMS.c.queue == queue).order_by(QUEUE_ITEMS.c.place)
    return tuple(map(_read_item, connection.execute(query)))


def item_of(connection: Connection, queue: str, task: str) -> QueueItem | None:
    """The item of a queue that is this answer, if there is one."""
    query = select(QUEUE_ITEMS).where(QUEUE_ITEMS.c.queue == queue, QUEUE_ITEMS.c.task == task)
    row = connection.execute(query).one_or_none()
    return None if row is None else _read_item(row)


def queue_of_label(store: Store, identity: str, annotator: str) -> tuple[str, str] | None:
    """The queue and the item that an annotator's label is of, also when it was taken back.

    Args:
        store: Where it is.
        identity: The label's.
        annotator: Whose.

    Returns:
        `None`: there is none, it is somebody else's, or no queue asked for it.
    """
    with store.read() as connection:
        label = annotation_of(connection, identity) or withdrawn_annotation(connection, identity)
        if label is None or label.annotator != annotator:
            return None
        query = (
            select(QUEUES.c.id)
            .join(QUEUE_ITEMS, QUEUE_ITEMS.c.queue == QUEUES.c.id)
            .where(QUEUES.c.run == label.run, QUEUE_ITEMS.c.task == label.task)
            .where(QUEUES.c.role == label.role.value)
            .order_by(QUEUES.c.created)
        )
        queues = connection.scalars(query).all()
        own = [each for each in queues if place_of(connection, each, label.task, annotator)]
        return next(((each, label.task) for each in (*own, *queues)), None)


def revealing_queues(connection: Connection, run: str, task: str) -> tuple[AnnotationQueue, ...]:
    """The queues that ask for an answer, and at their end show what the judges said of it."""
    query = (
        select(QUEUES)
        .join(QUEUE_ITEMS, QUEUE_ITEMS.c.queue == QUEUES.c.id)
        .where(QUEUES.c.run == run, QUEUE_ITEMS.c.task == task, QUEUES.c.reveals != 0)
    )
    return tuple(map(_read_queue, connection.execute(query)))


def drawn_strata(connection: Connection, run: str, role: LabelRole, frame: str) -> dict[str, str]:
    """The stratum of each answer that a queue of the run asks for a role, drawn from one frame."""
    query = (
        select(QUEUE_ITEMS.c.task, QUEUE_ITEMS.c.stratum)
        .join(QUEUES, QUEUES.c.id == QUEUE_ITEMS.c.queue)
        .where(QUEUES.c.run == run, QUEUES.c.role == role.value, QUEUES.c.frame == frame)
    )
    return {row.task: row.stratum for row in connection.execute(query)}


def places_of(connection: Connection, queue: str) -> tuple[PlaceInQueue, ...]:
    """Everybody's standing with the items of a queue that they have come to."""
    query = select(QUEUE_STATES).where(QUEUE_STATES.c.queue == queue)
    return _read_places(connection, query)


def place_of(connection: Connection, queue: str, task: str, annotator: str) -> PlaceInQueue | None:
    """An annotator's standing with an item; `None`: they have not come to it."""
    query = select(QUEUE_STATES).where(*_of(queue, task, annotator))
    return next(iter(_read_places(connection, query)), None)


def put_place(
    connection: Connection,
    queue: str,
    task: str,
    annotator: str,
    state: ItemState,
    draft: str | None = None,
) -> None:
    """Say where an annotator stands with an item. While it is asked it is kept for them."""
    moment = now_ms(connection)
    values = {
        "state": state.value,
        "changed": moment,
        "leased_until": moment + LEASE_MS if state is ItemState.ASKED else None,
        "draft": draft,
    }
    changed = connection.execute(
        update(QUEUE_STATES).where(*_of(queue, task, annotator)).values(**values)
    )
    if not changed.rowcount:
        key = {"queue": queue, "task": task, "annotator": annotator}
        connection.execute(insert(QUEUE_STATES).values(**key, **values))


def _of(queue: str, task: str, annotator: str) -> tuple[ColumnElement[bool], ...]:
    columns = QUEUE_STATES.c
    return columns.queue == queue, columns.task == task, columns.annotator == annotator


def _read_queue(row: Row[tuple[object, ...]]) -> AnnotationQueue:
    return AnnotationQueue(
        row.id,
        row.run,
        row.name,
        LabelRole(row.role),
        row.seed,
        row.labels_per_item,
        msgspec.json.decode(row.annotators, type=tuple[str, ...]),
        row.created_by,
        row.created,
        row.closed,
        row.frame,
        bool(row.reveals),
    )


def _read_item(row: Row[tuple[object, ...]]) -> QueueItem:
    return QueueItem(row.place, row.task, row.stratum, row.probability)


def _read_places(
    connection: Connection, query: Select[tuple[object, ...]]
) -> tuple[PlaceInQueue, ...]:
    return tuple(
        PlaceInQueue(
            row.task, row.annotator, ItemState(row.state), row.changed, row.leased_until, row.draft
        )
        for row in connection.execute(query)
    )

"""What a person says of an item of a queue: saved, taken back, skipped, kept as a draft.

The draw, its chances and its tags are the desk's own, and labels lie where the desk's do. What a
person does here is one transaction: the label, their place in the queue, the chances that follow
and the line in the audit log are written together or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec
from sqlalchemy import Connection

from jurist.alignment.labels.files import make_annotation
from jurist.alignment.labels.frames import Frame, chances, frame_of_queue, places_in, read_frame
from jurist.alignment.labels.items import rubric_of_task
from jurist.alignment.labels.queues import standing_in
from jurist.alignment.labels.sampling import tag_of
from jurist.errors import AnnotationError
from jurist.plurals import counted
from jurist.records import Annotation
from jurist.store import Store
from jurist.store.annotation_queues import (
    AnnotationQueue,
    ItemState,
    PlaceInQueue,
    QueueItem,
    drawn_strata,
    item_of,
    lock_labels,
    place_of,
    put_place,
    revealing_queues,
)
from jurist.store.annotations import (
    annotation_id,
    annotation_of,
    insert_annotation,
    read_annotations,
    write_probabilities,
)
from jurist.store.audit import write_audit
from jurist.store.carrying import own_labels_of
from jurist.store.corrections import count_corrections, withdraw_annotation

LONGEST_RATIONALE: Final = 4_000


class Flag(StrEnum):
    """What an annotator may say beside a score; a tag of the label."""

    REFERENCE_WRONG = "reference_wrong"
    QUESTION_AMBIGUOUS = "question_ambiguous"


class NoSuchItemError(AnnotationError):
    """The queue does not ask this."""


class EnoughLabelsError(AnnotationError):
    """The item has as many labels as it should have, and was not asked of this annotator."""


class WithdrawnError(AnnotationError):
    """The label was taken back after it was sent."""


class RevealedError(AnnotationError):
    """The annotator has been shown what the judges said of the item."""


@dataclass(frozen=True, slots=True)
class Given:
    """What an annotator says of an item."""

    scores: tuple[int, ...]
    """All that they would accept, the best first."""
    rationale: str = ""
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """A label as it is stored."""

    label: Annotation
    new: bool
    extra: bool
    """Whether the item has more labels than were wanted: two people were at it at once."""


def save_label(
    store: Store, queue: AnnotationQueue, task: str, annotator: str, given: Given, key: str = ""
) -> Saved:
    """Store what an annotator says of an item; the same said twice is one label.

    Args:
        store: Where the queue is.
        queue: Which.
        task: The item.
        annotator: Who.
        given: What they say.
        key: What `label_key` gave when they were asked; empty: not held against anything.

    Raises:
        AnnotationError: The item is not of this queue, or has labels for another role.
        EnoughLabelsError: It has the labels that it should have, and was not asked.
        WithdrawnError: It was taken back since.
        AnotherLabelError: They have said something else of it.
    """
    frame = frame_of_queue(store, queue)
    with store.write() as connection:
        lock_labels(connection, queue.run)
        item = _item(connection, queue, task)
        _require_key(connection, queue, task, annotator, key)
        mine = _come_to(connection, queue, task, annotator)
        label = make_annotation(
            queue.run,
            task,
            annotator,
            tuple(dict.fromkeys(given.scores)),
            queue.role,
            rubric=rubric_of_task(connection, queue.run, task).version,
            rationale=given.rationale[:LONGEST_RATIONALE],
            sampling_probability=item.probability,
            tags=(
                tag_of(queue.role, queue.seed),
                *(flag.value for flag in Flag if flag in given.flags),
            ),
        )
        new = insert_annotation(connection, label)
        if new or mine is None or mine.state is not ItemState.DONE:
            put_place(connection, queue.id, task, annotator, ItemState.DONE)
        if new:
            _revise(store, connection, queue, frame)
            write_audit(connection, actor=annotator, action="label", object_=task, detail=queue.id)
        labels = sum(each.task == task for each in read_annotations(connection, queue.run))
    return Saved(label, new, bool(queue.labels_per_item) and labels > queue.labels_per_item)


def withdraw_label(
    store: Store, queue: AnnotationQueue, task: str, annotator: str, key: str = ""
) -> Given | None:
    """Take an annotator's label of an item back; it is kept in the history, and as their draft.

    Args:
        store: Where the queue is.
        queue: Which.
        task: The item.
        annotator: Whose label.
        key: What it was sent under; empty: whichever stands.

    Returns:
        What they had said; `None`: there is no such label.

    Raises:
        WithdrawnError: Another one stands by now.
        RevealedError: They have been shown the verdicts: what they say now would not be blind.
    """
    frame = frame_of_queue(store, queue)
    with store.write() as connection:
        lock_labels(connection, queue.run)
        _item(connection, queue, task)
        identity = annotation_id(queue.run, task, annotator)
        label = annotation_of(connection, identity)
        if label is None:
            return None
        _require_key(connection, queue, task, annotator, key)
        if _is_revealed(connection, queue.run, task, annotator):
            raise RevealedError(
                f"the label of {task} stands: its annotator has seen what the judges said",
                expected="a label whose answer is still blind",
                fix="tell whoever made the queue what you would say now",
            )
        withdraw_annotation(connection, identity, by=annotator)
        given = _given(label)
        put_place(connection, queue.id, task, annotator, ItemState.ASKED, _as_draft(given))
        _revise(store, connection, queue, frame)
        write_audit(
            connection, actor=annotator, action="withdraw label", object_=task, detail=queue.id
        )
    return given


def skip(store: Store, queue: AnnotationQueue, task: str, annotator: str) -> None:
    """Ask an item again after all others, and let others have it until then."""
    with store.write() as connection:
        _item(connection, queue, task)
        mine = _come_to(connection, queue, task, annotator)
        if mine is None or mine.state is not ItemState.DONE:
            draft = mine.draft if mine else None
            put_place(connection, queue.id, task, annotator, ItemState.SKIPPED, draft)


def keep_draft(
    store: Store, queue: AnnotationQueue, task: str, annotator: str, given: Given
) -> None:
    """Keep what is not saved yet; nothing where the label is there."""
    with store.write() as connection:
        _item(connection, queue, task)
        mine = _come_to(connection, queue, task, annotator)
        state = mine.state if mine else ItemState.ASKED
        if state is not ItemState.DONE:
            put_place(connection, queue.id, task, annotator, state, _as_draft(given))


@dataclass(frozen=True, slots=True)
class Begun:
    """What an annotator has said of an item so far."""

    key: str
    """What a label is to be sent under."""
    draft: Given | None
    label: Given | None
    stands: bool
    """Whether the label can be taken back no more: they have seen what the judges said."""


def begun_of(store: Store, queue: AnnotationQueue, task: str, annotator: str) -> Begun:
    """What an annotator finds when they open an item.

    Raises:
        AnnotationError: The item is not of this queue.
    """
    with store.read() as connection:
        _item(connection, queue, task)
        mine = place_of(connection, queue.id, task, annotator)
        label = annotation_of(connection, annotation_id(queue.run, task, annotator))
        return Begun(
            label_key(connection, queue, task, annotator),
            msgspec.json.decode(mine.draft, type=Given) if mine and mine.draft else None,
            None if label is None else _given(label),
            label is not None and _is_revealed(connection, queue.run, task, annotator),
        )


def _is_revealed(connection: Connection, run: str, task: str, annotator: str) -> bool:
    """Whether any queue has shown them the verdicts on an answer, whichever it is asked by now."""
    return any(
        queue.asks(annotator) and standing_in(connection, queue, annotator).ended
        for queue in revealing_queues(connection, run, task)
    )


def label_key(connection: Connection, queue: AnnotationQueue, task: str, annotator: str) -> str:
    """What makes sending a label twice harmless: its id, and how often it was taken back.

    So a copy of a label that was sent before it was taken back cannot bring it back.
    """
    identity = annotation_id(queue.run, task, annotator)
    taken_back = count_corrections(connection, identity)
    return f"{identity}.{taken_back}" if taken_back else identity


def id_of_key(key: str) -> str:
    """The label's id."""
    return key.partition(".")[0]


def _require_key(
    connection: Connection, queue: AnnotationQueue, task: str, annotator: str, key: str
) -> None:
    if key and key != label_key(connection, queue, task, annotator):
        raise WithdrawnError(
            f"the label of {task} was taken back or put right after this was made",
            fix="open the item again and say what holds now",
        )


def _given(label: Annotation) -> Given:
    return Given(label.scores, label.rationale, tuple(flag for flag in Flag if flag in label.tags))


def _as_draft(given: Given) -> str:
    return msgspec.json.encode(given).decode()


def _item(connection: Connection, queue: AnnotationQueue, task: str) -> QueueItem:
    item = item_of(connection, queue.id, task)
    if item is None:
        raise NoSuchItemError(
            f"the queue {queue.id} has no item {task[:80]!r}", expected="one that was drawn"
        )
    return item


def _come_to(
    connection: Connection, queue: AnnotationQueue, task: str, annotator: str
) -> PlaceInQueue | None:
    """Their standing with an item; an item that others have enough labels of is not begun."""
    mine = place_of(connection, queue.id, task, annotator)
    if mine is None and queue.labels_per_item:
        standing = standing_in(connection, queue, annotator)
        if task not in {*standing.open, *standing.done}:
            raise EnoughLabelsError(
                f"the item {task} has, or will have, the "
                f"{counted(queue.labels_per_item, 'label')} that it should have",
                expected="an item that was asked of you",
                fix="go on with the next",
            )
    return mine


def _revise(store: Store, connection: Connection, queue: AnnotationQueue, frame: Frame) -> None:
    """Let chances follow from how much of each stratum is labelled now."""
    labels = own_labels_of(connection, queue.run)
    drawn = {}
    if frame.stamp == read_frame(queue.frame).stamp:  # else strata are no more what they were
        drawn = drawn_strata(connection, queue.run, queue.role, queue.frame)
    places = places_in(store, queue.run, queue.role, frame.stamp)

    def stratum(task: str) -> str | None:
        if task in drawn:
            return drawn[task]
        place = places(task)
        return place.stratum if place is not None and place.settled is None else None

    now = chances(frame, labels, queue.role, stratum)
    write_probabilities(
        connection,
        {
            label.id: now[label.task]
            for label in labels
            if label.task in now and label.sampling_probability != now[label.task]
        },
    )

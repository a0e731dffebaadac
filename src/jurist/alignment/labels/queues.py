"""Queues: the draw of `jurist annotate`, kept, and what of it is asked of whom.

Everyone has an order of their own: what they skipped comes last. Where an item needs fewer labels
than there are annotators, what somebody was asked is kept for them until they have been away for
`LEASE_MS`, so that nobody does what has been done.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from jurist.alignment.defaults import RANDOM_SHARE
from jurist.alignment.labels.desk import draw_of
from jurist.alignment.labels.files import LONGEST_NAME
from jurist.alignment.labels.frames import frame_of, stamp_of_run
from jurist.errors import InputError
from jurist.records import Annotation, LabelRole
from jurist.store import Store
from jurist.store.annotation_queues import (
    AnnotationQueue,
    ItemState,
    PlaceInQueue,
    QueueItem,
    add_queue,
    get_queue,
    items_of,
    lock_labels,
    place_of,
    places_of,
    put_place,
)
from jurist.store.carrying import own_labels_of
from jurist.store.engine import now_ms
from jurist.store.runs import get_run


def make_queue(
    store: Store,
    run: str,
    *,
    name: str,
    by: str,
    role: LabelRole = LabelRole.TEST,
    count: int,
    seed: int = 0,
    annotators: Sequence[str] = (),
    labels_per_item: int = 0,
    reveals: bool = False,
) -> AnnotationQueue:
    """Draw as `jurist annotate` does, and keep the draw.

    Args:
        store: Where the run is.
        run: Its id, how it begins, or its study's name.
        name: What annotators see; the run's own where it is empty.
        by: Who makes it.
        role: What the labels are for.
        count: How many answers.
        seed: Of the draw.
        annotators: Who is asked; nobody named: whoever may annotate.
        labels_per_item: How many people label each; 0: all annotators.
        reveals: Whether who has done all of it sees what the judges said.

    Raises:
        InputError: More labels an item than annotators, or a name that cannot be used.
        AnnotationError: The run has no answer that could be annotated for this role.
    """
    people = tuple(dict.fromkeys(each.strip() for each in annotators if each.strip()))
    for person in people:
        if len(person) > LONGEST_NAME or not person.isprintable():
            raise InputError(f"the annotator is {person[:40]!r}", expected="a printable name")
    if people and labels_per_item > len(people):
        raise InputError(
            f"{labels_per_item} labels an item, of {len(people)} annotators",
            expected="at most as many as there are annotators",
            fix="name more annotators, or want fewer labels",
        )
    run = get_run(store, run).id
    stamp = stamp_of_run(store, run)
    drawn = draw_of(store, run, role, count=count, random_share=RANDOM_SHARE, seed=seed)
    frame = frame_of(drawn.drawable, drawn.drawable.answers.chosen(), drawn.labels, stamp)
    queue = AnnotationQueue(
        secrets.token_hex(6),
        run,
        name.strip()[:LONGEST_NAME] or run,
        role,
        seed,
        0 if labels_per_item == len(people) else labels_per_item,
        people,
        by,
        frame=frame.as_json(),
        reveals=reveals,
    )
    add_queue(
        store,
        queue,
        (
            QueueItem(place, each.task, each.stratum, each.probability)
            for place, each in enumerate(drawn.draws)
        ),
    )
    return get_queue(store, queue.id)


@dataclass(frozen=True, slots=True)
class Standing:
    """A queue as one annotator finds it."""

    items: int
    done: tuple[str, ...]
    """Tasks that they labelled, the last one last."""
    open: tuple[str, ...]
    """Tasks to be asked, in order; those that were skipped come last."""
    elsewhere: int
    """Items that others are at, of which no more labels are wanted if they do them."""

    @property
    def wanted(self) -> int:
        """How many items are theirs: done and open ones."""
        return len(self.done) + len(self.open)

    @property
    def ended(self) -> bool:
        """Whether they have done all that was theirs: what their own queue reveals, they see."""
        return bool(self.done) and not self.open and not self.elsewhere


def standing_of(store: Store, queue: AnnotationQueue, annotator: str) -> Standing:
    """What an annotator did of a queue, and what is still asked of them."""
    with store.read() as connection:
        return standing_in(connection, queue, annotator)


def standing_in(connection: Connection, queue: AnnotationQueue, annotator: str) -> Standing:
    """The same within a transaction."""
    items = items_of(connection, queue.id)
    labels: dict[str, dict[str, Annotation]] = defaultdict(dict)
    for label in own_labels_of(connection, queue.run):
        labels[label.task][label.annotator] = label
    places: dict[str, list[PlaceInQueue]] = defaultdict(list)
    for place in places_of(connection, queue.id):
        places[place.task].append(place)
    moment = now_ms(connection)
    done: list[tuple[int, str]] = []
    left: list[tuple[int, int, str]] = []
    elsewhere = 0
    for item in items:
        given = labels[item.task]
        mine = next((p for p in places[item.task] if p.annotator == annotator), None)
        if annotator in given:
            done.append((mine.changed if mine else 0, item.task))
        elif any(label.role is not queue.role for label in given.values()):
            continue  # another queue took it for another role
        elif queue.labels_per_item and len(given) >= queue.labels_per_item:
            continue
        elif (
            queue.labels_per_item
            and _engaged(places[item.task], given, annotator, moment) + len(given)
            >= queue.labels_per_item
        ):
            elsewhere += 1
        else:
            skipped = mine is not None and mine.state is ItemState.SKIPPED
            left.append((mine.changed if mine and skipped else 0, item.place, item.task))
    return Standing(
        len(items),
        tuple(task for _, task in sorted(done, key=lambda each: each[0])),
        tuple(task for *_, task in sorted(left)),
        elsewhere,
    )


def _engaged(
    places: Sequence[PlaceInQueue], given: dict[str, Annotation], annotator: str, moment: int
) -> int:
    """How many others are at an item."""
    return sum(
        place.annotator != annotator
        and place.annotator not in given
        and place.state is ItemState.ASKED
        and (place.leased_until or 0) > moment
        for place in places
    )


def ask(store: Store, queue: AnnotationQueue, annotator: str, most: int = 1) -> Standing:
    """The standing of an annotator, of whose open items the first few are kept for them.

    Only where an item needs fewer labels than there are annotators; else nothing is written.
    """
    if not queue.labels_per_item:
        return standing_of(store, queue, annotator)
    with store.write() as connection:
        lock_labels(connection, queue.run)
        standing = standing_in(connection, queue, annotator)
        for task in standing.open[:most]:
            _keep_asked(connection, queue, task, annotator)
    return standing


def _keep_asked(connection: Connection, queue: AnnotationQueue, task: str, annotator: str) -> None:
    mine = place_of(connection, queue.id, task, annotator)
    if mine is None or mine.state is not ItemState.SKIPPED:
        draft = mine.draft if mine else None
        put_place(connection, queue.id, task, annotator, ItemState.ASKED, draft)

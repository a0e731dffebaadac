"""How far a queue has come: whose labels there are, and what is known of the answers by now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from jurist.alignment.labels.frames import frame_of_queue, places_in
from jurist.alignment.labels.progress import Progress
from jurist.analysis.labelling import KnownSoFar
from jurist.columns.reading import Stamp
from jurist.records import Annotation
from jurist.store import Store
from jurist.store.annotation_queues import AnnotationQueue, items_of
from jurist.store.carrying import own_labels_of

STEP: Final = 10
"""Labels after which annotators are told anew how much is known: single labels would tell them
whether the judges had said the same."""


@dataclass(frozen=True, slots=True)
class QueueProgress:
    """What has been done of a queue, by everybody."""

    items: int
    labelled: int
    """Items with all the labels that they should have, or one of each annotator so far."""
    by: tuple[tuple[str, int], ...]
    """Everybody with a label of it, and of how many items."""


def progress_of(store: Store, queue: AnnotationQueue) -> QueueProgress:
    """Count what is done."""
    with store.read() as connection:
        tasks = {item.task for item in items_of(connection, queue.id)}
        labels = [each for each in own_labels_of(connection, queue.run) if each.task in tasks]
    names = dict.fromkeys((*queue.annotators, *sorted({label.annotator for label in labels})))
    of_name = Counter(label.annotator for label in labels)
    of_task = Counter(label.task for label in labels)
    wanted = queue.labels_per_item or max(len(queue.annotators), 1)
    labelled = sum(number >= wanted for number in of_task.values())
    return QueueProgress(len(tasks), labelled, tuple((name, of_name[name]) for name in names))


def known_of(store: Store, queue: AnnotationQueue, *, step: int = 1) -> KnownSoFar:
    """What people would pass of all answers of the run, by all labels for the queue's role.

    Args:
        store: Where the queue is.
        queue: Which.
        step: Labels are counted up to a multiple of this.
    """
    with store.read() as connection:
        labels = own_labels_of(connection, queue.run)
    counted = labels[: len(labels) - len(labels) % step]
    plain = tuple(replace(label, sampling_probability=None) for label in counted)
    return _known(store, queue, frame_of_queue(store, queue).stamp, plain)


@lru_cache(maxsize=64)
def _known(
    store: Store, queue: AnnotationQueue, stamp: Stamp | None, labels: tuple[Annotation, ...]
) -> KnownSoFar:
    places = places_in(store, queue.run, queue.role, stamp)
    return Progress(frame_of_queue(store, queue), places, queue.role).pass_rate(labels)

"""How far the annotators of a queue agree, two by two, and with what the judges said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Final

import numpy as np

from jurist.alignment.cards.people import Rater, raters
from jurist.alignment.cards.rated import Rated, rated_by_people
from jurist.alignment.cards.statistics import EXACT, Paired, card_statistics
from jurist.analysis.intervals import Estimate
from jurist.analysis.tables import cluster_indices
from jurist.records import Annotation, Verdict
from jurist.runs.results import results
from jurist.store import Store
from jurist.store.annotation_queues import AnnotationQueue, items_of, places_of
from jurist.store.carrying import own_labels_of

_STATISTICS: Final = (
    EXACT,
    "Cohen kappa",
    "weighted kappa",
    "Gwet AC1",
    "Krippendorff alpha (ordinal)",
)


@dataclass(frozen=True, slots=True)
class PairOfAnnotators:
    """Two annotators on the items that both labelled."""

    names: tuple[str, str]
    items: int
    statistics: tuple[tuple[str, Estimate], ...]


@dataclass(frozen=True, slots=True)
class QueueAgreement:
    """What agreement came to."""

    pairs: tuple[PairOfAnnotators, ...]
    raters: tuple[Rater, ...]
    """Each annotator beside the others."""


def agreement_of(store: Store, queue: AnnotationQueue) -> QueueAgreement:
    """Measure a queue's annotators on its items; intervals are over references.

    Whoever labelled the same answers for other queues alone is none of them.
    """
    rated = _rated(store, queue)
    return QueueAgreement(tuple(_pairs(rated)), raters(rated) if rated.tasks else ())


def _labels(store: Store, queue: AnnotationQueue) -> dict[str, list[Annotation]]:
    with store.read() as connection:
        tasks: dict[str, list[Annotation]] = {i.task: [] for i in items_of(connection, queue.id)}
        for label in own_labels_of(connection, queue.run):
            if label.task in tasks:
                tasks[label.task].append(label)
    return {task: given for task, given in tasks.items() if given}


def _rated(store: Store, queue: AnnotationQueue) -> Rated:
    annotators = _annotators(store, queue)
    labels = {
        task: own
        for task, given in _labels(store, queue).items()
        if (own := [label for label in given if label.annotator in annotators])
    }
    rows = chain.from_iterable(results(store, queue.run, task=task) for task in labels)
    return rated_by_people(rows, labels)


def _annotators(store: Store, queue: AnnotationQueue) -> frozenset[str]:
    """Who is asked by name; where nobody is, whoever has come to an item."""
    if queue.annotators:
        return frozenset(queue.annotators)
    with store.read() as connection:
        return frozenset(place.annotator for place in places_of(connection, queue.id))


def _pairs(rated: Rated) -> Iterator[PairOfAnnotators]:
    clusters, _ = cluster_indices(rated.clusters)
    for one, other in combinations(range(len(rated.annotators)), 2):
        both = ~np.isnan(rated.people[:, one]) & ~np.isnan(rated.people[:, other])
        if not both.any():
            continue
        paired = Paired(
            rated.scale,
            rated.people[both, one],
            rated.people[both, other],
            rated.weights[both],
            clusters[both],
        )
        statistics = tuple(
            (name, value) for name, value in card_statistics(paired) if name in _STATISTICS
        )
        yield PairOfAnnotators(
            (rated.annotators[one], rated.annotators[other]), int(both.sum()), statistics
        )


@dataclass(frozen=True, slots=True)
class RevealedItem:
    """An item with all that is hidden while it is annotated."""

    task: str
    question: str
    labels: tuple[Annotation, ...]
    verdicts: tuple[Verdict, ...]


def reveal(store: Store, queue: AnnotationQueue) -> tuple[RevealedItem, ...]:
    """What people and judges said of each labelled item."""
    items: list[RevealedItem] = []
    for task, given in _labels(store, queue).items():
        rows = list(results(store, queue.run, task=task))
        verdicts = tuple(row.verdict for row in rows)
        items.append(RevealedItem(task, rows[0].question.text, tuple(given), verdicts))
    return tuple(items)

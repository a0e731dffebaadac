"""Labels of earlier runs that hold in this one: given to the same question, reference and answer.

They are derived whenever they are asked for and stored nowhere, so a correction of a label is one
wherever it was carried to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from jurist.records import Annotation, LabelRole
from jurist.store.annotations import annotation_id, annotations_of, read_annotations
from jurist.store.engine import Store
from jurist.store.tables import ANNOTATIONS
from jurist.store.triples import triples_of

CARRIED: Final = "carried:"
"""What the tag of a carried label begins with; the run it comes from follows."""
_PAGE: Final = 500


def is_carried(annotation: Annotation) -> bool:
    """Whether a label was given in another run."""
    return any(tag.startswith(CARRIED) for tag in annotation.tags)


def labels_of(store: Store, run: str) -> tuple[Annotation, ...]:
    """A run's own labels and those carried to it.

    Carried are the labels that other runs' people gave to triples which stand in this run word for
    word, on answers without labels of its own; of an annotator's several labels of a triple the
    last counts. They are no random draws, for their answers were chosen by not having changed: they
    have no sampling probability, and a tag that says where they come from.

    A triple that somewhere tuned or chose a judge measures none here: its role is the strictest
    that any of its labels has.
    """
    own = tuple(annotations_of(store, run))
    with store.read() as connection:
        elsewhere = select(ANNOTATIONS.c.id).where(
            ANNOTATIONS.c.run != run, ANNOTATIONS.c.triple.is_not(None)
        )
        if connection.scalar(elsewhere.limit(1)) is None:
            return own
        tasks: dict[str, list[str]] = defaultdict(list)
        for task, triple in triples_of(connection, run):
            tasks[triple].append(task)
        others = list(_elsewhere(connection, run, list(tasks)))
    latest = {(triple, label.annotator): label for triple, label in others}
    spent: dict[str, LabelRole] = {}
    for (triple, _), label in latest.items():
        for task in tasks[triple]:
            spent[task] = stricter(spent.get(task, LabelRole.TEST), label.role)
    here = {label.task for label in own}
    carried = (
        _carried(label, run, task, spent[task])
        for (triple, _), label in sorted(latest.items(), key=lambda entry: entry[0])
        for task in tasks[triple]
        if task not in here
    )
    return (
        *(
            replace(label, role=stricter(label.role, spent.get(label.task, label.role)))
            for label in own
        ),
        *carried,
    )


def own_labels_of(connection: Connection, run: str) -> tuple[Annotation, ...]:
    """The labels that were given in a run, with the roles that `labels_of` says they have.

    It reads labels alone, not the run's answers, so it may be asked after each label.
    """
    other = ANNOTATIONS.alias("other")
    query = (
        select(ANNOTATIONS.c.id, other.c.role)
        .join(other, other.c.triple == ANNOTATIONS.c.triple)
        .where(ANNOTATIONS.c.run == run, other.c.run != run)
    )
    spent: dict[str, LabelRole] = {}
    for identity, role in connection.execute(query):
        spent[identity] = stricter(spent.get(identity, LabelRole.TEST), LabelRole(role))
    return tuple(
        replace(label, role=stricter(label.role, spent.get(label.id, label.role)))
        for label in read_annotations(connection, run)
    )


def stricter(first: LabelRole, second: LabelRole) -> LabelRole:
    """The role that allows less: what tuned a judge neither chooses nor measures one."""
    order = (LabelRole.TUNE, LabelRole.DEV, LabelRole.TEST)
    return min(first, second, key=order.index)


def _elsewhere(
    connection: Connection, run: str, triples: list[str]
) -> Iterator[tuple[str, Annotation]]:
    """Labels of other runs with their triple, in the order they came."""
    for start in range(0, len(triples), _PAGE):
        query = (
            select(ANNOTATIONS.c.triple, ANNOTATIONS.c.payload)
            .where(
                ANNOTATIONS.c.run != run,
                ANNOTATIONS.c.triple.in_(triples[start : start + _PAGE]),
            )
            .order_by(ANNOTATIONS.c.created, ANNOTATIONS.c.id)
        )
        for triple, payload in connection.execute(query):
            yield triple, _decoder.decode(payload)


def _carried(label: Annotation, run: str, task: str, role: LabelRole) -> Annotation:
    return replace(
        label,
        id=annotation_id(run, task, label.annotator),
        run=run,
        task=task,
        role=role,
        sampling_probability=None,
        tags=(f"{CARRIED}{label.run}",),
    )


_decoder: Final = msgspec.json.Decoder(Annotation)

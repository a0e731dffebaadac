"""People's annotations of a run's answers, and what became of disagreements about them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from jurist.errors import AnnotationError
from jurist.records import Annotation
from jurist.store.engine import Store, now_ms
from jurist.store.tables import ANNOTATIONS, SETTLEMENTS
from jurist.store.triples import triples_of


class Ruling(StrEnum):
    """Who was wrong where a judge and somebody else disagreed."""

    JUDGE_WRONG = "judge_wrong"
    REFERENCE_WRONG = "reference_wrong"
    QUESTION_AMBIGUOUS = "question_ambiguous"
    LABEL_WRONG = "label_wrong"


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a disagreement was settled, by whom."""

    run: str
    task: str
    judge: str
    ruling: Ruling
    settled_by: str
    note: str = ""


class AnotherLabelError(AnnotationError):
    """The annotator has a label of the task, and it says something else."""


def add_annotations(store: Store, annotations: Iterable[Annotation]) -> tuple[int, int]:
    """Store annotations; those that are there already, word for word, are left alone.

    All or none is stored.

    Returns:
        How many were new, and how many were there.

    Raises:
        AnnotationError: An annotation would change one that is there, or a task would get
            labels of two roles: a role is fixed when a task is first annotated.
    """
    given = list(annotations)
    with store.write() as connection:
        new = sum(insert_annotation(connection, annotation) for annotation in given)
    return new, len(given) - new


def insert_annotation(connection: Connection, annotation: Annotation) -> bool:
    """Store an annotation within a transaction that writes; else as `add_annotations`.

    Returns:
        Whether it is new.
    """
    query = select(ANNOTATIONS.c.payload).where(
        ANNOTATIONS.c.run == annotation.run, ANNOTATIONS.c.task == annotation.task
    )
    there = [_decoder.decode(payload) for payload in connection.scalars(query)]
    if any(_says_the_same(annotation, known) for known in there):
        return False
    _refuse_conflicts(annotation, there)
    connection.execute(
        insert(ANNOTATIONS).values(
            id=annotation.id,
            run=annotation.run,
            task=annotation.task,
            annotator=annotation.annotator,
            role=annotation.role.value,
            sampling_probability=annotation.sampling_probability,
            created=now_ms(connection),
            payload=msgspec.json.encode(annotation).decode(),
            triple=_triple_of(connection, annotation.run, annotation.task),
        )
    )
    return True


def annotation_id(run: str, task: str, annotator: str) -> str:
    """The id of what an annotator says of a task: there is one."""
    return sha256(f"{run}\0{task}\0{annotator}".encode()).hexdigest()[:32]


def _triple_of(connection: Connection, run: str, task: str) -> str | None:
    return next((triple for _, triple in triples_of(connection, run, task)), None)


def _says_the_same(annotation: Annotation, known: Annotation) -> bool:
    """Whether they are equal but for the probability, which the store may have revised."""
    return replace(annotation, sampling_probability=known.sampling_probability) == known


def _refuse_conflicts(annotation: Annotation, there: Iterable[Annotation]) -> None:
    for known in there:
        if known.role is not annotation.role:
            raise AnnotationError(
                f"task {annotation.task} has labels for {known.role}, this one is for "
                f"{annotation.role}",
                expected="one role a task, fixed at its first label: what tunes a judge must "
                "not also measure it",
                fix=f"import it with the role {known.role}, or annotate another task",
            )
        if known.id == annotation.id or known.annotator == annotation.annotator:
            raise AnotherLabelError(
                f"{known.annotator!r} has annotated task {annotation.task} already, differently",
                expected="one annotation an annotator and task",
                fix=f"correct it: jurist annotate {annotation.run} --correct {annotation.task} "
                f"--annotator {shlex.quote(annotation.annotator)} --score N --why WHY",
            )


def annotations_of(store: Store, run: str, *, task: str | None = None) -> Iterator[Annotation]:
    """A run's annotations, in the order they came; or only those of one answer."""
    with store.read() as connection:
        yield from read_annotations(connection, run, task=task)


def annotation_of(connection: Connection, identity: str) -> Annotation | None:
    """The annotation with this id, within a transaction."""
    payload = connection.scalar(select(ANNOTATIONS.c.payload).where(ANNOTATIONS.c.id == identity))
    return None if payload is None else _decoder.decode(payload)


def read_annotations(
    connection: Connection, run: str, *, task: str | None = None
) -> Iterator[Annotation]:
    """What `annotations_of` gives, within a transaction."""
    on_answer = () if task is None else (ANNOTATIONS.c.task == task,)
    query = (
        select(ANNOTATIONS.c.payload)
        .where(ANNOTATIONS.c.run == run, *on_answer)
        .order_by(ANNOTATIONS.c.created, ANNOTATIONS.c.id)
    )
    for payload in connection.scalars(query):
        yield _decoder.decode(payload)


def revise_probabilities(store: Store, probabilities: Mapping[str, float]) -> None:
    """Set the sampling probabilities of annotations: they follow from how many are labelled.

    Nothing that a person said is touched.

    Args:
        store: Where they are.
        probabilities: By annotation id, each in (0, 1].
    """
    with store.write() as connection:
        write_probabilities(connection, probabilities)


def write_probabilities(connection: Connection, probabilities: Mapping[str, float]) -> None:
    """What `revise_probabilities` does, within a transaction that writes."""
    rows: list[dict[str, object]] = []
    identities = list(probabilities)
    for start in range(0, len(identities), _BATCH):
        query = select(ANNOTATIONS.c.id, ANNOTATIONS.c.payload).where(
            ANNOTATIONS.c.id.in_(identities[start : start + _BATCH])
        )
        for identity, payload in connection.execute(query):
            chance = probabilities[identity]
            revised = replace(_decoder.decode(payload), sampling_probability=chance)
            text = msgspec.json.encode(revised).decode()
            rows.append({"identity": identity, "chance": chance, "text": text})
    if rows:
        connection.execute(_REVISE, rows)


def settle(store: Store, settlement: Settlement) -> None:
    """Record how a disagreement was settled; a later ruling takes the place of an earlier one."""
    with store.write() as connection:
        unsettle(connection, settlement.run, settlement.task, settlement.judge)
        connection.execute(
            insert(SETTLEMENTS).values(
                run=settlement.run,
                task=settlement.task,
                judge=settlement.judge,
                outcome=settlement.ruling.value,
                settled_by=settlement.settled_by,
                note=settlement.note,
                created=now_ms(connection),
            )
        )


def unsettle(connection: Connection, run: str, task: str, judge: str) -> None:
    """Forget a ruling, within a transaction that writes."""
    connection.execute(
        delete(SETTLEMENTS).where(
            SETTLEMENTS.c.run == run, SETTLEMENTS.c.task == task, SETTLEMENTS.c.judge == judge
        )
    )


def settlements_of(store: Store, run: str, *, task: str | None = None) -> tuple[Settlement, ...]:
    """What has been settled in a run, or of one answer."""
    on_answer = () if task is None else (SETTLEMENTS.c.task == task,)
    query = (
        select(SETTLEMENTS)
        .where(SETTLEMENTS.c.run == run, *on_answer)
        .order_by(SETTLEMENTS.c.created)
    )
    with store.read() as connection:
        return tuple(
            Settlement(row.run, row.task, row.judge, Ruling(row.outcome), row.settled_by, row.note)
            for row in connection.execute(query)
        )


_BATCH: Final = 500
_REVISE: Final = (
    update(ANNOTATIONS)
    .where(ANNOTATIONS.c.id == bindparam("identity"))
    .values(sampling_probability=bindparam("chance"), payload=bindparam("text"))
)
_decoder: Final = msgspec.json.Decoder(Annotation)

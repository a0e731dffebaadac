"""What a label is about, whatever run it was given in: schema, question, reference and answer.

A triple that stands word for word in a later run is the same thing to judge, so what people said
of it holds there too.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

import msgspec
from sqlalchemy import Connection, and_, select

from jurist.store.queue import Stage
from jurist.store.tables import CASE_OF_TASK, CASES, DATASETS, TASKS


class _Question(msgspec.Struct, frozen=True):
    text: str


class _Case(msgspec.Struct, frozen=True):
    reference: str | None = None


class _Answer(msgspec.Struct, frozen=True):
    query: str | None = None
    refusal: str | None = None


def triples_of(
    connection: Connection, run: str, task: str | None = None
) -> Iterator[tuple[str, str]]:
    """Each answer of a run (its task's key) with the digest of its triple.

    What is no answer (a generator's failure) has none.

    Args:
        connection: To the store.
        run: The run's id.
        task: Only of this one.
    """
    query = (
        select(
            TASKS.c.key,
            TASKS.c.question,
            TASKS.c.payload,
            CASES.c.payload.label("case_payload"),
            DATASETS.c.schema_digest,
        )
        .join(CASES, CASE_OF_TASK)
        .join(DATASETS, and_(DATASETS.c.run == TASKS.c.run, DATASETS.c.name == TASKS.c.dataset))
        .where(
            TASKS.c.run == run,
            TASKS.c.stage == Stage.CANDIDATES.value,
            TASKS.c.question.is_not(None),
            TASKS.c.payload.is_not(None),
        )
        .order_by(TASKS.c.position, TASKS.c.ordinal, TASKS.c.key)
    )
    if task is not None:
        query = query.where(TASKS.c.key == task)
    for key, question, answer, case, schema_digest in connection.execute(query):
        triple = _digest(schema_digest, question, case, answer)
        if triple is not None:
            yield key, triple


def _digest(schema_digest: str, question: str, case: str, answer: str) -> str | None:
    given = _answers.decode(answer)
    if given.query is None and given.refusal is None:
        return None
    return triple_of(
        schema_digest,
        _questions.decode(question).text,
        _cases.decode(case).reference,
        given.query,
        given.refusal,
    )


def triple_of(
    schema_digest: str, question: str, reference: str | None, query: str | None, refusal: str | None
) -> str:
    """The digest of a triple, whose answer is a query or a refusal."""
    parts = (schema_digest, question, reference, query, refusal)
    return blake2b(msgspec.json.encode(parts), digest_size=_SIZE).hexdigest()


_SIZE: Final = 16
_questions: Final = msgspec.json.Decoder(_Question)
_cases: Final = msgspec.json.Decoder(_Case)
_answers: Final = msgspec.json.Decoder(_Answer)

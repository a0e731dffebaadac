"""What was found out about a saved query and the answer it came from, under a key of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import func, select

from jurist.records import Relation
from jurist.store.engine import Store
from jurist.store.inserting import insert_absent
from jurist.store.tables import INTERACTIONS, SAVED_ANSWERS

_KEYS_AT_A_TIME: Final = 500


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """An answer and what was saved of it, compared."""

    relation: Relation | None
    """Read as: the saved query ... the answer; `None`: one of them is no query."""
    edits: int
    """Nodes to add, remove or rename."""
    nodes: int
    """Of both trees together."""


def key_of(language: str, schema: str, answer: str, saved: str) -> str:
    """The key of a comparison.

    Args:
        language: Digest of all that shapes what its queries mean.
        schema: Digest of what both were read with.
        answer: As it was shown.
        saved: As it was saved.
    """
    parts = (language, schema, answer, saved)
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def known_answers(store: Store, keys: Sequence[str]) -> dict[str, SavedAnswer]:
    """What is stored under these keys."""
    known: dict[str, SavedAnswer] = {}
    with store.read() as connection:
        for begin in range(0, len(keys), _KEYS_AT_A_TIME):
            some = keys[begin : begin + _KEYS_AT_A_TIME]
            rows = connection.execute(select(SAVED_ANSWERS).where(SAVED_ANSWERS.c.key.in_(some)))
            for row in rows:
                relation = Relation(row.relation) if row.relation else None
                known[row.key] = SavedAnswer(relation, row.edits, row.nodes)
    return known


def write_answers(store: Store, compared: Mapping[str, SavedAnswer]) -> None:
    """Store comparisons under their keys."""
    rows = [
        {
            "key": key,
            "relation": pair.relation or "",
            "edits": pair.edits,
            "nodes": pair.nodes,
        }
        for key, pair in compared.items()
    ]
    if rows:
        with store.write() as connection:
            insert_absent(connection, SAVED_ANSWERS, rows)


def count_saved_answers(store: Store, system: str) -> int:
    """How many answers of a system were saved, with what was saved."""
    query = select(func.count()).where(
        INTERACTIONS.c.system == system,
        INTERACTIONS.c.answer.is_not(None),
        INTERACTIONS.c.saved.is_not(None),
    )
    with store.read() as connection:
        return connection.scalar(query) or 0

"""Pairs whose relation is decided with and without the prover's fast paths.

The usual relation is found under one schema for many pairs, so by whatever earlier pairs
left behind; without a path, under a schema of its own.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path

from constructed_pairs import construct
from jurist.data import cases_path, schema_path
from jurist.languages.cql.edits.edit import places
from jurist.languages.cql.edits.mutations import MUTATIONS
from jurist.languages.cql.edits.rewrites import REWRITES
from jurist.languages.cql.prover import decide
from jurist.languages.cql.prover.context import FastPath, without
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.languages.cql.syntax import CqlQuery, Reducer
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from jurist.records import Evidence, Relation
from prover_pairs import OPEN, TYPED, Writer, pair, read_otherwise
from workspaces import shipped_in

EVERYTHING = frozenset(FastPath)
_LISTED = Path(__file__).parent / "languages" / "cql" / "equivalences.jsonl"
_KINDS_OF_DIFFERENT = {
    Relation.CONTAINS,
    Relation.CONTAINED,
    Relation.OVERLAPS,
    Relation.DISJOINT,
    Relation.DIFFERENT,
}
_LIMIT = re.compile(
    r"over \d+"
    r"|over too many overlapping streams"
    r"|used up"
    r"|histories tried"
    r"|moments were looked at"
    r"|depend on one another across levels"
    r"|distinct values where"
    r"|no difference among \d+ seeded subjects"
)
"""What a reason says where the procedure stopped at one of its limits."""


@dataclass(frozen=True)
class Pair:
    """Two queries under a schema."""

    name: str
    reference: CqlQuery
    candidate: CqlQuery
    schema: CqlSchema

    def usual(self) -> Evidence:
        """How they relate by all fast paths."""
        return decide(self.reference, self.candidate, self.schema)

    def ablated(self, off: frozenset[FastPath]) -> Evidence:
        """How they relate without some paths."""
        with without(*off):
            return decide(self.reference, self.candidate, replace(self.schema))

    def __str__(self) -> str:
        return f"{self.name}: {format_query(self.reference)} | {format_query(self.candidate)}"


def conflict(one: Evidence, other: Evidence) -> str:
    """What two decisions of one pair cannot both say; empty where they can."""
    relations = {one.relation, other.relation}
    if len(relations) == 1 or Relation.UNDECIDED in relations:
        return ""
    if Relation.DIFFERENT in relations and relations <= _KINDS_OF_DIFFERENT:
        return ""
    return f"{one.relation} and {other.relation}"


def is_decided(evidence: Evidence) -> bool:
    """Whether nothing about the relation is open."""
    return evidence.relation is not Relation.UNDECIDED and not evidence.reason


def names_a_limit(evidence: Evidence) -> bool:
    """Whether what is open is so by a limit of the procedure, as its reason says."""
    return _LIMIT.search(evidence.reason) is not None


# --- pairs --------------------------------------------------------------------------------------


def listed() -> list[Pair]:
    """The pairs that are listed with their relation."""
    lines = _LISTED.read_text().splitlines()
    return [
        Pair(row["id"], parse(row["reference"]), parse(row["candidate"]), OPEN)
        for row in map(json.loads, lines)
    ]


def shipped(share: int) -> Iterator[Pair]:
    """References of the shipped workspaces against an edit, and against another reference."""
    for name in shipped_in("cql"):
        schema = _shipped_schema(name)
        rows = map(json.loads, cases_path(name).read_text().splitlines())
        references = [parse(row["reference"]) for row in rows if row.get("reference")]
        rng = random.Random(name)
        for i, reference in enumerate(references[::share]):
            edit = rng.choice((*MUTATIONS, *REWRITES))
            edited = list(islice(edit.queries(places(reference, schema)), 5))
            for candidate in (*edited[-1:], references[i - 1]):
                yield Pair(f"{name} {i}", reference, candidate, schema)


@cache
def _shipped_schema(name: str) -> CqlSchema:
    return read_schema(schema_path(name))


_ADDING = (Reducer.COUNT, Reducer.SUM, Reducer.AVG, Reducer.MIN, Reducer.MAX)
_PICKING = (Reducer.COUNT, Reducer.FIRST, Reducer.LAST, Reducer.MODE, Reducer.UNIQUE_COUNT)


def drawn(seed: int) -> Pair:
    """A random pair: of a shipped workspace, of a tiny world, or rich in one construct."""
    rng = random.Random(f"ablation {seed}")
    if seed % 2 == 0:
        made = construct(f"ablation-{seed}")
        return Pair(f"drawn {seed}", made.reference, made.candidate, made.schema)
    schema, writer = rng.choice(
        (
            (OPEN, Writer(rng)),
            (TYPED, Writer(rng, reducers=_ADDING)),
            (OPEN, Writer(rng, reducers=_PICKING)),
            (OPEN, Writer(rng, dates=True)),
            (OPEN, Writer(rng, accounts=True, reducers=_ADDING)),
            (OPEN, Writer(rng, pairs=True)),
            (TYPED, Writer(rng, funnels=True, reducers=_ADDING)),
        )
    )
    if rng.random() < 0.3:
        schema = read_otherwise(schema, rng)
    return Pair(f"drawn {seed}", *pair(writer), schema)

"""Random pairs: the prover against the interpreter on random subjects.

The judge knows nothing of regions: no subject may contradict a relation, and no witness
the raw schema. That each replays is checked by the prover itself, which raises where not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import partial
from itertools import islice

import pytest

from jurist.languages.cql.counterexamples.witness import evaluators
from jurist.languages.cql.prover import decide
from jurist.languages.cql.schemas.schema import CqlSchema, subject_type
from jurist.languages.cql.syntax import And, Condition, Or, Reducer
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from jurist.records import Evidence, Relation
from legal_subjects import violations
from prover_pairs import NOW, OPEN, TYPED, TYPED_DOCUMENT, Writer, pair, read_otherwise, subjects

ADDING = (Reducer.COUNT, Reducer.SUM, Reducer.AVG, Reducer.MIN, Reducer.MAX)
PICKING = (Reducer.COUNT, Reducer.FIRST, Reducer.LAST, Reducer.MODE, Reducer.UNIQUE_COUNT)

POSSIBLE = {
    Relation.EQUIVALENT: {(True, True), (False, False)},
    Relation.CONTAINS: {(True, True), (False, False), (True, False)},
    Relation.CONTAINED: {(True, True), (False, False), (False, True)},
    Relation.DISJOINT: {(True, False), (False, True), (False, False)},
}

Make = Callable[[random.Random], Writer]
WORLDS: dict[str, tuple[CqlSchema, Make]] = {
    "counts": (OPEN, Writer),
    "typed": (TYPED, partial(Writer, reducers=ADDING)),
    "sums": (OPEN, partial(Writer, reducers=ADDING)),
    "picks": (OPEN, partial(Writer, reducers=PICKING)),
    "dates": (OPEN, partial(Writer, dates=True)),
    "accounts": (OPEN, partial(Writer, accounts=True, dates=True)),
    "pairs": (OPEN, partial(Writer, pairs=True)),
    "funnels": (OPEN, partial(Writer, funnels=True)),
    "all": (TYPED, partial(Writer, funnels=True, pairs=True, dates=True, reducers=ADDING)),
}


def check(seed: int, world: str, *, customers: int) -> Evidence:
    """Decide one random pair and let random subjects judge it."""
    schema, write = WORLDS[world]
    rng = random.Random(f"{world} {seed}")
    if seed % 3 == 0:
        schema = read_otherwise(schema, rng)
    reference, candidate = pair(write(rng))
    evidence = decide(reference, candidate, schema)
    told = f"seed {seed}: {format_query(reference)} | {format_query(candidate)}"
    judge(evidence, reference, candidate, schema, rng, customers, told)
    if schema.title == TYPED.title:
        for witness in evidence.witnesses:
            broken = violations(TYPED_DOCUMENT, witness.input)
            assert not broken, f"{broken}: {told}"
    return evidence


def judge(
    evidence: Evidence,
    reference: Condition,
    candidate: Condition,
    schema: CqlSchema,
    rng: random.Random,
    customers: int,
    told: str,
) -> None:
    first, second = evaluators(reference, candidate, schema)
    kind = subject_type(schema, reference, candidate)
    possible = POSSIBLE.get(evidence.relation)
    for subject in islice(subjects(rng, kind, schema), customers if possible else 0):
        seen = (first(subject, NOW), second(subject, NOW))
        assert possible is not None
        assert seen in possible, f"{evidence.relation} but {seen}: {told}"


@pytest.mark.parametrize("world", WORLDS)
def test_no_subject_contradicts_a_relation(world: str) -> None:
    open_pairs = [
        seed
        for seed in range(30)
        if check(seed, world, customers=40).relation is Relation.UNDECIDED
    ]
    assert len(open_pairs) <= 2


@pytest.mark.long
@pytest.mark.parametrize("world", WORLDS)
def test_no_subject_contradicts_a_relation_at_length(world: str) -> None:
    for seed in range(1_000, 4_000):
        check(seed, world, customers=100)


def turned(node: Condition) -> Condition:
    """The same condition with all operands of AND and OR in reverse."""
    if isinstance(node, And | Or):
        return type(node)(tuple(turned(operand) for operand in reversed(node.operands)))
    return node


@pytest.mark.parametrize("world", ["counts", "sums", "accounts", "funnels"])
def test_the_order_of_conjuncts_does_not_matter(world: str) -> None:
    _, write = WORLDS[world]
    for seed in range(15):
        reference, candidate = pair(write(random.Random(seed)))
        straight = decide(reference, candidate, OPEN).relation
        assert decide(turned(reference), turned(candidate), OPEN).relation is straight


NAMES = str.maketrans({"A": "Zeta", "B": "Beta", "C": "Alpha"})
"""Other names in another order."""


def renamed(node: Condition) -> Condition:
    """The same condition about events of other names."""
    text = re.sub(r"event\('\w'\)", lambda m: m.group().translate(NAMES), format_query(node))
    query = parse(text)
    assert isinstance(query, Condition)
    return query


@pytest.mark.parametrize("world", ["counts", "sums", "accounts", "funnels"])
def test_names_do_not_matter(world: str) -> None:
    _, write = WORLDS[world]
    for seed in range(15):
        reference, candidate = pair(write(random.Random(f"names {seed}")))
        straight = decide(reference, candidate, OPEN)
        other = decide(renamed(reference), renamed(candidate), OPEN)
        assert (other.relation, other.behaviour) == (straight.relation, straight.behaviour)

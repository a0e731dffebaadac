"""Proofs in several threads, under one schema and under several: the same as one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from threading import Barrier

import pytest

from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.prover import decide
from jurist.languages.cql.prover.context import Resources
from jurist.languages.cql.prover.exploration import ProverContext
from jurist.languages.cql.prover.theories.smt import Solver
from jurist.languages.cql.schemas.schema import CqlSchema, context_of
from jurist.languages.cql.semantics.values import Coercion
from jurist.records import Evidence, Relation

CQL = CqlLanguage()
DOCUMENT = {
    "name": "threads",
    "language": "cql",
    "events": {
        "Paid": {"properties": {"amount": {"type": "number"}, "shop": {"type": "string"}}},
        "Seen": {"properties": {"page": {"type": "string"}}},
    },
}
THREADS = 4
Case = tuple[str, str, Relation]


def schema() -> CqlSchema:
    return CQL.load_schema(DOCUMENT, where="test")


def cases(first: int) -> Iterator[Case]:
    """Pairs whose relation follows from their thresholds: most need the solver."""
    for n in range(first, first + 6):
        for total in (
            "event('Paid').sum(property('amount'))",
            "event('Paid').avg(property('amount'))",
        ):
            yield f"{total} >= {n}", f"{total} >= {n + 1}", Relation.CONTAINS
            yield f"{total} >= {n}", f"NOT {total} < {n} AND {total}.exists()", Relation.EQUIVALENT
            yield f"{total} > {n}", f"{total} < {n}", Relation.DISJOINT
        follow = "event('Paid').where(event('Seen').within(parent: {} days).count() >= 1)"
        yield (
            f"{follow.format(n)}.count() >= 1",
            f"{follow.format(n + 1)}.count() >= 1",
            Relation.CONTAINED,
        )
        different = "event('Paid').unique(property('shop')).count() >= {}"
        yield different.format(n + 1), f"event('Paid').count() >= {n + 1}", Relation.CONTAINED


def wrong(schema: CqlSchema, listed: Sequence[Case], start: Barrier) -> list[Case]:
    """The cases that come out otherwise."""
    start.wait()
    return [
        (reference, candidate, relation)
        for reference, candidate, relation in listed
        if decide(CQL.parse(reference), CQL.parse(candidate), schema).relation is not relation
    ]


def all_wrong(schemas: Sequence[CqlSchema], lists: Sequence[Sequence[Case]]) -> list[Case]:
    start = Barrier(len(schemas))
    with ThreadPoolExecutor(len(schemas)) as threads:
        running = [
            threads.submit(wrong, schema, listed, start)
            for schema, listed in zip(schemas, lists, strict=True)
        ]
        return [case for thread in running for case in thread.result()]


def test_threads_prove_at_once_under_schemas_of_their_own() -> None:
    lists = [list(cases(10 * thread)) for thread in range(THREADS)]
    assert all_wrong([schema() for _ in lists], lists) == []


def test_threads_prove_under_one_schema() -> None:
    shared = schema()
    lists = [list(cases(3 * thread)) for thread in range(THREADS)]
    assert all_wrong([shared] * THREADS, lists) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_a_process_forked_in_the_middle_of_a_proof_proves() -> None:
    shared = schema()
    reference, candidate, relation = next(cases(0))
    with context_of(shared).get(ProverContext).resources.proof():
        child = get_context("fork").Process(
            target=assert_relation, args=(reference, candidate, shared, relation)
        )
        child.start()
        child.join(30)
        child.kill()
    assert child.exitcode == 0


def assert_relation(reference: str, candidate: str, schema: CqlSchema, relation: Relation) -> None:
    assert decide(CQL.parse(reference), CQL.parse(candidate), schema).relation is relation


def test_a_problem_is_read_anew_by_each_proof() -> None:
    resources = Resources(Coercion.NUMBER)
    with resources.proof():
        problem = Solver(resources)
        number, large = problem.declare("n"), problem.declare("large", "Bool")
        problem.add(f"(= {large} (> {number} 5))")
        problem.add(f"(< {number} 7)")
        assert problem.check([(large, True)])
        assert problem.model() == ({number: 6}, {large})
    with resources.proof():
        problem.add(f"(> {number} 4)")
        assert problem.check([(large, False)])
        assert problem.model() == ({number: 5}, set())
        problem.add(f"(distinct {number} 5)")
        assert not problem.check([(large, False)])
        assert problem.core([(large, False)]) == [(large, False)]


FUNNEL = (
    "event('Paid').where(event('Seen').where(property('page') != property(parent: 'shop'))"
    ".within(parent: {} days).count() >= {}).count() >= 1"
)


def test_evidence_does_not_depend_on_proofs_under_other_schemas() -> None:
    def evidence() -> Evidence:
        reference, candidate = FUNNEL.format(1, 2), FUNNEL.format(3, 1)
        found = decide(CQL.parse(reference), CQL.parse(candidate), schema())
        return replace(found, timings_ms={})

    alone = evidence()
    for reference, candidate, _ in cases(0):
        decide(CQL.parse(reference), CQL.parse(candidate), schema())
    assert evidence() == alone

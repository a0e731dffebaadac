"""Witnesses explained: by both queries, and by nobody where that cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fake_language import FakeLanguage
from jurist.evidence import decide
from jurist.evidence.explanations import explain_witness
from jurist.languages import get_language

CQL = get_language("cql")


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        ("event('A').count() >= 1", "event('A').within(30 days).count() >= 1"),
        ("ANY trait('t') = 'a'", "ALL trait('t') = 'a'"),
        ("event('A').count() >= 1", "ANY trait('t') = 'a'"),
        ("event('A').sum(property('p'))", "event('A').max(property('p'))"),
        ("entity('a').where(property('p') = 1).count() = 1", "entity('a').count() = 1"),
    ],
)
def test_the_roots_are_what_the_witness_says_that_the_queries_give(
    reference: str, candidate: str
) -> None:
    pair = CQL.parse(reference), CQL.parse(candidate)
    schema = CQL.infer_schema(*pair)
    evidence = decide(CQL, *pair, schema)
    assert evidence.witnesses
    for witness in evidence.witnesses:
        told = explain_witness(CQL, *pair, schema, witness)
        assert told is not None
        for given, root in (
            (witness.reference, told.reference),
            (witness.candidate, told.candidate),
        ):
            assert given == (root.value if root.holds is None else root.holds)


def test_nobody_explains_what_cannot_be() -> None:
    pair = CQL.parse("trait('t') = 'a'"), CQL.parse("trait('t') = 'b'")
    schema = CQL.infer_schema(*pair)
    (witness, *_) = decide(CQL, *pair, schema).witnesses
    assert explain_witness(CQL, *pair, schema, replace(witness, input={"rows": []})) is None
    crowd = {"customer": {"events": [{"name": "A", "time": "2026-01-01"}] * 300_000}}
    counted = CQL.parse("event('A').within(5 days).count() >= 1")
    assert explain_witness(FakeLanguage(), *pair, schema, witness) is None
    huge = replace(witness, input={"now": "2026-01-01", **crowd})
    assert explain_witness(CQL, counted, counted, schema, huge) is None

"""Counts of any size: proved about as any, shown as long as somebody would look at them."""

from __future__ import annotations

import pytest

from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.prover import decide
from jurist.records import Evidence, Relation

LANGUAGE = CqlLanguage()


def decided(reference: str, candidate: str) -> Evidence:
    queries = LANGUAGE.parse(reference), LANGUAGE.parse(candidate)
    return decide(*queries, LANGUAGE.infer_schema(*queries))


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        ("event('A').count() >= 20000", "event('A').count() > 19999"),
        ("event('A').count() >= 1000000", "NOT event('A').count() < 1000000"),
        (
            "event('A').count() >= 1000000 AND event('A').count() >= 2000000",
            "event('A').count() > 1999999.5",
        ),
        (
            "event('A').within(7 days).count() >= 1000000",
            "event('A').within(7 days).count() >= 1000000 AND event('A').count() >= 999999",
        ),
        ("event('A').unique(property('p')).count() >= 30000 AND event('A').count() < 30000",
         "event('A').count() < 0"),
        ("event('A').sum(property('p')) >= 1000000000", "event('A').sum(property('p')) > 999999999"
         " AND NOT event('A').sum(property('p')) < 1000000000"),
    ],
)  # fmt: skip
def test_large_counts_are_proved_equal(reference: str, candidate: str) -> None:
    assert decided(reference, candidate).relation is Relation.EQUIVALENT


def test_a_witness_of_many_events_is_shown() -> None:
    evidence = decided("event('A').count() >= 12000", "event('A').count() > 12000")
    assert evidence.relation is Relation.CONTAINS
    assert "12,000 A events" in evidence.witnesses[0].story


def test_a_witness_of_too_many_events_is_named_and_not_shown() -> None:
    evidence = decided("event('A').count() >= 1000000", "event('A').count() > 1000000")
    assert evidence.relation is Relation.UNDECIDED
    assert evidence.reason == (
        "a subject in the reference only takes over 25000 items of a kind, too many to show"
    )

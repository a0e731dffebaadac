"""Verdicts on random pairs, held against the construction and against brute force.

`random_pairs` says how; a longer run is `python tests/random_pairs.py --count 100000`.
"""

from __future__ import annotations

from collections import Counter

import pytest

import random_pairs
from constructed_pairs import ConstructedPair, construct
from jurist.data import schema_path
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.languages.cql.text.parser import parse
from jurist.records import Evidence, Method, Relation

SHOP = read_schema(schema_path("shop"))
FOUND = {
    "an entry of a trait's array": (
        SHOP,
        "trait('vip_customers') = 'true' AND trait('interests.$') = 'x'",
        "trait('vip_customers').exists()",
    ),
    "many comparisons of the same two values": (
        CqlSchema(),
        " AND ".join(["trait('x') <= trait('y')"] * 40),
        "trait('x') <= trait('y') AND trait('y').exists()",
    ),
    "now at the first moment there is": (
        CqlSchema(),
        "trait('x').within_last(0 days) OR trait('y').after_date(0001-01-01T00:00:00Z)"
        " OR event('B').where(context('timestamp') > '1').count() = 2",
        "trait('x').within_last(0 days) OR trait('y').after_date(0001-01-01T00:00:00Z)"
        " OR event('B').where(context('timestamp') > '1').count() > 1",
    ),
    "the first value of rows in the order of numbers": (
        CqlSchema(),
        "entity('rows').first(property('x')) != 0",
        "entity('rows').first(property('x')) > 0 OR entity('rows').first(property('x')) < 0",
    ),
    "a date that lies before the first moment there is": (
        CqlSchema(),
        "trait('x').before_date(trait('y')) AND trait('y').before_last(48 hours)"
        " AND trait('y') > 0001-01-01T00:00:00Z",
        "trait('x').before_date(trait('y'))",
    ),
    "an array compared whole and by its entries": (
        SHOP,
        "event('Products Searched').where(property('filters.$') != 'newsletter'"
        " AND property('filters').contains('10')).count() >= 1",
        "event('Products Searched').where(NOT property('filters.$') != 'newsletter'"
        " AND property('filters').contains('10')).count() >= 1",
    ),
}
"""Pairs like those that once showed a fault."""
Known = tuple[CqlSchema, str, str]


def wrong(known: Known) -> str:
    """What is wrong with the verdicts on a pair, by all arms and by the proof alone."""
    schema, reference, candidate = known
    pair = ConstructedPair("found", "", parse(reference), parse(candidate), schema, ())
    outcomes = [
        random_pairs.judge_pair(pair, "found", arms=arms, people=50) for arms in ("all", "proof")
    ]
    return "\n".join(outcome.wrong for outcome in outcomes if outcome.wrong)


@pytest.mark.parametrize("known", FOUND.values(), ids=FOUND)
def test_what_was_wrong_once_is_right(known: Known) -> None:
    assert not wrong(known)


@pytest.mark.parametrize("share", range(4))
def test_no_verdict_is_wrong(share: int) -> None:
    seeds = [f"quick-{share}-{i}" for i in range(80)]
    tally = random_pairs.run(seeds, people=30)
    assert not tally.wrong, "\n\n".join(outcome.wrong for outcome in tally.wrong)


@pytest.mark.long
@pytest.mark.parametrize("share", range(20))
def test_no_verdict_of_many_is_wrong(share: int) -> None:
    seeds = [f"long-{share}-{i}" for i in range(1_000)]
    seeds += [f"quick-{share}-{i}" for i in range(320)]
    tally = random_pairs.run(seeds, people=200)
    assert not tally.wrong, "\n\n".join(outcome.wrong for outcome in tally.wrong)


def test_pairs_are_the_same_for_the_same_seed() -> None:
    first, again = construct("a seed"), construct("a seed")
    assert (first.reference, first.candidate) == (again.reference, again.candidate)
    assert construct("another").reference != first.reference


def test_the_construction_reaches_all_kinds_worlds_and_edits() -> None:
    pairs = [construct(f"reach-{i}") for i in range(600)]
    assert {pair.kind for pair in pairs} == {"equal", "mutated", "independent"}
    assert {pair.world for pair in pairs} == {"tiny", "shop", "b2b", "streaming", "drawn"}
    assert any(pair.has_funnel for pair in pairs)
    assert any(pair.is_trait for pair in pairs)
    steps = Counter(step for pair in pairs for step in pair.steps)
    assert len(steps) > 60


def test_a_wrong_verdict_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judges are no rubber stamp: a prover that calls all pairs equal is caught."""

    def lie(*_queries: object, **_options: object) -> Evidence:
        return Evidence(Relation.EQUIVALENT, Method.PROOF)

    monkeypatch.setattr(random_pairs, "prove", lie)
    monkeypatch.setattr(random_pairs, "decide", lie)
    tally = random_pairs.run([f"lie-{i}" for i in range(60)], people=100)
    assert {outcome.kind for outcome in tally.wrong} == {"mutated", "independent"}
    assert len(tally.wrong) >= 15

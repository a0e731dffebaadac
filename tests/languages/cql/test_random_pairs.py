"""Verdicts on random pairs, held against the construction and against brute force.

`random_pairs` says how; a longer run is `python tests/random_pairs.py --count 100000`.
"""

from __future__ import annotations

from collections import Counter

import pytest

import random_pairs
from constructed_pairs import construct
from jurist.records import Evidence, Method, Relation


@pytest.mark.parametrize("share", range(4))
def test_no_verdict_is_wrong(share: int) -> None:
    seeds = [f"default-{share}-{i}" for i in range(250)]
    tally = random_pairs.run(seeds, people=30)
    assert not tally.wrong, "\n\n".join(outcome.wrong for outcome in tally.wrong)


@pytest.mark.long
@pytest.mark.parametrize("share", range(20))
def test_no_verdict_of_many_is_wrong(share: int) -> None:
    seeds = [f"long-{share}-{i}" for i in range(1_000)]
    tally = random_pairs.run(seeds, people=200)
    assert not tally.wrong, "\n\n".join(outcome.wrong for outcome in tally.wrong)


def test_pairs_are_the_same_for_the_same_seed() -> None:
    first, again = construct("a seed"), construct("a seed")
    assert (first.reference, first.candidate) == (again.reference, again.candidate)
    assert construct("another").reference != first.reference


def test_the_construction_reaches_all_kinds_worlds_and_edits() -> None:
    pairs = [construct(f"reach-{i}") for i in range(600)]
    assert {pair.kind for pair in pairs} == {"equal", "mutated", "independent"}
    assert {pair.world for pair in pairs} == {"tiny", "shop", "b2b", "streaming"}
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

"""Saved queries whose edit is planted: its proof and its distance are known beforehand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jurist.data import schema_path
from jurist.languages.schema_files import FoundSchema, read_schema
from jurist.production import Interaction
from jurist.production.comparing import compared, sample_of
from jurist.production.distances import edits_and_meaning
from jurist.records import Relation
from jurist.store import Store, open_store

ORDERED = "event('Order Completed').within(30 days).count() >= 1"
BROWSED = "event('Product Viewed').count() >= 1"

PLANTED = {
    "nothing": (ORDERED, ORDERED, Relation.EQUIVALENT, 0),
    "another spelling": (ORDERED, ORDERED.replace(">= 1", "> 0"), Relation.EQUIVALENT, None),
    "more orders": (ORDERED, ORDERED.replace(">= 1", ">= 2"), Relation.CONTAINED, 1),
    "a longer window": (ORDERED, ORDERED.replace("30", "60"), Relation.CONTAINS, 1),
    "one condition more": (ORDERED, f"{ORDERED} and {BROWSED}", Relation.CONTAINED, None),
    "one condition less": (f"{ORDERED} and {BROWSED}", ORDERED, Relation.CONTAINS, None),
    "the other order": (
        f"{ORDERED} and {BROWSED}",
        f"{BROWSED} and {ORDERED}",
        Relation.EQUIVALENT,
        0,
    ),
    "another event": (ORDERED, BROWSED, Relation.OVERLAPS, None),
    "the opposite": (BROWSED, f"not ({BROWSED})", Relation.DISJOINT, 1),
    "no query": (ORDERED, "everybody who ordered", None, None),
}
"""From what was shown to what was saved: how the saved query relates to it, and the nodes."""


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def found() -> FoundSchema:
    return read_schema(schema_path("shop"))


def attempt(name: str, answer: str, saved: str | None) -> Interaction:
    return Interaction(system="s", question_id=name, user=name, answer=answer, saved=saved)


def test_planted_edits(store: Store, found: FoundSchema) -> None:
    attempts = [attempt(name, answer, saved) for name, (answer, saved, _, _) in PLANTED.items()]
    told: list[tuple[int, int]] = []

    def advance(done: int, of: int) -> None:
        told.append((done, of))

    results = compared(store, attempts, found, advance=advance)
    for each in results:
        _, _, relation, edits = PLANTED[each.attempt.question_id]
        assert each.found.relation == relation, each.attempt.question_id
        if edits is not None:
            assert each.found.edits == edits, each.attempt.question_id
    assert told[-1] == (len(PLANTED), len(PLANTED))
    edits, meaning = edits_and_meaning(results, None)
    assert (edits.saved, edits.compared, edits.unread) == (10, 9, 1)
    shares = [meaning.equal, meaning.narrower, meaning.wider, meaning.different, meaning.undecided]
    assert [share.value for share in shares] == pytest.approx([3 / 9, 2 / 9, 2 / 9, 2 / 9, 0])
    told.clear()
    assert compared(store, attempts, found, advance=advance) == results
    assert told == [(len(PLANTED), len(PLANTED))]  # all known: nothing is proved again


def test_a_sample_ends_before_too_many_pairs_and_a_larger_one_holds_it() -> None:
    attempts = [attempt(str(n), "A", {0: None, 1: "A"}.get(n % 4, f"B{n}")) for n in range(40)]
    small, large = (sample_of(attempts, pairs) for pairs in (3, 8))
    assert large[: len(small)] == small
    assert len({each.saved for each in small} - {"A"}) == 3
    assert sum(each.saved == "A" for each in small) == 2
    assert all(each.saved for each in large)
    assert len(sample_of(attempts, 100)) == 30

"""Attempts are joined to the same record in whatever order, and however often, rows come."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import permutations

import pytest

from jurist.production import Interaction, interactions, systems_in_production
from jurist.store import open_store
from jurist.store.interactions import (
    ContradictionError,
    joined,
    known_interactions,
    write_interactions,
)

ATTEMPT = Interaction(system="audiences", question_id="q1")
ROWS = (
    replace(ATTEMPT, question="who bought?", user="u1", asked_at=1_000, seen_at=1_000),
    replace(ATTEMPT, answer="A", shown_at=2_000, seen_at=2_000),
    replace(ATTEMPT, saved="B", saved_at=9_000, seen_at=9_000),
    replace(ATTEMPT, saved="C", saved_at=12_000, seen_at=12_000),
)


def test_the_order_of_rows_and_doubles_do_not_matter() -> None:
    expected = replace(
        ATTEMPT,
        question="who bought?",
        user="u1",
        answer="A",
        saved="B",
        asked_at=1_000,
        shown_at=2_000,
        saved_at=9_000,
        seen_at=12_000,
    )
    for order in permutations(ROWS + ROWS[:1]):
        assert reduce(joined, order) == expected


def test_a_save_without_a_time_is_the_last() -> None:
    untimed = replace(ATTEMPT, saved="A")
    assert joined(untimed, ROWS[2]).saved == joined(ROWS[2], untimed).saved == "B"


def test_two_answers_to_one_attempt_contradict_each_other() -> None:
    with pytest.raises(ContradictionError, match="another answer"):
        joined(replace(ATTEMPT, answer="A"), replace(ATTEMPT, answer="B"))


def test_what_is_written_is_read_again(store_url: str) -> None:
    store = open_store(store_url)
    first, second = reduce(joined, ROWS), replace(ATTEMPT, system="other", question="none?")
    write_interactions(store, [first, second], [])
    more = replace(first, segment="small")
    write_interactions(store, [], [more])
    assert known_interactions(store, [first.key, "absent"]) == {first.key: more}
    assert set(interactions(store)) == {more, second}
    assert list(interactions(store, system="other")) == [second]
    assert list(interactions(store, since=1_000, until=1_001)) == [more]
    assert list(interactions(store, until=1_000)) == []
    assert systems_in_production(store) == {"audiences": 1, "other": 1}
    store.close()


def test_names_that_run_together_are_still_two_attempts() -> None:
    one = Interaction(system="a", question_id="bc")
    assert one.key != Interaction(system="ab", question_id="c").key

"""A little of the stress of mutants; and the reader of witnesses sees false ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jurist.evidence import decide
from jurist.languages import get_language
from jurist.records import Evidence, Witness
from sql_drawn_mutants import EDITS, draw
from sql_mutant_judging import judge
from sql_mutants import summary
from sql_queries import worlds
from sql_replaying import HIDDEN, illegal, not_replayed

FESTIVAL = worlds()["festival"].schema
BAND = "SELECT name FROM band WHERE founded > 1990"


@pytest.mark.parametrize("part", range(2))
def test_drawn_mutants_are_judged_without_a_fault(part: int) -> None:
    found = [judged for i in range(12) if (judged := judge(f"tests-{part}-{i}")) is not None]
    assert [each.shown() for each in found if each.faults] == []
    assert {each.verdict for each in found} >= {"refuted"}
    assert "faults: none" in summary(found, 12, 1.0)


def test_the_same_seed_draws_the_same_pair_and_seeds_draw_many_operators() -> None:
    drawn = [draw(f"many-{i}") for i in range(60)]
    assert [draw(f"many-{i}") for i in range(5)] == drawn[:5]
    operators = {operator for each in drawn if each for operator in each.operators}
    assert len(operators) > 30
    assert operators <= {edit.name for edit in EDITS}


def decided(candidate: str) -> Evidence:
    language = get_language("sql")
    queries = [language.parse(text, FESTIVAL) for text in (BAND, candidate)]
    return decide(language, queries[0], queries[1], FESTIVAL)


def test_a_false_or_illegal_witness_is_seen() -> None:
    candidate = "SELECT name FROM band WHERE founded >= 1990"
    (witness,) = decided(candidate).witnesses
    assert not not_replayed(FESTIVAL, BAND, candidate, witness)
    assert not illegal(FESTIVAL, witness)
    other = replace(witness, candidate=[["someone"]])
    assert "the witness says" in not_replayed(FESTIVAL, BAND, candidate, other)
    assert "both give" in not_replayed(FESTIVAL, BAND, BAND, _same(witness))
    broken = replace(witness, input={"tables": {"band": {"columns": ["id"], "rows": [[1]]}}})
    assert illegal(FESTIVAL, broken)


def test_a_witness_says_which_moment_was_the_present_one() -> None:
    reference = "SELECT id FROM gig WHERE day < DATE('now')"
    candidate = "SELECT id FROM gig WHERE day < CURRENT_DATE AND fee > 1"
    language = get_language("sql")
    queries = [language.parse(text, FESTIVAL) for text in (reference, candidate)]
    (witness,) = decide(language, queries[0], queries[1], FESTIVAL).witnesses
    now = str(witness.input["now"])
    assert now in witness.story
    assert not_replayed(FESTIVAL, reference, candidate, witness) == ""


def _same(witness: Witness) -> Witness:
    """Of a query and itself: what a false difference would look like."""
    return replace(witness, candidate=witness.reference)


def test_a_difference_that_no_arrangement_shows_is_told_apart() -> None:
    """SQLite sorts where it groups, so that it never shows what nobody promised."""
    reference = "SELECT genre, COUNT(*) FROM band GROUP BY genre ORDER BY genre"
    rows = [[1, "a", "x", 1, None], [2, "b", "y", 1, None]]
    columns = ["id", "name", "genre", "founded", "country"]
    witness = Witness(
        "database",
        {"tables": {"band": {"columns": columns, "rows": rows}}},
        [["x", 1], ["y", 1]],
        [["x", 1], ["y", 1]],
        "",
    )
    candidate = "SELECT genre, COUNT(*) FROM band GROUP BY genre"
    assert not_replayed(FESTIVAL, reference, candidate, witness).startswith(HIDDEN)

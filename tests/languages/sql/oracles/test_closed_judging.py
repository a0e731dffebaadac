"""The judge of closed worlds itself: what is false, it says is false."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from jurist.errors import UnsupportedError
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.records import Evidence, Method, Relation, Side, Witness
from sql_closed_judging import Decides, Outcome, Question, Tally, judged, questions, summary
from sql_comparing import Compared
from sql_meaning import row_key
from sql_trees import Row

SEEDS = [f"judge-{i}" for i in range(5)]
PAIRS = 15


def always(evidence: Evidence) -> Decides:
    """A decider that never looks."""

    def decides(reference: str, candidate: str, schema: SqlSchema) -> Evidence:
        del reference, candidate, schema
        return evidence

    return decides


@cache
def drawn(seed: str) -> tuple[Question, ...]:
    """What is true of a world's pairs is found once, and each lie is held against it."""
    return tuple(questions(seed, pairs=PAIRS))


def outcomes_of(decides: Decides) -> list[Outcome]:
    return [judged(question, decides) for seed in SEEDS for question in drawn(seed)]


def test_an_honest_undecided_is_never_wrong() -> None:
    outcomes = outcomes_of(always(Evidence(Relation.UNDECIDED, Method.NONE, reason="did not look")))
    assert not any(one.wrong for one in outcomes)
    assert {one.truth for one in outcomes} >= {"equal", "beyond"}


def test_a_false_proof_is_seen_wherever_a_database_differs() -> None:
    for one in outcomes_of(always(Evidence(Relation.EQUIVALENT, Method.PROOF))):
        assert bool(one.wrong) is (one.truth in {Compared.BEYOND, Compared.WITHIN})
        assert one.fault == ("proof" if one.wrong else "")


@pytest.mark.parametrize(
    "relation", [Relation.REFINES, Relation.CONTAINS, Relation.CONTAINED, Relation.DISJOINT]
)
def test_other_false_relations_are_seen(relation: Relation) -> None:
    outcomes = outcomes_of(always(Evidence(relation, Method.PROOF)))
    assert Counter(one.fault for one in outcomes)["relation"] > 5


def test_a_false_bound_is_seen() -> None:
    evidence = Evidence(Relation.UNDECIDED, Method.NONE, reason="none up to 2 rows a table")
    faults = Counter(one.fault for one in outcomes_of(always(evidence)))
    assert faults["bound"] > 5
    none = replace(evidence, reason="none up to 0 rows a table")
    assert Counter(one.fault for one in outcomes_of(always(none)))["bound"] < faults["bound"]


def test_a_side_that_is_said_to_be_empty_is_looked_at() -> None:
    undecided = Evidence(Relation.UNDECIDED, Method.PROOF, empty={Side.CANDIDATE: ""})
    assert any(one.fault == "relation" for one in outcomes_of(always(undecided)))


def test_a_difference_needs_a_witness() -> None:
    outcomes = outcomes_of(always(Evidence(Relation.DIFFERENT, Method.EXECUTION)))
    assert all(one.fault == "witness" for one in outcomes)


def test_what_is_raised_is_a_fault() -> None:
    def decides(reference: str, candidate: str, schema: SqlSchema) -> Evidence:
        del reference, candidate, schema
        raise UnsupportedError("no arm can do that")

    outcomes = outcomes_of(decides)
    assert all(one.fault == "raised" for one in outcomes)
    assert "raised" in summary(Tally(outcomes))


@pytest.mark.parametrize("spoils", ["nothing", "the rows", "the result"])
def test_witnesses_are_replayed(spoils: str) -> None:
    """Of pairs that differ, a true witness passes, an illegal one or a false result does not."""
    looked_at = 0
    for question in (each for seed in SEEDS for each in drawn(seed)):
        if question.world.dialect == "sqlite":  # the other one is slow
            one = judged(question, shows(question, spoils))
            if one.relation == Relation.DIFFERENT and one.truth == Compared.BEYOND:
                looked_at += 1
                assert one.fault == ("" if spoils == "nothing" else "witness"), one.wrong
    assert looked_at > 5


def shows(question: Question, spoils: str) -> Decides:
    """A decider that shows a database on which SQLite gives different rows, spoilt if asked."""
    world = question.world

    def decides(reference: str, candidate: str, schema: SqlSchema) -> Evidence:
        del schema
        for database in world.world.databases:
            one, other = (world.engine.rows(text, database) for text in (reference, candidate))
            if sorted(one, key=row_key) != sorted(other, key=row_key):
                break
        else:
            return Evidence(Relation.UNDECIDED, Method.NONE)
        tables: dict[str, Sequence[Row]] = dict(database)
        if spoils == "the rows":
            name, columns = world.schema.tables[0].name, world.schema.tables[0].columns
            tables[name] = [*tables[name], (None,) * (len(columns) + 1)]
        if spoils == "the result":
            one = [*one, *one, ("no such row",)]
        witness = Witness("database", {"tables": tables}, {"rows": one}, {"rows": other}, "")
        return Evidence(Relation.DIFFERENT, Method.EXECUTION, (witness,))

    return decides

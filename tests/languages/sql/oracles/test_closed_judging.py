"""The judge of closed worlds itself: what is false, it says is false."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from jurist.errors import UnsupportedError
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.records import Evidence, Method, Relation, Side, Witness
from sql_closed_judging import Decides, Outcome, Tally, judge_world, summary
from sql_closed_pairs import SmallWorld
from sql_comparing import Compared
from sql_meaning import row_key
from sql_trees import Row

pytestmark = pytest.mark.long
"""Small worlds are judged anew for each lie; what the judge is for runs for hours."""

SEEDS = [f"judge-{i}" for i in range(5)]
PAIRS = 15


def always(evidence: Evidence) -> Decides:
    """A decider that never looks."""

    def decides(reference: str, candidate: str, schema: SqlSchema) -> Evidence:
        del reference, candidate, schema
        return evidence

    return decides


def judged(decides: Decides) -> list[Outcome]:
    tally = Tally()
    for seed in SEEDS:
        tally.add(judge_world(seed, decides, pairs=PAIRS))
    return tally.outcomes


def test_an_honest_undecided_is_never_wrong() -> None:
    outcomes = judged(always(Evidence(Relation.UNDECIDED, Method.NONE, reason="did not look")))
    assert not any(one.wrong for one in outcomes)
    assert {one.truth for one in outcomes} >= {"equal", "beyond"}


def test_a_false_proof_is_seen_wherever_a_database_differs() -> None:
    for one in judged(always(Evidence(Relation.EQUIVALENT, Method.PROOF))):
        assert bool(one.wrong) is (one.truth in {Compared.BEYOND, Compared.WITHIN})
        assert one.fault == ("proof" if one.wrong else "")


@pytest.mark.parametrize(
    "relation", [Relation.REFINES, Relation.CONTAINS, Relation.CONTAINED, Relation.DISJOINT]
)
def test_other_false_relations_are_seen(relation: Relation) -> None:
    outcomes = judged(always(Evidence(relation, Method.PROOF)))
    assert Counter(one.fault for one in outcomes)["relation"] > 5


def test_a_false_bound_is_seen() -> None:
    evidence = Evidence(Relation.UNDECIDED, Method.NONE, reason="none up to 2 rows a table")
    faults = Counter(one.fault for one in judged(always(evidence)))
    assert faults["bound"] > 5
    none = replace(evidence, reason="none up to 0 rows a table")
    assert Counter(one.fault for one in judged(always(none)))["bound"] < faults["bound"]


def test_a_side_that_is_said_to_be_empty_is_looked_at() -> None:
    undecided = Evidence(Relation.UNDECIDED, Method.PROOF, empty={Side.CANDIDATE: ""})
    assert any(one.fault == "relation" for one in judged(always(undecided)))


def test_a_difference_needs_a_witness() -> None:
    outcomes = judged(always(Evidence(Relation.DIFFERENT, Method.EXECUTION)))
    assert all(one.fault == "witness" for one in outcomes)


def test_what_is_raised_is_a_fault() -> None:
    def decides(reference: str, candidate: str, schema: SqlSchema) -> Evidence:
        del reference, candidate, schema
        raise UnsupportedError("no arm can do that")

    outcomes = judged(decides)
    assert all(one.fault == "raised" for one in outcomes)
    assert "raised" in summary(Tally(outcomes))


@pytest.mark.parametrize("spoils", ["nothing", "the rows", "the result"])
def test_witnesses_are_replayed(spoils: str) -> None:
    """Of pairs that differ, a true witness passes, an illegal one or a false result does not."""
    looked_at = 0
    fast = [seed for seed in SEEDS if SmallWorld(seed).dialect == "sqlite"]
    for seed in fast:
        for one in judge_world(seed, shows(seed, spoils), pairs=PAIRS).outcomes:
            if one.relation == Relation.DIFFERENT and one.truth == Compared.BEYOND:
                looked_at += 1
                assert one.fault == ("" if spoils == "nothing" else "witness"), one.wrong
    assert looked_at > 5


def shows(seed: str, spoils: str) -> Decides:
    """A decider that shows a database on which SQLite gives different rows, spoilt if asked."""
    world = SmallWorld(seed)
    engine = world.engine
    found: dict[tuple[str, str], int] = {}
    for pair in world.pairs(PAIRS):
        texts = pair.reference.text, pair.candidate.text
        for at, database in enumerate(world.world.databases):
            one, other = (sorted(engine.rows(text, database), key=row_key) for text in texts)
            if one != other:
                found.setdefault(texts, at)

    def decides(reference: str, candidate: str, schema: SqlSchema) -> Evidence:
        del schema
        at = found.get((reference, candidate))
        if at is None:
            return Evidence(Relation.UNDECIDED, Method.NONE)
        database = world.world.databases[at]
        one, other = engine.rows(reference, database), engine.rows(candidate, database)
        tables: dict[str, Sequence[Row]] = dict(database)
        if spoils == "the rows":
            name, columns = world.schema.tables[0].name, world.schema.tables[0].columns
            tables[name] = [*tables[name], (None,) * (len(columns) + 1)]
        if spoils == "the result":
            one = [*one, *one, ("no such row",)]
        witness = Witness("database", {"tables": tables}, {"rows": one}, {"rows": other}, "")
        return Evidence(Relation.DIFFERENT, Method.EXECUTION, (witness,))

    return decides

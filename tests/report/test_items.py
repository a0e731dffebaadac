"""Rows of a report: laid out, bounded, with what decided them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jurist.evidence import judge_texts
from jurist.languages import get_language
from jurist.records import (
    Candidate,
    Case,
    Cost,
    Evidence,
    Failure,
    FailureKind,
    Method,
    Origin,
    Question,
    Relation,
    Speaker,
    Step,
    Turn,
    Verdict,
    Witness,
)
from jurist.report.items import Item, make_item
from jurist.report.queries import LONGEST
from jurist.roles.protocols import Workspace
from jurist.runs.results import Result

CQL = get_language("cql")
SCHEMA = CQL.infer_schema(CQL.parse("event('A').count() >= 1 AND trait('p') = 'x'"))
AT = Workspace(CQL, SCHEMA, "d")
CASE = Case("c", "event('A').count()>=1 AND trait('p')='x'", tags=("t",))


def result(verdict: Verdict, candidate: Candidate, case: Case = CASE) -> Result:
    question = Question("q", "x" * (LONGEST + 10), Origin.REAL)
    return Result("d", case, question, "g", candidate, verdict.judge, verdict, "task")


def made(verdict: Verdict, candidate: Candidate, case: Case = CASE) -> Item:
    return make_item([result(verdict, candidate, case)], AT)


def test_queries_are_laid_out_and_compared() -> None:
    item = made(Verdict("j", 3.0), Candidate(query="event('A').count() >= 2 AND trait('p') = 'x'"))
    assert item.reference == "event('A').count() >= 1\nAND trait('p') = 'x'"
    marks = [mark for _, _, mark in item.difference]
    assert marks.count("only_reference") == marks.count("only_candidate") == 1
    assert (item.dataset, item.case, item.generator) == ("d", "c", "g")
    assert [ruling.judge for ruling in item.rulings] == ["j"]
    assert item.question.endswith(f"({LONGEST + 10} characters)")


def test_how_an_answer_came_about_is_told_and_bounded() -> None:
    turns = (
        Turn(Speaker.GENERATOR, "x" * (LONGEST + 1), needed=False),
        Turn(Speaker.USER, "those", given_away=0.25),
    )
    steps = (Step("plan", Cost(ms=1500, calls=1, usd=0.5)),)
    cost = Cost(2000, 3, 1, 1200, 80, 0.75)
    told = Candidate("x", cost=cost, trace_id="t1", steps=steps, transcript=turns)
    origins = made(Verdict("j", 1.0), told).origins
    assert origins.spent == (
        "2 s, 3 calls of models, 1 from the ledger, 1,200 tokens in, 80 tokens out, $0.75"
    )
    assert origins.trace_id == "t1"
    assert origins.steps == (("plan", "1.5 s, 1 call of a model, $0.5"),)
    first, second = origins.transcript
    assert first.text.endswith(f"({LONGEST + 1} characters)")
    assert (first.remark, second.who) == ("the question had said so", "the user said")
    assert second.remark == "25% of the reference's words given away"
    assert made(Verdict("j", 1.0), Candidate("x", cost=Cost(ms=7))).origins.spent == ""


def test_what_does_not_parse_stands_as_it_was_written() -> None:
    item = made(Verdict("j", 1.0), Candidate(query="SELECT 1"))
    assert item.candidate == "SELECT 1"
    assert item.difference == ()


def test_refusals_failures_and_no_score() -> None:
    late = Failure(FailureKind.TIMEOUT, "60 s")
    item = made(Verdict("j", None, unscored=late), Candidate(failure=late))
    (ruling,) = item.rulings
    assert (ruling.score, ruling.unscored, item.failure) == (None, "timeout: 60 s", "60 s")
    assert item.worst is None
    item = made(Verdict("j", 1.0), Candidate(refusal="no"))
    assert (item.candidate, item.refusal) == (None, "no")
    item = made(Verdict("j", 5.0), Candidate(refusal="no"), Case("c", None))
    assert item.reference is None


def test_evidence_and_a_witness_too_large_to_hold() -> None:
    small = Witness("customer", {"now": "n", "customer": {}}, True, False, "a customer")
    large = Witness(
        "customer", {"now": "n", "customer": {"x": "y" * 300_000}}, False, True, "another"
    )
    evidence = Evidence(
        Relation.OVERLAPS, Method.PROOF, (small, large), notes=("a fact",), reason=""
    )
    item = made(Verdict("j", 2.0, evidence=evidence), Candidate(query="x"))
    (ruling,) = item.rulings
    assert (ruling.relation, ruling.method) == ("overlaps", "proof")
    assert [each.input for each in ruling.shown] == [small.input, None]
    assert [each.candidate for each in ruling.shown] == [False, True]
    assert [each.picture for each in ruling.shown] == [None, None]
    assert "too large" in ruling.shown[1].undrawn
    assert [each.given for each in ruling.shown] == [
        "in the reference, not in the candidate",
        "in the candidate, not in the reference",
    ]
    assert "a fact" in ruling.notes


@pytest.mark.parametrize(
    ("reference", "candidate", "told"),
    [
        (2, 1, "the reference gives 2, the candidate gives 1"),
        (0.5, None, "the reference gives 0.5, the candidate gives nothing"),
        (None, 0, "the reference gives nothing, the candidate gives 0"),
        ("5", 5, "the reference gives '5', the candidate gives 5"),
        ("true", "", "the reference gives 'true', the candidate gives ''"),
        (["a", 1], [], 'the reference gives ["a",1], the candidate gives []'),
        ([["a", 1]], [], "the reference gives 1 row, the candidate gives 0 rows"),
        ({"a": 1}, 10**25, f'the reference gives {{"a":1}}, the candidate gives {10**25}'),
    ],
)
def test_of_computed_traits_it_is_told_what_each_gives(
    reference: object, candidate: object, told: str
) -> None:
    witness = Witness("customer", {"now": "n", "customer": {}}, reference, candidate, "a customer")
    evidence = Evidence(Relation.DIFFERENT, Method.PROOF, (witness,))
    (ruling,) = made(Verdict("j", 2.0, evidence=evidence), Candidate(query="x")).rulings
    (shown,) = ruling.shown
    assert (shown.reference, shown.candidate) == (reference, candidate)
    assert shown.given == told


def test_a_value_too_long_to_hold_is_cut() -> None:
    witness = Witness(
        "customer", {"now": "n", "customer": {}}, ["x" * 90_000], "y" * 90_000, "a customer"
    )
    evidence = Evidence(Relation.DIFFERENT, Method.PROOF, (witness,))
    (ruling,) = made(Verdict("j", 2.0, evidence=evidence), Candidate(query="x")).rulings
    (shown,) = ruling.shown
    assert len(shown.given) < 500
    assert shown.given.count("…") == 2
    assert all(len(str(value)) < 2 * LONGEST for value in (shown.reference, shown.candidate))


def test_a_witness_is_drawn_where_it_is_shown_first() -> None:
    pair = CASE.reference or "", "event('A').count() >= 2 AND trait('p') = 'x'"
    verdict = judge_texts(CQL, *pair, SCHEMA)
    results = [
        result(replace(verdict, judge=name), Candidate(query=pair[1])) for name in ("one", "other")
    ]
    item = make_item(results, AT)
    first, again = (ruling.shown for ruling in item.rulings)
    assert (len(first), len(again)) == (1, 0)
    (scene,) = first[0].scenes
    (lane,) = scene.lanes
    assert [each.text for each in lane.lane.reads.candidate] == ["1 >= 2"]
    assert [fact.name for fact in scene.scene.facts] == ["trait('p') = 'x'"]
    steps = first[0].steps[1]
    assert ("count() >= 2", "1 >= 2, no") in [(step.label, step.reading) for step in steps]
    assert item.showing == "1 customer who shows it"


def test_undecided_says_why() -> None:
    evidence = Evidence(Relation.UNDECIDED, Method.NONE, reason="looked at 9 histories")
    undecided = Failure(FailureKind.UNDECIDED, "neither")
    verdict = Verdict("j", None, unscored=undecided, evidence=evidence)
    item = made(verdict, Candidate(query="trait('p') = 'y'"))
    assert item.rulings[0].undecided == "looked at 9 histories"


def test_a_cascade_says_who_was_asked() -> None:
    members = (Verdict("proof", None, unscored=Failure(FailureKind.UNDECIDED, "")), Verdict("m", 4))
    item = made(Verdict("j", 4, members=members), Candidate(query="x"))
    assert "asked: proof no score, m 4" in item.rulings[0].notes


def test_an_answer_stands_once_with_all_judges_and_both_queries_in_english() -> None:
    candidate = Candidate(query="trait('p') = 'x'")
    verdicts = [Verdict("strict", 2.0), Verdict("proof", 3.0, "why")]
    item = make_item([result(verdict, candidate) for verdict in verdicts], AT)
    assert [(ruling.judge, ruling.score) for ruling in item.rulings] == [
        ("strict", 2.0),
        ("proof", 3.0),
    ]
    assert item.worst == 2.0
    for english in (item.reference_english, item.candidate_english):
        assert "x" in english
        assert "trait(" not in english
    only = [label for _, label, mark in item.difference if mark != "same"]
    assert only == ["AND", "count() >= 1", "event('A')"]
    assert [mark for _, label, mark in item.difference if label == "AND"] == ["joins_reference"]

"""Rows of a report: laid out, bounded, with what decided them."""

from __future__ import annotations

import pytest

from jurist.languages import get_language
from jurist.records import (
    Candidate,
    Case,
    Evidence,
    Failure,
    FailureKind,
    Method,
    Origin,
    Question,
    Relation,
    Verdict,
    Witness,
)
from jurist.report.items import LONGEST, make_item
from jurist.run.results import Result

CQL = get_language("cql")
CASE = Case("c", "event('A').count()>=1 AND trait('p')='x'", tags=("t",))


def result(verdict: Verdict, candidate: Candidate, case: Case = CASE) -> Result:
    question = Question("q", "x" * (LONGEST + 10), Origin.REAL)
    return Result("d", case, question, "g", candidate, "j", verdict, "task")


def test_queries_are_laid_out_and_compared() -> None:
    item = make_item(
        result(Verdict("j", 3.0), Candidate(query="event('A').count() >= 2 AND trait('p') = 'x'")),
        CQL,
    )
    assert item.reference == "event('A').count() >= 1\nAND trait('p') = 'x'"
    marks = [mark for _, _, mark in item.difference]
    assert marks.count("only_reference") == marks.count("only_candidate") == 1
    assert (item.dataset, item.case, item.generator, item.judge) == ("d", "c", "g", "j")
    assert item.question.endswith(f"({LONGEST + 10} characters)")


def test_what_does_not_parse_stands_as_it_was_written() -> None:
    item = make_item(result(Verdict("j", 1.0), Candidate(query="SELECT 1")), CQL)
    assert item.candidate == "SELECT 1"
    assert item.difference == ()


def test_refusals_failures_and_no_score() -> None:
    late = Failure(FailureKind.TIMEOUT, "60 s")
    item = make_item(result(Verdict("j", None, unscored=late), Candidate(failure=late)), CQL)
    assert (item.score, item.unscored, item.failure) == (None, "timeout: 60 s", "60 s")
    item = make_item(result(Verdict("j", 1.0), Candidate(refusal="no")), CQL)
    assert (item.candidate, item.refusal) == (None, "no")
    item = make_item(result(Verdict("j", 5.0), Candidate(refusal="no"), Case("c", None)), CQL)
    assert item.reference is None


def test_evidence_and_a_witness_too_large_to_hold() -> None:
    small = Witness({"now": "n", "customer": {}}, True, False, "a customer")
    large = Witness({"now": "n", "customer": {"x": "y" * 300_000}}, False, True, "another")
    evidence = Evidence(
        Relation.OVERLAPS, Method.PROOF, (small, large), notes=("a fact",), reason=""
    )
    item = make_item(result(Verdict("j", 2.0, evidence=evidence), Candidate(query="x")), CQL)
    assert (item.relation, item.method) == ("overlaps", "proof")
    assert [witness["subject"] for witness in item.witnesses] == [small.subject, None]
    assert [witness["candidate"] for witness in item.witnesses] == [False, True]
    assert [witness["given"] for witness in item.witnesses] == [
        "in the reference, not in the candidate",
        "in the candidate, not in the reference",
    ]
    assert "a fact" in item.notes


@pytest.mark.parametrize(
    ("reference", "candidate", "told"),
    [
        (2, 1, "the reference gives 2, the candidate gives 1"),
        (0.5, None, "the reference gives 0.5, the candidate gives nothing"),
        (None, 0, "the reference gives nothing, the candidate gives 0"),
        ("5", 5, "the reference gives '5', the candidate gives 5"),
        ("true", "", "the reference gives 'true', the candidate gives ''"),
        (["a", 1], [], 'the reference gives ["a",1], the candidate gives []'),
        ({"a": 1}, 10**25, f'the reference gives {{"a":1}}, the candidate gives {10**25}'),
    ],
)
def test_of_computed_traits_it_is_told_what_each_gives(
    reference: object, candidate: object, told: str
) -> None:
    witness = Witness({"now": "n", "customer": {}}, reference, candidate, "a customer")
    evidence = Evidence(Relation.DIFFERENT, Method.PROOF, (witness,))
    item = make_item(result(Verdict("j", 2.0, evidence=evidence), Candidate(query="x")), CQL)
    (shown,) = item.witnesses
    assert (shown["reference"], shown["candidate"]) == (reference, candidate)
    assert shown["given"] == told


def test_a_value_too_long_to_hold_is_cut() -> None:
    witness = Witness({"now": "n", "customer": {}}, ["x" * 90_000], "y" * 90_000, "a customer")
    evidence = Evidence(Relation.DIFFERENT, Method.PROOF, (witness,))
    item = make_item(result(Verdict("j", 2.0, evidence=evidence), Candidate(query="x")), CQL)
    (shown,) = item.witnesses
    assert len(str(shown["given"])) < 500
    assert str(shown["given"]).count("…") == 2
    assert all(len(str(shown[side])) < 2 * LONGEST for side in ("reference", "candidate"))


def test_undecided_says_why() -> None:
    evidence = Evidence(Relation.UNDECIDED, Method.NONE, reason="looked at 9 histories")
    undecided = Failure(FailureKind.UNDECIDED, "neither")
    verdict = Verdict("j", None, unscored=undecided, evidence=evidence)
    item = make_item(result(verdict, Candidate(query="trait('p') = 'y'")), CQL)
    assert item.undecided == "looked at 9 histories"


def test_a_cascade_says_who_was_asked() -> None:
    members = (Verdict("proof", None, unscored=Failure(FailureKind.UNDECIDED, "")), Verdict("m", 4))
    item = make_item(result(Verdict("j", 4, members=members), Candidate(query="x")), CQL)
    assert "asked: proof no score, m 4" in item.notes

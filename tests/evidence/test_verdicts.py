"""The proof judge on texts: refusals, answers that are no queries, references that are none."""

from __future__ import annotations

import pytest

from fake_language import FakeLanguage, Nowhere, executed
from jurist.errors import InternalContradiction
from jurist.evidence import judge_texts
from jurist.languages import get_language
from jurist.languages.base import Schema
from jurist.records import (
    Candidate,
    Evidence,
    Failure,
    FailureKind,
    Method,
    Relation,
    Verdict,
)

CQL = get_language("cql")
RIGHT = "event('Order Completed').within(30 days).count() >= 1"


@pytest.fixture(scope="module")
def shop() -> Schema:
    document: dict[str, object] = {
        "name": "Shop",
        "language": "cql",
        "events": {"Order Completed": {"properties": {"total": {"type": "number"}}}},
        "traits": {"properties": {"plan": {"type": "string"}}},
    }
    return CQL.load_schema(document, where="shop.yaml")


def ruled(reference: str | None, candidate: Candidate | str, schema: Schema) -> Verdict:
    verdict = judge_texts(CQL, reference, candidate, schema)
    assert verdict.judge == "proof"
    assert verdict.cost.ms > 0
    assert verdict.cost.calls == 0
    return verdict


REFUSAL = Candidate(refusal="no such event")
FAILURE = Candidate(failure=Failure(FailureKind.TIMEOUT, "no reply within 30 s"))


def test_a_refusal_is_right_exactly_where_the_case_is_unbuildable(shop: Schema) -> None:
    assert ruled(None, REFUSAL, shop).score == 5
    assert ruled(None, RIGHT, shop).score == 1
    wrongly = ruled(RIGHT, REFUSAL, shop)
    assert wrongly.score == 1
    assert "can be built" in wrongly.reasoning


@pytest.mark.parametrize("reference", [None, RIGHT])
def test_a_failure_is_never_a_score(reference: str | None, shop: Schema) -> None:
    verdict = ruled(reference, FAILURE, shop)
    assert verdict.score is None
    assert verdict.unscored == FAILURE.failure


def test_an_equivalent_answer_is_five_with_its_evidence(shop: Schema) -> None:
    verdict = ruled(RIGHT, "event('Order Completed').within(720 hours).count() > 0", shop)
    assert verdict.score == 5
    assert verdict.evidence is not None
    assert verdict.evidence.relation is Relation.EQUIVALENT


def test_a_different_answer_has_a_witness_and_says_what_differs(shop: Schema) -> None:
    verdict = ruled(RIGHT, "event('Order Completed').count() >= 1", shop)
    assert verdict.score == 3
    assert verdict.evidence is not None
    assert verdict.evidence.witnesses[0].story[1:] in verdict.reasoning
    assert "event('Order Completed').within(30 days)." in verdict.reasoning
    assert "about" not in verdict.reasoning


@pytest.mark.parametrize(
    ("reference", "candidate", "place", "who"),
    [
        ("trait('age') > 3", "trait('age') >= 3", "for a bound's own value", "age 3"),
        ("trait('age') != 3", "NOT trait('age') = 3", "for a missing value", "no age"),
        (
            "event('A').within(30 days).count() >= 1",
            "event('A').within(31 days).count() >= 1",
            "for the days by which months differ",
            "31 days ago",
        ),
    ],
)
def test_a_difference_at_an_edge_names_the_edge_and_who_stands_there(
    reference: str, candidate: str, place: str, who: str
) -> None:
    cql = get_language("cql")
    queries = cql.parse(reference), cql.parse(candidate)
    verdict = judge_texts(cql, reference, candidate, cql.infer_schema(*queries))
    assert verdict.score == 4
    assert verdict.reasoning.startswith("Right but at an edge: ")
    assert f"They differ only {place}. " in verdict.reasoning
    assert who in verdict.reasoning
    assert "rare" not in verdict.reasoning
    for leak in ("(=)", "about", "but for"):
        assert leak not in verdict.reasoning


@pytest.mark.parametrize(
    "text",
    ["SELECT * FROM users", "", "event('Order Completed').count() >=", "(" * 5_000, "x" * 200_000],
    ids=["sql", "empty", "cut off", "parentheses", "long"],
)
def test_what_does_not_parse_is_a_one_with_the_reason(text: str, shop: Schema) -> None:
    verdict = ruled(RIGHT, text, shop)
    assert verdict.score == 1
    assert verdict.evidence is None
    assert verdict.reasoning.startswith("Not a query of this workspace: it does not parse")
    assert len(verdict.reasoning) < 1_200


def test_what_names_unknown_things_is_a_one_with_the_nearest_name(shop: Schema) -> None:
    verdict = ruled(RIGHT, "event('Order Complete').within(30 days).count() >= 1", shop)
    assert verdict.score == 1
    assert "'Order Completed'" in verdict.reasoning


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("no query", "it does not parse: "),
        ("", "it does not parse: "),
        ("event('Order Completed').count(", "it does not parse: "),
        ("x" * 5_000, "it does not parse: "),
        ("event('Refund').count() >= 1", "line 1, column 1: the event 'Refund' is not"),
        ("event('Order Completed').sum(property('total')) > 'x'", "line 1, column 51: 'x'"),
    ],
)
def test_a_reference_that_is_no_query_scores_nobody(
    reference: str, problem: str, shop: Schema
) -> None:
    for candidate in (RIGHT, REFUSAL, FAILURE, "SELECT 1", reference):
        verdict = ruled(reference, candidate, shop)
        assert verdict.score is None
        assert verdict.unscored is not None
        assert verdict.unscored.kind is FailureKind.ERROR
        told = f"the reference is no query of this workspace: {problem}"
        assert verdict.unscored.reason.startswith(told)
        assert len(verdict.unscored.reason) < 1_200
        assert verdict.evidence is None


def test_undecided_is_unscored_with_its_evidence() -> None:
    verdict = judge_texts(FakeLanguage(), "a", "b", Nowhere())
    assert verdict.score is None
    assert verdict.unscored is not None
    assert verdict.unscored.kind is FailureKind.UNDECIDED
    assert verdict.evidence is not None
    assert verdict.evidence.relation is Relation.UNDECIDED


def test_a_contradiction_is_no_verdict() -> None:
    wrong = FakeLanguage(
        executed(Relation.DIFFERENT, both=1, reference_only=1),
        Evidence(Relation.CONTAINED, Method.PROOF),
    )
    with pytest.raises(InternalContradiction):
        judge_texts(wrong, "a", "b", Nowhere())


def test_the_proof_can_be_left_out() -> None:
    language = FakeLanguage(executed(Relation.DIFFERENT, both=1, reference_only=1))
    verdict = judge_texts(language, "a", "b", Nowhere(), prove=False)
    assert verdict.score is not None
    assert language.asked == ["execute"]


def test_what_the_clock_stopped_is_no_verdict_and_worth_another_try() -> None:
    verdict = judge_texts(FakeLanguage(stops=True), "a", "b", Nowhere())
    assert verdict.score is None
    assert verdict.evidence is None
    assert verdict.unscored is not None
    assert verdict.unscored.kind is FailureKind.TIMEOUT
    assert "stopped by the clock" in verdict.unscored.reason

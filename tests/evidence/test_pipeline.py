"""The arms in their order, what they find together, and what stops them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from fake_language import AGREED, FakeArm, FakeLanguage, Nowhere, Word, executed, witness
from jurist.errors import InternalContradiction
from jurist.evidence import decide
from jurist.evidence.pipeline import AUDITED_ONE_IN, is_audited
from jurist.evidence.sentences import sentences
from jurist.languages import get_language
from jurist.languages.base import Arm, Query, Schema
from jurist.languages.conditions import Part
from jurist.languages.effort import OutOfSteps
from jurist.records import Condition, Edge, Evidence, Method, Overlap, Relation

CQL = get_language("cql")
A, B = Word("a"), Word("b")
PROVED_EQUAL = Evidence(Relation.EQUIVALENT, Method.PROOF, assumptions=("p",))


def proved(relation: Relation, *, reference_side: bool = True) -> Evidence:
    return Evidence(relation, Method.PROOF, (witness(in_reference=reference_side),))


def found(language: FakeLanguage, **options: bool) -> Evidence:
    return decide(language, A, B, Nowhere(), **options)


def said(evidence: Evidence) -> tuple[str, ...]:
    return sentences(evidence, CQL.words)


def _parts(*texts: str) -> tuple[Part, ...]:
    return tuple(map(Part, texts))


def of_cql(reference: str, candidate: str, **options: bool) -> Evidence:
    one, other = CQL.parse(reference), CQL.parse(candidate)
    return decide(CQL, one, other, CQL.infer_schema(one, other), **options)


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("trait('a') = 1 OR trait('a') = 10", "trait('a') = 1; trait('a') = 10"),
        (
            "trait('a') = 2 OR trait('a') = 20 OR trait('a') = 200",
            "trait('a') = 2; trait('a') = 20; trait('a') = 200",
        ),
    ],
)
def test_a_condition_is_not_said_by_one_with_more_digits(reference: str, told: str) -> None:
    assert f"only in the reference: {told}" in said(of_cql(reference, "trait('z') = 'z'"))


class FailingArm(FakeArm):
    """Cannot deal with the pair, and looks at nothing behind its evidence's back."""

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - the protocol's
        raise OutOfSteps

    def refutes(self, claim: Evidence) -> str:  # noqa: ARG002 - the protocol's
        pytest.fail("an arm that failed was held against a claim")


class FailingLanguage(FakeLanguage):
    def arms(
        self,
        reference: Query,  # noqa: ARG002 - the protocol's
        candidate: Query,  # noqa: ARG002
        schema: Schema,  # noqa: ARG002
    ) -> Iterator[Arm]:
        yield FakeArm(self, Method.PROOF, proved(Relation.DIFFERENT))
        yield FailingArm(self, Method.EXECUTION, None)


def test_an_arm_that_failed_refutes_nothing() -> None:
    evidence = found(FailingLanguage())
    assert (evidence.relation, evidence.method) == (Relation.DIFFERENT, Method.PROOF)


# --- order --------------------------------------------------------------------------------


def test_identical_queries_ask_no_arm() -> None:
    language = FakeLanguage()
    evidence = decide(language, A, A, Nowhere())
    assert (evidence.relation, evidence.method) == (Relation.EQUIVALENT, Method.IDENTICAL)
    assert evidence.matched == 1
    assert language.asked == []
    assert set(evidence.timings_ms) == {"identical"}


def test_equal_normal_forms_are_not_executed_unless_asked() -> None:
    language = FakeLanguage(normal={"b": "a"})
    evidence = found(language)
    assert (evidence.relation, evidence.method) == (Relation.EQUIVALENT, Method.NORMAL_FORM)
    assert evidence.assumptions == ("U1: words are words",)
    assert language.asked == []
    checked = found(language, cross_check=True)
    assert language.asked == ["execute"]
    assert (checked.method, checked.overlap) == (Method.NORMAL_FORM, AGREED.overlap)


def test_no_proof_is_tried_where_none_is_wanted() -> None:
    language = FakeLanguage(proof=PROVED_EQUAL)
    evidence = found(language, prove=False)
    assert evidence.relation is Relation.UNDECIDED
    assert evidence.reason == "agreed on all"
    assert set(evidence.timings_ms) == {"identical", "normal_form", "execution"}


def test_a_proof_is_given_its_time() -> None:
    language = FakeLanguage(proof=PROVED_EQUAL)
    evidence = decide(language, A, B, Nowhere(), steps=70)
    assert language.asked == ["decide in 70 steps"]
    assert set(evidence.timings_ms) == {"identical", "normal_form", "proof"}
    assert all(ms >= 0 for ms in evidence.timings_ms.values())


# --- what the arms find together ----------------------------------------------------------


def test_what_a_proof_does_not_say_of_likeness_is_counted_and_nothing_more() -> None:
    language = FakeLanguage(AGREED, proved(Relation.CONTAINS))
    evidence = found(language)
    assert language.asked == ["decide in 2000000 steps", "overlap"]
    assert evidence.overlap == AGREED.overlap
    assert set(evidence.timings_ms) == {"identical", "normal_form", "proof", "execution"}


def test_a_proof_that_says_how_alike_the_two_behave_is_not_executed() -> None:
    language = FakeLanguage(AGREED, dataclasses.replace(proved(Relation.CONTAINS), behaviour=0.7))
    evidence = found(language)
    assert language.asked == ["decide in 2000000 steps"]
    assert (evidence.behaviour, evidence.overlap) == (0.7, None)


def test_one_proof_in_256_is_held_against_a_population() -> None:
    words = [Word(str(number)) for number in range(1_000)]
    audited = [word for word in words if is_audited("a", word.text)]
    assert 1_000 / AUDITED_ONE_IN / 2 < len(audited) < 2 * 1_000 / AUDITED_ONE_IN
    sound = FakeLanguage(AGREED, PROVED_EQUAL)
    assert decide(sound, A, audited[0], Nowhere()).overlap == AGREED.overlap
    refuted = FakeLanguage(executed(Relation.DIFFERENT, both=3, reference_only=2), PROVED_EQUAL)
    with pytest.raises(InternalContradiction, match="equivalent, but execution found"):
        decide(refuted, A, audited[0], Nowhere())


def test_a_proof_of_equality_is_executed_where_it_is_cross_checked() -> None:
    evidence = found(FakeLanguage(proof=PROVED_EQUAL), cross_check=True)
    assert (evidence.relation, evidence.method) == (Relation.EQUIVALENT, Method.PROOF)
    assert evidence.overlap == Overlap(5, 0, 0, 10)
    assert evidence.assumptions == ("p",)


def test_a_proof_says_of_which_kind_a_difference_is() -> None:
    execution = executed(Relation.DIFFERENT, both=3, reference_only=2)
    proof = Evidence(Relation.CONTAINS, Method.PROOF, (witness(in_reference=True),))
    evidence = found(FakeLanguage(execution, proof))
    assert (evidence.relation, evidence.method) == (Relation.CONTAINS, Method.PROOF)
    assert evidence.overlap == execution.overlap
    assert len(evidence.witnesses) == 1


def test_witnesses_of_both_sides_are_kept_the_proof_s_first() -> None:
    execution = executed(Relation.OVERLAPS, both=3, reference_only=2, candidate_only=1)
    smaller = dataclasses.replace(witness(in_reference=True), story="the proof's")
    proof = Evidence(Relation.DIFFERENT, Method.PROOF, (smaller,))
    evidence = found(FakeLanguage(execution, proof))
    assert evidence.relation is Relation.OVERLAPS
    assert evidence.witnesses == (smaller, witness(in_reference=False))


def test_a_difference_stands_where_the_proof_stays_open() -> None:
    execution = executed(Relation.DIFFERENT, both=3, reference_only=2)
    proof = Evidence(Relation.UNDECIDED, Method.NONE, reason="time is up")
    evidence = found(FakeLanguage(execution, proof))
    assert (evidence.relation, evidence.method) == (Relation.DIFFERENT, Method.EXECUTION)
    assert evidence.reason == "the kind of the difference is open: time is up"


def test_what_no_arm_decides_says_why() -> None:
    evidence = found(FakeLanguage())
    assert (evidence.relation, evidence.method) == (Relation.UNDECIDED, Method.NONE)
    assert evidence.reason == "not proved: words cannot be proved; agreed on all"
    bare = found(FakeLanguage(execution=None))
    assert "not executed: words cannot be executed" in bare.reason


def test_matched_is_the_share_of_common_conditions() -> None:
    execution = executed(Relation.DIFFERENT, both=3, reference_only=2)
    parts = {"a": _parts("u", "v", "w"), "b": _parts("v", "w", "x")}
    evidence = found(FakeLanguage(execution, parts=parts))
    assert evidence.matched == 2 / 4
    assert evidence.only_in_reference == (Condition("u"),)
    assert evidence.only_in_candidate == (Condition("x"),)
    assert "only in the reference: u" in said(evidence)
    assert "only in the candidate: x" in said(evidence)
    assert not evidence.edges_only


def test_edges_take_no_part_in_matched() -> None:
    execution = executed(Relation.DIFFERENT, both=3, reference_only=2)
    parts = {
        "a": (Part("u"), Part("u > 5", Edge.BOUND)),
        "b": (Part("u"), Part("u >= 5", Edge.BOUND)),
    }
    evidence = found(FakeLanguage(execution, parts=parts))
    assert (evidence.matched, evidence.edges_only) == (1, True)
    assert evidence.only_in_reference == (Condition("u > 5", Edge.BOUND),)
    assert said(evidence) == (
        "they differ only for a bound's own value",
        "only in the reference: u > 5",
        "only in the candidate: u >= 5",
    )


def test_long_conditions_are_bounded_and_many_are_counted() -> None:
    execution = executed(Relation.DIFFERENT, both=3, reference_only=2)
    parts = {"a": _parts(*(f"{n}{'x' * 500}" for n in range(9))), "b": _parts("b")}
    evidence = found(FakeLanguage(execution, parts=parts))
    assert len(evidence.only_in_reference) == 9
    notes = said(evidence)
    assert all(len(note) < 700 for note in notes)
    assert any(note.endswith("and 5 more") for note in notes)


# --- contradictions -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("execution", "proof"),
    [
        (executed(Relation.DIFFERENT, both=3, reference_only=2), PROVED_EQUAL),
        (executed(Relation.DIFFERENT, both=3, candidate_only=2), proved(Relation.CONTAINS)),
        (
            executed(Relation.DIFFERENT, both=3, reference_only=2),
            proved(Relation.CONTAINED, reference_side=False),
        ),
        (executed(Relation.DIFFERENT, both=3, reference_only=2), proved(Relation.DISJOINT)),
    ],
    ids=["equivalent", "contains", "contained", "disjoint"],
)
def test_a_proof_that_execution_refutes_stops_everything(
    execution: Evidence, proof: Evidence
) -> None:
    with pytest.raises(InternalContradiction, match=str(proof.relation)) as caught:
        found(FakeLanguage(execution, proof), cross_check=True)
    bundle = json.loads(caught.value.bundle)
    assert (bundle["reference"], bundle["candidate"]) == ("a", "b")
    assert bundle["execution"]["overlap"]["both"] == 3
    assert bundle["claim"]["method"] == "proof"


def test_a_normal_form_that_execution_refutes_stops_the_cross_check() -> None:
    execution = executed(Relation.DIFFERENT, both=3, reference_only=2)
    language = FakeLanguage(execution, normal={"b": "a"})
    with pytest.raises(InternalContradiction, match="by normal form"):
        found(language, cross_check=True)


@pytest.mark.parametrize(
    "relation", [Relation.CONTAINS, Relation.CONTAINED, Relation.OVERLAPS, Relation.DIFFERENT]
)
def test_what_execution_did_not_see_refutes_nothing(relation: Relation) -> None:
    assert found(FakeLanguage(AGREED, proved(relation))).relation is relation


# --- with the audience language -----------------------------------------------------------

PAIRS = (Path(__file__).parents[1] / "languages/cql/equivalences.jsonl").read_bytes().splitlines()


@pytest.mark.parametrize("line", PAIRS, ids=lambda line: json.loads(line)["id"])
def test_listed_pairs_come_out_as_listed_or_undecided(line: bytes) -> None:
    pair = json.loads(line)
    evidence = of_cql(pair["reference"], pair["candidate"], cross_check=True)
    assert evidence.relation in {*pair["relation"], Relation.UNDECIDED}
    if pair["relation"] == ["equivalent"]:
        assert evidence.method in {Method.IDENTICAL, Method.NORMAL_FORM}
    for one in evidence.witnesses:
        assert one.reference != one.candidate


def test_the_published_anecdote_is_refuted_by_a_customer_who_bought_twice() -> None:
    evidence = of_cql(
        "event('Purchase').count() >= 1",
        "event('Purchase').count() > 0 AND event('Purchase').count() < 2",
    )
    assert evidence.relation is Relation.CONTAINS
    (told,) = evidence.witnesses
    customer = json.loads(msgspec.json.encode(told.input))["customer"]
    assert len(customer["events"]) == 2
    assert (told.reference, told.candidate) == (True, False)


def test_an_empty_and_an_all_holding_query_are_said() -> None:
    nobody = of_cql("event('A').count() < 0", "event('A').count() >= 1", prove=False)
    assert "the reference is empty: nobody can be in it" in said(nobody)
    everybody = of_cql("event('A').count() >= 0", "event('A').count() >= 1", prove=False)
    assert "everybody is in the reference" in said(everybody)
    alike = of_cql("event('A').count() < 0", "event('B').count() < 0")
    assert alike.relation is Relation.EQUIVALENT
    assert said(alike) == ("both are empty: nobody can be in either",)


@pytest.mark.parametrize(
    ("reference", "candidate", "notes"),
    [
        (
            "event('A').count() > 3 AND event('A').count() < 3",
            "event('A').count() > 3",
            (
                "the reference is empty: it asks for event('A').count() > 3 and < 3 at once",
                "only in the candidate: event('A').count() >= 4",
            ),
        ),
        (
            "event('A').count() >= 0",
            "event('A').count() < 0",
            ("everybody is in the reference", "the candidate is empty: nobody can be in it"),
        ),
    ],
)
def test_an_empty_or_an_all_holding_side_is_said_once(
    reference: str, candidate: str, notes: tuple[str, ...]
) -> None:
    """Not again as the condition `nobody` or `everybody` of its normal form."""
    assert said(of_cql(reference, candidate)) == notes


def test_a_kind_that_execution_shows_is_open_no_more() -> None:
    execution = executed(Relation.OVERLAPS, both=3, reference_only=2, candidate_only=1)
    proof = Evidence(
        Relation.DIFFERENT, Method.PROOF, (witness(in_reference=True),), reason="the kind is open"
    )
    assert found(FakeLanguage(execution, proof)).reason == ""
    less = executed(Relation.DIFFERENT, both=3, reference_only=2)
    assert found(FakeLanguage(less, proof)).reason == "the kind is open"


def test_computed_traits_are_compared_too() -> None:
    total = "event('A').{}sum(property('x'))"
    equal = of_cql(total.format("within(1 day)."), total.format("within(24 hours)."))
    assert (equal.relation, equal.method) == (Relation.EQUIVALENT, Method.NORMAL_FORM)
    other = of_cql(total.format(""), total.format("within(24 hours)."), prove=False)
    assert other.relation is Relation.DIFFERENT


def test_a_witness_at_the_beginning_of_the_calendar_can_be_written() -> None:
    evidence = of_cql(
        "event('A').where(property('y') >= '').within(1 hour).count() >= 2",
        "trait('y').exists() AND trait('x').before_date(0001-01-01T00:00:00Z)",
        prove=False,
    )
    assert evidence.witnesses

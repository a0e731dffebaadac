"""The 1-5 rule at each of its borders, and on pairs that were graded by hand."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from fake_language import witness
from jurist.evidence import decide, score
from jurist.evidence.score import (
    MAIN_MATCHED,
    MAIN_MEAN,
    NEAR_BEHAVIOUR,
    SOME_MATCHED,
)
from jurist.languages import get_language
from jurist.records import DifferenceAspect, Evidence, Failure, FailureKind, Method, Relation

GRADED = [
    json.loads(line)
    for line in (Path(__file__).parent / "graded_pairs.jsonl").read_text().splitlines()
]
JUST_BELOW = 0.001
WORDS = get_language("cql").words


def different(
    behaviour: float | None,
    matched: float | None,
    *,
    relation: Relation = Relation.CONTAINS,
    edges_only: bool = False,
) -> Evidence:
    return Evidence(
        relation,
        Method.PROOF,
        (witness(in_reference=True),),
        behaviour=behaviour,
        matched=matched,
        edges_only=edges_only,
    )


def points(evidence: Evidence) -> float:
    scored = score(evidence, WORDS)
    assert not isinstance(scored, Failure)
    return scored[0]


# --- 5 and none ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (Method.IDENTICAL, "identical"),
        (Method.NORMAL_FORM, "same normal form"),
        (Method.PROOF, "proved for every possible customer"),
    ],
)
def test_equivalent_is_five_and_says_how_it_is_known(method: Method, words: str) -> None:
    scored = score(Evidence(Relation.EQUIVALENT, method), WORDS)
    assert not isinstance(scored, Failure)
    assert scored[0] == 5
    assert words in scored[1]


def test_an_equivalent_empty_pair_is_five_and_says_that_it_is_empty() -> None:
    note = "the reference is empty: nobody can be in it"
    scored = score(Evidence(Relation.EQUIVALENT, Method.NORMAL_FORM, notes=(note,)), WORDS)
    assert not isinstance(scored, Failure)
    assert scored[0] == 5
    assert "The reference is empty" in scored[1]


def test_undecided_is_never_a_score_whatever_was_measured() -> None:
    undecided = Evidence(
        Relation.UNDECIDED, Method.NONE, reason="agreed on 300", behaviour=1.0, matched=0.9
    )
    assert score(undecided, WORDS) == Failure(FailureKind.UNDECIDED, "agreed on 300")


def test_a_difference_that_nothing_measures_is_not_scored() -> None:
    scored = score(different(None, None), WORDS)
    assert isinstance(scored, Failure)
    assert scored.kind is FailureKind.UNDECIDED


# --- the borders --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [(1.0, 4), (JUST_BELOW, 4), (0.0, 2)],
)
def test_differences_at_edges(behaviour: float, expected: int) -> None:
    assert points(different(behaviour, 1.0, edges_only=True)) == expected


@pytest.mark.parametrize(
    ("behaviour", "matched", "expected"),
    [
        (NEAR_BEHAVIOUR, MAIN_MATCHED, 4),
        (NEAR_BEHAVIOUR - JUST_BELOW, MAIN_MATCHED, 3),
        (NEAR_BEHAVIOUR, MAIN_MATCHED - JUST_BELOW, 3),
    ],
)
def test_four_without_edges_asks_for_nearly_all(
    behaviour: float, matched: float, expected: int
) -> None:
    assert points(different(behaviour, matched)) == expected


@pytest.mark.parametrize(
    ("behaviour", "matched", "expected"),
    [
        (0.01, MAIN_MATCHED, 3),
        (0.01, MAIN_MATCHED - JUST_BELOW, 2),
        (MAIN_MEAN, MAIN_MEAN, 3),
        (MAIN_MEAN - JUST_BELOW, MAIN_MEAN, 2),
        (2 * MAIN_MEAN, 0.0, 3),
        (2 * MAIN_MEAN - JUST_BELOW, 0.0, 1),
    ],
)
def test_the_main_idea(behaviour: float, matched: float, expected: int) -> None:
    assert points(different(behaviour, matched)) == expected


@pytest.mark.parametrize(
    ("matched", "expected"), [(SOME_MATCHED, 2), (SOME_MATCHED - JUST_BELOW, 1), (0.0, 1)]
)
def test_some_conditions(matched: float, expected: int) -> None:
    assert points(different(0.2, matched)) == expected


@pytest.mark.parametrize(("matched", "expected"), [(1.0, 2), (0.5, 2), (0.05, 1)])
def test_disjoint_audiences_are_at_most_two(matched: float, expected: int) -> None:
    assert points(different(0.0, matched)) == expected
    disjoint = different(None, matched, relation=Relation.DISJOINT, edges_only=True)
    assert points(disjoint) == expected


@pytest.mark.parametrize(
    ("behaviour", "matched", "expected"),
    [
        (None, 0.5, 3),
        (None, 0.39, 2),
        (None, 0.05, 1),
        (0.4, None, 3),
        (0.39, None, 2),
        (0.05, None, 1),
    ],
)
def test_one_measure_stands_for_both(
    behaviour: float | None, matched: float | None, expected: int
) -> None:
    assert points(different(behaviour, matched)) == expected


@pytest.mark.parametrize(
    ("aspects", "expected"),
    [
        ([DifferenceAspect.ORDER], 4),
        ([DifferenceAspect.COLUMNS, DifferenceAspect.DUPLICATES], 4),
        ([DifferenceAspect.TIES], 4),
        ([DifferenceAspect.MISSING_VALUES], 4),
        ([DifferenceAspect.ORDER, DifferenceAspect.ROWS], 1),
        ([DifferenceAspect.MEMBERS], 1),
        ([], 1),
    ],
)
def test_what_is_arranged_otherwise_alone_is_four(
    aspects: list[DifferenceAspect], expected: int
) -> None:
    known = replace(different(0.0, 0.0, relation=Relation.DIFFERENT), aspects=tuple(aspects))
    assert points(known) == expected


def test_arrangement_needs_no_measure_and_says_what_it_is() -> None:
    aspects = (DifferenceAspect.ORDER, DifferenceAspect.DUPLICATES)
    known = replace(different(None, None, relation=Relation.DIFFERENT), aspects=aspects)
    scored = score(known, WORDS)
    assert not isinstance(scored, Failure)
    assert scored[0] == 4
    assert "they differ in order and duplicates alone." in scored[1]
    unmeasured = replace(known, aspects=(DifferenceAspect.ROWS,))
    assert isinstance(score(unmeasured, WORDS), Failure)


def test_more_in_common_never_scores_lower() -> None:
    steps = [step / 20 for step in range(21)]
    for matched in steps:
        scores = [points(different(behaviour, matched)) for behaviour in steps]
        assert scores == sorted(scores)
    for behaviour in steps:
        scores = [points(different(behaviour, matched)) for matched in steps]
        assert scores == sorted(scores)


# --- the reason ---------------------------------------------------------------------------


def test_what_is_open_about_a_difference_is_part_of_the_reason() -> None:
    why = "the kind is open: time"
    evidence = Evidence(Relation.DIFFERENT, Method.PROOF, reason=why, behaviour=0.0, matched=0.0)
    ruled = score(evidence, WORDS)
    assert not isinstance(ruled, Failure)
    assert "they differ. The kind is open: time. Behaviour" in ruled[1]


def test_the_reason_names_relation_notes_witness_and_measures() -> None:
    evidence = Evidence(
        Relation.CONTAINS,
        Method.PROOF,
        (witness(in_reference=True),),
        notes=("only in the reference: trait('plan') = 'pro'",),
        behaviour=0.6,
        matched=0.75,
    )
    scored = score(evidence, WORDS)
    assert not isinstance(scored, Failure)
    assert scored == (
        3.0,
        "The main idea, with a condition wrong or missing: the reference contains the candidate "
        "and more. Only in the reference: trait('plan') = 'pro'. A customer is in the first "
        "audience only. Behaviour 0.60, matched conditions 0.75.",
    )


# --- graded pairs -------------------------------------------------------------------------


@pytest.mark.parametrize("pair", GRADED, ids=lambda pair: pair["id"])
def test_pairs_score_as_they_were_graded(pair: dict[str, str]) -> None:
    language = get_language("cql")
    reference, candidate = language.parse(pair["reference"]), language.parse(pair["candidate"])
    schema = language.infer_schema(reference, candidate)
    evidence = decide(language, reference, candidate, schema, prove=False)
    assert points(evidence) == pair["score"], evidence


def test_graded_pairs_cover_every_score_below_five() -> None:
    assert {pair["score"] for pair in GRADED} == {1, 2, 3, 4}


# --- the page that explains the rule ------------------------------------------------------

PAGE = Path(__file__).parents[2] / "docs/explanation/evidence-and-score.md"
EXAMPLES = re.findall(r"^\| ([1-5]) \| `(.+?)` \| `(.+?)` \|", PAGE.read_text(), re.MULTILINE)


@pytest.mark.parametrize(("expected", "reference", "candidate"), EXAMPLES)
def test_examples_of_the_page(expected: str, reference: str, candidate: str) -> None:
    language = get_language("cql")
    one, other = language.parse(reference), language.parse(candidate)
    evidence = decide(language, one, other, language.infer_schema(one, other))
    assert points(evidence) == float(expected)


def test_the_page_has_examples_and_the_rule_s_numbers() -> None:
    assert {expected for expected, _, _ in EXAMPLES} == set("12345")
    text = PAGE.read_text()
    for number in (NEAR_BEHAVIOUR, MAIN_MATCHED, MAIN_MEAN, SOME_MATCHED):
        assert f"at least {number}" in text
    assert f"{len(GRADED)} pairs" in text

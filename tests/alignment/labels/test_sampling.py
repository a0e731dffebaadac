"""Drawing what to annotate: every answer has a chance, growing keeps what was drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurist.alignment.labels.sampling import (
    Stratum,
    allocate,
    draw,
    realised_probabilities,
    score_strata,
    spreads_of,
    stratify,
)
from jurist.evidence.verdicts import NO_QUERY
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
)
from jurist.runs.results import Result

SIZES = st.dictionaries(st.sampled_from(Stratum), st.integers(1, 60), min_size=1)


def _strata(sizes: dict[str, int]) -> dict[str, str]:
    return {f"{stratum}-{n}": stratum for stratum, size in sizes.items() for n in range(size)}


@given(SIZES, st.integers(1, 250), st.floats(0.05, 1))
def test_a_draw_has_the_size_asked_for_and_stays_within_each_stratum(
    sizes: dict[str, int], count: int, share: float
) -> None:
    drawn = allocate(sizes, min(count, sum(sizes.values())), random_share=share)
    assert sum(drawn.values()) == min(count, sum(sizes.values()))
    assert all(0 <= drawn[stratum] <= size for stratum, size in sizes.items())


@given(SIZES, st.integers(10, 100), st.integers(0, 100))
def test_a_larger_draw_holds_the_smaller(sizes: dict[str, int], count: int, more: int) -> None:
    strata = _strata(sizes)
    small = {each.task for each in draw(strata, count)}
    assert small <= {each.task for each in draw(strata, count + more)}


def test_the_place_of_an_answer_does_not_tell_its_stratum() -> None:
    strata = _strata({"judged 5": 150, "judged 1": 40})
    orders = [[each.stratum for each in draw(strata, 19, seed=seed)] for seed in range(20)]
    assert {tuple(sorted(order)) for order in orders} == {tuple(sorted(orders[0]))}
    places = [
        {place for place, stratum in enumerate(order) if stratum == "judged 1"} for order in orders
    ]
    assert len(set[int]().union(*places)) > 10
    for order in orders:  # and yet each stratum is spread over the whole of the draw
        assert all("judged 1" in order[start : start + 11] for start in range(8))


@given(SIZES)
def test_every_stratum_is_drawn_from(sizes: dict[str, int]) -> None:
    draws = draw(_strata(sizes), 12)
    assert {each.stratum for each in draws} == set(sizes)
    assert all(0 < each.probability <= 1 for each in draws)


def test_urgent_strata_get_more_than_their_share() -> None:
    sizes: dict[str, int] = {Stratum.OTHER: 900, Stratum.UNDECIDED: 50, Stratum.SPLIT: 50}
    drawn = allocate(sizes, 100, random_share=0.4)
    # 0.4 in proportion to the sizes, 0.6 in equal parts: 36, 2 + 30, 2 + 30
    assert drawn == {Stratum.OTHER: 36, Stratum.UNDECIDED: 32, Stratum.SPLIT: 32}


def test_a_stratum_whose_scores_spread_gets_more() -> None:
    strata = {f"a{n}": "judged 5" for n in range(100)} | {f"b{n}": "judged 3" for n in range(100)}
    agreed = {f"a{n}": 5.0 for n in range(30)} | {f"b{n}": 1.0 + 4 * (n % 2) for n in range(30)}
    spreads = spreads_of(strata, agreed)
    # variances 0 and 4, drawn towards 2.25 by 5 labels: .32 and 3.75, whose roots are .57 and 1.94
    assert spreads["judged 3"] == pytest.approx(1.94 / 1.25, abs=0.01)
    assert spreads["judged 5"] == 0.7  # .57 / 1.25, but for the bound
    assert allocate({"judged 5": 100, "judged 3": 100}, 64, spreads=spreads)["judged 3"] == 44
    assert spreads_of(strata, {f"a{n}": 5.0 for n in range(19)}) == {}  # too few to say


def test_what_is_labelled_stays_among_the_draws_whatever_the_labels_said() -> None:
    strata = {f"a{n}": "judged 5" for n in range(50)} | {f"b{n}": "judged 3" for n in range(50)}
    first = draw(strata, 40)
    done = {each.task for each in first}
    again = draw(strata, 60, spreads={"judged 5": 0.7, "judged 3": 2.0}, done=done)
    assert done <= {each.task for each in again}
    assert len(again) == 60
    assert all(0 < each.probability <= 1 for each in again)


def test_scores_are_strata_and_what_is_proved_or_settled_is_one_of_its_own() -> None:
    rows = [
        _result("split", "a", 2),
        _result("split", "b", 5),
        _result("clear", "a", 5),
        _result("mute", "a", None),
        _result("no query", "a", 1, reasoning=NO_QUERY + "line 1"),
    ]
    assert score_strata(rows) == {
        "split": "judged 3",  # midway between two levels: the lower
        "clear": "judged 5",
        "mute": "not scored",
        "no query": Stratum.AUTOMATIC,
    }


def test_realised_chances_by_hand() -> None:
    drawn = {"a": "other", "b": "split", "c": "split", "d": "of another draw"}
    assert realised_probabilities({"other": 8, "split": 4}, drawn) == {
        "a": 1 / 8,
        "b": 1 / 2,
        "c": 1 / 2,
    }


def test_stopping_early_leaves_weighted_means_without_bias() -> None:
    # 300 answers, one stratum all 1s, the other all 5s; the annotator stops at a third.
    sizes: dict[str, int] = {Stratum.OTHER: 200, Stratum.SPLIT: 100}
    strata = _strata(sizes)
    values = {task: 5.0 if stratum is Stratum.SPLIT else 1.0 for task, stratum in strata.items()}
    draws = draw(strata, 90)
    done = [each.task for each in draws[:30]]
    chances = realised_probabilities(sizes, {task: strata[task] for task in done})
    weights = np.array([1 / chances[task] for task in done])
    mean = (weights * np.array([values[task] for task in done])).sum() / weights.sum()
    assert mean == pytest.approx((200 * 1 + 100 * 5) / 300)


def _result(task: str, judge: str, score: float | None, **more: object) -> Result:
    relation = more.get("relation")
    evidence = Evidence(relation, Method.PROOF) if isinstance(relation, Relation) else None
    verdict = Verdict(
        judge,
        score,
        unscored=Failure(FailureKind.ERROR, "-") if score is None else None,
        evidence=evidence,
        reasoning=str(more.get("reasoning", "")),
    )
    failed = bool(more.get("failed"))
    candidate = Candidate(failure=Failure(FailureKind.ERROR, "-")) if failed else Candidate("q")
    question = Question("q", "ask", Origin.AUTHORED)
    return Result("d", Case("c", "r"), question, "g", candidate, judge, verdict, task)


def test_the_first_reason_that_holds_is_the_stratum() -> None:
    rows = [
        _result("undecided", "proof", None, relation=Relation.UNDECIDED),
        _result("undecided", "a", 1),
        _result("undecided", "b", 5),
        _result("split", "a", 2),
        _result("split", "b", 4),
        _result("across the threshold", "a", 3),
        _result("across the threshold", "b", 4),
        _result("near", "a", 3),
        _result("proved, near", "proof", 4, relation=Relation.CONTAINS),
        _result("clear", "a", 5),
        _result("none", "a", None, failed=True),
        _result("no query", "a", 1, reasoning=NO_QUERY + "line 1"),
        _result("no query", "b", 1, reasoning=NO_QUERY + "line 1"),
        _result("asked of one", "a", 1, reasoning=NO_QUERY + "line 1"),
        _result("asked of one", "b", 5),
    ]
    assert stratify(rows) == {
        "undecided": Stratum.UNDECIDED,
        "split": Stratum.SPLIT,
        "across the threshold": Stratum.SPLIT,
        "near": Stratum.NEAR,
        "proved, near": Stratum.OTHER,
        "clear": Stratum.OTHER,
        "no query": Stratum.AUTOMATIC,
        "asked of one": Stratum.SPLIT,
    }


def test_little_is_drawn_of_what_no_judge_was_asked() -> None:
    many: dict[str, int] = {Stratum.AUTOMATIC: 240, Stratum.OTHER: 300, Stratum.NEAR: 60}
    drawn = allocate(many, 60)
    assert 2 <= drawn[Stratum.AUTOMATIC] <= 4
    assert sum(drawn.values()) == 60
    # but all of it where everything is wanted
    sizes: dict[str, int] = {Stratum.AUTOMATIC: 24, Stratum.OTHER: 6}
    assert allocate(sizes, 30) == sizes

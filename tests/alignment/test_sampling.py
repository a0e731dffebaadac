"""Drawing what to annotate: every answer has a chance, growing keeps what was drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurist.alignment.sampling import (
    Stratum,
    allocate,
    draw,
    realised_probabilities,
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


def _strata(sizes: dict[Stratum, int]) -> dict[str, Stratum]:
    return {f"{stratum}-{n}": stratum for stratum, size in sizes.items() for n in range(size)}


@given(SIZES, st.integers(1, 250), st.floats(0.05, 1))
def test_a_draw_has_the_size_asked_for_and_stays_within_each_stratum(
    sizes: dict[Stratum, int], count: int, share: float
) -> None:
    drawn = allocate(sizes, min(count, sum(sizes.values())), random_share=share)
    assert sum(drawn.values()) == min(count, sum(sizes.values()))
    assert all(0 <= drawn[stratum] <= size for stratum, size in sizes.items())


@given(SIZES, st.integers(10, 100), st.integers(0, 100))
def test_a_larger_draw_holds_the_smaller(sizes: dict[Stratum, int], count: int, more: int) -> None:
    strata = _strata(sizes)
    small = {each.task for each in draw(strata, count)}
    assert small <= {each.task for each in draw(strata, count + more)}


@given(SIZES)
def test_every_stratum_is_drawn_from(sizes: dict[Stratum, int]) -> None:
    draws = draw(_strata(sizes), 12)
    assert {each.stratum for each in draws} == set(sizes)
    assert all(0 < each.probability <= 1 for each in draws)


def test_urgent_strata_get_more_than_their_share() -> None:
    sizes = {Stratum.OTHER: 900, Stratum.UNDECIDED: 50, Stratum.SPLIT: 50}
    drawn = allocate(sizes, 100)
    # 0.4 in proportion to the sizes, 0.6 in equal parts: 36, 2 + 30, 2 + 30
    assert drawn == {Stratum.OTHER: 36, Stratum.UNDECIDED: 32, Stratum.SPLIT: 32}


def test_realised_chances_by_hand() -> None:
    strata = _strata({Stratum.OTHER: 8, Stratum.SPLIT: 4})
    labelled = [f"{Stratum.OTHER}-0", f"{Stratum.SPLIT}-1", f"{Stratum.SPLIT}-2"]
    assert realised_probabilities(strata, labelled) == {
        f"{Stratum.OTHER}-0": 1 / 8,
        f"{Stratum.SPLIT}-1": 1 / 2,
        f"{Stratum.SPLIT}-2": 1 / 2,
    }


def test_stopping_early_leaves_weighted_means_without_bias() -> None:
    # 300 answers, one stratum all 1s, the other all 5s; the annotator stops at a third.
    sizes = {Stratum.OTHER: 200, Stratum.SPLIT: 100}
    strata = _strata(sizes)
    values = {task: 5.0 if stratum is Stratum.SPLIT else 1.0 for task, stratum in strata.items()}
    draws = draw(strata, 90)
    done = [each.task for each in draws[:30]]
    chances = realised_probabilities(strata, done)
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
    drawn = allocate({Stratum.AUTOMATIC: 240, Stratum.OTHER: 300, Stratum.NEAR: 60}, 60)
    assert 2 <= drawn[Stratum.AUTOMATIC] <= 4
    assert sum(drawn.values()) == 60
    # but all of it where everything is wanted
    sizes = {Stratum.AUTOMATIC: 24, Stratum.OTHER: 6}
    assert allocate(sizes, 30) == sizes

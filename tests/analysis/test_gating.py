"""Decisions by interval, shares of dependent items, comparisons corrected together."""

from collections.abc import Iterator

import numpy as np
import pytest

from jurist.analysis.contrasts import System, contrasts, pairs_of_systems
from jurist.analysis.gating import Criterion, Decision, at_least, at_most, overall
from jurist.analysis.intervals import Estimate
from jurist.analysis.scores import score_table
from jurist.analysis.spread import spread_of
from jurist.records import (
    Candidate,
    Case,
    Failure,
    FailureKind,
    Origin,
    Question,
    Verdict,
)
from jurist.runs.results import Result

NAN = float("nan")


def _estimate(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, low, high, 10, 10)


def _least(low: float, high: float) -> Criterion:
    return at_least(0.5, name="share", subject="g", estimate=_estimate(low, high))


def _most(low: float, high: float) -> Criterion:
    return at_most(0.5, name="share", subject="g", estimate=_estimate(low, high))


@pytest.mark.parametrize(
    ("low", "high", "least", "most"),
    [
        (0.6, 0.9, Decision.PASS, Decision.FAIL),
        (0.1, 0.4, Decision.FAIL, Decision.PASS),
        (0.4, 0.6, Decision.NOT_ENOUGH_DATA, Decision.NOT_ENOUGH_DATA),
        (0.5, 0.6, Decision.PASS, Decision.NOT_ENOUGH_DATA),
        (NAN, NAN, Decision.NOT_ENOUGH_DATA, Decision.NOT_ENOUGH_DATA),
    ],
)
def test_the_whole_interval_decides(
    low: float, high: float, least: Decision, most: Decision
) -> None:
    assert (_least(low, high).decision, _most(low, high).decision) == (least, most)


def test_one_failure_fails_and_one_doubt_delays() -> None:
    good, bad, unclear = _least(0.6, 0.9), _least(0.1, 0.2), _least(0.4, 0.6)
    assert overall([good, unclear, bad]) is Decision.FAIL
    assert overall([good, unclear]) is Decision.NOT_ENOUGH_DATA
    assert overall([good]) is Decision.PASS


def test_spread_by_hand() -> None:
    # two references with two questions each: 1, 3 and 5, 7. Within: MS = (1+1+1+1) / 2 = 2.
    # Between: means 2 and 6 around 4: MS = 2 * 8 / 1 = 16, so (16 - 2) / 2 = 7. Total 9.
    sd, within = spread_of(np.array([1.0, 3, 5, 7]), np.array([0, 0, 1, 1]))
    assert (sd, within) == (pytest.approx(3), pytest.approx(2 / 9))
    assert np.isnan(spread_of(np.array([1.0, 2]), np.array([0, 0]))[0])
    assert np.isnan(spread_of(np.array([1.0, 2]), np.array([0, 1]))[1])


def _results(scores: dict[str, list[float | None]]) -> Iterator[Result]:
    for generator, given in scores.items():
        for number, score in enumerate(given):
            failure = Failure(FailureKind.ERROR, "-") if score is None else None
            yield Result(
                "d",
                Case(f"c{number}", "r"),
                Question("q", f"ask {number}", Origin.AUTHORED),
                generator,
                Candidate("q"),
                "j",
                Verdict("j", score, unscored=failure),
                f"{generator}/{number}",
            )


def test_what_would_settle_a_difference_by_hand() -> None:
    # differences 1, -1, 1, 0, 1, 0, 1, -1, 1, 0: mean 0.3, sd^2 = (7 - 0.9) / 9 = 0.6778,
    # SE = sqrt(0.06778) = 0.26034; (t(9, .975) + z(.8))^2 = (2.26216 + 0.84162)^2 = 9.63345;
    # references needed: 10 * 9.63345 * 0.06778 / 0.09 = 72.55, so 63 more than the ten
    gaps = [1, -1, 1, 0, 1, 0, 1, -1, 1, 0]
    table = score_table(_results({"a": [3.0] * 10, "b": [3.0 + gap for gap in gaps]}))
    tables = {"run": table}
    (found,) = contrasts(tables, pairs_of_systems(tables), ["j"])
    assert found.difference.detectable == pytest.approx(3.10378 * 0.26034, rel=1e-4)
    assert found.more_references == 63


def test_a_difference_that_correction_takes_back_is_not_settled() -> None:
    # alone p is just below 0.05; among three comparisons it is not
    gaps = [1, 1, 1, 0, 1, 0, 1, -1, 1, 0, 0, 0, 1, 0]
    base = [3.0] * len(gaps)
    scores: dict[str, list[float | None]] = {
        "a": [*base],
        "b": [3.0 + gap for gap in gaps],
        "c": [3.0 + gap for gap in reversed(gaps)],
    }
    table = score_table(_results(scores))
    tables = {"run": table}
    alone = contrasts(tables, [(System("run", "a"), System("run", "b"))], ["j"])[0]
    assert alone.difference.p_value < 0.05
    assert alone.more_references is None
    together = contrasts(tables, pairs_of_systems(tables), ["j"])[0]
    assert together.difference.p_value > 0.05
    assert together.more_references is not None


def test_missing_scores_are_left_out_and_bounded() -> None:
    table = score_table(_results({"a": [3, None, 4, 2], "b": [4, 5, None, 2]}))
    tables = {"run": table}
    (found,) = contrasts(tables, pairs_of_systems(tables), ["j"])
    assert found.difference.estimate.n == 2
    # worst: 1, 5 - 5, 1 - 4, 0; best: 1, 5 - 1, 5 - 4, 0
    assert found.difference.bounds == (pytest.approx(-2 / 4), pytest.approx(6 / 4))

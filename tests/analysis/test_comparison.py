"""Comparisons: pairing, multiplicity, power, variance shares."""

import numpy as np
import pytest

from jurist.analysis.comparison import (
    adjust,
    mcnemar_exact,
    missing_bounds,
    paired_difference,
    variance_shares,
)
from jurist.analysis.power import Spread, label_split, plan_difference, plan_precision

NAN = float("nan")


def test_pairing_removes_what_both_share() -> None:
    rng = np.random.default_rng(1)
    items = rng.normal(3, 2, 80)
    first, second = items + rng.normal(0, 0.1, 80), items + 0.2 + rng.normal(0, 0.1, 80)
    difference = paired_difference(first, second, np.arange(80), names=("a", "b"))
    assert difference.estimate.low > 0
    assert difference.clusters_to_settle is None
    assert difference.bounds is None


def test_an_unsettled_difference_says_what_it_takes() -> None:
    rng = np.random.default_rng(2)
    gaps = rng.normal(0.1, 1, 30)
    difference = paired_difference(np.zeros(30), gaps, np.arange(30), names=("a", "b"))
    assert difference.clusters_to_settle is not None
    assert difference.clusters_to_settle > 30
    assert difference.detectable > abs(difference.estimate.value)


def test_missing_scores_bound_the_difference() -> None:
    # second misses one of two: it could have been 1 or 5; mean of (0, {1,5} - 3)
    difference = paired_difference(
        np.array([3.0, 3]), np.array([3.0, NAN]), np.array([0, 1]), names=("a", "b")
    )
    assert difference.bounds == (-1.0, 1.0)
    assert missing_bounds(np.array([3.0, NAN])) == (2.0, 4.0)


def test_paired_difference_covers() -> None:
    rng = np.random.default_rng(4)
    hits = 0
    for _ in range(800):
        gaps = np.repeat(rng.normal(0.3, 0.5, 25), 2) + rng.normal(0, 0.5, 50)
        result = paired_difference(
            np.zeros(50), gaps, np.repeat(np.arange(25), 2), names=("a", "b")
        )
        hits += result.estimate.low <= 0.3 <= result.estimate.high
    assert 0.92 <= hits / 800 <= 0.98


def test_holm_by_hand() -> None:
    # sorted .01 .02 .04: times 3, 2, 1 = .03 .04 .04, running maximum keeps the order
    assert adjust([0.04, 0.01, 0.02]) == pytest.approx((0.04, 0.03, 0.04))
    corrected = adjust([0.5, NAN, 0.6])
    assert corrected[0] == 1.0
    assert np.isnan(corrected[1])


def test_holm_against_statsmodels() -> None:
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    values = np.random.default_rng(0).random(20) ** 2
    assert adjust(values.tolist()) == pytest.approx(
        multitest.multipletests(values, 0.05, "holm")[1]
    )


def test_mcnemar_by_hand() -> None:
    # 1 against 5 discordant pairs: 2 * P(X <= 1 | 6, 1/2) = 2 * 7/64
    first = np.array([1, 0, 0, 0, 0, 0, 1, 1], dtype=np.float64)
    second = np.array([0, 1, 1, 1, 1, 1, 1, 1], dtype=np.float64)
    assert mcnemar_exact(first, second) == pytest.approx(14 / 64)
    assert mcnemar_exact(first, first) == 1.0


def test_variance_goes_to_where_it_was_put() -> None:
    rng = np.random.default_rng(6)
    questions = rng.normal(0, 2, 400)[:, None, None]
    generators = np.array([-1.0, 0, 1])[None, :, None]
    scores = questions + generators + rng.normal(0, 1, (400, 3, 2))
    shares = variance_shares(scores)
    # variances 4 (questions), 1 (sample variance of -1, 0, 1), 0 (judges), 1 (rest): of 6
    assert shares.question == pytest.approx(4 / 6, abs=0.06)
    assert shares.generator == pytest.approx(1 / 6, abs=0.05)
    assert shares.judge == pytest.approx(0, abs=0.01)


def test_variance_shares_need_two_complete_questions() -> None:
    assert np.isnan(variance_shares(np.full((1, 2, 2), 3.0)).question)
    assert np.isnan(variance_shares(np.full((5, 2, 2), 3.0)).residual)


def test_precision_plan_by_hand() -> None:
    # sd 1, no clustering effect, one question: (1.96 / .1)^2 = 384.1 references
    plan = plan_precision(Spread(1, 0.0, 0.0), half_width=0.1, questions=1)
    assert plan.references == 385
    assert plan.labels == 385
    # rho = .6 saves 36 % of the labels
    saved = plan_precision(Spread(1, 0.0, 0.6), half_width=0.1, questions=1)
    assert saved.labels == 246
    with pytest.raises(ValueError, match="above 0"):
        plan_precision(Spread(1, 0, 0), half_width=0, questions=1)


def test_difference_plan_by_hand() -> None:
    # (1.96 + .8416)^2 * 1 / .25 = 31.4 -> 32 (Miller 2024, with one repeat and no repeat noise)
    n = plan_difference(delta=0.5, sd_question=1, sd_first=0, sd_second=0, repeats=1)
    assert n == 32


def test_the_planned_power_is_had() -> None:
    rng = np.random.default_rng(12)
    n = plan_difference(delta=0.4, sd_question=0.8, sd_first=0.5, sd_second=0.5, repeats=1)
    found = 0
    for _ in range(500):
        gaps = 0.4 + rng.normal(0, np.sqrt(0.8**2 + 0.5), n)
        result = paired_difference(np.zeros(n), gaps, np.arange(n), names=("a", "b"))
        found += result.estimate.low > 0
    assert 0.74 <= found / 500 <= 0.86


def test_labels_go_where_the_judge_errs() -> None:
    even = label_split(0.5, 0.9, 0.9, labels=100, pilot=50)
    assert even == (50, 50)
    passes, fails = label_split(0.5, 0.95, 0.6, labels=100, pilot=50)
    assert fails > passes

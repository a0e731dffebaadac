"""Comparisons: pairing, multiplicity, power, plans."""

import numpy as np
import pytest

from jurist.analysis.comparison import (
    adjust,
    missing_bounds,
    paired_difference,
)
from jurist.analysis.power import Spread, label_split, plan_difference, plan_precision

NAN = float("nan")


def test_pairing_removes_what_both_share() -> None:
    rng = np.random.default_rng(1)
    items = rng.uniform(1.5, 4.5, 80)
    first, second = items + rng.normal(0, 0.1, 80), items + 0.2 + rng.normal(0, 0.1, 80)
    difference = paired_difference(first, second, np.arange(80), names=("a", "b"))
    assert difference.estimate.value == pytest.approx(0.2, abs=0.04)
    assert difference.bounds is None


def test_missing_scores_bound_the_difference() -> None:
    # second misses one of two: it could have been 1 or 5; mean of (0, {1,5} - 3)
    difference = paired_difference(
        np.array([3.0, 3]), np.array([3.0, NAN]), np.array([0, 1]), names=("a", "b")
    )
    assert difference.bounds == (-1.0, 1.0)
    assert missing_bounds(np.array([3.0, NAN])) == (2.0, 4.0)


@pytest.mark.parametrize("references", [5, 20, 60])
def test_paired_difference_covers(references: int) -> None:
    """Each reference has its own difference, and each of its questions another one about it."""
    rng = np.random.default_rng(4)
    levels, chances = np.array([-2.0, 0.0, 1.0]), np.array([0.1, 0.5, 0.4])
    mean, hits = float(levels @ chances), 0
    clusters = np.repeat(np.arange(references), 2)
    for _ in range(200):
        gaps = np.repeat(rng.choice(levels, references, p=chances), 2)
        gaps += rng.choice([-1.0, 1.0], 2 * references)
        result = paired_difference(
            np.full(2 * references, 3.0), 3.0 + gaps, clusters, names=("", "")
        )
        hits += result.estimate.low <= mean <= result.estimate.high
    assert hits / 200 >= 0.93


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


def test_labels_go_where_the_judge_errs() -> None:
    even = label_split(0.5, 0.9, 0.9, labels=100, pilot=50)
    assert even == (50, 50)
    passes, fails = label_split(0.5, 0.95, 0.6, labels=100, pilot=50)
    assert fails > passes

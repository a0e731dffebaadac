"""Comparisons: pairing, coverage, multiplicity."""

import numpy as np
import pytest

from jurist.analysis.comparison import (
    adjust,
    missing_bounds,
    paired_difference,
)

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

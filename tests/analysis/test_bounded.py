"""Intervals of bounded means, held against exact enumeration and against Clopper and Pearson."""

from __future__ import annotations

import itertools
from math import factorial

import numpy as np
import pytest
from scipy import stats

from jurist.analysis.bounded import bounded_mean, gaffke_bounds

LEVELS = np.array([1.0, 2.0, 3.0, 4.0, 5.0])


@pytest.mark.parametrize(
    ("hits", "n"), [(0, 1), (1, 1), (0, 5), (5, 5), (2, 5), (19, 20), (20, 20), (300, 1000)]
)
def test_shares_get_clopper_and_pearsons_interval(hits: int, n: int) -> None:
    exact = stats.binomtest(hits, n).proportion_ci(0.95, "exact")
    values = np.r_[np.ones(hits), np.zeros(n - hits)]
    bounds = gaffke_bounds(values, np.ones(n), scale=(0, 1))
    assert bounds == pytest.approx((exact.low, exact.high), abs=1e-6)


def test_the_quantile_is_that_of_drawn_spacings() -> None:
    values = np.array([1.0, 2.5, 2.5, 4.0, 5.0, 3.0])
    weights = np.random.default_rng(3).dirichlet(np.ones(7), size=400_000)
    drawn = np.quantile(weights @ np.r_[values, 5.0], 0.975)
    assert gaffke_bounds(values, np.ones(6), scale=(1, 5))[1] == pytest.approx(drawn, abs=0.005)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_every_distribution_of_scores_on_a_grid_is_covered(n: int) -> None:
    """All samples of n scores under all distributions with shares that are multiples of 1/10."""
    outcomes = [o for o in itertools.product(range(n + 1), repeat=5) if sum(o) == n]
    ways = [factorial(n) / np.prod([float(factorial(i)) for i in o]) for o in outcomes]
    bounds = np.asarray(
        [gaffke_bounds(np.repeat(LEVELS, o), np.ones(n), scale=(1, 5)) for o in outcomes]
    )
    powers = np.asarray(outcomes, dtype=np.float64)
    worst_low, worst_high = 1.0, 1.0
    for share in itertools.product(range(11), repeat=4):
        if sum(share) > 10:
            continue
        chances = np.array([*share, 10 - sum(share)]) / 10
        mean = float((chances * LEVELS).sum())
        likely = np.asarray(ways) * np.prod(chances**powers, axis=1)
        worst_low = min(worst_low, float(likely[bounds[:, 0] <= mean + 1e-9].sum()))
        worst_high = min(worst_high, float(likely[bounds[:, 1] >= mean - 1e-9].sum()))
    assert worst_low >= 0.975 - 1e-9
    assert worst_high >= 0.975 - 1e-9


@pytest.mark.parametrize("n", [1, 2, 4, 20, 1000])
def test_equal_scores_have_a_width_and_stay_on_the_scale(n: int) -> None:
    estimate = bounded_mean(np.full(n, 5.0), np.arange(n), scale=(1, 5))
    assert estimate.value == 5
    assert 1 <= estimate.low < estimate.high == 5
    assert estimate.low == pytest.approx(1 + 4 * 0.025 ** (1 / n), abs=1e-6)


def test_repeats_of_a_reference_add_nothing() -> None:
    scores = np.array([1.0, 5, 5, 4, 5])
    once = bounded_mean(scores, np.arange(5), scale=(1, 5))
    often = bounded_mean(np.repeat(scores, 8), np.repeat(np.arange(5), 8), scale=(1, 5))
    assert (often.low, often.high) == pytest.approx((once.low, once.high), abs=0.02)

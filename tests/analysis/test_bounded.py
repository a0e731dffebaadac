"""Intervals of bounded means, held against exact enumeration and against Clopper and Pearson."""

from __future__ import annotations

import itertools
from math import factorial

import numpy as np
import pytest
from scipy import stats

from jurist.analysis.bounded import bounded_mean, gaffke_bounds
from jurist.analysis.effective import effective_size

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


def test_weighted_means_by_hand() -> None:
    # weights 3 : 1 on values 1 and 5: mean 2, with Kish's size (3 + 1)^2 / (9 + 1) = 1.6 at least
    estimate = bounded_mean(
        np.array([1.0, 5]), np.array([0, 1]), scale=(1, 5), weights=np.array([3.0, 1])
    )
    assert estimate.value == 2
    assert estimate.method == "Gaffke at the effective size"
    alike = np.full(30, 5.0), np.arange(30)
    weights = np.where(np.arange(30) < 10, 4.0, 1.0)
    size = effective_size(*alike, weights)
    assert size == pytest.approx(60**2 / (10 * 16 + 20))
    assert bounded_mean(*alike, scale=(1, 5), weights=weights).low == pytest.approx(
        1 + 4 * 0.025 ** (1 / size)
    )


def test_items_without_weight_are_no_items_and_equal_weights_are_none() -> None:
    rng = np.random.default_rng(2)
    values, clusters = rng.integers(1, 6, 40).astype(np.float64), np.repeat(np.arange(10), 4)
    weights = np.repeat([1.0, 0.0], 20)
    halved = bounded_mean(values, clusters, scale=(1, 5), weights=weights)
    assert halved == bounded_mean(values[:20], clusters[:20], scale=(1, 5))
    assert halved.clusters == 5


def test_one_question_a_reference_counts_as_one_exactly() -> None:
    values = np.random.default_rng(3).random(17)
    assert effective_size(values, np.arange(17)) == 17
    once = gaffke_bounds(values, np.ones(17), scale=(0, 1))
    estimate = bounded_mean(values, np.arange(17), scale=(0, 1))
    assert (estimate.low, estimate.high) == once
    assert estimate.method == "Gaffke"


def test_a_grid_in_place_of_many_values_widens_by_less_than_is_printed() -> None:
    rng = np.random.default_rng(4)
    for values in (rng.random(600), rng.beta(0.3, 0.3, 600), rng.random(600) ** 6):
        low, high = gaffke_bounds(values, np.ones(600), scale=(0, 1))
        weights = rng.dirichlet(np.ones(601), size=20_000)
        drawn_high = np.quantile(weights @ np.r_[values, 1], 0.975)
        drawn_low = np.quantile(weights @ np.r_[values, 0], 0.025)
        assert low == pytest.approx(drawn_low, abs=1e-3)
        assert high == pytest.approx(drawn_high, abs=1e-3)


@pytest.mark.parametrize(("groups", "rate"), [(10, 0.5), (20, 0.8), (50, 0.9), (100, 0.95)])
def test_heavy_references_that_did_not_fail_are_not_taken_for_safe(
    groups: int, rate: float
) -> None:
    """One reference in five has ten items, all alike within; it covered .69 to .73 before."""
    rng = np.random.default_rng(groups)
    sizes = np.where(np.arange(groups) % 5 == 0, 10, 1)
    clusters = np.repeat(np.arange(groups), sizes)
    covered = 0
    for _ in range(400):
        passes = np.repeat((rng.random(groups) < rate).astype(float), sizes)
        estimate = bounded_mean(passes, clusters, scale=(0, 1))
        covered += estimate.low <= rate <= estimate.high
    assert covered / 400 >= 0.93 - 2 * (0.93 * 0.07 / 400) ** 0.5

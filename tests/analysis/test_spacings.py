"""p-values by inversion of Gaffke's bounds: closed forms, the interval, and exact error rates."""

from __future__ import annotations

import itertools
from math import factorial

import numpy as np
import pytest
from scipy import stats

from jurist.analysis.bounded import gaffke_bounds
from jurist.analysis.spacings import LEAST_P, p_at_least, p_at_most


def _one(levels: list[float], counts: list[float], mean: float) -> tuple[float, float]:
    arrays = np.asarray(levels), np.asarray([counts])
    scale = (-4.0, 4.0)
    return (
        float(p_at_most(*arrays, mean, scale=scale)[0]),
        float(p_at_least(*arrays, mean, scale=scale)[0]),
    )


@pytest.mark.parametrize("n", [1, 2, 10, 72, 300, 20_000])
def test_equal_values_by_hand(n: int) -> None:
    """All at 0, one more at 4: the weighted mean is 4 times a Beta(1, n) variable."""
    at_most, at_least = _one([0.0], [n], 0.2)
    assert at_most == 1
    assert at_least == pytest.approx(max(LEAST_P, 0.95**n), rel=1e-6, abs=1e-12)
    assert _one([0.0], [n], 0.0) == (1, 1)


@pytest.mark.parametrize(("hits", "n"), [(0, 5), (3, 10), (19, 20), (520, 1000)])
def test_shares_have_the_binomial_tests_p(hits: int, n: int) -> None:
    levels, counts = np.array([0.0, 1.0]), np.array([[n - hits, hits]], dtype=np.float64)
    for claimed in (0.3, 0.5):
        above = p_at_most(levels, counts, claimed, scale=(0, 1))[0]
        below = p_at_least(levels, counts, claimed, scale=(0, 1))[0]
        exact = stats.binomtest(hits, n, claimed, "greater").pvalue
        assert above == pytest.approx(exact, abs=1e-9)
        assert below == pytest.approx(stats.binomtest(hits, n, claimed, "less").pvalue, abs=1e-9)


def test_p_and_interval_agree() -> None:
    rng = np.random.default_rng(1)
    for n in (3, 10, 40):
        values = rng.choice([-4.0, -1, -0.5, 0, 0.5, 2], size=n)
        low, high = gaffke_bounds(values, np.ones(n), scale=(-4, 4))
        ones = [1.0] * n
        assert _one(values.tolist(), ones, low)[0] == pytest.approx(0.025, abs=1e-6)
        assert _one(values.tolist(), ones, high)[1] == pytest.approx(0.025, abs=1e-6)


def test_many_samples_at_once_are_each_their_own() -> None:
    levels = np.arange(-4.0, 5.0)
    counts = np.random.default_rng(2).multinomial(30, np.full(9, 1 / 9), size=50).astype(float)
    together = p_at_most(levels, counts, -0.3, scale=(-4, 4))
    alone = [p_at_most(levels, row[None], -0.3, scale=(-4, 4))[0] for row in counts]
    assert together == pytest.approx(np.asarray(alone), abs=1e-9)


@pytest.mark.parametrize("n", [1, 3, 6, 8])
def test_no_distribution_at_the_claim_is_refuted_too_often(n: int) -> None:
    """Exactly: all samples of n differences under distributions whose mean is the claim."""
    levels = np.array([-4.0, -2, -1, 0, 1])
    outcomes = np.asarray([o for o in itertools.product(range(n + 1), repeat=5) if sum(o) == n])
    ways = factorial(n) / np.prod([[float(factorial(i)) for i in o] for o in outcomes], axis=1)
    p = p_at_most(levels, outcomes.astype(np.float64), -0.4, scale=(-4, 4))
    tried = 0
    for share in itertools.product(range(21), repeat=4):
        chances = np.array([*share, 20 - sum(share)]) / 20
        if chances[-1] < 0 or abs(chances @ levels + 0.4) > 1e-9:
            continue
        tried += 1
        likely = ways * np.prod(chances**outcomes, axis=1)
        for level in (0.2, 0.05, 0.025):
            assert likely[p <= level].sum() <= level + 1e-9
    assert tried > 100

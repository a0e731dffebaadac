"""Intervals: closed forms, degenerate inputs, and seeded coverage."""

from collections.abc import Callable

import numpy as np

from jurist.analysis import agreement
from jurist.analysis.intervals import Estimate, bootstrap_sums, cluster_standard_error
from jurist.analysis.tables import Floats, cluster_tables


def test_cluster_error_by_hand() -> None:
    # values 1,3 | 5,7: mean 4, residual sums -4 and 4, G = 2: SE = sqrt(2/1 * 32) / 4 = 2
    error = cluster_standard_error(np.array([1.0, 3, 5, 7]), np.array([0, 0, 1, 1]))
    assert error == (2, 2)
    alone, groups = cluster_standard_error(np.array([1.0, 2.0]), np.array([0, 0]))
    assert np.isnan(alone)
    assert groups == 1


def _bootstrap(
    tables: Floats, statistic: Callable[[Floats], Floats], resamples: int = 2000, seed: int = 0
) -> Estimate:
    return bootstrap_sums(
        tables,
        lambda sums: statistic(sums.reshape(*sums.shape[:-1], 5, 5)),
        items=len(tables),
        resamples=resamples,
        seed=seed,
    )


def test_bootstrap_says_when_it_cannot() -> None:
    tables, _ = cluster_tables(np.array([0]), np.array([0]), np.array([0]), (5, 5))
    for some in (tables, np.repeat(tables, 9, axis=0), np.repeat(tables, 50, axis=0)):
        estimate = _bootstrap(some, agreement.exact)
        assert estimate.value == 1.0
        assert np.isnan(estimate.low)  # of one, of too few, and of many that are all alike
        assert estimate.note
    assert np.isnan(_bootstrap(tables[:0], agreement.exact).value)
    constant, _ = cluster_tables(np.zeros(9, int), np.zeros(9, int), np.arange(9), (5, 5))
    undefined = _bootstrap(constant, agreement.cohen_kappa)
    assert np.isnan(undefined.value)
    assert undefined.note == "undefined on these data"


def test_the_same_seed_gives_the_same_interval() -> None:
    rng = np.random.default_rng(3)
    tables, _ = cluster_tables(
        rng.integers(0, 5, 50), rng.integers(0, 5, 50), rng.integers(0, 20, 50), (5, 5)
    )
    first, second = (_bootstrap(tables, agreement.exact, seed=5) for _ in range(2))
    assert first == second

"""The bootstrap over references: degenerate inputs, and that its draws are seeded."""

from collections.abc import Callable

import numpy as np

from jurist.analysis import agreement
from jurist.analysis.bootstrap import bootstrap_sums
from jurist.analysis.intervals import Estimate
from jurist.analysis.tables import Floats, cluster_tables


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

"""Pooled rates against numerical integration, and what they are for: ranking."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special

from jurist.analysis.pooling import pooled_rates


def _integrated(errors: list[int], trials: list[int]) -> list[float]:
    """The same model by adaptive quadrature: nothing shared with the code but the formula."""

    def likelihood(mean: float, correlation: float) -> float:
        size = (1 - correlation) / correlation
        first, second = mean * size, (1 - mean) * size
        return float(
            np.prod(
                [
                    special.beta(first + k, second + n - k) / special.beta(first, second)
                    for k, n in zip(errors, trials, strict=True)
                ]
            )
        )

    def weighted(place: int | None) -> float:
        def value(mean: float, correlation: float) -> float:
            if place is None:
                return likelihood(mean, correlation)
            size = (1 - correlation) / correlation
            rate = (mean * size + errors[place]) / (size + trials[place])
            return rate * likelihood(mean, correlation)

        return float(integrate.dblquad(value, 1e-6, 1 - 1e-6, 1e-6, 1 - 1e-6, epsrel=1e-5)[0])

    total = weighted(None)
    return [weighted(place) / total for place in range(len(errors))]


@pytest.mark.parametrize(
    ("errors", "trials"), [([0, 3], [4, 4]), ([1, 1, 6], [10, 2, 6]), ([2], [8]), ([0, 0], [0, 5])]
)
def test_they_are_the_model_s_posterior_means(errors: list[int], trials: list[int]) -> None:
    made = pooled_rates(np.asarray(errors, dtype=float), np.asarray(trials, dtype=float))
    assert made == pytest.approx(_integrated(errors, trials), abs=4e-3)


def test_few_trials_are_drawn_to_the_family_and_many_are_not() -> None:
    errors = np.asarray([1, 12, 0, 0, *range(8)], dtype=float)
    trials = np.asarray([1, 20, 1, 20, *[20] * 8], dtype=float)
    made = pooled_rates(errors, trials)
    assert made[1] > made[0] > made[2] > made[3]  # 12 of 20 before 1 of 1; 0 of 1 before 0 of 20
    assert abs(made[1] - 12 / 20) < 0.1
    assert len(pooled_rates(np.empty(0), np.empty(0))) == 0


def test_they_are_nearer_to_the_truth_than_the_shares_are_and_find_the_worst_sooner() -> None:
    rng = np.random.default_rng(3)
    gains: list[tuple[float, float]] = []
    for _ in range(60):
        rates = rng.beta(1, 6, 40)
        trials = rng.integers(1, 21, 40).astype(float)
        errors = rng.binomial(trials.astype(int), rates).astype(float)
        made, alone = pooled_rates(errors, trials), errors / trials
        nearer = ((made - rates) ** 2).mean() / ((alone - rates) ** 2).mean()
        worse = rates[np.argsort(-made)[:5]].mean() - rates[np.argsort(-alone)[:5]].mean()
        gains.append((float(nearer), float(worse)))
    nearer, worse = np.mean(gains, axis=0)
    assert nearer < 0.6
    assert worse > 0.005

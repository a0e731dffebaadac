"""Intervals hold what is true where few accounts have most of the tasks; rounded times have some.

The truth is a parameter of the draws; the leave-one-out formula is held against leaving out.
"""

from __future__ import annotations

import numpy as np
import pytest

from jurist.production.clustered import left_out, ratio, share_of
from jurist.production.survival import Curve, Times


def test_what_leaving_out_changes_is_what_the_formula_says() -> None:
    rng = np.random.default_rng(3)
    clusters = np.repeat(np.arange(5), [90, 2, 3, 4, 1])
    values = rng.random(100)
    gaps = (values - values.mean()) / 100
    sums = np.bincount(clusters, weights=gaps).astype(np.float64)
    found = left_out(sums, clusters)
    for cluster in range(5):
        changes = values.mean() - values[clusters != cluster].mean()
        assert found[cluster] == pytest.approx(changes)


@pytest.mark.parametrize("large", [1, 2])
def test_a_share_lies_inside_where_few_accounts_have_most_tasks(large: int) -> None:
    rng, truth = np.random.default_rng(1), 0.7
    sizes = np.full(40, 10)
    sizes[:large] = 600
    clusters = np.repeat(np.arange(40), sizes)
    held = 0
    for _ in range(500):
        chance = rng.beta(5 * truth, 5 * (1 - truth), 40)
        right = (rng.random(len(clusters)) < chance[clusters]).astype(np.float64)
        found, _ = share_of(right, clusters, 40)
        held += found.low <= truth <= found.high
    assert held / 500 >= 0.95 - 3 * 0.0097  # by sums of gaps alone it was .83


def test_a_median_lies_inside_where_one_account_has_most_tasks() -> None:
    rng = np.random.default_rng(2)
    clusters = np.repeat(np.arange(40), [600, *[10] * 39])
    held = 0
    for _ in range(300):
        pace = np.exp(0.7 * rng.standard_normal(40))
        lasted = pace[clusters] * np.exp(rng.standard_normal(len(clusters)))
        patience = rng.exponential(10.0, len(clusters))
        times = Times(np.minimum(lasted, patience), lasted < patience, clusters, 40)
        found, _ = Curve(times).median()
        held += found.low <= 1 <= found.high
    assert held / 300 >= 0.95 - 3 * 0.0126


def test_times_that_a_log_rounds_have_an_interval_and_a_ratio() -> None:
    rng = np.random.default_rng(4)
    everybody = np.ones(600, np.bool_)
    clusters = np.arange(600) % 20
    minutes = [np.ceil(rng.lognormal(scale, 0.8, 600)) * 60 for scale in (0.5, 1.2)]
    one, other = (Curve(Times(each, everybody, clusters, 20)).median() for each in minutes)
    assert one[0].low <= one[0].value <= one[0].high < np.inf
    assert one[0].low < one[0].high
    assert one[0].note == "times are rounded: bounds are the next ones"
    found = ratio(one, other)
    assert 1 <= found.low < found.value < found.high < np.inf

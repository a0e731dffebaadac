"""Whether systems are ordered alike: by hand, against scipy, and in simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from jurist.analysis.systems import SystemAgreement, system_agreement
from jurist.analysis.tables import Floats


def _agreement(
    first: Floats, second: Floats, systems: list[str], resamples: int = 200
) -> SystemAgreement:
    """Of items that lie in rows of one for each system, each row a reference."""
    size = len(set(systems))
    found = system_agreement(
        first,
        second,
        tuple(systems),
        weights=np.ones(len(first)),
        clusters=np.arange(len(first)) // size,
        resamples=resamples,
    )
    assert found is not None
    return found


def test_pairs_of_systems_by_hand() -> None:
    # people: a 1, b 2, c 3, d 3; judge: a 2, b 1, c 4, d 5. Of the six pairs people tie c and d;
    # of five the judge reverses a and b: 4 of 5
    names = list("abcd")
    found = _agreement(np.array([1, 2, 3, 3.0]), np.array([2, 1, 4, 5.0]), names)
    assert found.systems == ("a", "b", "c", "d")
    assert found.ordered_alike.value == pytest.approx(4 / 5)
    # a judge that ties what people tell apart is right on half of it
    tied = _agreement(np.array([1, 2, 3, 4.0]), np.array([1, 1, 1, 1.0]), names)
    assert tied.ordered_alike.value == pytest.approx(1 / 2)
    assert np.isnan(tied.kendall.value)
    two = _agreement(np.array([1, 2.0]), np.array([1, 2.0]), ["a", "b"])
    assert two.ordered_alike.value == 1
    assert np.isnan(two.kendall.value)  # of two there is no correlation to speak of
    one = np.ones(2)
    clusters = np.arange(2)
    assert system_agreement(one, one, ("a", "a"), weights=one, clusters=clusters) is None


def test_correlations_over_systems_against_scipy() -> None:
    rng = np.random.default_rng(0)
    for size in (3, 5, 12):
        first, second = rng.integers(1, 6, (2, 20 * size)).astype(np.float64)
        found = _agreement(first, second, [f"s{n % size}" for n in range(20 * size)], 20)
        means = [side.reshape(20, size).mean(0) for side in (first, second)]
        assert found.first == pytest.approx(means[0])
        assert found.kendall.value == pytest.approx(stats.kendalltau(*means)[0])
        assert found.spearman.value == pytest.approx(stats.spearmanr(*means)[0])


def test_systems_agree_where_tasks_do_not() -> None:
    # noise of 1.5 on each answer, systems .4 apart: means hide what is wrong on each
    rng = np.random.default_rng(1)
    quality = np.tile(np.arange(6) * 0.4, 150)
    first, second = (np.clip(2 + quality + rng.normal(0, 1.5, 900), 1, 5) for _ in range(2))
    found = _agreement(first, second, [f"s{n % 6}" for n in range(900)])
    assert stats.spearmanr(first, second)[0] < 0.4
    assert found.spearman.value > 0.9
    assert found.ordered_alike.value > 0.9


def test_the_interval_holds_the_share_of_pairs_that_the_true_means_order_alike() -> None:
    # true means: the judge reverses one of the three pairs for good, by so little that the means
    # of 40 references often do not show it; 2/3
    rng = np.random.default_rng(2)
    people, judge = np.array([2.0, 2.3, 4.5]), np.array([2.0, 1.7, 4.0])
    known = held = 0
    for _ in range(100):
        first, second = (
            np.clip(means + rng.normal(0, 0.8, (40, 3)), 1, 5).ravel() for means in (people, judge)
        )
        found = _agreement(first, second, [f"s{n % 3}" for n in range(120)], 200).ordered_alike
        known += not np.isnan(found.low)
        held += found.low <= 2 / 3 <= found.high
    assert known >= 80
    assert held >= 0.95 * known

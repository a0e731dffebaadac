"""Two judges on the same items: whole references are exchanged, not items."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from jurist.analysis import agreement
from jurist.analysis.paired_judges import difference_of, sign_flip_p
from jurist.analysis.tables import Floats, Ints, cluster_tables


def _by_enumeration(gaps: Floats, clusters: Ints) -> float:
    sums = [float(gaps[clusters == cluster].sum()) for cluster in np.unique(clusters)]
    reached = abs(sum(sums)) - 1e-9
    signs = product((-1, 1), repeat=len(sums))
    far = [abs(sum(s * x for s, x in zip(each, sums, strict=True))) >= reached for each in signs]
    return sum(far) / len(far)


def test_with_a_reference_for_each_item_it_is_mcnemars_exact_test() -> None:
    rng = np.random.default_rng(0)
    for items in (6, 40, 400):
        first, second = (rng.random((2, items)) < [[0.7], [0.6]]).astype(np.float64)
        only = [int((first > second).sum()), int((second > first).sum())]
        expected = stats.binomtest(only[1], sum(only), 0.5).pvalue if sum(only) else 1.0
        assert sign_flip_p(second - first, np.arange(items)) == pytest.approx(expected)
    # 1 against 5: 2 * P(X <= 1 | 6, 1/2) = 2 * 7/64
    assert sign_flip_p(np.array([-1, 1, 1, 1, 1, 1, 0]), np.arange(7)) == pytest.approx(14 / 64)
    assert sign_flip_p(np.zeros(5), np.arange(5)) == 1
    assert np.isnan(sign_flip_p(np.zeros(0), np.arange(0)))


def test_clusters_are_tossed_whole_as_by_enumeration() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        clusters = rng.integers(0, 9, 30)
        gaps = rng.integers(-1, 2, 30).astype(np.float64)
        assert sign_flip_p(gaps, clusters) == pytest.approx(_by_enumeration(gaps, clusters))
        weighed = gaps * rng.uniform(0.5, 3, 30)
        # sums are taken to four digits, which may move one of the 2^9 outcomes across
        expected = _by_enumeration(weighed, clusters)
        assert sign_flip_p(weighed, clusters) == pytest.approx(expected, abs=4 / 2**9)


def test_items_of_one_reference_are_not_so_many_pieces_of_evidence() -> None:
    # 20 references of 10 items; on each one of two equal judges happens to be right throughout
    rng = np.random.default_rng(2)
    clusters = np.repeat(np.arange(20), 10)
    by_reference = by_item = 0
    for _ in range(400):
        gaps = np.repeat(rng.choice([-1.0, 0.0, 1.0], 20), 10)
        by_reference += sign_flip_p(gaps, clusters) < 0.05
        by_item += sign_flip_p(gaps, np.arange(200)) < 0.05
    assert by_reference <= 0.07 * 400
    assert by_item > 0.4 * 400  # what McNemar's test over items would have done


def test_p_values_of_kappa_hold_their_level_and_may_be_small() -> None:
    rng = np.random.default_rng(3)
    clusters = np.repeat(np.arange(40), 2)
    rejected = 0
    for _ in range(400):
        people = rng.integers(0, 5, 80)
        copies = [np.where(rng.random(80) < 0.6, people, rng.integers(0, 5, 80)) for _ in range(2)]
        first, second = (cluster_tables(people, each, clusters, (5, 5))[0] for each in copies)
        found = difference_of(first, second, agreement.weighted_kappa, items=80)
        rejected += found.p_value < 0.05
        # interval and p-value are one statement
        assert (found.p_value < 0.05) == (found.estimate.low > 0 or found.estimate.high < 0)
    assert rejected <= 0.075 * 400
    people = rng.integers(0, 5, 80)
    right, _ = cluster_tables(people, people, clusters, (5, 5))
    guesses, _ = cluster_tables(people, rng.integers(0, 5, 80), clusters, (5, 5))
    found = difference_of(guesses, right, agreement.weighted_kappa, items=80)
    assert found.estimate.low > 0
    assert found.p_value < 0.01 / 66

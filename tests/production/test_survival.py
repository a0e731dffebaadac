"""Curves against statsmodels, and their clustered errors against the textbook's special cases."""

from __future__ import annotations

from math import inf
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.duration.survfunc import SurvfuncRight  # pyright: ignore

from jurist.analysis.intervals import Estimate
from jurist.production.clustered import difference, ratio, share_of
from jurist.production.survival import Curve, Times

Floats = NDArray[np.float64]


def times(lasted: Floats, happened: NDArray[np.bool_], clusters: NDArray[np.int64]) -> Times:
    return Times(lasted, happened, clusters, int(clusters.max()) + 1)


def oracle(lasted: Floats, happened: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Times, shares left and standard errors, by statsmodels."""
    made = cast("Any", SurvfuncRight(lasted, happened.astype(int)))
    return made.surv_times, made.surv_prob, made.surv_prob_se


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=40))
def test_the_curve_is_that_of_statsmodels(drawn: list[tuple[int, bool]]) -> None:
    lasted = np.array([float(time) for time, _ in drawn])
    happened = np.array([happens for _, happens in drawn])
    curve = Curve(times(lasted, happened, np.arange(len(drawn))))
    if not happened.any():
        assert curve.left_at(10) == 1
        assert curve.median()[0].value == inf
        return
    at, left, _ = oracle(lasted, happened)
    assert [curve.left_at(float(time)) for time in at] == pytest.approx(left.tolist(), abs=1e-12)


def test_without_censoring_the_error_is_that_of_a_share() -> None:
    rng = np.random.default_rng(1)
    lasted, everybody = rng.exponential(1, 400), np.ones(400, np.bool_)
    _, influence = Curve(times(lasted, everybody, np.arange(400))).happened_by(0.7)
    share = float((lasted <= 0.7).mean())
    # What leaving each out changes is larger than its part of the sum by n / (n - 1).
    assert float((influence**2).sum()) * (399 / 400) ** 2 == pytest.approx(
        share * (1 - share) / 400, rel=1e-9
    )


def test_with_censoring_the_error_is_greenwood_s() -> None:
    rng = np.random.default_rng(2)
    lasted, happened = rng.exponential(1, 400), rng.random(400) < 0.6
    curve = Curve(times(lasted, happened, np.arange(400)))
    _, influence = curve.happened_by(0.9)
    at, _, errors = oracle(lasted, happened)
    greenwood = float(errors[at <= 0.9][-1])
    assert float(np.sqrt((influence**2).sum())) * 399 / 400 == pytest.approx(greenwood, rel=1e-9)


def test_each_task_ten_times_tells_no_more_than_once() -> None:
    rng = np.random.default_rng(3)
    lasted, happened = rng.exponential(1, 60), rng.random(60) < 0.8
    once, _ = Curve(times(lasted, happened, np.arange(60))).median()
    repeated = times(np.repeat(lasted, 10), np.repeat(happened, 10), np.repeat(np.arange(60), 10))
    tenfold, _ = Curve(repeated).median()
    assert (tenfold.value, tenfold.low, tenfold.high) == (once.value, once.low, once.high)
    assert (tenfold.n, tenfold.clusters) == (600, 60)


def test_a_median_that_is_not_reached_has_a_lower_bound_alone() -> None:
    lasted, happened = np.arange(1.0, 41), np.arange(40) % 3 == 0
    estimate, _ = Curve(times(lasted, happened, np.arange(40))).median()
    late = Curve(times(lasted, happened & (lasted < 15), np.arange(40))).median()[0]
    assert np.isfinite(estimate.value)
    assert late.value == late.high == inf
    assert late.note


def test_one_cluster_has_no_interval() -> None:
    estimate, _ = Curve(
        times(np.arange(1.0, 9), np.ones(8, np.bool_), np.zeros(8, np.int64))
    ).median()
    assert estimate.value == 4
    assert np.isnan(estimate.low)


def test_what_the_same_accounts_do_alike_cancels_in_a_difference() -> None:
    rng = np.random.default_rng(4)
    chance = np.repeat(rng.beta(1, 1, 50), 20)
    clusters = np.repeat(np.arange(50), 20)
    before, after = ((rng.random(1000) < chance).astype(np.float64) for _ in range(2))
    shares = [share_of(values, clusters, 50) for values in (before, after)]
    together = difference(*shares, limit=1.0)
    apart = difference(shares[0], (shares[1][0], shares[1][1][rng.permutation(50)]), limit=1.0)
    assert together.low < after.mean() - before.mean() < together.high
    assert together.half_width < apart.half_width / 2


def test_a_ratio_of_what_is_infinite_has_no_end() -> None:
    none = np.zeros(3)
    known = Estimate(60.0, 50.0, 80.0, 9, 3)
    endless = Estimate(90.0, 70.0, inf, 9, 3)
    found = ratio((known, none), (endless, none))
    assert found.value == pytest.approx(1.5)
    assert found.low > 0
    assert found.high == inf


def test_what_never_varies_has_no_interval_of_width_0() -> None:
    everybody = np.ones(30, np.bool_)
    curve = Curve(times(np.full(30, 60.0), everybody, np.arange(30)))
    median, influence = curve.median()
    assert (median.value, np.isnan(median.low)) == (60, True)
    assert np.isnan(ratio((median, influence), (median, influence)).low)
    for seconds, share in ((59, 0.0), (61, 1.0)):
        within, _ = curve.happened_by(seconds)
        assert within.value == share
        assert within.low < within.high

"""Confidence sequences: that they hold at every look, against games worked out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from jurist.analysis.bounded import gaffke_bounds
from jurist.analysis.sequences import anytime_bounds, anytime_mean, log_evidence
from jurist.analysis.tables import Floats, Ints

DROPS = (-4.0, 4.0)
LOOKS = 200
REFUTED = np.log(1 / 0.025)


def _looks(places: Ints, levels: int) -> Floats:
    """How often each level was seen after each value."""
    return np.cumsum(np.eye(levels)[places], axis=0)


@pytest.mark.parametrize(
    ("levels", "chances"),
    [
        ((0.0, -4.0), (0.95, 0.05)),  # sparse falls from 5 to 1, the mean -0.2
        ((0.0, -1.0), (0.8, 0.2)),
        ((1.0, -1.0), (0.4, 0.6)),
        ((4.0, 0.0, -4.0), (0.075, 0.8, 0.125)),
        ((0.3, -0.4), (2 / 7, 5 / 7)),
    ],
)
def test_a_drop_at_the_limit_is_seldom_ever_taken_for_a_smaller_one(
    levels: tuple[float, ...], chances: tuple[float, ...]
) -> None:
    """200 looks, five new references before each."""
    assert np.dot(levels, chances) == pytest.approx(-0.2)
    rng = np.random.default_rng(5)
    crossed = 0
    for _ in range(400):
        drops = rng.choice(len(levels), size=5 * LOOKS, p=chances)
        looks = _looks(drops, len(levels))[4::5]
        evidence = log_evidence(np.asarray(levels), looks, -0.2, scale=DROPS)
        crossed += bool((evidence >= REFUTED).any())
    # 400 * 0.025 = 10 expected at most; 18 would be exceeded with a chance below 1 %
    assert crossed <= 18


def test_every_short_game_is_fair() -> None:
    """All sequences of six values: the expected wealth is 1 at every look, to the last digit."""
    levels, chances = np.array([0.0, 0.25, 1.0]), np.array([0.5, 0.3, 0.2])
    mean = float(levels @ chances)
    expected = np.zeros(6)
    ever = 0.0
    for path in itertools.product(range(3), repeat=6):
        steps = np.asarray(path)
        wealth = np.exp(log_evidence(levels, _looks(steps, 3), mean, scale=(0, 1)))
        likely = float(np.prod(chances[steps]))
        expected += likely * wealth
        ever += likely * bool((wealth >= 5).any())
    assert expected == pytest.approx(np.ones(6))
    assert 0 < ever <= 1 / 5


def test_the_bounds_are_where_the_evidence_suffices() -> None:
    rng = np.random.default_rng(2)
    values = rng.integers(1, 6, 60).astype(np.float64)
    low, high = anytime_bounds(values, scale=(1, 5))
    ones = np.ones(60)
    assert log_evidence(values, ones, low, scale=(1, 5)) == pytest.approx(np.log(40), abs=1e-5)
    flipped = log_evidence(6 - values, ones, 6 - high, scale=(1, 5))
    assert flipped == pytest.approx(np.log(40), abs=1e-5)
    shuffled = anytime_bounds(rng.permutation(values), scale=(1, 5))
    assert shuffled == pytest.approx((low, high))


@pytest.mark.parametrize("n", [0, 1, 5, 100, 5000])
def test_it_stays_on_the_scale_and_is_somewhat_wider_than_one_look(n: int) -> None:
    values = np.tile([5.0, 5, 4, 1, 5], n // 5 + 1)[:n]
    found = anytime_mean(values, scale=(1, 5))
    assert 1 <= found.low < found.high <= 5
    if n:
        low, high = gaffke_bounds(values, np.ones(n), scale=(1, 5))
        assert found.low < low
        assert found.high > high - 1e-9
        assert high - low < found.high - found.low < 2 * (high - low) + 0.5
    else:
        assert (found.low, found.high) == (1, 5)
        assert np.isnan(found.value)


def test_a_perfect_record_is_known_better_and_better() -> None:
    """Against m all the values 1 win u / m each: what the bound must be, from the definition."""
    shares = np.sin((np.arange(64) + 0.5) * np.pi / 128) ** 2
    low, high = anytime_bounds(np.ones(50), scale=(0, 1))
    assert np.mean((1 - shares + shares / low) ** 50) == pytest.approx(40, rel=1e-4)
    assert high == 1

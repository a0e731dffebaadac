"""Corrected means and labels alone cover the truth in each cell, in small samples too."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from tests.analysis.labelled_worlds import World, draw_run, label, truth

from jurist.analysis.bounded import SCORES, SHARES
from jurist.analysis.corrected import corrected_mean

SIZES = ((5, 20), (10, 12), (20, 10), (50, 6))
LABELS = ((0, 10, 1), (0, 20, 2), (30, 50, 1))
"""Spent, drawn to measure, and how often each answer is given."""


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jurist.analysis.melding.DRAWS", 500)


def _coverage(
    world: World, *, spent: int, test: int, passes: bool, rounds: int
) -> tuple[float, float, float]:
    """How often the corrected interval and that of the labels covers; the ratio of widths."""
    target = truth(world, passes=passes)
    random = np.random.default_rng(0)
    hits, widths = np.zeros(2), np.zeros(2)
    for _ in range(rounds):
        run = draw_run(random, world)
        labels = label(random, run, spent=spent, test=test)
        if passes:
            said = np.where(np.isnan(labels.people), np.nan, labels.people >= 4)
            labels = replace(labels, people=said)
        found = corrected_mean(labels, run.clusters, scale=SHARES if passes else SCORES)
        for place, each in enumerate((found.estimate, found.labels_only)):
            hits[place] += each.low <= target <= each.high
            widths[place] += each.high - each.low
    corrected, alone = (hits / rounds).tolist()
    return corrected, alone, float(widths[0] / widths[1])


@pytest.mark.parametrize(
    ("world", "spent", "test", "passes"),
    [
        (World(5, 20, 0.5, 0.3, "mediocre"), 30, 50, True),
        (World(10, 12, 0.8, 0.3, "biased", repeats=2), 0, 20, False),
        (World(20, 10, 0.98, 0.0, "good"), 0, 10, True),
        (World(50, 6, 0.95, 0.0, "useless"), 30, 50, False),
    ],
)
def test_intervals_cover(world: World, spent: int, test: int, *, passes: bool) -> None:
    corrected, alone, _ = _coverage(world, spent=spent, test=test, passes=passes, rounds=150)
    assert corrected >= 0.93
    assert alone >= 0.93


def test_a_good_judge_narrows_the_interval_and_a_useless_one_hardly_widens_it() -> None:
    good, useless = (
        _coverage(World(200, 2, 0.5, judge=judge), spent=0, test=60, passes=True, rounds=60)[2]
        for judge in ("good", "useless")
    )
    assert good < 0.75
    assert useless < 1.05


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("passes", [True, False])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("alike", [0.0, 0.3])
@pytest.mark.parametrize("judge", ["good", "mediocre", "useless", "biased"])
def test_each_cell_covers(size: tuple[int, int], alike: float, judge: str, *, passes: bool) -> None:
    low: list[str] = []
    for rate, (spent, test, repeats) in itertools.product((0.5, 0.8, 0.95, 0.98), LABELS):
        world = World(*size, rate, alike, judge, repeats=repeats)
        covered = _coverage(world, spent=spent, test=test, passes=passes, rounds=300)[:2]
        if min(covered) < 0.945:  # 300 rounds have an error of 1.3 %: look again
            covered = _coverage(world, spent=spent, test=test, passes=passes, rounds=2000)[:2]
        if min(covered) < 0.93:
            low.append(f"{world} {spent} {test}: {covered}")
    assert low == []

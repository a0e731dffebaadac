"""What a judge's confidence and its scores are worth, by hand."""

import numpy as np
import pytest

from jurist.analysis.calibration import FEWEST, calibrate, score_meanings
from jurist.analysis.scales import FIVE, Scale


def test_calibration_by_hand() -> None:
    # .9 right, .9 wrong, .1 wrong: bins: (.9: share .5, gap .4, weight 2/3), (.1: gap .1, 1/3)
    result = calibrate(np.array([0.9, 0.9, 0.1]), np.array([1.0, 0, 0]))
    assert result.error == pytest.approx(0.4 * 2 / 3 + 0.1 / 3)
    assert result.brier == pytest.approx((0.01 + 0.81 + 0.01) / 3)
    assert result.auroc == pytest.approx(0.75)
    twice = calibrate(np.array([0.9, 0.9, 0.1]), np.array([1.0, 0, 0]), np.array([2.0, 1, 1]))
    assert twice.error == pytest.approx(abs(0.9 - 2 / 3) * 3 / 4 + 0.1 / 4)
    assert twice.auroc == pytest.approx(0.75)
    assert np.isnan(calibrate(np.array([]), np.array([])).error)
    assert np.isnan(calibrate(np.array([0.5]), np.array([1.0])).auroc)


def test_what_a_score_means_to_people() -> None:
    # the judge says 3.5 where people say 2, and 5 where they say 5; 1.2 only twice
    scores = np.repeat([1.2, 3.5, 5.0], [2, 20, 30])
    gold = np.repeat([1.0, 2.0, 5.0], [2, 20, 30])
    every = np.ones(52)
    rows = score_meanings(scores, gold, weights=every, clusters=np.arange(52), scale=FIVE)
    assert [(row.low, row.high, row.items) for row in rows] == [(1.2, 3.5, 22), (5, 5, 30)]
    assert rows[0].people.value == pytest.approx((2 * 1 + 20 * 2) / 22)
    assert rows[0].judge == pytest.approx((2 * 1.2 + 20 * 3.5) / 22)
    assert rows[1].people.value == 5
    assert rows[1].people.low < 5  # thirty fives are not certain
    hundred = Scale(tuple(range(101)))
    rng = np.random.default_rng(3)
    said = rng.uniform(0, 100, 400)
    fine = score_meanings(
        said, said / 2, weights=np.ones(400), clusters=np.arange(400), scale=hundred
    )
    assert 15 <= len(fine) <= 21
    assert all(row.items >= FEWEST for row in fine)
    assert sum(row.items for row in fine) == 400
    assert all(row.people.value == pytest.approx(row.judge / 2) for row in fine)


def test_auroc_is_the_weighed_share_of_pairs_in_order() -> None:
    rng = np.random.default_rng(3)
    stated = np.round(rng.random(60), 1)  # with ties
    right = (rng.random(60) < stated).astype(np.float64)
    weights = rng.random(60) + 0.1
    pairs = [
        (weights[g] * weights[b], (stated[g] > stated[b]) + (stated[g] == stated[b]) / 2)
        for g in np.flatnonzero(right == 1).tolist()
        for b in np.flatnonzero(right == 0).tolist()
    ]
    share = sum(w * order for w, order in pairs) / sum(w for w, _ in pairs)
    assert calibrate(stated, right, weights).auroc == pytest.approx(share)

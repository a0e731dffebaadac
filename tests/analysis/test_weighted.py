"""Corrected means under unequal chances: closed forms, agreement with PPI++, coverage."""

import numpy as np
import pytest

from jurist.analysis.corrected import ppi_plus_plus
from jurist.analysis.tables import Floats, Ints
from jurist.analysis.weighted import (
    merge_sparse,
    weighted_post_stratified,
    weighted_prediction_powered,
)

NAN = float("nan")


def test_labels_stand_for_the_inverse_of_their_chance() -> None:
    # chances 1/2 and 1/4: weights 2 and 4, so (2 * 1 + 4 * 4) / 6 = 3 where the judge is mute
    found = weighted_prediction_powered(
        np.array([1.0, 4, NAN]), np.full(3, NAN), np.array([0.5, 0.25, NAN]), np.arange(3)
    )
    assert found.estimate.value == pytest.approx(3)
    assert found.lam == 0
    assert not found.judge_adds


def test_a_perfect_judge_is_believed_wherever_people_did_not_look() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(1, 6, 2000).astype(np.float64)
    labels = np.where(rng.random(2000) < 0.1, truth, NAN)
    found = weighted_prediction_powered(labels, truth, np.full(2000, 0.1), np.arange(2000))
    assert found.lam > 0.9
    # all 2,000 items inform as if people had labelled them
    assert found.estimate.value == pytest.approx(truth.mean(), abs=0.03)
    assert found.effective_labels > 1500


def test_equal_chances_give_ppi_plus_plus() -> None:
    # the judge's mean over all 1,200 items is a mixture of labelled and others, so lam here is
    # lam there times (n + N) / N; value and width agree up to terms of order 1 / n
    rng = np.random.default_rng(5)
    truth = rng.normal(3, 1, 1200)
    judged = 0.7 * truth + rng.normal(0, 0.5, 1200) + 1
    labels = np.where(np.arange(1200) < 200, truth, NAN)
    ours = weighted_prediction_powered(labels, judged, np.full(1200, 1 / 6), np.arange(1200))
    theirs = ppi_plus_plus(truth[:200], judged[:200], judged[200:])
    assert ours.estimate.value == pytest.approx(theirs.estimate.value, abs=2e-3)
    assert ours.estimate.half_width == pytest.approx(theirs.estimate.half_width, rel=0.02)
    assert ours.labels_only.value == pytest.approx(theirs.labels_only.value)


def test_when_everything_is_labelled_the_labels_mean_is_the_answer() -> None:
    labels = np.array([1.0, 2, 3, 4, 5, 1])
    found = weighted_prediction_powered(labels, 6 - labels, np.ones(6), np.arange(6))
    assert found.estimate.value == pytest.approx(labels.mean())
    # a census: SE = sqrt(sum (y - mean)^2 / (n (n - 1))) and t(5) = 2.570582
    error = np.sqrt(((labels - labels.mean()) ** 2).sum() / 30)
    assert found.labels_only.half_width == pytest.approx(2.570582 * error)


def test_one_label_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2 labelled items, there are 1"):
        weighted_prediction_powered(
            np.array([1.0, NAN]), np.array([1.0, 2]), np.ones(2), np.arange(2)
        )


def test_labels_of_one_reference_have_no_interval() -> None:
    found = weighted_prediction_powered(
        np.array([1.0, 2, NAN]), np.array([1.0, 2, 3]), np.full(3, 0.5), np.array([0, 0, 1])
    )
    assert np.isnan(found.estimate.low)
    assert "one cluster" in found.estimate.note


def test_post_stratified_by_hand() -> None:
    # level 0 has 6 items, 5 labelled with mean 0.2; level 1 has 14 items, 5 labelled, mean 0.8:
    # 6/20 * 0.2 + 14/20 * 0.8 = 0.62
    levels = np.array([0] * 6 + [1] * 14)
    labels = np.full(20, NAN)
    labels[:5] = [1, 0, 0, 0, 0]
    labels[6:11] = [1, 1, 1, 1, 0]
    found = weighted_post_stratified(labels, levels, np.full(20, 0.5), np.arange(20))
    assert found.value == pytest.approx(0.62)
    # var = (6/20)^2 * .16/5 + (14/20)^2 * .16/5 + between/20, between = .3 * .42^2 + .7 * .18^2,
    # and twice the products of both parts, which cancel within a level; times 10 / 8
    variance = (0.09 + 0.49) * 0.16 / 5 + (0.3 * 0.42**2 + 0.7 * 0.18**2) / 20
    assert found.half_width == pytest.approx(2.306004 * np.sqrt(variance * 10 / 8), rel=1e-6)


def test_levels_with_few_labels_are_merged_with_the_poorer_neighbour() -> None:
    levels = np.repeat([1, 2, 3, 4], [10, 2, 6, 20])
    labelled = np.ones(38, dtype=np.bool_)
    # level 2 has two labels; of its neighbours 1 (ten) and 3 (six), 3 is the poorer
    assert sorted(set(merge_sparse(levels, labelled).tolist())) == [1, 3, 4]
    few = weighted_post_stratified(np.array([1.0, NAN]), np.array([1, 1]), np.ones(2), np.arange(2))
    assert "at least 5 are needed" in few.note


def _population(rng: np.random.Generator) -> tuple[Floats, Floats, Ints, Floats]:
    """Items in references of three; the chance to be labelled hangs on the judge's error."""
    clusters = np.repeat(np.arange(200), 3)
    easy = np.repeat(rng.normal(0, 0.7, 200), 3)
    truth = np.clip(np.round(3 + easy + rng.normal(0, 1, 600)), 1, 5)
    doubtful = rng.random(600) < 0.3
    noise = np.where(doubtful, rng.integers(-1, 3, 600), 0)
    judged = np.clip(truth + noise, 1, 5)
    return truth, judged, clusters, np.where(doubtful, 0.5, 0.1)


def test_intervals_cover_when_chances_differ_and_the_naive_mean_does_not() -> None:
    rng = np.random.default_rng(11)
    many = [_population(rng) for _ in range(60)]
    target = float(np.mean([truth.mean() for truth, _, _, _ in many]))
    passing = float(np.mean([(truth >= 4).mean() for truth, _, _, _ in many]))
    hits = post = naive = 0
    rounds = 600
    for _ in range(rounds):
        truth, judged, clusters, chance = _population(rng)
        labels = np.where(rng.random(600) < chance, truth, NAN)
        found = weighted_prediction_powered(labels, judged, chance, clusters)
        hits += found.estimate.low <= target <= found.estimate.high
        ruled = weighted_post_stratified(
            np.where(np.isnan(labels), NAN, labels >= 4), judged.astype(np.int64), chance, clusters
        )
        post += ruled.low <= passing <= ruled.high
        naive += abs(float(judged.mean()) - target) < 0.1
    assert 0.92 <= hits / rounds <= 0.98
    assert 0.92 <= post / rounds <= 0.98
    assert naive / rounds < 0.6

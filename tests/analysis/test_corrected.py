"""Corrected means: closed forms, coverage, and what a useless judge does to them."""

import numpy as np
import pytest

from jurist.analysis.corrected import post_stratified, ppi_plus_plus, rogan_gladen
from jurist.analysis.tables import Floats


def _judged(rng: np.random.Generator, n: int, correlation: float) -> tuple[Floats, Floats]:
    truth = rng.normal(3, 1, n)
    noise = rng.normal(0, 1, n)
    judged = 3.4 + correlation * (truth - 3) + np.sqrt(1 - correlation**2) * noise
    return truth, judged


def test_lam_by_hand() -> None:
    # Y = F on the labelled items: cov = var; N -> infinity makes lam -> 1. With n = 2, N = 2,
    # var F_L = 2 (values 1, 3), var F_U (population) = 1: lam = 2 / (2 + 2/2 * 1) = 2/3
    corrected = ppi_plus_plus(np.array([1.0, 3]), np.array([1.0, 3]), np.array([2.0, 4]))
    assert corrected.lam == pytest.approx(2 / 3)
    # theta = 2 + 2/3 (3 - 2)
    assert corrected.estimate.value == pytest.approx(2 + 2 / 3)
    assert corrected.naive == pytest.approx(2.5)


def test_a_useless_judge_gets_no_weight() -> None:
    labels = np.array([1.0, 2, 3, 4, 5])
    corrected = ppi_plus_plus(labels, np.full(5, 3.0), np.full(100, 3.0))
    assert corrected.lam == 0
    assert not corrected.judge_adds
    assert corrected.estimate.half_width == pytest.approx(corrected.labels_only.half_width)


def test_no_unlabelled_items_leave_the_labels_alone() -> None:
    labels = np.array([1.0, 2, 3])
    corrected = ppi_plus_plus(labels, labels, np.array([]))
    assert corrected.estimate.value == corrected.labels_only.value == 2


def test_one_label_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2 labelled items, there are 1"):
        ppi_plus_plus(np.array([1.0]), np.array([1.0]), np.array([1.0]))


@pytest.mark.parametrize(("correlation", "narrower"), [(0.9, 0.75), (0.6, 0.95), (0.0, 1.02)])
def test_ppi_at_100_labels_covers_and_is_narrower_where_the_judge_informs(
    correlation: float, narrower: float
) -> None:
    rng = np.random.default_rng(int(correlation * 10) + 1)
    hits, widths, alone = 0, 0.0, 0.0
    for _ in range(600):
        truth, judged = _judged(rng, 2100, correlation)
        corrected = ppi_plus_plus(truth[:100], judged[:100], judged[100:])
        hits += corrected.estimate.low <= 3 <= corrected.estimate.high
        widths += corrected.estimate.half_width
        alone += corrected.labels_only.half_width
    assert 0.92 <= hits / 600 <= 0.98
    assert widths / alone <= narrower


def test_clusters_widen_the_interval() -> None:
    rng = np.random.default_rng(5)
    groups = np.repeat(np.arange(25), 4)
    labels = np.repeat(rng.normal(3, 1, 25), 4)
    plain = ppi_plus_plus(labels, labels, rng.normal(3, 1, 500))
    clustered = ppi_plus_plus(
        labels, labels, rng.normal(3, 1, 500), clusters=groups, other_clusters=np.arange(25, 525)
    )
    assert clustered.labels_only.half_width > 1.8 * plain.labels_only.half_width


def test_post_stratified_by_hand_and_where_it_cannot() -> None:
    # score 1: labels 0, 1 (mean .5), score 5: labels 1, 1; shares 3/4 and 1/4:
    # theta = .75 * .5 + .25 * 1 = .625
    labels, levels = np.array([0.0, 1, 1, 1]), np.array([1, 1, 5, 5])
    estimate = post_stratified(labels, levels, np.array([1, 1, 1, 5]))
    assert estimate.value == pytest.approx(0.625)
    short = post_stratified(labels[:3], levels[:3], np.array([1, 5]))
    assert np.isnan(short.value)
    assert "judge score 5: 1 label," in short.note


def test_post_stratified_covers() -> None:
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(600):
        truth = (rng.random(1500) < 0.6).astype(np.float64)
        judged = np.where(rng.random(1500) < 0.85, truth, 1 - truth).astype(np.int64)
        estimate = post_stratified(truth[:150], judged[:150], judged)
        hits += estimate.low <= 0.6 <= estimate.high
    assert 0.92 <= hits / 600 <= 0.98


def test_rogan_gladen_by_hand() -> None:
    # p = .6, q1 = .9, q0 = .8: theta = (.6 + .8 - 1) / .7 = 4/7
    estimate = rogan_gladen(600, 1000, true_passes=(90, 100), true_fails=(80, 100))
    assert estimate.value == pytest.approx(4 / 7)
    assert estimate.low < 4 / 7 < estimate.high


def test_rogan_gladen_refuses_an_uninformative_judge() -> None:
    estimate = rogan_gladen(600, 1000, true_passes=(60, 100), true_fails=(45, 100))
    assert np.isnan(estimate.value)
    assert "uninformative" in estimate.note
    assert np.isnan(rogan_gladen(1, 2, true_passes=(1, 1), true_fails=(0, 0)).value)


def test_rogan_gladen_covers_under_label_shift() -> None:
    rng = np.random.default_rng(9)
    hits = 0
    for _ in range(600):
        judged = rng.binomial(2000, 0.3 * 0.85 + 0.7 * 0.2)
        estimate = rogan_gladen(
            int(judged),
            2000,
            true_passes=(int(rng.binomial(200, 0.85)), 200),
            true_fails=(int(rng.binomial(200, 0.8)), 200),
        )
        hits += estimate.low <= 0.3 <= estimate.high
    assert 0.92 <= hits / 600 <= 0.98

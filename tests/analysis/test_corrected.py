"""Corrected means: closed forms, and what the issue found wrong, mended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from tests.analysis.labelled_worlds import World, draw_run, label, truth

from jurist.analysis.bounded import SCORES, SHARES
from jurist.analysis.corrected import Labels, corrected_difference, corrected_mean
from jurist.analysis.rogan_gladen import rogan_gladen

NAN = float("nan")


def _labels(
    judged: list[float], people: list[float], chance: list[float], known: list[int] | None = None
) -> Labels:
    flags = np.asarray(known or [0] * len(judged)).astype(np.bool_)
    return Labels(np.asarray(judged), np.asarray(people), np.asarray(chance), flags)


def test_labels_stand_for_the_inverse_of_their_chance() -> None:
    # chances 1/2 and 1/4: weights 2 and 4, so (2 * 1 + 4 * 4) / 6 = 3 where the judge is mute
    labels = _labels([NAN] * 3, [1, 4, NAN], [0.5, 0.25, NAN])
    assert corrected_mean(labels, np.arange(3), scale=SCORES).estimate.value == pytest.approx(3)


def test_known_answers_count_as_they_are_and_correct_nothing() -> None:
    # two known answers of 1; the other four are worth their one level's mean, (5 + 3) / 2
    labels = _labels(
        [1, 1, 5, 5, 5, 5],
        [1, 1, 5, 3, NAN, NAN],
        [NAN, NAN, 0.5, 0.5, NAN, NAN],
        [1, 1, 0, 0, 0, 0],
    )
    found = corrected_mean(labels, np.arange(6), scale=SCORES)
    assert found.estimate.value == pytest.approx((2 * 1 + 4 * 4) / 6)
    assert (found.labels, found.known) == (2, 2)
    assert [(each.low, each.high, each.labels, each.mean) for each in found.levels] == [
        (5, 5, 2, 4)
    ]


def test_each_level_of_the_judge_is_worth_its_labels() -> None:
    # level 1 has 6 answers, 5 labelled with mean 0.2; level 5 has 14, 5 labelled with mean 0.8
    judged = [1.0] * 6 + [5.0] * 14
    people = [1.0, 0, 0, 0, 0, NAN] + [1.0, 1, 1, 1, 0] + [NAN] * 9
    labels = _labels(judged, people, [5 / 6] * 6 + [5 / 14] * 14)
    found = corrected_mean(labels, np.arange(20), scale=SHARES)
    assert found.estimate.value == pytest.approx(6 / 20 * 0.2 + 14 / 20 * 0.8)
    assert found.labels_only.value == pytest.approx((5 * 6 / 5 * 0.2 + 5 * 14 / 5 * 0.8) / 20)
    assert [each.share for each in found.levels] == [0.3, 0.7]


@pytest.mark.parametrize("hits", [0, 7, 16, 20])
def test_without_levels_passes_get_clopper_and_pearsons_interval(hits: int) -> None:
    exact = stats.binomtest(hits, 20).proportion_ci(0.95, "exact")
    people = np.r_[np.ones(hits), np.zeros(20 - hits)]
    labels = Labels(np.ones(20), people, np.full(20, 0.1), np.zeros(20, dtype=np.bool_))
    found = corrected_mean(labels, np.arange(20), scale=SHARES).estimate
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=0.01)


def test_a_judge_without_an_error_on_its_labels_has_a_width() -> None:
    judged = np.r_[np.full(150, 5.0), np.full(50, 1.0)]
    random = np.random.default_rng(2)
    people = np.full(200, NAN)
    chosen = random.choice(200, 20, replace=False)
    people[chosen] = judged[chosen]
    labels = Labels(judged, people, np.full(200, 0.1), np.zeros(200, dtype=np.bool_))
    found = corrected_mean(labels, np.arange(200), scale=SCORES)
    assert found.estimate.value == pytest.approx(judged.mean(), abs=0.01)
    assert found.estimate.low < 4 - 0.2
    assert found.estimate.high > 4 + 0.1
    assert 1 <= found.estimate.low < found.estimate.high <= 5
    assert found.effective_labels > 20


def test_labels_of_one_reference_say_nothing_of_others() -> None:
    labels = _labels([4, 4, 4], [5, 5, NAN], [0.5] * 3)
    found = corrected_mean(labels, np.array([0, 0, 1]), scale=SCORES).estimate
    assert (found.low, found.high) == SCORES


def test_everything_known_is_a_plain_mean_with_a_width() -> None:
    labels = _labels([3] * 8, [1, 5, 5, 4, 5, 5, 4, 5], [NAN] * 8, [1] * 8)
    found = corrected_mean(labels, np.arange(8), scale=SCORES)
    assert found.estimate.value == pytest.approx(34 / 8)
    assert found.estimate.low < 34 / 8 < found.estimate.high
    assert found.levels == ()


def test_no_drawn_label_is_refused() -> None:
    with pytest.raises(ValueError, match="needs labels that were drawn"):
        corrected_mean(_labels([1, 2], [1, NAN], [NAN, NAN], [1, 0]), np.arange(2), scale=SCORES)


def test_more_labels_that_halve_an_interval_do() -> None:
    random = np.random.default_rng(4)
    world = World(references=2000, answers=1, judge="mediocre")
    run = draw_run(random, world)
    first = corrected_mean(label(random, run, spent=0, test=60), run.clusters, scale=SCORES)
    more = first.labels_to_halve
    assert more is not None
    again = corrected_mean(label(random, run, spent=0, test=60 + more), run.clusters, scale=SCORES)
    assert again.estimate.half_width / first.estimate.half_width == pytest.approx(0.5, abs=0.1)


# --- item 1: labels spent on choosing and tuning -------------------------------------------------


def test_spent_labels_are_a_known_part_of_the_population(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 300 answers 200 labels chose and tuned the judge, which copies them; 80 measure it.

    Leaving them out misses the truth, for they came from doubtful answers; taking them as
    unlabelled misses it too, for the judge is too good there.
    """
    monkeypatch.setattr("jurist.analysis.melding.DRAWS", 2_000)
    world = World(references=150, answers=2, rate=0.6, gap=0.6, judge="mediocre")
    target = truth(world, passes=True)
    random = np.random.default_rng(1)
    hits = np.zeros(3)
    rounds = 120
    for _ in range(rounds):
        run = draw_run(random, world)
        labels = label(random, run, spent=200, test=80)
        labels = replace(labels, people=np.where(np.isnan(labels.people), NAN, labels.people >= 4))
        rest = ~labels.known
        unlabelled = replace(
            labels, people=np.where(labels.known, NAN, labels.people), known=np.zeros_like(rest)
        )
        for place, (columns, clusters) in enumerate(
            ((labels, run.clusters), (labels[rest], run.clusters[rest]), (unlabelled, run.clusters))
        ):
            found = corrected_mean(columns, clusters, scale=SHARES).estimate
            hits[place] += found.low <= target <= found.high
    known, left_out, taken_as_unlabelled = hits / rounds
    assert known >= 0.93
    assert left_out < 0.4
    assert taken_as_unlabelled < 0.93


# --- differences ---------------------------------------------------------------------------------


def test_pairs_are_corrected_as_pairs() -> None:
    # the judge sees no difference; people do, by 1 on the labelled half
    n = 40
    people = np.where(np.arange(n) % 2, 3.0, NAN)
    half, none = np.full(n, 0.5), np.zeros(n, dtype=np.bool_)
    first = Labels(np.full(n, 4.0), people, half, none)
    second = Labels(np.full(n, 4.0), people + 1, half, none)
    found = corrected_difference(first, second, np.arange(n), scale=SCORES)
    assert found is not None
    assert found.estimate.value == pytest.approx(1)
    assert 0 < found.estimate.low < 1 < found.estimate.high <= 4


def test_a_system_without_labels_is_not_corrected() -> None:
    n = 40
    none = np.zeros(n, dtype=np.bool_)
    first = Labels(np.full(n, 4.0), np.full(n, 4.0), np.ones(n), none)
    second = Labels(np.full(n, 4.0), np.full(n, NAN), np.full(n, NAN), none)
    assert corrected_difference(first, second, np.arange(n), scale=SCORES) is None


# --- label shift ---------------------------------------------------------------------------------


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


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.95])
@pytest.mark.parametrize("labels", [20, 200])
def test_rogan_gladen_covers_under_label_shift(rate: float, labels: int) -> None:
    random = np.random.default_rng(9)
    hits = tries = 0
    for _ in range(300):
        judged = random.binomial(1000, rate * 0.95 + (1 - rate) * 0.1)
        estimate = rogan_gladen(
            int(judged),
            1000,
            true_passes=(int(random.binomial(labels, 0.95)), labels),
            true_fails=(int(random.binomial(labels, 0.9)), labels),
        )
        if estimate.value == estimate.value:
            tries += 1
            hits += estimate.low <= rate <= estimate.high
    assert tries > 250
    assert hits / tries >= 0.93

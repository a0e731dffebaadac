"""Differences of systems as labels correct them: coverage, and false claims at the limit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from jurist.analysis.bounded import SCORES
from jurist.analysis.corrected import Labels, corrected_difference
from jurist.analysis.tables import Floats, Ints

PASSES, FAILS = np.array([4.0, 5.0]), np.array([1.0, 2.0, 3.0])


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jurist.analysis.melding.DRAWS", 500)


def _scores(random: np.random.Generator, passes: NDArray[np.bool_]) -> Floats:
    return np.where(passes, random.choice(PASSES, len(passes)), random.choice(FAILS, len(passes)))


def _run(
    random: np.random.Generator, *, references: int, each: int, labels: int, paired: bool
) -> tuple[Labels, Labels, Ints]:
    """Two systems that pass 80 and 60 % of the same requests; the judge flatters the second.

    The true difference is -0.2 * (4.5 - 2).
    """
    n = references * each
    clusters = np.repeat(np.arange(references), each)
    ease = np.repeat(random.normal(size=references), each) * 0.6 + random.normal(size=n) * 0.8
    columns: list[Labels] = []
    together = random.choice(n, labels, replace=False)
    for cut, leniency in ((0.8416, 0.05), (0.2533, 0.5)):
        people = _scores(random, ease < cut)
        flattered = (people < 4) & (random.random(n) < leniency)
        judged = np.where(flattered, _scores(random, np.ones(n, dtype=np.bool_)), people)
        said = np.full(n, np.nan)
        drawn = together if paired else random.choice(n, labels, replace=False)
        said[drawn] = people[drawn]
        columns.append(Labels(judged, said, np.full(n, labels / n), np.zeros(n, dtype=np.bool_)))
    first, second = columns
    if paired:  # a question is drawn, and with it both answers
        root = np.full(n, (labels / n) ** 0.5)
        first, second = (replace(x, chance=root) for x in (first, second))
    return first, second, clusters


@pytest.mark.parametrize(
    ("references", "each", "labels", "paired"),
    [(40, 5, 30, True), (40, 5, 30, False), (10, 12, 20, False), (150, 1, 60, True)],
)
def test_the_true_difference_is_covered_and_rarely_disclaimed(
    references: int, each: int, labels: int, *, paired: bool
) -> None:
    random = np.random.default_rng(7)
    truth, rounds = -0.2 * 2.5, 200
    hits = naive = above = 0
    for _ in range(rounds):
        first, second, clusters = _run(
            random, references=references, each=each, labels=labels, paired=paired
        )
        found = corrected_difference(first, second, clusters, scale=SCORES, claimed=truth)
        assert found is not None
        hits += found.estimate.low <= truth <= found.estimate.high
        above += found.p_at_most <= 0.025  # "the second is not that much worse": a false pass
        naive += abs(float((second.judged - first.judged).mean()) - truth) < 0.2
    assert hits / rounds >= 0.93
    assert above / rounds <= 0.025 + 0.02
    assert naive / rounds < 0.4


def test_pairs_of_labels_tell_more_than_as_many_apart() -> None:
    """The judge knows nothing, so only people's labels count, and pairs share their requests."""
    random = np.random.default_rng(8)
    widths = {True: 0.0, False: 0.0}
    for paired in widths:
        for _ in range(20):
            first, second, clusters = _run(random, references=150, each=1, labels=80, paired=paired)
            first, second = (replace(x, judged=np.full(150, 3.0)) for x in (first, second))
            found = corrected_difference(first, second, clusters, scale=SCORES)
            assert found is not None
            widths[paired] += found.estimate.half_width / 20
    assert widths[True] < 0.9 * widths[False]


@pytest.mark.parametrize("own", [0, 30])
def test_labels_that_followed_unchanged_answers_say_nothing_of_the_changed_ones(own: int) -> None:
    """Half of the answers changed, all to wrong ones; labels followed the other half."""
    random = np.random.default_rng(0)
    n = 200
    drawn, changed = random.random(n) < 0.5, random.random(n) < 0.5
    chance, nothing = np.full(n, 0.5), np.zeros(n, dtype=np.bool_)
    first = Labels(np.full(n, 4.0), np.where(drawn, 5.0, np.nan), chance, nothing)
    followed = drawn & ~changed
    people = np.where(followed, 5.0, np.nan)
    rest = np.flatnonzero(~followed)
    asked = random.choice(rest, own, replace=False)
    people[asked] = np.where(changed[asked], 2.0, 5.0)
    judged = np.where(changed & (random.random(n) < 0.5), 3.0, 4.0)
    second = Labels(judged, people, np.full(n, own / len(rest)), followed)
    found = corrected_difference(first, second, np.arange(n), scale=SCORES)
    if not own:
        assert found is None
        return
    assert found is not None
    assert found.estimate.low <= -3 * changed.mean() <= found.estimate.high < -0.5


@pytest.mark.parametrize(("labelled", "limit"), [(100, 0.5), (200, 0.5), (200, 1.0), (90, 1.0)])
def test_a_drop_at_the_limit_passes_no_oftener_than_clopper_and_pearson_allow(
    labelled: int, limit: float
) -> None:
    """All answers of one level; sparse falls from 5 to 1: the chance of a false pass is exact."""
    answers = 300
    drawn = np.arange(answers) < labelled
    chance = np.where(drawn, labelled / answers, np.nan)
    judged, none_known = np.full(answers, 5.0), np.zeros(answers, dtype=np.bool_)
    first = Labels(judged, np.where(drawn, 5.0, np.nan), chance, none_known)
    rate = limit / 4
    allowed = max(k for k in range(labelled) if stats.binom.cdf(k, labelled, rate) <= 0.025)
    for falls, passes in ((allowed - 2, True), (allowed + 1, False)):
        scores = np.where(np.arange(answers) < falls, 1.0, 5.0)
        second = Labels(judged, np.where(drawn, scores, np.nan), chance, none_known)
        found = corrected_difference(
            first, second, np.arange(answers), scale=(1.0, 5.0), claimed=-limit
        )
        assert found is not None
        assert (found.p_at_most <= 0.025) is passes

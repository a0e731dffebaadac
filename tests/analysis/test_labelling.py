"""What is known while answers are labelled: never wrong for long, against direct computation."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from tests.analysis.labelled_worlds import World, draw_run

from jurist.alignment.labels.sampling import Stratum, draw
from jurist.analysis.bounded import clopper_pearson
from jurist.analysis.labelling import Labelling, bounds_at, known_so_far
from jurist.analysis.tables import Floats, Ints

GUESSES = np.array([0.2, 0.35, 0.5, 0.65, 0.8])
SHARES = (0.0, 1.0)


def _labelling(
    values: Floats, strata: Ints, levels: Ints, order: Ints, scale: tuple[float, float] = SHARES
) -> Labelling:
    """All answers of a population in an order; its first labels are those of the first looks."""
    sizes = np.zeros((strata.max() + 1, len(GUESSES)), dtype=np.int64)
    np.add.at(sizes, (strata, levels), 1)
    guesses = scale[0] + (scale[1] - scale[0]) * GUESSES
    return Labelling(
        values[order], strata[order], levels[order], sizes, guesses, np.empty(0), scale
    )


def _drawn(random: np.random.Generator, strata: Ints, *, count: int) -> Ints:
    """The order of `annotate`: first `count` answers, then all others."""
    codes: list[int] = strata.tolist()
    tasks = {str(place): list(Stratum)[code] for place, code in enumerate(codes)}
    seed = int(random.integers(1 << 30))
    orders = [draw(tasks, drawn, random_share=0.4, seed=seed) for drawn in (count, len(tasks))]
    return np.array(list(dict.fromkeys(int(each.task) for each in itertools.chain(*orders))))


def _population(
    random: np.random.Generator, answers: int, rate: float, judge: str, hard: float
) -> tuple[Floats, Ints, Ints]:
    """Scores of people, strata, and levels of the judge."""
    run = draw_run(random, World(answers // 2, 2, rate, judge=judge, hard=hard))
    strata = run.strata if hard else np.full(len(run.strata), 3)
    return run.people, strata + 1, run.judged.astype(np.int64) - 1


def _paths(
    rounds: int, answers: int, rate: float, judge: str, hard: float, *, passes: bool = True
) -> tuple[float, list[Floats]]:
    """How often the sequence ever misses the truth, and half widths by labels."""
    random = np.random.default_rng(answers)
    missed, widths = 0, list[Floats]()
    for _ in range(rounds):
        people, strata, levels = _population(random, answers, rate, judge, hard)
        values, scale = (
            ((people >= 4).astype(np.float64), SHARES) if passes else (people, (1.0, 5.0))
        )
        order = _drawn(random, strata, count=50)
        labelling = _labelling(values, strata, levels, order, scale)
        low, high = bounds_at(labelling, np.arange(len(values) + 1))
        truth = values.mean()
        missed += bool(((low > truth + 1e-9) | (high < truth - 1e-9)).any())
        widths.append((high - low) / 2)
    return missed / rounds, widths


@pytest.mark.parametrize(
    ("answers", "rate", "judge", "hard", "passes"),
    [
        (40, 0.5, "useless", 0.0, True),
        (60, 0.8, "biased", 0.3, True),
        (60, 0.95, "good", 0.0, True),
        (60, 0.98, "useless", 0.3, True),
        (60, 0.8, "useless", 0.3, False),
        (60, 0.98, "good", 0.0, False),
    ],
)
def test_a_whole_annotation_seldom_ever_misses_the_truth(
    answers: int, rate: float, judge: str, hard: float, *, passes: bool
) -> None:
    missed, widths = _paths(150, answers, rate, judge, hard, passes=passes)
    assert missed <= 0.05
    assert all(width[-1] == pytest.approx(0, abs=1e-6) for width in widths)


@pytest.mark.long
@pytest.mark.parametrize("judge", ["good", "mediocre", "useless", "biased"])
@pytest.mark.parametrize("answers", [40, 120, 400])
@pytest.mark.parametrize("hard", [0.0, 0.3])
@pytest.mark.parametrize("passes", [True, False])
def test_each_cell_seldom_ever_misses_the_truth(
    answers: int, judge: str, hard: float, *, passes: bool
) -> None:
    cells = {
        rate: _paths(200, answers, rate, judge, hard, passes=passes)[0]
        for rate in (0.5, 0.8, 0.95, 0.98)
    }
    assert {rate: missed for rate, missed in cells.items() if missed > 0.05} == {}


@pytest.mark.parametrize("pace", ["aabaababba", "aaaaaabbbb", "babaaababa"])
def test_no_population_is_missed_more_often_than_said(pace: str) -> None:
    """All passes and fails of ten answers in two strata, in all orders: exact chances."""
    strata = np.array(["ab".index(stratum) for stratum in pace])
    levels, order = np.where(strata == 0, 4, 1), np.arange(10)
    missed: dict[tuple[int, int], list[tuple[bool, bool]]] = defaultdict(list)
    for sequence in itertools.product((0.0, 1.0), repeat=10):
        values = np.array(sequence)
        labelling = _labelling(values, strata, levels, order)
        low, high = bounds_at(labelling, np.arange(11), confidence=0.1)
        ends = bool((low > values.mean() + 1e-6).any()), bool((high < values.mean() - 1e-6).any())
        missed[int(values[strata == 0].sum()), int(values[strata == 1].sum())].append(ends)
    chances = np.array([np.mean(each, axis=0) for each in missed.values()])
    assert 0 < chances.max() <= 0.45


def _wealth(labelling: Labelling, totals: tuple[float, float], labels: int) -> float:
    """Mean wealth against these sums of the two strata, from the definition, bet by bet."""
    sizes = labelling.sizes.astype(float)
    wealth = np.zeros(5)
    for number, pace in enumerate((0.2, 0.4, 0.7, 1.2, 2.5)):
        left, unseen, staked = sizes.copy(), list(totals), [0.0, 0.0]
        said: list[tuple[float, int]] = []
        log_wealth = common = 0.0
        for place in range(labels):
            value = float(labelling.values[place])
            stratum, level = int(labelling.strata[place]), int(labelling.levels[place])
            overall = [
                (sum(v for v, _ in said) + guess) / (len(said) + 1) for guess in labelling.guesses
            ]
            predicted = [
                (sum(v for v, at in said if at == one) + 3 * overall[one])
                / (sum(at == one for _, at in said) + 3)
                for one in range(len(overall))
            ]
            rest = float(left[stratum].sum())
            common += pace / float(left.sum())
            there = [one for one in range(len(overall)) if left[stratum, one]]
            limit = 0.95 / max(predicted[one] for one in there)
            stake = min(rest * (common - staked[stratum]), limit)
            staked[stratum] += stake / rest
            expected = unseen[stratum] / rest
            foreseen = sum(float(left[stratum, one]) * predicted[one] for one in there) / rest
            log_wealth += np.log(1 + stake * (value - predicted[level]))
            log_wealth -= stake * (expected - foreseen)
            left[stratum, level] -= 1
            unseen[stratum] -= value
            said.append((value, level))
        wealth[number] = log_wealth
    return float(np.exp(wealth).sum())


def test_the_lower_bound_is_the_least_sum_that_no_composition_saves() -> None:
    """Against the bets written out, over all compositions of the strata on a fine grid."""
    random = np.random.default_rng(3)
    strata, levels = random.integers(0, 2, 60), random.integers(0, 5, 60)
    values = (random.random(60) < 0.2 + 0.15 * levels).astype(np.float64)
    labelling = _labelling(values, strata, levels, random.permutation(60))
    labels = 30
    low, _ = bounds_at(labelling, np.array([labels]))
    seen = [
        float(values_of.sum())
        for values_of in (labelling.values[:labels][labelling.strata[:labels] == s] for s in (0, 1))
    ]
    left = [int((strata == s).sum() - (labelling.strata[:labels] == s).sum()) for s in (0, 1)]
    unseen = float(low[0]) * 60 - sum(seen)
    assert 1 < unseen < 29

    def least_evidence(total: float) -> float:
        firsts = np.linspace(max(0, total - left[1]), min(left[0], total), 21)
        return min(
            _wealth(labelling, (seen[0] + first, seen[1] + total - first), labels)
            for first in firsts
        )

    refuting = 40 * 5  # one in 1 / 0.025, and wealth is the mean over five paces
    assert least_evidence(unseen - 0.01) > refuting > least_evidence(unseen + 0.01)


@pytest.mark.parametrize(("judge", "most"), [("good", 1.05), ("useless", 1.9)])
def test_it_stops_at_not_many_more_labels_than_a_fixed_sample(judge: str, most: float) -> None:
    """Labels until the pass rate is known to 0.1 either way, of 400 answers, over a fixed size."""
    _, widths = _paths(15, 400, 0.8, judge, 0.0)
    stops = np.mean([int(np.argmax(width <= 0.1)) for width in widths])
    fixed = next(n for n in range(10, 400) if np.diff(clopper_pearson(0.8 * n, n))[0] <= 0.2)
    assert stops / fixed < most


def test_what_more_labels_would_give_is_foretold_about_right() -> None:
    random = np.random.default_rng(8)
    ratios: list[float] = []
    for _ in range(15):
        people, strata, levels = _population(random, 300, 0.7, "mediocre", 0.3)
        values = (people >= 4).astype(np.float64)
        order = _drawn(random, strata, count=50)
        whole = _labelling(values, strata, levels, order)
        early = replace(
            whole, values=whole.values[:40], strata=whole.strata[:40], levels=whole.levels[:40]
        )
        low, high = bounds_at(whole, np.arange(301))
        needed = int(np.argmax(high - low <= 0.2)) - 40
        ratios.append((known_so_far(early).labels_for(0.1) or 0) / needed)
    assert 0.7 < np.median(ratios) < 1.4


def test_known_answers_count_as_they_are_and_a_full_annotation_is_exact() -> None:
    random = np.random.default_rng(1)
    people = random.integers(1, 6, 30).astype(np.float64)
    strata, levels = np.zeros(30, dtype=np.int64), people.astype(np.int64) - 1
    whole = _labelling(people, strata, levels, np.arange(30), (1.0, 5.0))
    known = replace(whole, known=np.array([5.0, 5.0, 3.5]))
    found = known_so_far(known)
    mean = (people.sum() + 13.5) / 33
    assert (found.answers, found.labels, found.known, found.left) == (33, 30, 3, 0)
    for end in (found.estimate.low, found.estimate.value, found.estimate.high):
        assert end == pytest.approx(mean, abs=1e-6)
    assert found.labels_to_halve == 0


def test_without_labels_known_answers_alone_bound_the_mean() -> None:
    sizes = np.array([[0, 0, 6, 0, 0]])
    none, codes = np.empty(0), np.empty(0, dtype=np.int64)
    found = known_so_far(Labelling(none, codes, codes, sizes, GUESSES, np.array([1.0, 0]), SHARES))
    assert np.isnan(found.estimate.value)
    assert (found.estimate.low, found.estimate.high) == pytest.approx((1 / 8, 7 / 8))
    assert found.labels_for(0.1) is None
    nothing = known_so_far(Labelling(none, codes, codes, 0 * sizes, GUESSES, none, SHARES))
    assert (nothing.answers, nothing.left) == (0, 0)
    assert (nothing.estimate.low, nothing.estimate.high) == SHARES

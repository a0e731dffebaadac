"""The decision on a judge, by simulation of it: how often the wrong ones qualify, and good ones."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import comb

import numpy as np
import pytest

from jurist.analysis.levels import LEVEL
from jurist.analysis.qualifying import (
    Demands,
    Layout,
    chance_to_qualify,
    detectable_rate,
    least_that_shows,
    operator_p_values,
    qualifies,
    references_needed,
    total_error,
    untested_allowed,
)
from jurist.analysis.tables import Floats, Ints

DEMANDS = Demands(max_error=0.05, max_operator_error=0.2, least=6, max_untested=0.3)
NO_LIMIT = Demands(max_error=1.0, max_operator_error=0.2, least=6, max_untested=0.3)
JUDGES = 4_000


def _layout(references: int, operators: int, most: int, seed: int = 0) -> Layout:
    """As references of the shipped workspaces give it: common operators and rare ones."""
    rng = np.random.default_rng(seed)
    places = [
        rng.choice(references, size=min(most, count), replace=False)
        for count in np.ceil(references * rng.beta(0.6, 1.5, operators)).astype(int).tolist()
    ]
    operator = np.repeat(np.arange(operators), [len(each) for each in places])
    return Layout(operator, np.concatenate(places))


LAYOUT = _layout(111, 81, 20)
"""Of the size of the workspace shop's: 111 references, 81 operators, about 1,000 items."""


def _independent(rate: float, rng: np.random.Generator) -> Floats:
    return (rng.random((JUDGES, len(LAYOUT.operators))) < rate).astype(np.float64)


def _whole_references(rate: float, rng: np.random.Generator) -> Floats:
    """Wrong on everything that is said of some references, right on the rest."""
    bad = rng.random((JUDGES, 111)) < rate
    return bad[:, LAYOUT.references].astype(np.float64)


def _alike(rate: float, rng: np.random.Generator) -> Floats:
    """Beta-binomial: two items of one reference are alike with a correlation of .2."""
    shares = rng.beta(rate * 4, (1 - rate) * 4, (JUDGES, 111))[:, LAYOUT.references]
    return (rng.random(shares.shape) < shares).astype(np.float64)


def _halves(rate: float, rng: np.random.Generator) -> Floats:
    """Wrong on half of what is said of some references."""
    bad = (rng.random((JUDGES, 111)) < 2 * rate)[:, LAYOUT.references]
    return (bad & (rng.random(bad.shape) < 0.5)).astype(np.float64)


@pytest.mark.parametrize("errors", [_independent, _whole_references, _alike, _halves])
def test_at_the_border_of_the_total_a_judge_qualifies_in_at_most_one_of_forty(
    errors: Callable[[float, np.random.Generator], Floats],
) -> None:
    rng = np.random.default_rng(5)
    qualified = qualifies(LAYOUT, errors(DEMANDS.max_error, rng), DEMANDS)
    assert qualified.mean() <= LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / JUDGES)


def _share(references: Ints, wrong: Floats) -> float:
    _, place, sizes = np.unique(references, return_inverse=True, return_counts=True)
    return float((np.bincount(place, weights=wrong) / sizes).mean())


@pytest.mark.parametrize("fault", ["long references", "operators of long references"])
def test_nor_does_it_where_each_challenge_draws_references_and_items_anew(fault: str) -> None:
    """The whole design: references differ in how much they hold, operators take up to 20 each."""
    rng = np.random.default_rng(11)
    places = rng.beta(0.6, 1.5, 81)
    rare = np.argsort(places)[:40]
    layouts: list[tuple[Layout, Floats]] = []
    for _ in range(1_000):
        length = rng.gamma(3, 1 / 3, 111)
        there = rng.random((111, 81)) < np.minimum(0.97, places * length[:, None])
        kept = [rng.permutation(np.flatnonzero(column))[:20] for column in there.T]
        operators = np.repeat(np.arange(81), [len(each) for each in kept])
        references = np.concatenate(kept)
        wrong = length[references] > 2.1
        if fault != "long references":
            wrong &= np.isin(operators, rare) | (rng.random(len(wrong)) < 0.5)
        layouts.append((Layout(operators, references), wrong.astype(np.float64)))
    truth = np.mean([_share(each.references, wrong) for each, wrong in layouts])
    demands = Demands(float(truth), 1.0, 6, 0.3)
    qualified = [qualifies(each, wrong[None], demands)[0] for each, wrong in layouts]
    assert 0.02 < truth < 0.08
    assert np.mean(qualified) <= LEVEL + 3 * np.sqrt(LEVEL / 1_000)


def test_a_judge_with_one_error_in_a_hundred_qualifies_in_nine_of_ten() -> None:
    assert len(LAYOUT.operators) < 1_200  # what a person can pay for
    rng = np.random.default_rng(6)
    assert qualifies(LAYOUT, _independent(0.01, rng), DEMANDS).mean() >= 0.9
    assert qualifies(LAYOUT, _independent(0.001, rng), DEMANDS).mean() >= 0.99
    assert chance_to_qualify(LAYOUT, 0.01, DEMANDS) >= 0.9
    assert chance_to_qualify(LAYOUT, 0.0, DEMANDS) == 1


def test_a_judge_that_is_always_wrong_on_one_operator_never_does() -> None:
    rng = np.random.default_rng(7)
    sizes = LAYOUT.sizes
    for operator in (int(sizes.argmax()), int(np.where(sizes >= 6, sizes, 99).argmin())):
        wrong = _independent(0.005, rng)
        wrong[:, LAYOUT.operators == operator] = 1.0
        in_all = Demands(1.0, 1.0, DEMANDS.least, DEMANDS.max_untested)
        assert qualifies(LAYOUT, wrong, in_all).all()  # found by its operator, not by the total
        assert not qualifies(LAYOUT, wrong, NO_LIMIT).any()
        assert not qualifies(LAYOUT, wrong, DEMANDS).any()


def test_a_judge_at_the_limit_of_every_operator_is_failed_for_one_in_at_most_one_of_forty() -> None:
    rng = np.random.default_rng(8)
    failed = ~qualifies(LAYOUT, _independent(DEMANDS.max_operator_error, rng), NO_LIMIT)
    assert failed.mean() <= LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / JUDGES)


def test_what_is_found_in_nineteen_of_twenty_is_as_stated() -> None:
    rng = np.random.default_rng(9)
    tested = int((LAYOUT.sizes >= 6).sum())
    operator = int(LAYOUT.sizes.argmax())
    rate = detectable_rate(20, DEMANDS, tested)
    assert 0.7 < rate < 0.8
    wrong = np.zeros((JUDGES, len(LAYOUT.operators)))
    mine = LAYOUT.operators == operator
    wrong[:, mine] = rng.random((JUDGES, int(mine.sum()))) < rate
    assert 1 - qualifies(LAYOUT, wrong, NO_LIMIT).mean() == pytest.approx(0.95, abs=0.015)
    assert np.isnan(detectable_rate(3, DEMANDS, tested))


def test_many_judges_are_decided_on_as_one_is() -> None:
    rng = np.random.default_rng(10)
    wrong = (rng.random((60, len(LAYOUT.operators))) < 0.018).astype(np.float64)
    wrong[::3, LAYOUT.operators == 3] = 1.0
    decided = qualifies(LAYOUT, wrong, DEMANDS)
    assert 0 < decided.sum() < 40
    for row, qualified in zip(wrong, decided.tolist(), strict=True):
        total = total_error(row, LAYOUT.references)
        errors = np.bincount(LAYOUT.operators, weights=row).astype(np.float64)
        p_values = operator_p_values(errors, LAYOUT.sizes.astype(np.float64), DEMANDS)
        one = total.high <= DEMANDS.max_error and not (p_values <= LEVEL).any()
        assert one is qualified


def test_the_total_is_a_mean_of_references_and_of_no_width_zero() -> None:
    # shares 1/2, 0, 1 of references with 2, 1 and 3 items: mean .5; errors 4 of 6
    estimate = total_error(np.asarray([1, 0, 0, 1, 1, 1.0]), np.asarray([0, 0, 1, 2, 2, 2]))
    assert (estimate.value, estimate.n, estimate.clusters) == (0.5, 6, 3)
    # none in n references is (Clopper & Pearson) at most 1 - .025^(1/n), however many items
    none = total_error(np.zeros(700), np.arange(700) % 70)
    assert (none.low, none.high) == pytest.approx((0, 1 - LEVEL ** (1 / 70)), abs=1e-6)
    assert np.isnan(total_error(np.zeros(0), np.zeros(0, dtype=np.int64)).high)


@pytest.mark.parametrize(("limit", "needed"), [(0.05, 72), (0.1, 36), (0.04, 91), (1.0, 1)])
def test_references_needed_are_the_first_that_show_it(limit: float, needed: int) -> None:
    assert references_needed(limit) == needed
    assert (1 - limit) ** needed <= LEVEL
    assert needed == 1 or (1 - limit) ** (needed - 1) > LEVEL


def test_p_values_are_binomial_tails_corrected_by_holm() -> None:
    errors, trials = np.asarray([6, 0, 5, 3, 4.0]), np.asarray([6, 20, 6, 5, 12.0])
    p_values = operator_p_values(errors, trials, DEMANDS)

    def tail(wrong: int, of: int) -> float:
        return sum(comb(of, k) * 0.2**k * 0.8 ** (of - k) for k in range(wrong, of + 1))

    raw = sorted([tail(6, 6), tail(5, 6), tail(4, 12), 1.0])
    holm = [4 * raw[0], 3 * raw[1], min(1.0, 2 * raw[2]), 1.0]
    assert p_values[[0, 2, 4, 1]] == pytest.approx(holm)
    assert np.isnan(p_values[3])  # five items: not tested


def test_false_failures_are_enumerated_where_operators_are_few() -> None:
    # Two operators at the limit with 6 and 8 items: over all outcomes, at most 2.5 % fail.
    chance = 0.0
    for first, second in product(range(7), range(9)):
        likely = comb(6, first) * comb(8, second) * 0.2 ** (first + second)
        likely *= 0.8 ** (14 - first - second)
        p_values = operator_p_values(
            np.asarray([first, second * 1.0]), np.asarray([6, 8.0]), DEMANDS
        )
        chance += likely * bool((p_values <= LEVEL).any())
    assert 0 < chance <= LEVEL


@pytest.mark.parametrize(
    ("limit", "operators", "least"),
    [(0.2, 81, 6), (0.2, 390, 6), (0.2, 391, 7), (0.5, 81, 12), (0.1, 5, 3), (0.2, 0, 3)],
)
def test_always_wrong_shows_from_so_many_items_on(limit: float, operators: int, least: int) -> None:
    demands = Demands(0.05, limit, 1, 0.3)
    assert least_that_shows(demands, operators) == least
    assert limit**least <= LEVEL / max(1, operators)
    assert limit ** (least - 1) > LEVEL / max(1, operators)


def test_the_share_that_may_be_untested_is_rounded_down() -> None:
    assert [untested_allowed(k, DEMANDS) for k in (0, 3, 10, 81, 87)] == [0, 0, 3, 24, 26]

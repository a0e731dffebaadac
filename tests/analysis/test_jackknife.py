"""Intervals of kappa and its kin: coverage in cells of few and many references, and refusals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from jurist.analysis import agreement
from jurist.analysis.correlations import kendall_tau_b, spearman
from jurist.analysis.jackknife import DIFFERENCE, FISHER, LOGIT, Link, jackknife_sums
from jurist.analysis.levels import LEAST_TO_RESAMPLE
from jurist.analysis.tables import Floats

LEVELS = np.repeat(np.arange(5.0), 5), np.tile(np.arange(5.0), 5)


def _of_table(statistic: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    return lambda sums: statistic(sums.reshape(*sums.shape[:-1], 5, 5))


STATISTICS: dict[str, tuple[Callable[[Floats], Floats], Link]] = {
    "chance": (_of_table(agreement.chance), LOGIT),
    "kappa": (_of_table(agreement.cohen_kappa), FISHER),
    "weighted kappa": (_of_table(agreement.weighted_kappa), FISHER),
    "AC1": (_of_table(agreement.gwet_ac1), FISHER),
    "alpha": (_of_table(agreement.krippendorff_alpha_ordinal), FISHER),
    "spearman": (lambda sums: spearman(sums, *LEVELS), FISHER),
    "kendall": (lambda sums: kendall_tau_b(sums, *LEVELS), FISHER),
}
EVEN, SKEWED = (0.2,) * 5, (0.05, 0.05, 0.05, 0.15, 0.7)


def _tables(
    rng: np.random.Generator, trials: int, references: int, items: int, chances: tuple[float, ...]
) -> Floats:
    """Tables of references, (trials, references, 25): alike within, some harder than others."""
    shape = (trials, references, items)
    of_reference = rng.choice(5, size=(trials, references, 1), p=chances)
    gold = np.where(rng.random(shape) < 0.5, of_reference, rng.choice(5, size=shape, p=chances))
    if items == 1:
        gold = rng.choice(5, size=shape, p=chances)
    off = np.clip(gold + rng.choice([-2, -1, 1, 2], size=shape, p=[0.1, 0.4, 0.4, 0.1]), 0, 4)
    judge = np.where(rng.random(shape) < rng.beta(6, 2, size=(trials, references, 1)), gold, off)
    return (np.eye(25)[gold * 5 + judge]).sum(2)


@pytest.mark.parametrize("chances", [EVEN, SKEWED], ids=["even", "skewed"])
@pytest.mark.parametrize(("references", "items"), [(15, 1), (20, 3), (50, 1)])
def test_intervals_cover_what_they_say(
    references: int, items: int, chances: tuple[float, ...]
) -> None:
    rng = np.random.default_rng(references + items)
    endless = _tables(rng, 1, 40_000, items, chances)[0].sum(0)
    drawn = _tables(rng, 400, references, items, chances)
    for name, (statistic, link) in STATISTICS.items():
        truth = float(statistic(endless))
        found = [jackknife_sums(sums, statistic, link, items=1).estimate for sums in drawn]
        known = [each for each in found if not np.isnan(each.low)]
        assert len(known) > 0.85 * len(found), name
        held = sum(each.low <= truth <= each.high for each in known) / len(known)
        # two standard errors of 400 trials below .93
        assert held >= 0.93 - 2 * np.sqrt(0.93 * 0.07 / len(known)), (name, held)


def test_a_mean_gets_students_interval() -> None:
    # of a mean the jackknife's error is the usual one: 1, 3, 5, ... by hand
    values = np.arange(20.0)
    sums = np.stack([values / 20, np.ones(20)], axis=1)

    def mean(of: Floats) -> Floats:
        return np.asarray(of[..., 0] / of[..., 1] - 0.2)

    found = jackknife_sums(sums, mean, DIFFERENCE, items=20)
    error = np.std(values / 20, ddof=1) / np.sqrt(20)
    assert found.estimate.high - found.estimate.value == pytest.approx(2.093024 * error, rel=1e-5)
    assert (found.p_value < 0.05) == (found.estimate.low > 0)


def test_where_nothing_is_known_there_is_no_interval() -> None:
    alike = np.tile(np.eye(25)[[0, 6, 12]], (10, 1))
    statistic, link = STATISTICS["kappa"]
    for sums, words in (
        (alike, "end of its range"),
        (np.eye(25)[[0, 6, 7]], f"fewer than {LEAST_TO_RESAMPLE}"),
        (np.tile(np.eye(25)[[0]], (30, 1)), "undefined"),
        (np.tile(np.eye(25)[[0, 6, 7]].sum(0), (30, 1)), "no reference moves it"),
    ):
        found = jackknife_sums(sums, statistic, link, items=len(sums))
        assert np.isnan(found.estimate.low)
        assert np.isnan(found.p_value)
        assert words in found.estimate.note

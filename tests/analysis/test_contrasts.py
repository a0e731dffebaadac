"""Comparisons of systems: by origin, corrected together, with what would settle them."""

from math import ceil

import numpy as np
import pytest
from scipy import stats

from jurist.analysis.contrasts import Contrast, contrasts, pairs_of_systems
from jurist.analysis.pairing import System
from jurist.analysis.scores import ScoreTable, score_table
from jurist.analysis.spacings import p_at_most
from jurist.analysis.spread import spread_of
from jurist.records import Origin
from score_tables import results_of, table_of


def test_spread_by_hand() -> None:
    # two references with two questions each: 1, 3 and 5, 7. Within: MS = (1+1+1+1) / 2 = 2.
    # Between: means 2 and 6 around 4: MS = 2 * 8 / 1 = 16, so (16 - 2) / 2 = 7. Total 9.
    sd, within = spread_of(np.array([1.0, 3, 5, 7]), np.array([0, 0, 1, 1]))
    assert (sd, within) == (pytest.approx(3), pytest.approx(2 / 9))
    assert np.isnan(spread_of(np.array([1.0, 2]), np.array([0, 0]))[0])
    assert np.isnan(spread_of(np.array([1.0, 2]), np.array([0, 1]))[1])


def _compared(table: ScoreTable) -> tuple[Contrast, ...]:
    tables = {"run": table}
    return contrasts(tables, pairs_of_systems(tables), table.judges).compared


def _column(scores: list[float | None]) -> list[list[float | None]]:
    return [[score] for score in scores]


GAPS = [1, -1, 1, 0, 1, 0, 1, -1, 1, 0]


def _found(levels: np.ndarray, chances: np.ndarray, references: int) -> float:
    """How often a comparison of so many references is significant and its difference above 0."""
    counts = np.random.default_rng(4).multinomial(references, chances, size=4000)
    p_values = p_at_most(levels, counts.astype(np.float64), 0.0, scale=(-4, 4))
    return float((p_values <= 0.025).mean())


def test_what_would_settle_a_difference_does_so_four_times_in_five() -> None:
    """Samples of as many references as it says, drawn with the shares that were seen."""
    table = table_of({"a": _column([3.0] * 10), "b": _column([3.0 + gap for gap in GAPS])})
    (found,) = _compared(table)
    assert found.difference.estimate.value == pytest.approx(0.3)
    assert found.more_references is not None
    levels, counts = np.unique(np.asarray(GAPS, dtype=np.float64), return_counts=True)
    power = _found(levels, counts / 10, 10 + found.more_references)
    assert power == pytest.approx(0.8, abs=0.04)


def test_the_detectable_difference_is_found_four_times_in_five() -> None:
    gaps = np.repeat([-1.0, 0.0, 1.0], 40)
    (found,) = _compared(table_of({"a": _column([3.0] * 120), "b": _column((3 + gaps).tolist())}))
    levels = np.array([-1.0, 0.0, 1.0]) + found.difference.detectable
    assert _found(levels, np.full(3, 1 / 3), 120) == pytest.approx(0.8, abs=0.05)


def test_halving_takes_a_bit_less_than_three_times_as_many_more() -> None:
    gaps = np.tile(GAPS, 4)
    table = table_of({"a": _column([3.0] * 40), "b": _column((3.0 + gaps).tolist())})
    (found,) = _compared(table)
    assert found.more_to_halve is not None
    times = ceil((40 + found.more_to_halve) / 40)
    more = np.tile(gaps, times)[: 40 + found.more_to_halve]
    (again,) = _compared(
        table_of({"a": _column([3.0] * len(more)), "b": _column((3.0 + more).tolist())})
    )
    widths = [each.difference.estimate.half_width for each in (found, again)]
    assert widths[1] / widths[0] == pytest.approx(0.5, abs=0.03)


def test_a_difference_that_correction_takes_back_is_not_settled() -> None:
    gaps = [1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0] * 3
    base: list[float | None] = [3.0] * len(gaps)
    scores = {
        "a": _column([*base]),
        "b": _column([3.0 + 0.75 * gap for gap in gaps]),
        "c": _column([3.0 + 0.75 * gap for gap in reversed(gaps)]),
    }
    table = table_of(scores)
    tables = {"run": table}
    pair = [(System("run", "a"), System("run", "b"))]
    (alone,) = contrasts(tables, pair, ["j"]).compared
    raw = alone.difference.p_value
    assert 0.02 < raw < 0.05
    assert alone.difference.p_adjusted == raw
    assert (alone.corrected_over, alone.more_references) == (1, None)
    together = _compared(table)[0]
    assert together.difference.p_value == raw
    assert together.difference.p_adjusted > 0.05
    assert together.corrected_over == 3
    assert together.more_references is not None
    assert together.difference.detectable > alone.difference.detectable


def test_equal_differences_have_a_width_and_a_p_above_zero() -> None:
    (found,) = _compared(table_of({"a": _column([3.0] * 6), "b": _column([4.0] * 6)}))
    difference = found.difference
    assert difference.estimate.low < 1 < difference.estimate.high
    # the lower bound of six ones on [-4, 4]: -4 + 5 * .025^(1/6) < 0, so it is not significant
    assert difference.estimate.low == pytest.approx(-4 + 5 * 0.025 ** (1 / 6))
    assert difference.p_value == pytest.approx(2 * (4 / 5) ** 6)


def test_p_and_interval_agree_and_err_as_they_say() -> None:
    """Two systems that are equal in the mean: exact over all counts of better and worse."""
    levels = np.array([-1.0, 2.0])  # better by 2 a third of the time
    error = 0.0
    for better in range(31):
        gaps = [2.0] * better + [-1.0] * (30 - better)
        (found,) = _compared(
            table_of({"a": _column([3.0] * 30), "b": _column([3.0 + gap for gap in gaps])})
        )
        difference = found.difference
        outside = not difference.estimate.low <= 0 <= difference.estimate.high
        assert outside is (difference.p_value < 0.05)
        error += outside * float(stats.binom.pmf(better, 30, 1 / 3))
    assert levels @ [2 / 3, 1 / 3] == pytest.approx(0)
    assert 0 < error <= 0.05


def test_origins_are_compared_apart_and_real_ones_come_first() -> None:
    synthetic = results_of({"rules": [[5.0]] * 50, "mine": [[3.0]] * 50}, origin=Origin.SYNTHETIC)
    real = results_of({"rules": [[2.0]] * 50, "mine": [[4.0]] * 50}, origin=Origin.REAL)
    compared = _compared(score_table([*synthetic, *real]))
    assert [(each.origin, each.difference.estimate.value) for each in compared] == [
        (Origin.REAL, 2.0),
        (Origin.SYNTHETIC, -2.0),
    ]
    assert [each.corrected_over for each in compared] == [1, 1]


def test_what_is_unchanged_is_no_comparison() -> None:
    scores = {"a": _column([3.0, 4, 5]), "b": _column([3.0, 4, 4])}
    tables = {"before": table_of(scores), "after": table_of(scores)}
    pairs = pairs_of_systems(tables)
    made = contrasts(tables, pairs, ["j"], same_version=pairs)
    assert made.compared == ()
    assert [each.second.generator for each in made.unchanged] == ["a", "b"]
    changed = contrasts(tables, pairs, ["j"], same_version=pairs[1:])
    assert [each.first.generator for each in changed.compared] == ["a"]
    assert [each.corrected_over for each in changed.compared] == [1]


def test_missing_scores_are_left_out_and_bounded() -> None:
    table = table_of({"a": _column([3, None, 4, 2]), "b": _column([4, 5, None, 2])})
    (found,) = _compared(table)
    assert found.difference.estimate.n == 2
    # worst: 1, 5 - 5, 1 - 4, 0; best: 1, 5 - 1, 5 - 4, 0
    assert found.difference.bounds == (pytest.approx(-2 / 4), pytest.approx(6 / 4))

"""Agreement statistics against closed forms, and against scikit-learn and scipy as oracles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from jurist.analysis import agreement
from jurist.analysis.correlations import kendall_tau_b, spearman
from jurist.analysis.tables import Floats, contingency, nearest_level

LEVELS = np.repeat(np.arange(5.0), 5), np.tile(np.arange(5.0), 5)


def _spearman(tables: Floats) -> Floats:
    return spearman(tables.reshape(*tables.shape[:-2], 25), *LEVELS)


def _kendall(tables: Floats) -> Floats:
    return kendall_tau_b(tables.reshape(*tables.shape[:-2], 25), *LEVELS)


def table(rows: list[list[float]]) -> Floats:
    return np.asarray(rows, dtype=np.float64)


# 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no (the textbook example of Cohen's kappa):
# p_o = 35/50 = 0.7; p_e = (25*30 + 25*20) / 50^2 = 0.5; kappa = (0.7 - 0.5) / 0.5 = 0.4
TEXTBOOK = table([[20, 5], [10, 15]])


def test_kappa_of_the_textbook_table() -> None:
    assert agreement.exact(TEXTBOOK) == pytest.approx(0.7)
    assert agreement.chance(TEXTBOOK) == pytest.approx(0.5)
    assert agreement.cohen_kappa(TEXTBOOK) == pytest.approx(0.4)


def test_ac1_of_the_textbook_table() -> None:
    # pi = (25 + 30) / 100 = 0.55 for yes; p_e = 2 * 0.55 * 0.45 / (2 - 1) = 0.495
    # AC1 = (0.7 - 0.495) / 0.505
    assert agreement.gwet_ac1(TEXTBOOK) == pytest.approx(0.205 / 0.505)


def test_quadratic_weights_by_hand() -> None:
    # levels 1..3, three items: (1,1), (2,3), (3,3).
    # sum wO = 1 (one step)/3 = 1/3. Rows 1/3 each; columns 1/3, 0, 2/3.
    # sum wE = 1/9 * (0*1 + 4*2 + 1*1 + 1*2 + 4*1 + 0*2) = 15/9; kappa = 1 - (1/3)/(15/9) = 0.8
    observed = table([[1, 0, 0], [0, 0, 1], [0, 0, 1]])
    assert agreement.weighted_kappa(observed) == pytest.approx(0.8)


def test_ordinal_alpha_by_hand() -> None:
    # Two raters, items (1,1), (1,2): coincidences o = [[2,1],[1,0]], n = (3, 1), N = 4.
    # ordinal distance of 1 and 2: (n1/2 + n2/2)^2 = 4. D_o = 2*4 = 8; D_e = 2*3*1*4/(4-1) = 8.
    # alpha = 1 - 8/8 = 0
    assert agreement.krippendorff_alpha_ordinal(table([[1, 1], [0, 0]])) == pytest.approx(0.0)


def test_nominal_alpha_by_hand() -> None:
    # Krippendorff 2011, example A: two observers, ten units, values 0 and 1; alpha = 0.095
    first, second = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    both = contingency(np.asarray(first), np.asarray(second), (2, 2))
    assert agreement.krippendorff_alpha_nominal(both) == pytest.approx(0.095, abs=5e-4)


@pytest.mark.parametrize(
    "degenerate",
    [np.zeros((5, 5)), np.eye(1, 25, 0).reshape(5, 5), np.eye(1, 25, 0).reshape(5, 5) * 9],
    ids=["nothing", "one item", "one class"],
)
def test_what_is_undefined_is_nan_never_a_made_up_number(degenerate: Floats) -> None:
    for statistic in (
        agreement.cohen_kappa,
        agreement.weighted_kappa,
        agreement.krippendorff_alpha_ordinal,
        _spearman,
        _kendall,
    ):
        assert np.isnan(statistic(degenerate)), statistic.__name__


ratings = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=60)


@given(ratings)
def test_against_scipy_and_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    from sklearn import metrics

    people, judge = (np.asarray(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    both = contingency(people, judge, (5, 5))
    if len(set(people.tolist())) > 1 and len(set(judge.tolist())) > 1:
        assert _spearman(both) == pytest.approx(stats.spearmanr(people, judge)[0])
        assert _kendall(both) == pytest.approx(stats.kendalltau(people, judge)[0])
    if len(set(people.tolist()) | set(judge.tolist())) > 1:
        expected = metrics.cohen_kappa_score(people, judge, weights="quadratic", labels=range(5))
        assert agreement.weighted_kappa(both) == pytest.approx(expected)


@given(ratings)
def test_a_batch_gives_what_each_table_gives(pairs: list[tuple[int, int]]) -> None:
    people, judge = (np.asarray(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    one = contingency(people, judge, (5, 5))
    batch = np.stack([one, one.T, one + 1])
    for statistic in (_spearman, _kendall, agreement.gwet_ac1):
        alone = np.asarray([statistic(each) for each in batch])
        assert statistic(batch) == pytest.approx(alone, nan_ok=True)


def test_nearest_level_sends_ties_down() -> None:
    assert nearest_level([1.0, 1.5, 1.51, 4.5, 5.0], range(1, 6)).tolist() == [0, 0, 1, 3, 4]

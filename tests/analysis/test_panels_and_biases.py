"""Panels, biases, shift."""

import numpy as np
import pytest

from jurist.analysis.biases import commonest_shares, length_effect, swap_effect
from jurist.analysis.panels import (
    agreement_when_both_wrong,
    effective_votes,
    error_correlations,
)
from jurist.analysis.scales import Scale, ScaleKind
from jurist.analysis.shift import classifier_two_sample_test


def test_a_copied_judge_adds_no_vote() -> None:
    rng = np.random.default_rng(0)
    errors = (rng.random((500, 2)) < 0.3).astype(np.float64)
    every = np.ones(500)
    alone = effective_votes(error_correlations(errors, every))
    copied = effective_votes(error_correlations(np.column_stack([errors, errors[:, 1]]), every))
    assert alone == pytest.approx(2, abs=0.2)
    assert copied <= alone + 1e-9


def test_effective_votes_by_hand() -> None:
    # three judges with phi = .5 between each pair: 9 / (3 + 6 * .5) = 1.5 = 3 / (1 + 2 * .5)
    matrix = np.full((3, 3), 0.5)
    np.fill_diagonal(matrix, 1)
    assert effective_votes(matrix) == pytest.approx(1.5)
    # of pairs without a correlation nothing is known: they are not uncorrelated
    assert np.isnan(effective_votes(np.full((2, 2), np.nan)))
    matrix[0, 1] = matrix[1, 0] = np.nan
    assert effective_votes(matrix) == pytest.approx(1.5)


def test_two_constant_judges_are_not_two_votes() -> None:
    # each always errs, or never: nothing says whether they would err together
    for errors in (np.ones((9, 2)), np.zeros((9, 2)), np.tile([0.0, 1.0], (9, 1))):
        assert np.isnan(effective_votes(error_correlations(errors, np.ones(9))))


def test_phi_is_weighed() -> None:
    # an item of weight 3 is three items: errors (1,1), (1,0), (0,0) x 3
    errors = np.array([[1, 1], [1, 0], [0, 0.0]])
    repeated = np.vstack([errors, errors[2], errors[2]])
    weighed = error_correlations(errors, np.array([1, 1, 3.0]))
    assert weighed == pytest.approx(np.corrcoef(repeated.T))


def test_agreement_when_both_are_wrong() -> None:
    gold = np.array([1, 1, 1, 1.0])
    sides = np.array([1, 2, 2, 3.0]), np.array([2, 2, 3, 3.0]), gold
    assert agreement_when_both_wrong(*sides, np.ones(4)) == (pytest.approx(2 / 3), 3)
    assert agreement_when_both_wrong(*sides, np.array([9, 1, 3, 1.0])) == (pytest.approx(2 / 5), 5)
    assert np.isnan(agreement_when_both_wrong(gold, gold, gold, np.ones(4))[0])


def test_swap_effect_by_hand() -> None:
    usual, swapped = np.array([5.0, 4, 3, 2]), np.array([5.0, 5, 3, 4])
    found = swap_effect(usual, swapped, np.arange(4))
    assert found.consistency.value == pytest.approx(2 / 4)
    assert found.shift.value == pytest.approx((0 + 1 + 0 + 2) / 4)
    words = Scale((2.0, 3.0, 4.0, 5.0), kind=ScaleKind.NOMINAL)
    assert np.isnan(swap_effect(usual, swapped, np.arange(4), scale=words).shift.value)


def test_stability_and_length() -> None:
    shares = commonest_shares([(5, 5, 4), (1, 1), (3,)])
    assert shares == pytest.approx([2 / 3, 1, np.nan], nan_ok=True)
    every, apart = np.ones(3), np.arange(3)
    lengths = np.array([10.0, 100, 1000])
    assert length_effect(np.log1p(lengths), lengths, every, apart).value == pytest.approx(1)
    assert np.isnan(length_effect(every, lengths, every, apart).value)
    # an item of weight 3 is three items
    errors, sizes = np.array([1.0, 0, 2, 2, 2]), np.array([3.0, 9, 5, 5, 5])
    expected = np.corrcoef(errors, np.log1p(sizes))[0, 1]
    weighed = length_effect(errors[:3], sizes[:3], np.array([1, 1, 3.0]), apart)
    assert weighed.value == pytest.approx(expected)


TOPICS = ["orders", "logins", "invoices", "coupons", "returns", "sessions", "payments"]


def _questions(rng: np.random.Generator, n: int, opening: str) -> list[str]:
    return [
        f"{opening} {rng.choice(TOPICS)} in the last {rng.integers(1, 90)} days" for _ in range(n)
    ]


def test_shift_sees_a_difference_and_no_difference() -> None:
    rng = np.random.default_rng(5)
    same = classifier_two_sample_test(
        _questions(rng, 60, "customers with"), _questions(rng, 60, "customers with")
    )
    apart = classifier_two_sample_test(
        _questions(rng, 60, "customers with"), _questions(rng, 60, "pls find ppl who did")
    )
    assert not same.too_far
    assert apart.too_far
    assert apart.auroc > 0.95
    assert "pls" in apart.telling_words or "ppl" in " ".join(apart.telling_words)
    assert apart.weights.mean() == pytest.approx(1)
    with pytest.raises(ValueError, match="at least 10"):
        classifier_two_sample_test(["a"], ["b"])

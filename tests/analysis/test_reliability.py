"""Many raters: alpha with missing values, human ceilings, the alternative annotator test."""

import numpy as np
import pytest

from jurist.analysis.reliability import (
    alternative_annotator_test,
    krippendorff_alpha,
    leave_one_out_gaps,
    leave_one_out_hits,
)

NAN = float("nan")


def test_alpha_of_krippendorffs_example() -> None:
    # Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example C/D:
    # four observers, twelve units, missing values; ordinal alpha = 0.815
    observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
    levels = np.asarray(observers).T - 1
    assert krippendorff_alpha(levels, 5) == pytest.approx(0.815, abs=5e-4)


def test_alpha_is_undefined_without_variation_or_pairs() -> None:
    assert np.isnan(krippendorff_alpha(np.full((4, 3), 2.0), 5))
    assert np.isnan(krippendorff_alpha(np.array([[1.0, NAN], [NAN, 2.0]]), 5))


def test_leave_one_out_by_hand() -> None:
    # items: (1,1,1) all agree; (1,1,2): the third alone; (1,2,NaN): the pair disagree.
    # rater 1: 1 + (others 1,2 tied: 1/2) + 0 over 3 = 0.5; rater 3: 1 + 0 over 2 = 0.5
    levels = np.array([[1, 1, 1], [1, 1, 2], [1, 2, NAN]], dtype=np.float64)
    hits = leave_one_out_hits(levels)
    assert np.nanmean(hits, axis=0) == pytest.approx([0.5, 0.5, 0.5])
    # a judge that says 1, 1, 2 in the place of each: against (1,2) tied it meets one of two;
    # of the last item the others of rater 1 say 2, those of rater 2 say 1
    judged = leave_one_out_hits(levels, np.array([1, 1, 2.0]))
    assert judged == pytest.approx(np.array([[1, 1, 1], [0.5, 0.5, 1], [1, 0, NAN]]), nan_ok=True)
    halfway = leave_one_out_hits(levels, np.array([1, 1.5, NAN]))
    assert halfway == pytest.approx(
        np.array([[1, 1, 1], [0.5, 0.5, 0.5], [NAN, NAN, NAN]]), nan_ok=True
    )


def test_gaps_to_the_others_by_hand() -> None:
    gaps = leave_one_out_gaps(np.array([[1, 2, 4], [5, NAN, 3], [2, NAN, NAN]]))
    expected = np.array([[-2, -0.5, 2.5], [2, NAN, -2], [NAN, NAN, NAN]])
    assert gaps == pytest.approx(expected, nan_ok=True)


def _people(rng: np.random.Generator, n: int, noise: float) -> np.ndarray[tuple[int, int]]:
    truth = rng.integers(0, 5, n)
    return np.stack(
        [np.where(rng.random(n) < noise, rng.integers(0, 5, n), truth) for _ in range(4)], axis=1
    ).astype(np.float64)


def test_a_judge_as_good_as_people_passes_and_a_guesser_does_not() -> None:
    rng = np.random.default_rng(2)
    panel = _people(rng, 120, 0.25)
    good = alternative_annotator_test(panel[:, 0], panel[:, 1:], epsilon=0.15)
    guess = alternative_annotator_test(rng.integers(0, 5, 120).astype(float), panel[:, 1:])
    assert good is not None
    assert guess is not None
    assert good.passed
    assert not guess.passed
    assert good.advantage > guess.advantage


def test_two_annotators_are_too_few() -> None:
    panel = _people(np.random.default_rng(3), 60, 0.2)
    assert alternative_annotator_test(panel[:, 0], panel[:, 1:3]) is None


def test_a_perfect_judge_of_unanimous_people_needs_no_variance() -> None:
    panel = np.tile(np.arange(40)[:, None] % 5, (1, 4)).astype(np.float64)
    result = alternative_annotator_test(panel[:, 0], panel[:, 1:])
    assert result is not None
    assert result.winning_rate == 1.0

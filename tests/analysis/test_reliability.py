"""Many raters: alpha with missing values, human ceilings, the alternative annotator test."""

import math

import numpy as np
import pytest
from scipy import stats

from jurist.analysis.reliability import (
    AlternativeAnnotator,
    Scoring,
    accuracy,
    alternative_annotator_test,
    krippendorff_alpha,
    leave_one_out_gaps,
    leave_one_out_hits,
    negative_rmse,
)
from jurist.analysis.tables import Floats

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


def _people(rng: np.random.Generator, n: int, noise: float) -> Floats:
    truth = rng.integers(0, 5, n)
    return np.stack(
        [np.where(rng.random(n) < noise, rng.integers(0, 5, n), truth) for _ in range(4)], axis=1
    ).astype(np.float64)


def _tested(judge: Floats, people: Floats, scoring: Scoring = accuracy) -> AlternativeAnnotator:
    result = alternative_annotator_test(judge, people, np.arange(len(judge)), scoring=scoring)
    assert result is not None
    return result


def test_a_judge_as_good_as_people_passes_and_a_guesser_does_not() -> None:
    rng = np.random.default_rng(2)
    panel = _people(rng, 120, 0.25)
    for scoring in (accuracy, negative_rmse):
        good = _tested(panel[:, 0], panel[:, 1:], scoring)
        guess = _tested(rng.integers(0, 5, 120).astype(np.float64), panel[:, 1:], scoring)
        assert good.passed
        assert not guess.passed
        assert good.advantage > guess.advantage


def test_two_annotators_are_too_few() -> None:
    panel = _people(np.random.default_rng(3), 60, 0.2)
    clusters = np.arange(60)
    assert (
        alternative_annotator_test(panel[:, 0], panel[:, 1:3], clusters, scoring=accuracy) is None
    )


def test_a_perfect_judge_of_unanimous_people_needs_no_variance() -> None:
    panel = np.tile(np.arange(40)[:, None] % 5, (1, 4)).astype(np.float64)
    assert _tested(panel[:, 0], panel[:, 1:]).winning_rate == 1.0


def _by_definition(
    judge: Floats, people: Floats, *, ordinal: bool, epsilon: float = 0.15, q: float = 0.05
) -> tuple[float, float, list[float]]:
    """Calderon, Reichart & Dror 2025, sections 3 and 3.1, item by item with scipy's t-test."""

    def score(prediction: float, others: list[float]) -> float:
        if ordinal:
            squares = [(prediction - other) ** 2 for other in others]
            return -math.sqrt(sum(squares) / len(squares))
        return sum(prediction == other for other in others) / len(others)

    p_values: list[float] = []
    advantages: list[float] = []
    for j in range(people.shape[1]):
        wins_of_judge: list[int] = []
        wins_of_person: list[int] = []
        for i, row in enumerate(people):
            others = [v for k, v in enumerate(row.tolist()) if k != j and not math.isnan(v)]
            if math.isnan(row[j]) or math.isnan(judge[i]) or not others:
                continue
            of_judge, of_person = score(float(judge[i]), others), score(float(row[j]), others)
            wins_of_judge.append(int(of_judge >= of_person))
            wins_of_person.append(int(of_person >= of_judge))
        if len(wins_of_judge) < 30:
            continue
        gaps = [h - f for h, f in zip(wins_of_person, wins_of_judge, strict=True)]
        p_values.append(float(stats.ttest_1samp(gaps, epsilon, alternative="less").pvalue))
        advantages.append(sum(wins_of_judge) / len(wins_of_judge))
    ranked, m = sorted(p_values), len(p_values)
    bound = sum(1 / k for k in range(1, m + 1))
    rejected = max([k for k in range(1, m + 1) if ranked[k - 1] <= k / m * q / bound], default=0)
    return rejected / m, sum(advantages) / m, p_values


def test_the_alternative_annotator_test_against_a_second_implementation() -> None:
    rng = np.random.default_rng(7)
    verdicts = flipped = 0
    for _ in range(60):
        n, raters = int(rng.integers(40, 120)), int(rng.integers(3, 7))
        truth = rng.integers(1, 6, n)
        spread = rng.uniform(0.2, 1.6, raters + 1)
        drawn = np.clip(np.round(truth[:, None] + rng.normal(0, spread, (n, raters + 1))), 1, 5)
        people = np.where(rng.random((n, raters)) < 0.15, NAN, drawn[:, :raters])
        judge = drawn[:, raters] + rng.choice([0.0, 0.0, 0.5, 1 / 3], n)
        judge[rng.random(n) < 0.05] = NAN
        results: dict[bool, bool] = {}
        for ordinal, scoring in ((True, negative_rmse), (False, accuracy)):
            found = alternative_annotator_test(judge, people, np.arange(n), scoring=scoring)
            rate, advantage, p_values = _by_definition(judge, people, ordinal=ordinal)
            assert found is not None
            assert found.winning_rate == pytest.approx(rate)
            assert found.advantage == pytest.approx(advantage)
            assert found.p_values == pytest.approx(p_values)
            results[ordinal] = found.passed
        verdicts += results[True]
        flipped += results[True] != results[False]
    assert 5 < verdicts < 55
    assert flipped > 5  # exact matches answer another question of scores that have an order


def test_items_of_one_reference_do_not_replace_a_person_sooner() -> None:
    # each item five times over is no new evidence: the authors' p-values would fall
    rng = np.random.default_rng(8)
    panel = _people(rng, 60, 0.4)
    five = np.repeat(panel, 5, axis=0)
    once = _tested(panel[:, 0], panel[:, 1:]).p_values
    clusters = np.repeat(np.arange(60), 5)
    again = alternative_annotator_test(five[:, 0], five[:, 1:], clusters, scoring=accuracy)
    assert again is not None
    assert again.p_values == pytest.approx(once)

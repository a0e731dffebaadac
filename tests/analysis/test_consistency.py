"""Intervals over several answers to each question, against simulated generators that flip."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from jurist.analysis.leaderboard import Board
from jurist.analysis.scores import aligned_scores, score_table
from jurist.analysis.standings import Standing
from jurist.records import Candidate, Case, Origin, Question, Verdict
from jurist.runs.results import Result
from jurist.store.consistency import Consistency, OfQuestion


def _results(scores: dict[tuple[str, str], list[float | None]]) -> Iterator[Result]:
    """Scores by (case, question), one an answer."""
    for (case, question), given in scores.items():
        for sample, score in enumerate(given, 1):
            asked = Question(question, question, Origin.AUTHORED)
            failed = Candidate(query="q")
            verdict = (
                Verdict("j", score)
                if score is not None
                else Verdict("j", None, unscored=_unscored())
            )
            task = f"{case}/{question}/{sample}"
            yield Result("d", Case(case, "r"), asked, "g", failed, "j", verdict, task, sample)


def _unscored():
    from jurist.records import Failure, FailureKind

    return Failure(FailureKind.UNDECIDED, "")


def _standing(board: Board) -> Standing:
    return next(each for each in board.standings() if each.origin is None)


def _board(scores: dict[tuple[str, str], list[float | None]]) -> Standing:
    board = Board()
    for result in _results(scores):
        board.add(result)
    return _standing(board)


def test_questions_count_alike_however_many_of_their_answers_have_a_score() -> None:
    found = _board({("a", "1"): [5, 1, 3], ("a", "2"): [1, None, None], ("b", "3"): [5, 5, None]})
    assert found.mean.value == pytest.approx((3 + 1 + 5) / 3)
    assert found.pass_rate.value == pytest.approx((1 / 3 + 0 + 1) / 3)
    assert (found.answers, found.mean.n, found.mean.clusters, found.samples) == (9, 3, 2, 3)


def test_answers_that_are_repeated_say_nothing_new() -> None:
    single: dict[tuple[str, str], list[float | None]] = {
        (str(n), str(n)): [float(1 + n % 5)] for n in range(20)
    }
    tenfold = {key: scores * 10 for key, scores in single.items()}
    once, often = _board(single), _board(tenfold)
    assert often.mean.value == pytest.approx(once.mean.value)
    assert (often.mean.low, often.mean.high) == pytest.approx((once.mean.low, once.mean.high))
    assert often.pass_rate.low == pytest.approx(once.pass_rate.low)


def test_compared_runs_pair_the_means_of_a_question() -> None:
    once = score_table(_results({("a", "1"): [2], ("b", "2"): [None]}))
    often = score_table(_results({("a", "1"): [5, 1, None], ("b", "2"): [4, 4]}))
    tables = {"x": once, "y": often}
    items, scores, asked = aligned_scores(tables, [("x", "g"), ("y", "g")], "j")
    assert [item.question for item in items] == ["1", "2"]
    np.testing.assert_array_equal(scores, [[2, 3], [np.nan, 4]])
    np.testing.assert_array_equal(asked, [[1, 1], [1, 1]])


def _flipping(
    rng: np.random.Generator, cases: int, questions: int, answers: int, spread: float
) -> tuple[Board, float]:
    """A generator that gives its main answer with a chance of each case's own, else one of three
    others; and the share of pairs that mean the same, over all cases that there could be."""
    board = Board()
    mean = 0.8
    chances = rng.beta(mean * spread, (1 - mean) * spread, cases)
    for case, number in itertools.product(range(cases), range(questions)):
        given = np.where(rng.random(answers) < chances[case], 0, rng.integers(1, 4, answers))
        same = sum(a == b for a, b in itertools.combinations(given.tolist(), 2))
        pairs = answers * (answers - 1) // 2
        found = Consistency(f"{case}/{number}", same, pairs - same, 0)
        board.add_consistency(OfQuestion("d", str(case), "g", Origin.REAL, found))
        question = Question(str(number), str(number), Origin.REAL)
        for sample, answer in enumerate(given.tolist(), 1):
            verdict = Verdict("j", 1.0 if answer else 5.0)
            task = f"{case}/{number}/{sample}"
            candidate = Candidate(query=str(answer))
            about = Case(str(case), "r")
            board.add(Result("d", about, question, "g", candidate, "j", verdict, task, sample))
    # E p^2 and E (1 - p)^2 of a beta distribution of this mean and spread.
    p2 = mean * (mean * spread + 1) / (spread + 1)
    q2 = (1 - mean) * ((1 - mean) * spread + 1) / (spread + 1)
    return board, p2 + q2 / 3


@pytest.mark.parametrize(
    ("cases", "questions", "answers", "spread"),
    [(40, 1, 3, 4.0), (40, 2, 5, 4.0), (100, 1, 2, 1e6), (25, 1, 5, 1.0)],
)
def test_a_flipping_generator_is_called_too_inconsistent_no_more_often_than_said(
    cases: int, questions: int, answers: int, spread: float
) -> None:
    """The errors of a decision: the truth lies outside of a 95 % interval in about 5 % of runs."""
    rng = np.random.default_rng(7)
    runs, outside, outside_mean, outside_pass = 300, 0, 0, 0
    for _ in range(runs):
        board, truth = _flipping(rng, cases, questions, answers, spread)
        found = _standing(board)
        assert found.consistency is not None
        outside += not found.consistency.estimate.low <= truth <= found.consistency.estimate.high
        outside_mean += not found.mean.low <= 1 + 4 * 0.8 <= found.mean.high
        outside_pass += not found.pass_rate.low <= 0.8 <= found.pass_rate.high
    for errors in (outside, outside_mean, outside_pass):
        assert errors / runs <= 0.09


def test_treating_answers_as_independent_would_err_far_more_often() -> None:
    """That the simulation can fail at all: without clusters the truth is missed."""
    from jurist.analysis.bounded import proportion

    rng = np.random.default_rng(7)
    outside = 0
    for _ in range(200):
        board, _ = _flipping(rng, 25, 1, 10, 1.0)
        found = _standing(board)
        passes = found.scores[4]
        naive = proportion(passes, found.answers)
        outside += not naive.low <= 0.8 <= naive.high
    assert outside / 200 > 0.25


def test_pairs_that_are_not_decided_are_counted_and_in_no_share() -> None:
    board = Board()
    for result in _results({("a", "1"): [5, 5], ("b", "2"): [5, 5]}):
        board.add(result)
    for case, counts in (("a", (1, 0, 2)), ("b", (0, 0, 3))):
        found = Consistency(case, *counts)
        board.add_consistency(OfQuestion("d", case, "g", Origin.AUTHORED, found))
    consistency = _standing(board).consistency
    assert consistency is not None
    assert (consistency.pairs, consistency.undecided, consistency.estimate.value) == (6, 5, 1)
    assert consistency.estimate.low < 0.5  # one question

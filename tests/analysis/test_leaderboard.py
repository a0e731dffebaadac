"""How generators are ordered, what stands beside a mean, and which answers are proved right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from jurist.analysis.leaderboard import Board, leaderboard, proved_right
from jurist.analysis.standings import Standing
from jurist.records import (
    Candidate,
    Case,
    Evidence,
    Failure,
    FailureKind,
    Method,
    Origin,
    Question,
    Relation,
    Verdict,
)
from jurist.report.notes import ordering
from jurist.report.terminal import leaderboard_text
from jurist.runs.results import Result

FAILED = Failure(FailureKind.TIMEOUT, "no reply in 60 s")
_RIGHT = {Relation.EQUIVALENT, Relation.REFINES}
UNDECIDED = Failure(FailureKind.UNDECIDED, "neither proved nor refuted")


def _row(
    number: int,
    score: float | None,
    *,
    generator: str = "mine",
    origin: Origin = Origin.REAL,
    candidate: Candidate | None = None,
    reference: str | None = "SELECT 1",
    why: Failure = FAILED,
) -> Result:
    question = Question(f"q{number}", f"question {number}", origin)
    unscored = None if score is not None else why
    verdict = Verdict("j", score, unscored=unscored)
    given = candidate or Candidate(query="SELECT 1")
    case = Case(str(number), reference)
    task = f"{number}/{generator}"
    return Result("d", case, question, generator, given, "j", verdict, task)


def _overall(rows: Sequence[Result]) -> Standing:
    return next(each for each in leaderboard(rows) if each.origin is None)


def test_a_judge_that_fails_on_most_answers_is_no_mean_of_1_62_without_errors() -> None:
    # 12 of 60 answers have a score, on average 1.62; had the others been 1 or 5, it would be 1.12
    # or 4.32.
    scores: list[float | None] = [*[1.0] * 8, 2.0, 2.0, 3.72, 3.72, *[None] * 48]
    found = _overall([_row(number, score) for number, score in enumerate(scores)])
    assert round(found.mean.value, 2) == 1.62
    assert (found.scored, found.answers) == (12, 60)
    assert (found.unanswered, found.unjudged) == (0, 48)
    assert found.missing_matters
    assert found.bounds == (pytest.approx(1.124), pytest.approx(4.324))
    told = leaderboard_text([found])
    for cell in ("12 of 60", "1.62 [", "1.12 to 4.32", "no verdict", "48"):
        assert cell in told
    assert "no answer" not in told  # a column of zeros


def test_who_failed_is_told_apart() -> None:
    rows = [
        _row(1, 5),
        _row(2, None, candidate=Candidate(failure=FAILED)),  # the generator
        _row(3, None),  # the judge
        _row(4, None, why=UNDECIDED),  # nobody: it is not known
    ]
    found = _overall(rows)
    assert (found.scored, found.unanswered, found.unjudged) == (1, 1, 1)
    assert found.bounds == ((5 + 3) / 4, 5)


def test_one_missing_score_in_a_hundred_moves_nothing() -> None:
    scores: list[float | None] = [float(1 + n % 5) for n in range(99)]
    assert not _overall([_row(n, s) for n, s in enumerate([*scores, None])]).missing_matters
    # 4 % that could move the mean of equal scores far beyond its interval do matter.
    alike: list[float | None] = [5.0] * 192 + [None] * 8
    assert _overall([_row(n, s) for n, s in enumerate(alike)]).missing_matters
    assert _overall([_row(n, s) for n, s in enumerate([*scores[:50], *[None] * 3])]).missing_matters


def test_bounds_are_of_the_mean_over_questions() -> None:
    board = Board()
    question = Question("q", "one", Origin.REAL)
    for sample, score in enumerate((5.0, None, None), 1):
        verdict = Verdict("j", score, unscored=None if score else FAILED)
        given = Candidate(query="x")
        case = Case("a", "r")
        board.add(Result("d", case, question, "g", given, "j", verdict, f"t{sample}", sample))
    board.add(_row(2, 1.0, generator="g"))
    found = next(each for each in board.standings() if each.origin is None)
    assert found.mean.value == 3
    assert found.bounds == (pytest.approx((7 / 3 + 1) / 2), pytest.approx(3))


def test_a_refusal_that_is_due_and_one_that_is_not_are_two_numbers() -> None:
    refusal = Candidate(refusal="there is no such event")
    rows = [
        _row(1, 5, candidate=refusal, reference=None),
        _row(2, 1, reference=None),
        _row(3, 1, candidate=refusal),
        _row(4, 1, candidate=refusal),
        _row(5, 5),
    ]
    found = _overall(rows)
    assert (found.due_refusals, found.unbuildable, found.undue_refusals) == (1, 2, 2)
    told = leaderboard_text(leaderboard(rows))
    assert "refused rightly" in told
    assert "1 of 2" in told
    assert "refused wrongly" in told


def _asked(means: dict[str, dict[Origin, float]]) -> Iterator[Result]:
    number = 0
    for origin in Origin:
        for _ in range(6):
            number += 1
            for generator, by_origin in means.items():
                if origin in by_origin:
                    yield _row(number, by_origin[origin], generator=generator, origin=origin)


def _order(means: dict[str, dict[Origin, float]]) -> list[str]:
    return list(dict.fromkeys(each.generator for each in leaderboard(_asked(means))))


def test_rules_do_not_rank_first_by_their_own_synthetic_questions() -> None:
    # pooled: 4.27 against 3.77; on real questions rules lose
    means = {
        "rules": {Origin.SYNTHETIC: 5.0, Origin.AUTHORED: 4.6, Origin.REAL: 3.2},
        "mine": {Origin.SYNTHETIC: 3.2, Origin.AUTHORED: 4.2, Origin.REAL: 3.9},
    }
    assert _order(means) == ["mine", "rules"]
    found = leaderboard(_asked(means))
    assert [(each.generator, each.origin, each.decides) for each in found[:4]] == [
        ("mine", Origin.REAL, True),
        ("mine", Origin.AUTHORED, False),
        ("mine", Origin.SYNTHETIC, False),
        ("mine", None, False),
    ]
    (said,) = ordering(found)
    assert said.startswith("Generators are ordered by their means on real questions;")


def test_judges_with_evidence_come_before_those_with_opinions() -> None:
    evidence = Evidence(Relation.EQUIVALENT, Method.PROOF)
    proof = Verdict("proof", 5.0, evidence=evidence)
    row = _row(1, 4.0)
    rows = [replace(row, judge="a", verdict=replace(row.verdict, judge="a"))]
    rows += [replace(row, judge="proof", verdict=proof)]
    assert [each.judge for each in leaderboard(rows)] == ["proof", "proof", "a", "a"]


def test_without_real_questions_authored_ones_order_and_without_those_synthetic_ones() -> None:
    authored = {
        "rules": {Origin.SYNTHETIC: 5.0, Origin.AUTHORED: 1.5},
        "mine": {Origin.SYNTHETIC: 3.2, Origin.AUTHORED: 4.2},
    }
    assert _order(authored) == ["mine", "rules"]
    (said,) = ordering(leaderboard(_asked(authored)))
    assert "authored questions, as there are no real ones" in said
    synthetic = {"mine": {Origin.SYNTHETIC: 3.2}, "rules": {Origin.SYNTHETIC: 5.0}}
    assert _order(synthetic) == ["rules", "mine"]
    (said,) = ordering(leaderboard(_asked(synthetic)))
    assert "synthetic questions, as there are no real or authored ones" in said
    assert leaderboard_text(leaderboard(_asked(synthetic))).count("\n") == 2  # no row of all


def test_who_was_asked_no_real_question_comes_last() -> None:
    means = {"rules": {Origin.SYNTHETIC: 5.0}, "mine": {Origin.SYNTHETIC: 1.2, Origin.REAL: 1.5}}
    assert _order(means) == ["mine", "rules"]


@pytest.mark.parametrize(("references", "said"), [(4, 1), (5, 0)])
def test_fewer_than_five_references_are_said_to_decide_nothing(references: int, said: int) -> None:
    found = leaderboard([_row(number, 5.0) for number in range(references)])
    notes = list(ordering(found))
    assert len(notes) == said
    assert notes == ["Fewer than 5 references decide nothing: mine (4)."] * said
    assert bool(found[0].mean.note) is bool(said)
    assert found[0].mean.low < 5  # "5.00 [5.00, 5.00]"


@pytest.mark.parametrize("scores", [[5.0] * 4, [1.0, 5.0], [5.0] * 20, [4.0] * 7])
def test_no_interval_leaves_the_scale_or_has_no_width(scores: list[float]) -> None:
    """The audit's "5.00 [5.00, 5.00]", "an interval of 1.05 to 7.35", "1.00 [1.00, 1.00]"."""
    found = _overall([_row(number, score) for number, score in enumerate(scores)])
    assert 1 <= found.mean.low < found.mean.high <= 5
    assert 0 <= found.pass_rate.low < found.pass_rate.high <= 1


@pytest.mark.parametrize("relation", list(Relation))
def test_an_answer_that_is_accepted_by_evidence_is_certainly_right(relation: Relation) -> None:
    """One that is more definite than its reference too: it gets the same 5."""
    question = Question("c-q", "the names by town", Origin.REAL)
    verdict = Verdict("proof", 5.0, evidence=Evidence(relation, Method.PROOF))
    answer = Candidate(query="SELECT 2")
    result = Result("shop", Case("c", "SELECT 1"), question, "g", answer, "proof", verdict, "t")
    assert proved_right(result) is (relation in _RIGHT)

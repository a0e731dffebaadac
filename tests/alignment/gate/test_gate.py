"""The gate's errors: how often it passes what is at the limit, and fails what is inside it.

Decisions depend on counts of drops alone where drops have one size, so their chances are summed
exactly over all counts; clustered ones are simulated.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from jurist.alignment.gate.deciding import Limits, Terms, criteria_of
from jurist.alignment.labels.columns import Labelled
from jurist.analysis.estimands import About, Looks, Needed
from jurist.analysis.gating import Criterion, Decision, decide
from jurist.analysis.scores import ScoreTable, score_table
from jurist.records import Origin
from score_tables import chance_of, flat_table, rescored, results_of, table_of

LEVEL = 0.025


def _gate(
    run: ScoreTable, baseline: ScoreTable, terms: Terms, max_drop: float = 0.2
) -> tuple[tuple[Criterion, ...], Decision]:
    criteria = criteria_of(
        Limits(max_drop=max_drop),
        run,
        baseline,
        generators=run.generators,
        judges=run.judges,
        terms=terms,
    )
    return decide(criteria, terms.need)


@cache
def _with_drops(references: int, drops: int, size: float, looks: Looks = Looks.ONCE) -> Decision:
    """The decision where so many of the references lost `size` points."""
    run = flat_table(references, answers="run")
    scores = [5.0 - size] * drops + [5.0] * (references - drops)
    terms = Terms(looks=looks)
    return _gate(rescored(run, scores), flat_table(references), terms)[1]


@pytest.mark.parametrize("references", [10, 20, 100])
@pytest.mark.parametrize(("size", "share"), [(4, 0.05), (1, 0.2), (0.25, 0.8), (2, 0.1)])
@pytest.mark.parametrize("looks", list(Looks))
def test_a_drop_exactly_at_the_limit_passes_in_at_most_one_of_forty(
    references: int, size: float, share: float, looks: Looks
) -> None:
    passing = chance_of(
        lambda drops: _with_drops(references, drops, size, looks) is Decision.PASS,
        references,
        share,
    )
    failing = chance_of(
        lambda drops: _with_drops(references, drops, size, looks) is Decision.FAIL,
        references,
        share,
    )
    assert passing <= LEVEL
    assert failing <= LEVEL


def test_clustered_drops_at_the_limit_seldom_pass() -> None:
    """A tenth of the references is hard: there each of five questions falls by 4 half the time."""
    rng = np.random.default_rng(3)
    for references in (10, 40):
        run, baseline = flat_table(references, 5, "run"), flat_table(references, 5)
        passed = 0
        for _ in range(200):
            hard = np.repeat(rng.random(references) < 0.1, 5)
            drops = 4.0 * (hard & (rng.random(5 * references) < 0.5))
            made = _gate(rescored(run, 5.0 - drops), baseline, Terms())
            passed += made[1] is Decision.PASS
        # 200 * 0.025 = 5 expected at most; 10 would be exceeded with a chance of 1.4 %
        assert passed <= 10


def test_two_equal_cases_pass_only_as_these_cases() -> None:
    run, baseline = flat_table(2, answers="run"), flat_table(2)
    (requests,), about_requests = _gate(run, baseline, Terms())
    assert about_requests is Decision.NOT_ENOUGH_DATA
    assert requests.estimate.low < -3
    assert requests.needed_at_best == 72  # 0.95^72 = 0.0249: see test_spacings
    (cases,), about_cases = _gate(run, baseline, Terms(about=About.CASES))
    assert about_cases is Decision.PASS
    assert (cases.estimate.low, cases.estimate.high) == (0, 0)
    assert cases.estimate.method == "these very answers"


def test_the_number_that_is_needed_is_the_number_that_passes() -> None:
    unchanged = [_with_drops(number, 0, 1) for number in (71, 72)]
    assert unchanged == [Decision.NOT_ENOUGH_DATA, Decision.PASS]
    run = rescored(flat_table(40, answers="run"), [4.0] + [5.0] * 39)
    (found,), decision = _gate(run, flat_table(40), Terms())
    assert decision is Decision.NOT_ENOUGH_DATA
    needed = found.needed
    assert needed is not None
    chance = chance_of(lambda drops: _with_drops(needed, drops, 1) is Decision.PASS, needed, 1 / 40)
    assert chance == pytest.approx(0.8, abs=0.1)
    lost = rescored(flat_table(40, answers="run"), [1.0] * 2 + [5.0] * 38)
    (hopeless,), _ = _gate(lost, flat_table(40), Terms())
    assert (hopeless.needed, hopeless.needed_at_best) == (None, 72)


def test_these_cases_with_one_answer_each_are_what_they_are() -> None:
    run, baseline = flat_table(10, answers="run"), flat_table(10)
    terms = Terms(about=About.CASES)
    at_limit = _gate(rescored(run, [3.0] + [5.0] * 9), baseline, terms)[1]
    beyond = _gate(rescored(run, [2.0] + [5.0] * 9), baseline, terms)[1]
    assert (at_limit, beyond) == (Decision.PASS, Decision.FAIL)


@pytest.mark.parametrize("answers", [3, 8])
def test_repeated_answers_to_fixed_cases_are_the_only_draws(answers: int) -> None:
    """Ten questions of different kinds; the run's answers fall on two of them, now and then."""
    rng = np.random.default_rng(8)
    chances = np.r_[np.full(8, 0.02), 0.6, 0.24]
    limit = 2 * float(chances.mean())  # a fall costs 2 points
    decisions: list[Decision] = []
    baseline = table_of({"g": [[4.0] * answers] * 10}, samples=answers)
    run = table_of({"g": [[4.0] * answers] * 10}, samples=answers, answers="run")
    for _ in range(200):
        lost = rng.random((10, answers)) < chances[:, None]
        scores = 4.0 - 2.0 * lost.ravel()
        _, decision = _gate(
            rescored(run, scores), baseline, Terms(about=About.CASES), max_drop=limit
        )
        decisions.append(decision)
    assert decisions.count(Decision.PASS) <= 10
    assert decisions.count(Decision.FAIL) <= 10


def test_failures_are_corrected_over_criteria_and_passes_are_not() -> None:
    # fifteen of 100 references lost 4 points, against a limit of .2
    def decided(generators: int) -> tuple[Decision, Criterion]:
        names = [f"g{n}" for n in range(generators)]
        good = [[5.0]] * 100
        bad = [[1.0]] * 15 + [[5.0]] * 85
        baseline = table_of(dict.fromkeys(names, good))
        run = table_of({name: bad if name == "g0" else good for name in names}, answers="run")
        criteria, decision = _gate(run, baseline, Terms())
        return decision, criteria[0]

    alone, first = decided(1)
    assert alone is Decision.FAIL
    assert first.p_fail == first.p_fail_adjusted
    among_ten, first = decided(10)
    assert among_ten is Decision.NOT_ENOUGH_DATA
    assert first.p_fail_adjusted == pytest.approx(10 * first.p_fail)


def test_any_generator_may_pass_at_a_corrected_level() -> None:
    def decided(need: Needed, drops: tuple[int, ...], references: int) -> Decision:
        names = [f"g{n}" for n in range(len(drops))]
        baseline = table_of({name: [[5.0]] * references for name in names})
        scores = {
            name: [[1.0]] * lost + [[5.0]] * (references - lost)
            for name, lost in zip(names, drops, strict=True)
        }
        return _gate(table_of(scores, answers="run"), baseline, Terms(need=need))[1]

    assert decided(Needed.EVERY, (0, 60), 100) is Decision.FAIL
    assert decided(Needed.ANY, (0, 60), 100) is Decision.PASS
    assert decided(Needed.ANY, (60, 60), 100) is Decision.FAIL
    # log(.025 / 2) / log(.95) = 85.4: at 2.5 % over two generators 72 references no longer do
    assert decided(Needed.EVERY, (0,), 72) is Decision.PASS
    assert decided(Needed.ANY, (0, 60), 72) is Decision.NOT_ENOUGH_DATA
    assert decided(Needed.ANY, (0, 60), 86) is Decision.PASS


def test_any_of_four_generators_at_the_limit_passes_in_at_most_one_of_forty() -> None:
    """Whether one of four passes depends on its own drops alone; the other three fail here."""
    baseline = table_of({name: [[5.0]] * 100 for name in "abcd"})

    def passes(drops: int) -> bool:
        lost = {"a": drops, "b": 60, "c": 60, "d": 60}
        scores = {
            name: [[1.0]] * number + [[5.0]] * (100 - number) for name, number in lost.items()
        }
        return _gate(table_of(scores, answers="run"), baseline, terms)[1] is Decision.PASS

    terms = Terms(need=Needed.ANY)
    most = next(drops for drops in range(100) if not passes(drops))
    alone = chance_of(lambda drops: drops < most, 100, 0.05)
    assert 0 < 1 - (1 - alone) ** 4 <= LEVEL


def test_missing_scores_count_at_their_worst_for_passing_and_at_their_best_for_failing() -> None:
    baseline = table_of({"g": [[5.0]] * 100})
    run = table_of({"g": [[5.0]] * 90 + [[None]] * 10}, answers="run")
    (found,), decision = _gate(run, baseline, Terms())
    assert decision is Decision.NOT_ENOUGH_DATA
    assert found.estimate.value == 0
    assert found.estimate.low < -0.4
    (exact,), decision = _gate(run, baseline, Terms(about=About.CASES))
    assert decision is Decision.NOT_ENOUGH_DATA
    assert (exact.estimate.low, exact.estimate.high) == (pytest.approx(-0.4), 0)
    # the very answers that the baseline gave, and that were scored neither time: no difference
    same = table_of({"g": [[5.0]] * 90 + [[None]] * 10})
    assert _gate(same, same, Terms())[1] is Decision.PASS


def test_the_questions_of_one_origin_decide() -> None:
    real, authored = Origin.REAL, Origin.AUTHORED

    def tables(drops: dict[Origin, int]) -> tuple[ScoreTable, ScoreTable]:
        sides = [
            score_table(
                result
                for origin, lost in drops.items()
                for result in results_of(
                    {"g": [[5.0 - 4 * (side == "run")]] * lost + [[5.0]] * (100 - lost)},
                    origin=origin,
                    answers=side,
                )
            )
            for side in ("run", "q")
        ]
        return sides[0], sides[1]

    run, baseline = tables({authored: 0, real: 40})
    assert _gate(run, baseline, Terms())[1] is Decision.FAIL
    assert _gate(run, baseline, Terms(origin=authored))[1] is Decision.PASS


def test_no_correction_covers_what_the_run_failed_to_answer() -> None:
    baseline, run = flat_table(100), flat_table(100, answers="run")
    said = {
        name: {task: Labelled(5.0, 1.0) for task in table.tasks}
        for name, table in (("baseline", baseline), ("run", run))
    }

    def decided(table: ScoreTable) -> Criterion:
        (criterion,) = criteria_of(
            Limits(max_drop=0.5), table, baseline, generators=["g"], judges=["j"], people=said
        )
        return criterion

    whole = decided(run)
    assert whole.decision is Decision.PASS
    assert "the judge alone says" in whole.note
    answered = np.r_[np.zeros(3), np.ones(97)]
    silent = decided(replace(run, answered=answered, score=np.where(answered, 5.0, np.nan)))
    assert silent.decision is Decision.NOT_ENOUGH_DATA
    assert "3 questions that the run failed to answer" in silent.note

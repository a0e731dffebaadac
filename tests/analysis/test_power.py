"""Plans keep what they promise: widths and chances that come out when it is done."""

from __future__ import annotations

import numpy as np
import pytest

from jurist.alignment.gate.deciding import Limits, criteria_of
from jurist.analysis.bounded import SCORES, bounded_mean
from jurist.analysis.contrasts import contrasts, pairs_of_systems
from jurist.analysis.corrected import Labels, corrected_mean
from jurist.analysis.gating import Decision, decide
from jurist.analysis.operating import (
    Gaps,
    chances_of,
    normal_gaps,
    references_to_find,
    references_to_pass,
    seen_gaps,
)
from jurist.analysis.power import Spread, plan_precision
from jurist.analysis.spacings import p_at_least, p_at_most
from jurist.analysis.tables import Floats, Ints
from score_tables import flat_table, rescored, table_of

PILOT = seen_gaps(np.r_[np.zeros(40), -np.ones(6), np.ones(5), 2.0, -2.0])


@pytest.mark.parametrize(("right", "alike"), [(0.7, 0.5), (0.9, 0.2), (0.5, 0.05)])
@pytest.mark.parametrize("questions", [1, 3])
@pytest.mark.parametrize("half_width", [0.15, 0.4])
def test_the_planned_width_comes_out(
    right: float, alike: float, questions: int, half_width: float
) -> None:
    """Answers score 4 or 2; the chance of a 4 is a reference's own, a beta draw.

    Within a tenth where references hang together and are few and uneven, else within 3 %.
    """
    spread = Spread(float(2 * np.sqrt(right * (1 - right))), 1 - alike, 0.0)
    plan = plan_precision(spread, half_width=half_width, questions=questions)
    rng = np.random.default_rng(7)
    size = 1 / alike - 1
    widths: list[float] = []
    for _ in range(30):
        chance = rng.beta(right * size, (1 - right) * size, plan.judged)
        good = rng.random((plan.judged, questions)) < chance[:, None]
        clusters = np.repeat(np.arange(plan.judged), questions)
        scores = np.where(good.ravel(), 4.0, 2.0)
        widths.append(bounded_mean(scores, clusters, scale=SCORES).half_width)
    allowed = 0.03 if questions == 1 else 0.1
    assert np.mean(widths) == pytest.approx(half_width, rel=allowed)


@pytest.mark.parametrize("sd", [0.6, 0.9, 1.3])
@pytest.mark.parametrize("wanted", [0.8, 0.9])
def test_a_size_reaches_the_power_that_was_asked(sd: float, wanted: float) -> None:
    gaps = normal_gaps(sd)
    size = references_to_find(gaps, 0.4, wanted)
    assert size is not None
    assert chances_of(gaps, -0.4, size, limit=0.0).fails >= wanted
    size = references_to_pass(gaps, -0.4, wanted)
    assert size is not None
    assert chances_of(gaps, 0.0, size, limit=-0.4).passes >= wanted


def test_labels_and_cases_share_the_variance() -> None:
    plan = plan_precision(Spread(1, 0.5, 0.6), half_width=0.2, questions=2)
    assert plan.half_width == pytest.approx(0.2, abs=0.005)
    assert plan.references > plan.judged
    alone = plan_precision(Spread(1, 0.5, 0.0), half_width=0.2, questions=2)
    assert alone.labels > plan.labels
    perfect = plan_precision(Spread(1, 0.5, 1.0), half_width=0.2, questions=2)
    assert 2 < perfect.labels < plan.labels  # a judge without an error on few labels may err
    with pytest.raises(ValueError, match="above 0"):
        plan_precision(Spread(1, 0, 0), half_width=0, questions=1)


@pytest.mark.parametrize(
    ("questions", "half_width", "noise"), [(1, 0.3, 0.75), (3, 0.3, 0.75), (2, 0.4, 1.5)]
)
def test_the_planned_width_of_a_corrected_mean_comes_out(
    questions: int, half_width: float, noise: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scores of people from 1 to 5, a judge that adds noise to them, labels drawn at random."""
    monkeypatch.setattr("jurist.analysis.melding.DRAWS", 4_000)
    rng = np.random.default_rng(1)

    def drawn(references: int) -> tuple[Floats, Floats]:
        quality = rng.normal(0, 0.8, (references, 1)) + rng.normal(0, 0.8, (references, questions))
        people = np.clip(np.round(3.3 + 1.2 * quality.ravel()), 1, 5)
        return people, np.clip(np.round(people + rng.normal(0, noise, people.shape)), 1, 5)

    people, judged = drawn(20_000)
    by_reference = people.reshape(-1, questions)
    within = by_reference.var(1, ddof=1).mean() / people.var() if questions > 1 else 0.0
    correlation = float(np.corrcoef(people, judged)[0, 1])
    spread = Spread(float(people.std()), float(within), correlation)
    plan = plan_precision(spread, half_width=half_width, questions=questions)
    widths: list[float] = []
    for _ in range(8):
        people, judged = drawn(plan.references)
        n = len(people)
        said = np.full(n, np.nan)
        chosen = rng.choice(n, plan.labels, replace=False)
        said[chosen] = people[chosen]
        chance, known = np.full(n, plan.labels / n), np.zeros(n, dtype=np.bool_)
        found = corrected_mean(
            Labels(judged, said, chance, known),
            np.repeat(np.arange(plan.references), questions),
            scale=SCORES,
        )
        widths.append(found.estimate.half_width)
    assert np.mean(widths) == pytest.approx(half_width, rel=0.1)


@pytest.mark.parametrize("gaps", [normal_gaps(0.8), PILOT])
@pytest.mark.parametrize("mean", [-1.5, -0.2, 0.0, 0.3])
def test_differences_have_the_mean_that_is_asked_for(gaps: Gaps, mean: float) -> None:
    levels, chances = gaps.at(mean)
    assert chances.sum() == pytest.approx(1)
    assert chances @ levels == pytest.approx(mean, abs=1e-6)
    assert levels.min() >= -4
    assert levels.max() <= 4


def test_the_spread_is_the_one_given() -> None:
    assert normal_gaps(0.8).sd == pytest.approx(0.8, abs=0.01)
    assert normal_gaps(0.0).sd == 0
    assert seen_gaps(np.zeros(50)).sd > 0  # a pilot without a difference proves none


def _drawn(difference: float, references: int) -> tuple[Floats, Ints]:
    levels, chances = PILOT.at(difference)
    return levels, np.random.default_rng(1).multinomial(references, chances, size=8000)


@pytest.mark.parametrize("drop", [0.0, 0.15, 0.3, 0.6])
def test_a_gate_does_what_its_plan_says(drop: float) -> None:
    """Within three points of the decisions on other draws, which are those of the gate itself."""
    references = 120
    stated = chances_of(PILOT, -drop, references, limit=-0.3)
    levels, counts = _drawn(-drop, references)
    shapes = counts.astype(np.float64)
    passes = p_at_most(levels, shapes, -0.3, scale=(-4, 4)) <= 0.025
    fails = p_at_least(levels, shapes, -0.3, scale=(-4, 4)) <= 0.025
    assert passes.mean() == pytest.approx(stated.passes, abs=0.03)
    assert fails.mean() == pytest.approx(stated.fails, abs=0.03)
    assert stated.passes + stated.fails + stated.undecided == pytest.approx(1)
    run = flat_table(references, answers="run")
    baseline = rescored(flat_table(references), [3.0] * references)
    for row, passed, failed in zip(counts[:30], passes[:30], fails[:30], strict=True):
        criteria = criteria_of(
            Limits(max_drop=0.3),
            rescored(run, 3.0 + np.repeat(levels, row)),
            baseline,
            generators=["g"],
            judges=["j"],
        )
        decision = decide(criteria)[1]
        assert (decision is Decision.PASS, decision is Decision.FAIL) == (passed, failed)


def test_a_comparison_finds_what_its_plan_says() -> None:
    references = references_to_find(PILOT, 0.4, 0.8)
    assert references is not None
    levels, counts = _drawn(-0.4, references)
    found = p_at_least(levels, counts.astype(np.float64), 0.0, scale=(-4, 4)) <= 0.025
    assert found.mean() == pytest.approx(0.8, abs=0.03)
    table = table_of({"a": [[3.0]] * references, "b": [[3.0]] * references})
    for row, below in zip(counts[:30], found[:30], strict=True):
        second = 3.0 + np.repeat(levels, row)
        tables = {"run": rescored(table, [*[3.0] * references, *second.tolist()])}
        (made,) = contrasts(tables, pairs_of_systems(tables), ["j"]).compared
        assert (made.difference.p_value <= 0.05) == below


def test_sizes_rise_with_what_is_asked() -> None:
    # with no spread at all an unchanged system needs log(.025) / log(1 - .2 / 4) = 71.9
    assert references_to_pass(normal_gaps(0.0), -0.2, 0.8) == 72
    assert (references_to_pass(normal_gaps(0.6), -0.6, 0.8) or 0) > 24
    alone = references_to_find(normal_gaps(0.8), 0.6, 0.8) or 0
    assert alone < (references_to_find(normal_gaps(0.8), 0.6, 0.8, level=0.025 / 6) or 0)

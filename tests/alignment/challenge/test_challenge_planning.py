"""What a plan states of a challenge is what challenges come to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from challenged import write_challenged
from jurist.alignment.challenge.challenging import DEMANDS
from jurist.alignment.challenge.items import Drawn, Kind, draw_items
from jurist.alignment.challenge.planning import plan_challenge
from jurist.alignment.challenge.running import Sitting
from jurist.alignment.challenge.summary import sum_up
from jurist.analysis.gating import Decision
from jurist.analysis.qualifying import Demands
from jurist.errors import InputError
from jurist.records import Verdict
from jurist.runs.outcomes import Ending, Outcome

LENIENT = Demands(max_error=0.4, max_operator_error=0.2, least=5, max_untested=0.7)
CHALLENGES = 150


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bakery")
    write_challenged(folder)
    return folder


@pytest.fixture(scope="module")
def drawn(folder: Path) -> Drawn:
    return draw_items([write_challenged(folder)], per_operator=8, seed=0)


def _qualifies(drawn: Drawn, rate: float, rng: np.random.Generator) -> bool:
    """The whole way, from verdicts to the decision."""
    verdicts = {
        item.posed.id: Verdict("j", 5.0 if wrong is (item.kind is Kind.MUTANT) else 2.0)
        for item, wrong in zip(
            drawn.items, (rng.random(len(drawn.items)) < rate).tolist(), strict=True
        )
    }
    sitting = Sitting("j", "v", verdicts, Outcome("run", Ending.FINISHED, len(verdicts), 0))
    result = sum_up(drawn, (), sitting, datasets=["d"], seed=0, demands=LENIENT)
    return result.decision is Decision.PASS


def test_the_stated_chances_are_those_of_whole_challenges(folder: Path, drawn: Drawn) -> None:
    rate = 0.12
    rng = np.random.default_rng(2)
    came = float(np.mean([_qualifies(drawn, rate, rng) for _ in range(CHALLENGES)]))
    plan = plan_challenge([folder], sample=8, error_rate=rate, certainty=0.5, demands=LENIENT)
    assert plan.available == drawn.references == 10
    ours = next(size for size in plan.sizes if size.references == 10)
    assert ours.items == len(drawn.items)
    stated = dict(zip(plan.rates, ours.chances, strict=True))
    assert 0.1 < stated[rate] < 0.9
    noise = 3 * np.sqrt(came * (1 - came) * (1 / CHALLENGES + 1 / 400))
    assert stated[rate] == pytest.approx(came, abs=0.03 + noise)
    assert stated[0.001] > 0.99
    assert plan.needed is not None
    assert (plan.needed.references <= 10) is (stated[rate] >= 0.5)


def test_too_few_references_are_told_apart_from_too_few_items(folder: Path) -> None:
    plan = plan_challenge([folder], sample=8, demands=replace(DEMANDS, max_untested=0.7))
    assert plan.needed is not None
    assert plan.needed.references > 90  # 72 without an error
    few = next(size for size in plan.sizes if size.references == 10)
    assert few.chances == (0.0, 0.0, 0.0)
    assert "10, " in plan.sentence
    assert "more are needed" in plan.sentence
    strict = plan_challenge([folder], sample=4, demands=DEMANDS)  # four items are never tested
    assert strict.needed is None
    assert "does not qualify" in strict.sentence
    assert np.isnan(strict.found_from)


def test_a_judge_as_bad_as_the_limit_cannot_be_planned_for(folder: Path) -> None:
    with pytest.raises(InputError, match=r"a judge with 5\.0% errors is not to qualify"):
        plan_challenge([folder], error_rate=0.05)
    with pytest.raises(InputError, match="no number of items can show that"):
        plan_challenge([folder], demands=replace(DEMANDS, max_error=0.0))


@pytest.mark.long
def test_the_shop_s_references_qualify_a_judge_with_one_error_in_a_hundred() -> None:
    plan = plan_challenge(["shop"])
    ours = next(size for size in plan.sizes if size.references == plan.available)
    assert ours.items < 1_200
    assert dict(zip(plan.rates, ours.chances, strict=True))[0.01] >= 0.9
    assert plan.needed is not None
    assert plan.needed.references <= plan.available

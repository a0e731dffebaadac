"""Draws by the judges' scores need no more labels than a random draw, and mostly fewer."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from tests.analysis.labelled_worlds import Run, World, draw_run

from jurist.alignment.labels.sampling import (
    Stratum,
    allocate,
    draw,
    realised_probabilities,
    spreads_of,
)
from jurist.analysis.bounded import SCORES
from jurist.analysis.corrected import Labels, corrected_mean

COUNT, PILOT = 60, 25
STRATA = [Stratum.UNDECIDED, Stratum.SPLIT, Stratum.NEAR, Stratum.OTHER]


def _squared_width(run: Run, chances: dict[int, float]) -> float:
    """Squared widths fall as one over the labels, so their ratio is that of the labels needed."""
    n = len(run.people)
    people, chance = np.full(n, np.nan), np.full(n, np.nan)
    drawn = list(chances)
    people[drawn], chance[drawn] = run.people[drawn], list(chances.values())
    labels = Labels(run.judged, people, chance, np.zeros(n, dtype=np.bool_))
    found = corrected_mean(labels, run.clusters, scale=SCORES).estimate
    return found.half_width**2 * len(drawn) / COUNT


def _by_score(run: Run, seed: int) -> dict[int, float]:
    """Two sittings, as `annotate` draws them: the second knows what people said in the first."""
    strata = {str(task): f"judged {score:g}" for task, score in enumerate(run.judged.tolist())}
    first = {each.task: run.people[int(each.task)] for each in draw(strata, PILOT, seed=seed)}
    spreads = spreads_of(strata, first)
    second = draw(strata, COUNT, spreads=spreads, done=first, seed=seed)
    chances = realised_probabilities(
        Counter(strata.values()), {each.task: each.stratum for each in second}
    )
    return {int(task): chance for task, chance in chances.items()}


def _by_doubt(random: np.random.Generator, run: Run) -> dict[int, float]:
    """What was drawn to measure before: most of it doubtful."""
    members = {each: np.flatnonzero(run.strata == n) for n, each in enumerate(STRATA)}
    sizes: dict[str, int] = {each: len(tasks) for each, tasks in members.items() if len(tasks)}
    wanted = allocate(sizes, COUNT, random_share=0.4)
    return {
        int(task): number / sizes[stratum]
        for stratum, number in wanted.items()
        for task in random.choice(members[Stratum(stratum)], number, replace=False)
    }


def _ratios(world: World, rounds: int) -> tuple[float, float]:
    """Labels needed when drawn by score, and by doubt, for each that a random draw needs."""
    random = np.random.default_rng(5)
    widths = np.zeros(3)
    for seed in range(rounds):
        run = draw_run(random, world)
        chosen = random.choice(len(run.people), COUNT, replace=False)
        at_random = dict.fromkeys(chosen.tolist(), COUNT / len(run.people))
        designs = (at_random, _by_score(run, seed), _by_doubt(random, run))
        widths += [_squared_width(run, chances) for chances in designs]
    return float(widths[1] / widths[0]), float(widths[2] / widths[0])


def _cells(rounds: int) -> tuple[list[float], list[float]]:
    worlds = [
        World(300, 2, rate, judge=judge)
        for rate, judge in product((0.5, 0.9), ("good", "mediocre", "useless", "biased"))
    ]
    pairs = [_ratios(world, rounds) for world in worlds]
    return [score for score, _ in pairs], [doubt for _, doubt in pairs]


def test_a_draw_by_scores_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jurist.analysis.melding.DRAWS", 400)
    by_score, by_doubt = _cells(rounds=40)
    assert max(by_score) <= 1.1  # 40 rounds tell no ratio nearer than that
    assert np.mean(by_score) <= 0.98
    assert min(by_doubt) >= 1.3


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_draw_by_scores_pays_in_each_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jurist.analysis.melding.DRAWS", 400)
    by_score, _ = _cells(rounds=400)
    assert max(by_score) <= 1.03
    assert np.mean(np.asarray(by_score) < 0.97) >= 0.5

"""Runs with labels as `annotate` draws them, from populations whose truth is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from jurist.alignment.labels.sampling import Stratum, allocate
from jurist.analysis.corrected import Labels
from jurist.analysis.tables import Floats, Ints

JUDGES = {"good": (0.97, 0.95), "mediocre": (0.85, 0.7), "biased": (1.0, 0.4)}
"""Chance that a judge passes what passes, and fails what fails; `useless` guesses."""
_STRATA = [Stratum.UNDECIDED, Stratum.SPLIT, Stratum.NEAR, Stratum.OTHER]


@dataclass(frozen=True)
class World:
    """What answers are like: how many pass, how alike those of a reference are, who judges.

    `hard` is the share of doubtful answers, which pass less often, by `gap`, and which the judge
    gets wrong three times as often as others. Each answer is given `repeats` times.
    """

    references: int = 50
    answers: int = 6
    rate: float = 0.8
    alike: float = 0.0
    judge: str = "good"
    hard: float = 0.3
    gap: float = 0.3
    repeats: int = 1


@dataclass(frozen=True)
class Run:
    """Answers in columns: people's scores, the judge's, references and strata."""

    people: Floats
    judged: Floats
    clusters: Ints
    strata: Ints


def draw_run(random: np.random.Generator, world: World) -> Run:
    """One run."""
    gap = min(world.gap, world.rate, (1 - world.rate) * 1.5)
    each = world.answers // world.repeats
    rates = np.repeat(_rates(random, world), each)
    n = len(rates)
    hard = random.random(n) < world.hard
    chance = np.where(hard, rates - gap * (1 - world.hard), rates + gap * world.hard)
    passes = random.random(n) < np.clip(chance, 0, 1)
    low, high = random.choice([1.0, 2, 3], n, p=[0.3, 0.4, 0.3]), random.choice([4.0, 5], n)
    people = np.where(passes, high, low)
    judged = _judged(random, world, people, hard)
    near = (np.abs(judged - 3.5) <= 0.75) & (random.random(n) < 0.3)
    strata = np.where(hard, random.integers(0, 2, n), np.where(near, 2, 3))
    clusters = np.repeat(np.arange(world.references), each)
    often = world.repeats
    return Run(
        np.repeat(people, often),
        np.repeat(judged, often),
        np.repeat(clusters, often),
        np.repeat(strata, often),
    )


def _rates(random: np.random.Generator, world: World) -> Floats:
    if not world.alike:
        return np.full(world.references, world.rate)
    size = 1 / world.alike - 1
    return random.beta(world.rate * size, (1 - world.rate) * size, world.references)


def _judged(
    random: np.random.Generator,
    world: World,
    people: Floats,
    hard: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> Floats:
    n, passes = len(people), people >= 4
    if world.judge == "useless":
        return random.choice([2.0, 3, 4, 5], n, p=[0.1, 0.2, 0.2, 0.5])
    right = np.where(passes, *JUDGES[world.judge])
    wrong = (1 - right) * np.where(hard, 3, 1) / (1 + 2 * world.hard)
    flipped = random.random(n) < np.minimum(wrong, 0.95)
    other = np.where(passes, random.choice([2.0, 3], n), random.choice([4.0, 5], n))
    moved = people + random.choice([-1, 0, 0, 1], n)
    same = np.clip(moved, np.where(passes, 4, 1), np.where(passes, 5, 3))
    return np.where(flipped, other, same)


def truth(world: World, *, passes: bool) -> float:
    """The mean over all answers to requests like these, from a million of them."""
    many = World(40_000, 25, world.rate, world.alike, "good", world.hard, world.gap)
    people = draw_run(np.random.default_rng(9), many).people
    return float((people >= 4).mean() if passes else people.mean())


def label(random: np.random.Generator, run: Run, *, spent: int, test: int) -> Labels:
    """Label answers as `annotate` does: first what is doubtful, to tune and to choose; then by the
    judge's scores, to measure.

    The judge is tuned on what was spent: it copies people there.
    """
    role = np.zeros(len(run.people), dtype=np.int64)
    chance = np.full(len(run.people), np.nan)
    doubt = np.asarray([str(_STRATA[int(code)]) for code in run.strata], dtype=np.str_)
    scores = np.asarray([f"judged {float(score):g}" for score in run.judged], dtype=np.str_)
    for number, count, strata, share in (
        (1, spent // 2, doubt, 0.4),
        (1, spent - spent // 2, doubt, 0.4),
        (2, test, scores, 1.0),
    ):
        free = role == 0
        sizes: dict[str, int] = Counter(strata[free].tolist())
        if not count or not sizes:
            continue
        drawn = allocate(sizes, min(count, sum(sizes.values())), random_share=share)
        for stratum, wanted in drawn.items():
            members = np.flatnonzero(free & (strata == stratum))
            chosen = random.choice(members, wanted, replace=False)
            role[chosen], chance[chosen] = number, wanted / len(members)
    known = role == 1
    people = np.where(role > 0, run.people, np.nan)
    return Labels(np.where(known, run.people, run.judged), people, chance, known)

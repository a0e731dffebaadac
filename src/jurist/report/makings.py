"""What answers took and how they came about, by generator: quality beside calls, cost and time.

Gathered in one pass over a run's rulings; of each answer its time alone is kept.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from jurist.analysis.leaderboard import proved_right
from jurist.records import Candidate, Cost
from jurist.runs.results import Result

MOST_TURNS_APART: Final = 5
"""Answers after so many questions back, or more, are counted together."""
_MOST_STEPS: Final = 30
"""Names of steps of a generator that are told apart."""


@dataclass(frozen=True, slots=True)
class StepMade:
    """A step of a generator's answers: how often it was taken, and what it cost in all."""

    name: str
    times: int
    cost: Cost


@dataclass(frozen=True, slots=True)
class ByTurns:
    """A generator's answers that came after so many questions back, under one judge."""

    judge: str
    turns: int
    answers: int
    scored: int
    mean: float | None
    proved_right: int | None
    """`None` of a judge that proves nothing."""


@dataclass(frozen=True, slots=True)
class Making:
    """What the answers of a generator took."""

    generator: str
    answers: int
    cost: Cost
    """Of all answers; what the ledger answered cost nothing now."""
    median_ms: float
    tenth_ms: float
    """Nine answers in ten took less."""
    proved_right: int | None
    """`None` where no judge proves anything."""
    means: dict[str, float]
    """By judge, of the answers that it scored."""
    questions_back: int
    unneeded: int
    """Of these those whose answer the question had said."""
    steps: tuple[StepMade, ...]
    by_turns: tuple[ByTurns, ...]
    """Only where it ever asked back."""

    @property
    def right_share(self) -> float:
        """Share of the answers that are proved right; 0 where nothing is proved."""
        return (self.proved_right or 0) / self.answers


@dataclass
class _Scores:
    answers: int = 0
    scored: int = 0
    total: float = 0.0
    right: int = 0
    proves: bool = False

    def add(self, row: Result) -> None:
        self.answers += 1
        score = row.verdict.score
        if score is not None:
            self.scored += 1
            self.total += score
        self.right += proved_right(row)
        self.proves = self.proves or row.verdict.evidence is not None

    @property
    def mean(self) -> float | None:
        return self.total / self.scored if self.scored else None


@dataclass
class _Made:
    cost: Cost = field(default_factory=Cost)
    ms: array[float] = field(default_factory=lambda: array("d"))
    questions_back: int = 0
    unneeded: int = 0
    steps: dict[str, StepMade] = field(default_factory=dict[str, StepMade])
    scores: defaultdict[tuple[str, int], _Scores] = field(
        default_factory=lambda: defaultdict[tuple[str, int], _Scores](_Scores)
    )

    def add(self, candidate: Candidate) -> None:
        self.cost += candidate.cost
        self.ms.append(candidate.cost.ms)
        self.questions_back += candidate.asked_back
        self.unneeded += sum(turn.needed is False for turn in candidate.transcript)
        for step in candidate.steps:
            known = self.steps.get(step.name, StepMade(step.name, 0, Cost()))
            if known.times or len(self.steps) < _MOST_STEPS:
                self.steps[step.name] = replace(
                    known, times=known.times + 1, cost=known.cost + step.cost
                )

    @property
    def tells(self) -> bool:
        return bool(self.steps or self.questions_back or self.cost != Cost(self.cost.ms))


class Makings:
    """Gathers what answers took."""

    def __init__(self) -> None:
        self._made: dict[str, _Made] = {}

    def add(self, of_answer: Sequence[Result]) -> None:
        """Take in all verdicts on one answer, of which there is at least one."""
        candidate = of_answer[0].candidate
        made = self._made.setdefault(of_answer[0].generator, _Made())
        made.add(candidate)
        turns = min(candidate.asked_back, MOST_TURNS_APART)
        for row in of_answer:
            made.scores[row.judge, turns].add(row)

    def of_all(self) -> tuple[Making, ...]:
        """All generators, by the share that is proved right.

        None where no generator tells more than its time.
        """
        if not any(made.tells for made in self._made.values()):
            return ()
        makings = [_making(name, made) for name, made in sorted(self._made.items())]
        return tuple(sorted(makings, key=lambda each: -each.right_share))


def _making(name: str, made: _Made) -> Making:
    judges = sorted({judge for judge, _ in made.scores})
    whole = {
        judge: _pooled(s for (j, _), s in made.scores.items() if j == judge) for judge in judges
    }
    right = [scores.right for scores in whole.values() if scores.proves]
    return Making(
        generator=name,
        answers=len(made.ms),
        cost=made.cost,
        median_ms=float(np.quantile(made.ms, 0.5)),
        tenth_ms=float(np.quantile(made.ms, 0.9)),
        proved_right=max(right, default=None),
        means={judge: s.mean for judge, s in whole.items() if s.mean is not None},
        questions_back=made.questions_back,
        unneeded=made.unneeded,
        steps=tuple(made.steps.values()),
        by_turns=tuple(_by_turns(made, whole)) if made.questions_back else (),
    )


def _pooled(every: Iterable[_Scores]) -> _Scores:
    pooled = _Scores()
    for each in every:
        pooled.answers += each.answers
        pooled.scored += each.scored
        pooled.total += each.total
        pooled.right += each.right
        pooled.proves = pooled.proves or each.proves
    return pooled


def _by_turns(made: _Made, whole: Mapping[str, _Scores]) -> Iterator[ByTurns]:
    for (judge, turns), scores in sorted(made.scores.items()):
        right = scores.right if whole[judge].proves else None
        yield ByTurns(judge, turns, scores.answers, scores.scored, scores.mean, right)

"""What is said of a generator under a judge, and how it is computed of verdicts in columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntFlag, auto
from math import inf, nan

import numpy as np
from numpy.typing import NDArray

from jurist.analysis.bounded import SCORES, SHARES, bounded_mean
from jurist.analysis.effective import effective_size
from jurist.analysis.intervals import Estimate
from jurist.analysis.tables import Floats, Ints, cluster_indices
from jurist.columns.columns import UNSCORED
from jurist.provenance import anchor_of, ordered
from jurist.records import FailureKind
from jurist.store.consistency import OfQuestion

Codes = NDArray[np.integer]
MUCH_MISSING = 0.05
"""Share of missing scores from which on bounds are shown, however little they matter."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one generator did under one judge, on questions of one origin.

    `origin` is their provenance: cases that a system anchors are apart; `None`: all others.
    Shares are of all answers; those proved right and undecided are NaN where the judge never has
    evidence. `mean` and `pass_rate` are over answers that have a score: means over
    questions of the mean over their answers, clustered by case.
    """

    generator: str
    judge: str
    origin: str | None
    answers: int
    scored: int
    """Of these, how many have a score."""
    cases: int
    mean: Estimate
    pass_rate: Estimate
    effective_n: float
    """How many independent questions are worth as much for the mean."""
    proved_right: float
    undecided: float
    unbuildable: int
    """Answers to questions that only a refusal answers."""
    due_refusals: int
    """Refusals among these."""
    undue_refusals: int
    """Refusals of questions that a query answers."""
    unanswered: int
    """Times at which the generator failed to answer."""
    unjudged: int
    """Answers to which the judge owes a score: it failed, or its reply could not be read."""
    scores: tuple[int, int, int, int, int]
    """Answers by score, each rounded to the nearest level."""
    bounds: tuple[float, float] | None
    """What the mean would be had the missing scores been the least, or the greatest; `None` where
    none is missing."""
    unscored: tuple[tuple[FailureKind, int], ...]
    samples: int = 1
    """Most answers that a question has."""
    consistency: Consistent | None = None
    """Where questions have several answers."""
    decides: bool = False
    """Whether its judge's generators are ordered by the rows of this origin."""

    @property
    def missing_matters(self) -> bool:
        """Whether missing scores could move the mean beyond its interval, or are over 5 %."""
        if self.bounds is None:
            return False
        low, high = self.bounds
        moved = max(self.mean.value - low, high - self.mean.value)
        missing = 1 - self.scored / self.answers
        return missing > MUCH_MISSING or not moved <= self.mean.half_width


@dataclass(frozen=True, slots=True)
class Consistent:
    """Which of a generator's answers to one question mean the same.

    `estimate` is the mean over questions of the share of pairs that do, among those of which
    it is known, clustered by case.
    """

    estimate: Estimate
    pairs: int
    undecided: int
    """Pairs of which it is not known, or of which one is no answer: they are in no share."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What standings are made of, an entry a verdict; cases and questions are numbers."""

    judge: Codes
    """By the names beside it, as are generators and origins."""
    generator: Codes
    origin: Codes
    case: Codes
    question: Codes
    sample: Codes
    score: Floats
    """NaN where there is none."""
    unscored: Codes
    """Why, by `UNSCORED`; -1 where there is one."""
    flags: Codes
    """Sums of what `Flag` says."""

    def of(self, rows: Ints) -> Verdicts:
        """Some of them, in any order; of all nothing is copied."""
        if len(rows) == len(self.score):
            return self
        return Verdicts(
            self.judge[rows],
            self.generator[rows],
            self.origin[rows],
            self.case[rows],
            self.question[rows],
            self.sample[rows],
            self.score[rows],
            self.unscored[rows],
            self.flags[rows],
        )


class Flag(IntFlag):
    """What is so of a verdict and its answer."""

    COMPARED = auto()
    """There is evidence."""
    PROVED = auto()
    """The answer is certainly right."""
    UNDECIDED = auto()
    """There is evidence, and it decides nothing."""
    UNBUILDABLE = auto()
    REFUSED = auto()
    UNANSWERED = auto()


@dataclass
class Pairs:
    """Of each question the share of pairs of answers that mean the same, and counts."""

    shares: array[float] = field(default_factory=lambda: array("d"))
    cases: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    pairs: int = 0
    undecided: int = 0

    def add(self, of_question: OfQuestion) -> None:
        """Count those of a question."""
        found = of_question.found
        decided = found.same + found.different
        if decided:
            self.shares.append(found.same / decided)
            self.cases.append((of_question.dataset, of_question.case))
        self.pairs += decided + found.undecided
        self.undecided += found.undecided

    def consistent(self) -> Consistent:
        """What they come to."""
        clusters, _ = cluster_indices(self.cases)
        shares = np.asarray(self.shares, dtype=np.float64)
        estimate = bounded_mean(shares, clusters, scale=SHARES)
        return Consistent(estimate, self.pairs, self.undecided)


def _ranked(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """In the order that `Board.standings` says, with the rows that decide it marked."""
    rows = list(standings)
    means = {(row.judge, row.generator, row.origin): row.mean.value for row in rows}
    scored = {(row.judge, row.origin) for row in rows if row.scored}
    origins = ordered(row.origin for row in rows if row.origin is not None)
    deciding = {
        row.judge: next((each for each in origins if (row.judge, each) in scored), None)
        for row in rows
    }

    proving = {row.judge for row in rows if row.proved_right == row.proved_right}

    def order(row: Standing) -> tuple[bool, str, list[float], str, int]:
        own = (means.get((row.judge, row.generator, origin), nan) for origin in origins)
        worst_last = [inf if value != value else -value for value in own]
        place = len(origins) if row.origin is None else origins.index(row.origin)
        return row.judge not in proving, row.judge, worst_last, row.generator, place

    return tuple(
        replace(row, decides=row.origin is not None and row.origin == deciding[row.judge])
        for row in sorted(rows, key=order)
    )


def add_pairs(pairs: dict[tuple[str, str | None], Pairs], of_question: OfQuestion) -> None:
    """Count a question's pairs, with those of its origin and with all that none anchors."""
    own = of_question.origin
    for origin in (own,) if anchor_of(own) else (None, own):
        pairs.setdefault((of_question.generator, origin), Pairs()).add(of_question)


def standings_from(
    verdicts: Verdicts,
    judges: Sequence[str],
    generators: Sequence[str],
    origins: Sequence[str],
    pairs: Mapping[tuple[str, str | None], Pairs],
    pass_score: float,
) -> tuple[Standing, ...]:
    """By judge and generator: each origin that occurs, then all of them that none anchors."""
    consistent = {key: found.consistent() for key, found in pairs.items()}
    made: list[Standing] = []
    for (judge, generator), of_origins in _groups(verdicts, len(generators), len(origins)).items():
        whose = judges[judge], generators[generator]
        for origin, rows in of_origins.items():
            key = *whose, origins[origin]
            made.append(_standing(key, verdicts.of(rows), pass_score))
        pooled = [rows for origin, rows in of_origins.items() if not anchor_of(origins[origin])]
        if len(of_origins) == 1:
            made.append(replace(made[-1], origin=None))
        elif pooled:
            every = np.concatenate(pooled)
            made.append(_standing((*whose, None), verdicts.of(every), pass_score))
    return _ranked(
        replace(each, consistency=consistent.get((each.generator, each.origin))) for each in made
    )


def _groups(
    verdicts: Verdicts, generators: int, origins: int
) -> dict[tuple[int, int], dict[int, Ints]]:
    """By judge and generator, then origin: the rows."""
    group = (verdicts.judge.astype(np.int64) * generators + verdicts.generator) * origins
    group += verdicts.origin
    order = np.argsort(group, kind="stable")
    counts = np.bincount(group)
    met = np.flatnonzero(counts)
    parts: dict[tuple[int, int], dict[int, Ints]] = {}
    ends = np.cumsum(counts[met]).tolist()
    for code, begin, end in zip(met.tolist(), [0, *ends], ends, strict=False):
        whose, origin = divmod(int(code), origins)
        parts.setdefault(divmod(whose, generators), {})[origin] = order[begin:end]
    return parts


def _standing(key: tuple[str, str, str | None], verdicts: Verdicts, pass_score: float) -> Standing:
    judge, generator, origin = key
    scores, questions = verdicts.score, verdicts.question
    known = ~np.isnan(scores)
    place, (mean_scores, mean_passes) = _by_question(
        questions[known], scores[known], scores[known] >= pass_score
    )
    of_case = verdicts.case[known][place].astype(np.int64)
    levels = np.clip(np.floor(scores[known] + 0.5), 1, 5).astype(np.int64)
    counts = np.bincount(levels, minlength=6)
    compared, proved, undecided, unbuildable, refused, unanswered = (
        verdicts.flags & flag != 0 for flag in Flag
    )
    reasons = np.bincount(verdicts.unscored[verdicts.unscored >= 0], minlength=len(UNSCORED))
    owed = (verdicts.unscored >= 0) & (verdicts.unscored != UNSCORED.index(FailureKind.UNDECIDED))
    share = len(scores) if compared.any() else nan
    return Standing(
        generator=generator,
        judge=judge,
        origin=origin,
        answers=len(scores),
        scored=int(known.sum()),
        cases=int(np.count_nonzero(np.bincount(verdicts.case))),
        mean=bounded_mean(mean_scores, of_case, scale=SCORES),
        pass_rate=bounded_mean(mean_passes, of_case, scale=SHARES),
        effective_n=effective_size(mean_scores, of_case) if known.any() else 0.0,
        proved_right=int(proved.sum()) / share,
        undecided=int(undecided.sum()) / share,
        unbuildable=int(unbuildable.sum()),
        due_refusals=int((refused & unbuildable).sum()),
        undue_refusals=int((refused & ~unbuildable).sum()),
        unanswered=int(unanswered.sum()),
        unjudged=int((owed & ~unanswered).sum()),
        scores=(int(counts[1]), int(counts[2]), int(counts[3]), int(counts[4]), int(counts[5])),
        bounds=None if known.all() else _missing_bounds(questions, scores),
        unscored=tuple(
            sorted((UNSCORED[code], int(reasons[code])) for code in np.flatnonzero(reasons))
        ),
        samples=max(1, int(verdicts.sample.max())),
    )


def _missing_bounds(questions: Codes, scores: Floats) -> tuple[float, float]:
    """The least and the greatest mean that missing scores could have made, over questions."""
    missing = np.isnan(scores)
    _, (low, high) = _by_question(questions, *(np.where(missing, end, scores) for end in SCORES))
    return float(low.mean()), float(high.mean())


def _by_question(
    questions: Codes, *columns: Floats | NDArray[np.bool_]
) -> tuple[Ints, list[Floats]]:
    """Where each question is met, and its mean of each column over its answers.

    Questions count alike, however many of their answers have a score. They are numbered, so that
    nothing has to be sorted.
    """
    counts = np.bincount(questions)
    met = np.flatnonzero(counts)
    places = np.zeros(len(counts), dtype=np.int64)
    places[questions] = np.arange(len(questions))
    means = [np.bincount(questions, weights=column)[met] / counts[met] for column in columns]
    return places[met], means

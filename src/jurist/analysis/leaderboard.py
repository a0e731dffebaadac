"""Scores of each generator under each judge, with intervals; refusals and failures counted."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import inf, nan

import numpy as np
from numpy.typing import NDArray

from jurist.analysis.bounded import SCORES, SHARES, bounded_mean
from jurist.analysis.effective import effective_size
from jurist.analysis.estimands import ORIGINS
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import PASS
from jurist.analysis.tables import Floats, Ints, cluster_indices
from jurist.records import FailureKind, Method, Origin, Relation, Verdict
from jurist.runs.results import Result
from jurist.store.consistency import OfQuestion

Ints32 = NDArray[np.intc]
MUCH_MISSING = 0.05
"""Share of missing scores from which on bounds are shown, however little they matter."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one generator did under one judge, on questions of one origin (`None`: all).

    Shares are of all answers; those proved right and undecided are NaN where the judge
    never has evidence. `mean` and `pass_rate` are over answers that have a score: means over
    questions of the mean over their answers, clustered by case.
    """

    generator: str
    judge: str
    origin: Origin | None
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


@dataclass
class _Tally:
    """What is kept of results: sixteen bytes each, and counts."""

    scores: array[float] = field(default_factory=lambda: array("d"))
    cases: array[int] = field(default_factory=lambda: array("i"))
    """The number of each score's case."""
    questions: array[int] = field(default_factory=lambda: array("i"))
    """The number of each score's question."""
    compared: int = 0
    proved: int = 0
    undecided: int = 0
    unbuildable: int = 0
    due_refusals: int = 0
    undue_refusals: int = 0
    unanswered: int = 0
    unjudged: int = 0
    samples: int = 1
    unscored: Counter[FailureKind] = field(default_factory=Counter[FailureKind])

    def add(self, case: int, question: int, result: Result) -> None:
        verdict = result.verdict
        self.cases.append(case)
        self.questions.append(question)
        self.samples = max(self.samples, result.sample)
        self.scores.append(float("nan") if verdict.score is None else verdict.score)
        self.compared += verdict.evidence is not None
        self.proved += proved_right(result)
        self.undecided += _relation(verdict) is Relation.UNDECIDED
        candidate, unbuildable = result.candidate, result.case.unbuildable
        self.unbuildable += unbuildable
        if candidate.refusal is not None:
            self.due_refusals += unbuildable
            self.undue_refusals += not unbuildable
        if candidate.failure is not None:
            self.unanswered += 1
        if verdict.unscored is not None:
            kind = verdict.unscored.kind
            self.unscored[kind] += 1
            self.unjudged += candidate.failure is None and kind is not FailureKind.UNDECIDED

    def take_in(self, other: _Tally) -> None:
        self.scores.extend(other.scores)
        self.cases.extend(other.cases)
        self.questions.extend(other.questions)
        self.samples = max(self.samples, other.samples)
        self.compared += other.compared
        self.proved += other.proved
        self.undecided += other.undecided
        self.unbuildable += other.unbuildable
        self.due_refusals += other.due_refusals
        self.undue_refusals += other.undue_refusals
        self.unanswered += other.unanswered
        self.unjudged += other.unjudged
        self.unscored.update(other.unscored)


@dataclass
class _Pairs:
    """Of each question the share of pairs of answers that mean the same, and counts."""

    shares: array[float] = field(default_factory=lambda: array("d"))
    cases: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    pairs: int = 0
    undecided: int = 0

    def add(self, of_question: OfQuestion) -> None:
        found = of_question.found
        decided = found.same + found.different
        if decided:
            self.shares.append(found.same / decided)
            self.cases.append((of_question.dataset, of_question.case))
        self.pairs += decided + found.undecided
        self.undecided += found.undecided

    def consistent(self) -> Consistent:
        clusters, _ = cluster_indices(self.cases)
        shares = np.asarray(self.shares, dtype=np.float64)
        estimate = bounded_mean(shares, clusters, scale=SHARES)
        return Consistent(estimate, self.pairs, self.undecided)


class Board:
    """Takes in results one by one and makes the standings of them.

    All results of one case must come together, as a store's reader gives them.
    """

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, str, Origin | None], _Tally] = {}
        self._pairs: dict[tuple[str, Origin | None], _Pairs] = {}
        self._cases = 0
        self._case = ("", "")
        self._questions = 0
        self._question = ("", "", "", "")

    def add(self, result: Result) -> None:
        """Count a result."""
        case = result.dataset, result.case.id
        if case != self._case:
            self._cases, self._case = self._cases + 1, case
        question = *case, result.question.id, result.question.text
        if question != self._question:
            self._questions, self._question = self._questions + 1, question
        key = result.judge, result.generator, result.question.origin
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies[key] = _Tally()
        tally.add(self._cases, self._questions, result)

    def add_consistency(self, of_question: OfQuestion) -> None:
        """Count which of a generator's answers to one question mean the same."""
        for origin in (None, of_question.origin):
            key = of_question.generator, origin
            self._pairs.setdefault(key, _Pairs()).add(of_question)

    def standings(self, *, pass_score: float = PASS) -> tuple[Standing, ...]:
        """By generator and judge: each origin that occurs, then all questions.

        Ordered by judge, then from the best mean to the worst: on real questions where there are
        any, else on authored, else on synthetic ones; equal ones by the next of these. Rows of
        all questions order nothing: a generator may have written the synthetic ones itself.
        """
        tallies = dict(self._tallies)
        for (judge, generator, _), tally in self._tallies.items():
            tallies.setdefault((judge, generator, None), _Tally()).take_in(tally)
        pairs = {key: found.consistent() for key, found in self._pairs.items()}
        standings = [
            replace(
                _standing((judge, generator, origin), tally, pass_score),
                consistency=pairs.get((generator, origin)),
            )
            for (judge, generator, origin), tally in tallies.items()
        ]
        return _ranked(standings)


def leaderboard(results: Iterable[Result], *, pass_score: float = PASS) -> tuple[Standing, ...]:
    """The standings of results; see `Board`."""
    board = Board()
    for result in results:
        board.add(result)
    return board.standings(pass_score=pass_score)


def _ranked(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """In the order that `Board.standings` says, with the rows that decide it marked."""
    rows = list(standings)
    means = {(row.judge, row.generator, row.origin): row.mean.value for row in rows}
    scored = {(row.judge, row.origin) for row in rows if row.scored}
    deciding = {
        row.judge: next((each for each in ORIGINS if (row.judge, each) in scored), None)
        for row in rows
    }

    def order(row: Standing) -> tuple[str, list[float], str, int]:
        own = (means.get((row.judge, row.generator, origin), nan) for origin in ORIGINS)
        worst_last = [inf if value != value else -value for value in own]
        place = len(ORIGINS) if row.origin is None else ORIGINS.index(row.origin)
        return row.judge, worst_last, row.generator, place

    return tuple(
        replace(row, decides=row.origin is not None and row.origin is deciding[row.judge])
        for row in sorted(rows, key=order)
    )


def proved_right(result: Result) -> bool:
    """Whether the answer is certainly right: equivalent, more definite, or a due refusal."""
    if result.case.unbuildable:
        return result.candidate.refusal is not None
    evidence = result.verdict.evidence
    return evidence is not None and evidence.relation in {Relation.EQUIVALENT, Relation.REFINES}


def _relation(verdict: Verdict) -> Relation | None:
    evidence = verdict.evidence
    if evidence is None or evidence.method is Method.IDENTICAL:
        return None
    return evidence.relation


def _standing(key: tuple[str, str, Origin | None], tally: _Tally, pass_score: float) -> Standing:
    judge, generator, origin = key
    scores = np.frombuffer(tally.scores, dtype=np.float64)
    clusters = np.frombuffer(tally.cases, dtype=np.intc).astype(np.int64)
    questions = np.frombuffer(tally.questions, dtype=np.intc)
    known = ~np.isnan(scores)
    place, (mean_scores, mean_passes) = _by_question(
        questions[known], scores[known], scores[known] >= pass_score
    )
    of_case = clusters[known][place]
    levels = np.clip(np.floor(scores[known] + 0.5), 1, 5).astype(np.int64)
    counts = np.bincount(levels, minlength=6)
    return Standing(
        generator=generator,
        judge=judge,
        origin=origin,
        answers=len(scores),
        scored=int(known.sum()),
        cases=int(np.count_nonzero(np.bincount(clusters))),
        mean=bounded_mean(mean_scores, of_case, scale=SCORES),
        pass_rate=bounded_mean(mean_passes, of_case, scale=SHARES),
        effective_n=effective_size(mean_scores, of_case) if known.any() else 0.0,
        proved_right=tally.proved / len(scores) if tally.compared else float("nan"),
        undecided=tally.undecided / len(scores) if tally.compared else float("nan"),
        unbuildable=tally.unbuildable,
        due_refusals=tally.due_refusals,
        undue_refusals=tally.undue_refusals,
        unanswered=tally.unanswered,
        unjudged=tally.unjudged,
        scores=(int(counts[1]), int(counts[2]), int(counts[3]), int(counts[4]), int(counts[5])),
        bounds=None if known.all() else _missing_bounds(questions, scores),
        unscored=tuple(sorted(tally.unscored.items())),
        samples=tally.samples,
    )


def _missing_bounds(questions: Ints32, scores: Floats) -> tuple[float, float]:
    """The least and the greatest mean that missing scores could have made, over questions."""
    missing = np.isnan(scores)
    _, (low, high) = _by_question(questions, *(np.where(missing, end, scores) for end in SCORES))
    return float(low.mean()), float(high.mean())


def _by_question(
    questions: Ints32, *columns: Floats | NDArray[np.bool_]
) -> tuple[Ints, list[Floats]]:
    """Where each question is met, and its mean of each column over its answers.

    Questions count alike, however many of their answers have a score. They are numbered from 1, so
    that nothing has to be sorted.
    """
    counts = np.bincount(questions)
    met = np.flatnonzero(counts)
    places = np.zeros(len(counts), dtype=np.int64)
    places[questions] = np.arange(len(questions))
    means = [np.bincount(questions, weights=column)[met] / counts[met] for column in columns]
    return places[met], means

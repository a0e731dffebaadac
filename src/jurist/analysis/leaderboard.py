"""Scores of each generator under each judge, with intervals; refusals and failures counted."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jurist.analysis.bounded import SCORES, SHARES, bounded_mean
from jurist.analysis.comparison import missing_bounds
from jurist.analysis.effective import effective_size
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import PASS
from jurist.analysis.tables import Floats, Ints
from jurist.records import FailureKind, Method, Origin, Relation, Verdict
from jurist.runs.results import Result
from jurist.store.consistency import OfQuestion

Ints32 = NDArray[np.intc]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one generator did under one judge, on questions of one origin (`None`: all).

    Shares are of all answers; those proved right and undecided are NaN where the judge
    never has evidence. `mean` and `pass_rate` are over answers that have a score: means over
    questions of the mean over their answers, clustered by case. `bounds` is what the mean
    could have been had the missing ones scored worst or best (`None` where none is missing).
    """

    generator: str
    judge: str
    origin: Origin | None
    answers: int
    cases: int
    mean: Estimate
    pass_rate: Estimate
    effective_n: float
    proved_right: float
    undecided: float
    refusals: int
    errors: int
    scores: tuple[int, int, int, int, int]
    """Answers by score, each rounded to the nearest level."""
    bounds: tuple[float, float] | None
    unscored: tuple[tuple[FailureKind, int], ...]
    samples: int = 1
    """Most answers that a question has."""
    consistency: Consistent | None = None
    """Where questions have several answers."""


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
    refusals: int = 0
    errors: int = 0
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
        self.refusals += result.candidate.refusal is not None
        self.errors += result.candidate.failure is not None
        if verdict.unscored is not None:
            self.unscored[verdict.unscored.kind] += 1

    def take_in(self, other: _Tally) -> None:
        self.scores.extend(other.scores)
        self.cases.extend(other.cases)
        self.questions.extend(other.questions)
        self.samples = max(self.samples, other.samples)
        self.compared += other.compared
        self.proved += other.proved
        self.undecided += other.undecided
        self.refusals += other.refusals
        self.errors += other.errors
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
        numbers = {case: number for number, case in enumerate(dict.fromkeys(self.cases))}
        estimate = bounded_mean(
            np.asarray(self.shares, dtype=np.float64),
            np.asarray([numbers[case] for case in self.cases], dtype=np.int64),
            scale=SHARES,
        )
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
        """By generator and judge: all questions, then each origin that occurs.

        Ordered by judge, then from the best mean to the worst.
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
        overall = {
            (standing.judge, standing.generator): standing.mean.value
            for standing in standings
            if standing.origin is None
        }

        def order(standing: Standing) -> tuple[str, float, str, str]:
            value = overall[standing.judge, standing.generator]
            worst_last = float("inf") if value != value else -value
            return standing.judge, worst_last, standing.generator, standing.origin or ""

        return tuple(sorted(standings, key=order))


def leaderboard(results: Iterable[Result], *, pass_score: float = PASS) -> tuple[Standing, ...]:
    """The standings of results; see `Board`."""
    board = Board()
    for result in results:
        board.add(result)
    return board.standings(pass_score=pass_score)


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
    known = ~np.isnan(scores)
    passes = (scores[known] >= pass_score).astype(np.float64)
    mean_scores, mean_passes, of_case = _by_question(
        np.frombuffer(tally.questions, dtype=np.intc)[known],
        scores[known], passes, clusters[known],
    )  # fmt: skip
    levels = np.clip(np.floor(scores[known] + 0.5), 1, 5).astype(np.int64)
    counts = np.bincount(levels, minlength=6)
    return Standing(
        generator=generator,
        judge=judge,
        origin=origin,
        answers=len(scores),
        cases=len(np.unique(clusters)),
        mean=bounded_mean(mean_scores, of_case, scale=SCORES),
        pass_rate=bounded_mean(mean_passes, of_case, scale=SHARES),
        effective_n=effective_size(scores[known], clusters[known]) if known.any() else 0.0,
        proved_right=tally.proved / len(scores) if tally.compared else float("nan"),
        undecided=tally.undecided / len(scores) if tally.compared else float("nan"),
        refusals=tally.refusals,
        errors=tally.errors,
        scores=(int(counts[1]), int(counts[2]), int(counts[3]), int(counts[4]), int(counts[5])),
        bounds=None if known.all() else missing_bounds(scores),
        unscored=tuple(sorted(tally.unscored.items())),
        samples=tally.samples,
    )


def _by_question(
    questions: Ints32, scores: Floats, passes: Floats, clusters: Ints
) -> tuple[Floats, Floats, Ints]:
    """Each question's mean score and share of passes over its answers, and its case.

    Questions count alike, however many of their answers have a score.
    """
    _, first, place, counts = np.unique(
        questions, return_index=True, return_inverse=True, return_counts=True
    )
    means = np.bincount(place, weights=scores) / counts
    shares = np.bincount(place, weights=passes) / counts
    return means, shares, clusters[first]

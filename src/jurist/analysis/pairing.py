"""Two systems on the same questions: their answers' scores beside each other, question by question.

Questions of one origin only: real, authored and synthetic ones are never pooled where something
is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jurist.analysis.bounded import SHARES
from jurist.analysis.estimands import About, Looks
from jurist.analysis.samples import Rule, Sample, reference_sample
from jurist.analysis.scales import Scale
from jurist.analysis.scores import Item, ScoreTable, numbers_in
from jurist.analysis.tables import Floats, Ints, group_means, numbered


@dataclass(frozen=True, slots=True)
class System:
    """A generator in a run."""

    run: str
    generator: str

    @property
    def words(self) -> str:
        """The generator, and its run where there is one: plain tables have none."""
        return f"{self.generator} ({self.run})" if self.run else self.generator


@dataclass(frozen=True, slots=True)
class Answers:
    """One system's answers, one entry each, ordered by question."""

    question: Ints
    """Place in the questions that both systems were asked."""
    score: Floats
    digest: Ints
    filled: NDArray[np.bool_] | None = None
    """Which scores nobody gave: they stand where the same answer has none in either, and cancel."""

    @property
    def counts(self) -> Ints:
        """Answers to each question."""
        return np.bincount(self.question)

    @property
    def repeated(self) -> bool:
        """Whether any question has several."""
        return bool((self.counts > 1).any())

    def mean(self, unscored: float = np.nan) -> Floats:
        """Of each question: over its scored answers, NaN for none; or the others at `unscored`."""
        return group_means(_filled(self, unscored), self.question, len(self.counts))

    def given(self) -> Floats:
        """The mean of each question over the scores that a judge gave, NaN for none."""
        if self.filled is None:
            return self.mean()
        scores = np.where(self.filled, np.nan, self.score)
        return group_means(scores, self.question, len(self.counts))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two systems under one judge, on the questions that both were asked."""

    items: tuple[Item, ...]
    cluster: Ints
    """The reference of each item."""
    first: Answers
    second: Answers
    unpaired: int
    """Questions that only one of the two was asked."""
    scale: Scale
    """Of the scores."""

    @property
    def repeated(self) -> bool:
        """Whether any question has several answers."""
        return self.first.repeated or self.second.repeated

    @property
    def same(self) -> bool:
        """Whether the two gave the same answers to every question."""
        ours, theirs = (
            np.stack([each.question, each.digest])[:, np.lexsort((each.digest, each.question))]
            for each in (self.first, self.second)
        )
        return np.array_equal(ours, theirs)


def pair_up(
    tables: Mapping[str, ScoreTable], first: System, second: System, judge: str, origin: str
) -> Pair:
    """The answers of two systems to the questions of one origin, in the second's order."""
    ours, theirs = tables[first.run], tables[second.run]
    rows = [
        _rows_asked(table, system.generator, judge, origin)
        for table, system in ((ours, first), (theirs, second))
    ]
    asked = numbers_in(ours, theirs)[ours.item[rows[0]]]
    met = numbered(theirs.item[rows[1]])[1]
    both = np.zeros(len(theirs.items), dtype=np.bool_)
    both[asked[asked >= 0]] = True
    shared = met[both[met]]
    places = np.full(len(theirs.items) + 1, -1, dtype=np.int64)  # the last: an item that is not
    places[shared] = np.arange(len(shared))
    unpaired = len(np.unique(ours.item[rows[0]])) + len(met) - 2 * len(shared)
    scale = theirs.scale
    given = _without_shared_gaps(
        _answers(ours, rows[0], places[asked]),
        _answers(theirs, rows[1], places[theirs.item[rows[1]]]),
        scale,
    )
    items = tuple(theirs.items[int(code)] for code in shared)
    return Pair(items, theirs.clusters[shared], *given, unpaired, scale)


def _rows_asked(table: ScoreTable, generator: str, judge: str, origin: str) -> Ints:
    """The places of a generator's verdicts on questions of one origin."""
    rows = table.rows(generator=generator, judge=judge)
    return rows[table.asked(origin)[table.item[rows]]]


def rows_by_item(
    table: ScoreTable, generator: str, judge: str, origin: str
) -> dict[Item, list[int]]:
    """The places of a generator's verdicts in a table, by question, of one origin."""
    found: dict[Item, list[int]] = {}
    for row in _rows_asked(table, generator, judge, origin).tolist():
        found.setdefault(table.items[int(table.item[row])], []).append(row)
    return found


def first_rows(
    table: ScoreTable, generator: str, judge: str, origin: str, items: Iterable[Item]
) -> list[int]:
    """Of each of some questions of an origin the first of the generator's verdicts."""
    rows = _rows_asked(table, generator, judge, origin)[::-1]
    first = np.full(len(table.items), -1, dtype=np.int64)
    first[table.item[rows]] = rows  # the last that is written stays
    return [int(first[table.numbers[item]]) for item in items]


def _answers(table: ScoreTable, rows: Ints, places: Ints) -> Answers:
    """The answers whose questions have a place, by their places."""
    order = np.argsort(places, kind="stable")[np.count_nonzero(places < 0) :]
    return Answers(places[order], table.score[rows[order]], table.answer[rows[order]])


def _without_shared_gaps(first: Answers, second: Answers, scale: Scale) -> tuple[Answers, Answers]:
    """The same answer that a judge could score neither time is no difference, so none is missing.

    Only where every question has as many answers from both; the score that is put there cancels.
    """
    if not np.array_equal(first.question, second.question):
        return first, second
    alike = np.isnan(first.score) & np.isnan(second.score) & (first.digest == second.digest)
    middle = sum(scale.bounds) / 2
    return (
        replace(first, score=np.where(alike, middle, first.score), filled=alike),
        replace(second, score=np.where(alike, middle, second.score), filled=alike),
    )


def rule_of(about: About, looks: Looks, *, repeated: bool) -> Rule:
    """Why a mean over answers may be another one than was seen."""
    if about is About.CASES:
        return Rule.DRAWN if repeated else Rule.EXACT
    return Rule.ANYTIME if looks is Looks.DAILY else Rule.DRAWN


def gaps_of(pair: Pair, about: About = About.REQUESTS) -> Sample:
    """Differences of score, second minus first.

    About requests, and about cases whose every question has one answer: one observation a
    reference. About cases with repeated answers: one observation an answer. There the questions
    are fixed and each answer is a draw from what the generator says to its question: independent
    draws whose means differ from question to question. Taken for draws from one population they
    are bounded safely: a sum of independent draws with unequal means spreads no further than one
    of equal means (for shares: Hoeffding 1956).
    """
    first, second = pair.first, pair.second
    clusters = numbered(pair.cluster)[0]
    low, high = pair.scale.bounds
    if about is About.CASES and (first.repeated or second.repeated):
        return _gaps_of_answers(pair, clusters)
    return reference_sample(
        second.mean() - first.mean(),
        second.mean(low) - first.mean(high),
        second.mean(high) - first.mean(low),
        clusters,
        pair.scale.gaps,
    )


def _gaps_of_answers(pair: Pair, clusters: Ints) -> Sample:
    """Each answer against the other system's answer of the same turn.

    Where one system has a single answer to every question, that is taken as it is.
    """
    first, second = pair.first, pair.second
    low, high = pair.scale.bounds
    if not first.repeated:
        seen, worst, best = (
            second_scores - first.mean(unscored)[second.question]
            for second_scores, unscored in (
                (second.score, np.nan), (_filled(second, low), high), (_filled(second, high), low)
            )
        )  # fmt: skip
        question = second.question
    elif not second.repeated:
        seen, worst, best = (
            second.mean(unscored)[first.question] - first_scores
            for first_scores, unscored in (
                (first.score, np.nan), (_filled(first, high), low), (_filled(first, low), high)
            )
        )  # fmt: skip
        question = first.question
    else:
        ours, theirs = _turns(first), _turns(second)
        _, left, right = np.intersect1d(ours, theirs, return_indices=True)
        seen = second.score[right] - first.score[left]
        worst = _filled(second, low)[right] - _filled(first, high)[left]
        best = _filled(second, high)[right] - _filled(first, low)[left]
        question = first.question[left]
    return _weighed(seen, worst, best, question, clusters, pair.scale.gaps)


def _filled(answers: Answers, unscored: float) -> Floats:
    return np.where(np.isnan(answers.score), unscored, answers.score)


def _turns(answers: Answers) -> Ints:
    """A number for each answer: its question, and how many answers to it came before."""
    starts = np.concatenate([[0], np.cumsum(answers.counts)])[answers.question]
    return answers.question * len(answers.question) + np.arange(len(answers.question)) - starts


def _weighed(
    seen: Floats,
    worst: Floats,
    best: Floats,
    question: Ints,
    clusters: Ints,
    scale: tuple[float, float],
) -> Sample:
    """One observation an answer; references count alike, and so do the questions of each."""
    answers = np.bincount(question)[question]
    questions = np.bincount(clusters)[clusters][question]
    references = len(np.unique(clusters))
    weights = 1 / (answers * questions * references)
    return Sample(seen, worst, best, weights, scale, len(seen), references)


def rights_of(
    table: ScoreTable,
    generator: str,
    judges: Sequence[str],
    origin: str,
    about: About = About.REQUESTS,
) -> tuple[Sample, bool]:
    """Shares of answers that are proved right, under whichever judge; whether any is repeated."""
    rows = np.concatenate([_rows_asked(table, generator, judge, origin) for judge in judges])
    of_task, tasks = numbered(table.task[rows])
    first = np.full(len(tasks), len(rows), dtype=np.int64)
    np.minimum.at(first, of_task, np.arange(len(rows)))
    asked = numbered(table.item[rows])[0][first]
    order = np.argsort(asked, kind="stable")
    question = asked[order]
    right = (np.bincount(of_task, table.right[rows], len(tasks)) > 0).astype(np.float64)[order]
    of_item = np.empty(int(question.max(initial=-1)) + 1, dtype=np.int64)
    of_item[question] = table.cluster[rows[first[order]]]
    clusters = numbered(of_item)[0]
    answers = Answers(question, right, question)
    if about is About.CASES and answers.repeated:
        return _weighed(right, right, right, question, clusters, SHARES), True
    means = answers.mean()
    return reference_sample(means, means, means, clusters, SHARES), answers.repeated

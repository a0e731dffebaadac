"""What is known of a run's answers while people label them, whenever one stops.

It speaks of *these answers*: the ones of the run that a generator gave, of one generator or of
all. Answers that were drawn for the desk's role are labelled in a random order within strata; all
other labels (of other roles, from earlier runs, brought along without a draw) and scores by the
rubric count as they are. What a judge says is used only to predict labels, so the interval holds
whatever the judge is worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from jurist.alignment.choosing import choose_names
from jurist.alignment.labels.columns import labelled_tasks, with_settled
from jurist.alignment.labels.sampling import strata_by, tag_of
from jurist.analysis.bounded import SCORES, SHARES
from jurist.analysis.labelling import KnownSoFar, Labelling, known_so_far
from jurist.analysis.levels import PASS
from jurist.analysis.tables import Floats, Ints
from jurist.records import Annotation, LabelRole
from jurist.runs.ruled_answers import ruled_answers
from jurist.store import Store

LEVELS = 6
"""No score, and 1 to 5."""
_GUESSES = np.array([0.5, 0.2, 0.35, 0.5, 0.65, 0.8])
"""First predictions on the scale for each: a judge that is half right."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Who gave an answer, and what each judge scored it with."""

    generator: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Answers:
    """A run's answers, and the scores that some have by the rubric, by task."""

    given: Mapping[str, Answer]
    settled: Mapping[str, float]

    def chosen(self, generator: str | None, judge: str | None) -> Mapping[str, int]:
        """The judge's level of each answer of a generator; `None`: of all, by all judges' mean.

        Raises:
            InputError: There is no such generator or judge.
        """
        if generator is not None:
            names = sorted({each.generator for each in self.given.values()})
            choose_names([generator], names, "generator")
        if judge is not None:
            names = sorted({name for each in self.given.values() for name in each.scores})
            choose_names([judge], names, "judge")
        return {
            task: _level(each, judge)
            for task, each in self.given.items()
            if generator in {None, each.generator}
        }


@dataclass(frozen=True, slots=True)
class Drawable:
    """What is drawn from: a run's answers, and the stratum of each. See `drawable_of`."""

    answers: Answers
    strata: Mapping[str, str]
    """Those that have their score by the rubric included."""


def drawable_of(store: Store, run: str, role: LabelRole) -> Drawable:
    """Read a run's answers so far, once; what a generator failed to give is none."""
    by = strata_by(role)
    given: dict[str, Answer] = {}
    settled: dict[str, float] = {}
    strata: dict[str, str] = {}
    for ruled in ruled_answers(store, run):
        task = ruled[0].task
        if ruled[0].candidate.failure is None:
            scores = {r.judge: r.verdict.score for r in ruled if r.verdict.score is not None}
            given[task] = Answer(ruled[0].generator, scores)
            strata.update(by(ruled))
            settled.update((t, known.score) for t, known in with_settled({}, ruled).items())
    return Drawable(Answers(given, settled), strata)


def _level(answer: Answer, judge: str | None) -> int:
    return level_of(score for name, score in answer.scores.items() if judge in {None, name})


def level_of(scores: Iterable[float]) -> int:
    """The level nearest to the mean of judges' scores; 0 where there is none."""
    given = list(scores)
    return min(5, max(1, int(sum(given) / len(given) + 0.5))) if given else 0


@dataclass(frozen=True, slots=True)
class Progress:
    """The answers that something is to be known of: made once, asked after each label."""

    strata: Mapping[str, str]
    """Of those that may be drawn."""
    levels: Mapping[str, int]
    """Of all, what they were judged."""
    settled: Mapping[str, float]
    role: LabelRole

    def pass_rate(self, labels: Iterable[Annotation]) -> KnownSoFar:
        """The share that people would pass: a score of 4 or more, in the median of several."""
        return known_so_far(self._labelling(labels, SHARES))

    def mean_score(self, labels: Iterable[Annotation]) -> KnownSoFar:
        """The mean score that people would give."""
        return known_so_far(self._labelling(labels, SCORES))

    def _labelling(self, labels: Iterable[Annotation], scale: tuple[float, float]) -> Labelling:
        here = [label for label in labels if label.task in self.levels]
        scores = {task: label.score for task, label in labelled_tasks(here).items()}
        prefix = tag_of(self.role, None)
        drawn = dict.fromkeys(
            label.task
            for label in here
            if label.task in self.strata and any(tag.startswith(prefix) for tag in label.tags)
        )
        codes = {stratum: code for code, stratum in enumerate(sorted({*self.strata.values()}))}
        sizes = np.zeros((len(codes), LEVELS), dtype=np.int64)
        for task, level in self.levels.items():
            if task in drawn or not (task in scores or task in self.settled):
                sizes[codes[self.strata[task]], level] += 1
        known = [
            scores[task] if task in scores else self.settled[task]
            for task in self.levels
            if task not in drawn and (task in scores or task in self.settled)
        ]
        return labelling_of(
            [scores[task] for task in drawn],
            [codes[self.strata[task]] for task in drawn],
            [self.levels[task] for task in drawn],
            sizes,
            known,
            scale,
        )


def labelling_of(
    scores: list[float],
    strata: list[int],
    levels: list[int],
    sizes: Ints,
    known: list[float],
    scale: tuple[float, float],
) -> Labelling:
    """Answers as far as they are labelled, on a scale: shares of passes, or scores as they are.

    Args:
        scores: People's, of the drawn answers in the order they came.
        strata: Of each, by number.
        levels: What judges said of each.
        sizes: How many may be drawn, shape (strata, levels).
        known: Scores that count as they are.
        scale: `SHARES` or `SCORES`.
    """
    return Labelling(
        _values(scores, scale),
        np.array(strata, dtype=np.int64),
        np.array(levels, dtype=np.int64),
        sizes,
        scale[0] + (scale[1] - scale[0]) * _GUESSES,
        _values(known, scale),
        scale,
    )


def _values(scores: list[float], scale: tuple[float, float]) -> Floats:
    values = np.array(scores, dtype=np.float64)
    return (values >= PASS).astype(np.float64) if scale == SHARES else values

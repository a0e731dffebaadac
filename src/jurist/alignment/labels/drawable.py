"""The answers of a run that may be drawn: who gave them, what judges said, in which stratum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jurist.alignment.choosing import choose_names
from jurist.alignment.labels.columns import with_settled
from jurist.alignment.labels.sampling import strata_by
from jurist.records import LabelRole
from jurist.runs.ruled_answers import ruled_answers
from jurist.store import Store

LEVELS = 6
"""No score, and 1 to 5."""


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

    def chosen(self, generator: str | None = None, judge: str | None = None) -> Mapping[str, int]:
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

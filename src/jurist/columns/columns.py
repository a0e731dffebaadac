"""A run as columns: all that its verdicts are filtered, counted, sorted and measured by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jurist.columns.texts import Texts
from jurist.records import FailureKind

Codes = NDArray[np.int32]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

NONE: Final = "none"
"""The value of what a verdict has not: a level, a relation, a method, a kind of mistake."""
_SEARCHES: Final = 8
"""Texts of which is kept where they stand: whoever pages or filters on asks again."""
LEVELS: Final = ("1", "2", "3", "4", "5")
UNSCORED: Final = tuple(FailureKind)
"""What the codes of `Columns.unscored` stand for."""


class Dimension(StrEnum):
    """What verdicts are filtered and counted by."""

    JUDGE = "judge"
    GENERATOR = "generator"
    DATASET = "dataset"
    ORIGIN = "origin"
    OUTCOME = "outcome"
    """What the generator gave: see `Outcome`."""
    RELATION = "relation"
    """Of the evidence."""
    METHOD = "method"
    LEVEL = "level"
    """The score, rounded to the nearest of 1 to 5."""
    SAMPLE = "sample"
    """Which of the generator's answers to the question, from 1."""
    KIND = "kind"
    """The kind of mistake of an answer that its judge does not call right."""


class Outcome(StrEnum):
    """What a generator gave."""

    QUERY = "query"
    REFUSAL = "refusal"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases that anything was answered to, in the run's order."""

    position: Ints
    dataset: Texts
    id: Texts
    reference: Texts
    unbuildable: Mask
    tag: Codes
    """Of each pair of case and tag the tag, by `Columns.tags`."""
    tagged: Codes
    """And the case."""


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions that anything was answered to, in the run's order."""

    case: Codes
    ordinal: Codes
    id: Texts
    text: Texts
    origin: Texts
    searched: Texts
    """What a search reads: case, question and reference, case-folded."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that were judged, in the run's order."""

    question: Codes
    sample: Codes
    generator: Codes
    """By the values of `Dimension.GENERATOR`."""
    outcome: Codes
    """By the values of `Dimension.OUTCOME`."""
    task: NDArray[np.bytes_]
    """The key of its task."""
    digest: Ints
    """The same for equal queries, for equal refusals, and where there was no answer."""
    text: Codes
    """Its text among `Columns.texts`."""
    ms: Floats
    usd: Floats


@dataclass(frozen=True, slots=True)
class Rows:
    """The verdicts on answers, in the run's order: case, question, generator, sample, judge."""

    answer: Codes
    judge: Codes
    """By the values of `Dimension.JUDGE`."""
    relation: Codes
    method: Codes
    unscored: Codes
    """Why there is no score, by `UNSCORED`; -1: there is one."""
    score: Floats
    """NaN where there is none."""
    ms: Floats
    usd: Floats
    """What the verdict cost."""
    task: NDArray[np.bytes_]
    """The key of its task."""
    finished: Ints
    """When it was given, in milliseconds since 1970."""


@dataclass(frozen=True, eq=False)
class Columns:
    """A run's verdicts on answers. Nothing in it changes; what follows from it is kept."""

    run: str
    rows: Rows
    answers: Answers
    questions: Questions
    cases: Cases
    values: Mapping[Dimension, tuple[str, ...]]
    """What the codes of each dimension stand for."""
    tags: tuple[str, ...]
    texts: Texts
    """Distinct texts of answers, case-folded, for searches."""
    kinds: Codes
    """The kind of difference of each answer, by the values of `Dimension.KIND`."""

    def __len__(self) -> int:
        return len(self.rows.answer)

    def value(self, dimension: Dimension, row: int) -> str:
        """A row's value in a dimension."""
        return self.values[dimension][int(self.codes[dimension][row])]

    def task(self, row: int) -> str:
        """The key of the task of a row's answer: what annotations and addresses name."""
        return _key(self.answers.task, int(self.rows.answer[row]))

    def verdict_task(self, row: int) -> str:
        """The key of the task of the verdict itself."""
        return _key(self.rows.task, row)

    @cached_property
    def level(self) -> Codes:
        """Each row's place among the values of `Dimension.LEVEL`: the level less 1, or 5."""
        score = self.rows.score
        nearest = np.clip(np.floor(np.nan_to_num(score, nan=1.0) + 0.5), 1, 5) - 1
        return np.where(np.isnan(score), len(LEVELS), nearest).astype(np.int32)

    @cached_property
    def question(self) -> Codes:
        """Each row's question."""
        return self.answers.question[self.rows.answer]

    @cached_property
    def case(self) -> Codes:
        """Each row's case."""
        return self.questions.case[self.question]

    @cached_property
    def codes(self) -> Mapping[Dimension, NDArray[np.int16]]:
        """Each row's value in each dimension, as its place among the values."""
        rows, answers, questions = self.rows, self.answers, self.questions
        of_answer = {
            Dimension.GENERATOR: answers.generator,
            Dimension.OUTCOME: answers.outcome,
            Dimension.SAMPLE: self._places(Dimension.SAMPLE, map(str, answers.sample.tolist())),
            Dimension.ORIGIN: self._places(Dimension.ORIGIN, questions.origin)[answers.question],
            Dimension.DATASET: self._places(Dimension.DATASET, self.cases.dataset)[
                questions.case[answers.question]
            ],
        }
        none = self.values[Dimension.KIND].index(NONE)
        right = self.level == len(LEVELS) - 1
        found = {name: codes[rows.answer] for name, codes in of_answer.items()} | {
            Dimension.JUDGE: rows.judge,
            Dimension.RELATION: rows.relation,
            Dimension.METHOD: rows.method,
            Dimension.LEVEL: self.level,
            Dimension.KIND: np.where(right, none, self.kinds[rows.answer]),
        }
        return {name: found[name].astype(np.int16) for name in Dimension}

    @cached_property
    def counts(self) -> Mapping[Dimension, Ints]:
        """How many rows have each value of each dimension."""
        return {
            name: np.bincount(codes, minlength=len(self.values[name]))
            for name, codes in self.codes.items()
        }

    @cached_property
    def usd(self) -> Floats:
        """What each row's answer and verdict cost together."""
        return self.rows.usd + self.answers.usd[self.rows.answer]

    @cached_property
    def ms(self) -> Floats:
        """What each row's answer and verdict took together."""
        return self.rows.ms + self.answers.ms[self.rows.answer]

    def having(self, text: str) -> Mask:
        """In which rows a text stands, whatever the case of its letters: see `Filters.text`."""
        needle = text.casefold()
        if needle not in self._searches:
            asked = self.questions.searched.having(needle)[self.answers.question]
            answered = self.texts.having(needle)[self.answers.text]
            while len(self._searches) >= _SEARCHES:
                self._searches.pop(next(iter(self._searches)), None)
            self._searches[needle] = (asked | answered)[self.rows.answer]
        return self._searches[needle]

    @cached_property
    def orders(self) -> dict[str, Ints]:
        """Rows in each order that was asked for, by its name."""
        return {}

    @cached_property
    def _searches(self) -> dict[str, Mask]:
        return {}

    def _places(self, dimension: Dimension, named: Iterable[str]) -> Codes:
        places = {value: place for place, value in enumerate(self.values[dimension])}
        return np.fromiter((places[name] for name in named), np.int32)


def _key(keys: NDArray[np.bytes_], place: int) -> str:
    return keys.item(place).decode()

"""A run as columns: all that its verdicts are filtered, counted, sorted and measured by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jurist.columns.texts import Texts
from jurist.evidence.difference_kinds import DifferenceKind
from jurist.records import FailureKind

Codes = NDArray[np.int32]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

NONE: Final = "none"
"""The value of what a verdict has not: a level, a relation, a method, a kind of mistake."""
UNSORTED: Final = "not sorted yet"
"""The kind of a mistake as long as its queries were not read."""
KINDS: Final = (NONE, UNSORTED, *DifferenceKind)
_MOST_CODES: Final = 2**62
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

    dataset: Codes
    """By the values of `Dimension.DATASET`."""
    id: Texts
    reference: Texts
    unbuildable: Mask
    tag: Codes
    """Of each pair of a case and a tag the tag, by `Columns.tags`."""
    tagged: Codes
    """And the case."""


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions that anything was answered to, in the run's order."""

    case: Codes
    ordinal: Codes
    id: Texts
    text: Texts
    origin: Codes
    """By the values of `Dimension.ORIGIN`."""


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


@dataclass(frozen=True, slots=True)
class Sorting:
    """What only reading the queries tells."""

    kind: Codes
    """The kind of difference of each answer, by the values of `Dimension.KIND`."""
    constructs: tuple[str, ...]
    construct: Codes
    """Of each pair of a case and a construct of its reference the construct."""
    built: Codes
    """And the case."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows that have all dimensions in common: few, however many rows there are."""

    of_row: Codes
    counts: Ints
    values: Mapping[Dimension, Codes]
    """Of each group, by the values of the dimension."""


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
    """What was answered: distinct queries, refusals and errors."""
    sorting: Sorting | None = None
    """`None`: the queries were not read yet."""

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
    def named_cases(self) -> tuple[tuple[str, str], ...]:
        """The dataset and the id of each case."""
        datasets = self.values[Dimension.DATASET]
        return tuple(
            (datasets[int(dataset)], name)
            for dataset, name in zip(self.cases.dataset, self.cases.id, strict=True)
        )

    def origin(self, question: int) -> str:
        """A question's origin."""
        return self.values[Dimension.ORIGIN][int(self.questions.origin[question])]

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
    def codes(self) -> Mapping[Dimension, Codes]:
        """Each row's value in each dimension, as its place among the values."""
        rows, answers, asked = self.rows, self.answers, self.question
        samples = np.asarray(self.values[Dimension.SAMPLE], dtype=np.int32)
        return {
            Dimension.JUDGE: rows.judge,
            Dimension.GENERATOR: answers.generator[rows.answer],
            Dimension.DATASET: self.cases.dataset[self.case],
            Dimension.ORIGIN: self.questions.origin[asked],
            Dimension.OUTCOME: answers.outcome[rows.answer],
            Dimension.RELATION: rows.relation,
            Dimension.METHOD: rows.method,
            Dimension.LEVEL: self.level,
            Dimension.SAMPLE: np.searchsorted(samples, answers.sample).astype(np.int32)[
                rows.answer
            ],
            Dimension.KIND: self._kind(),
        }

    def _kind(self) -> Codes:
        kinds = self.values[Dimension.KIND]
        none, unsorted = kinds.index(NONE), kinds.index(UNSORTED)
        right = self.level == len(LEVELS) - 1
        if self.sorting is not None:
            of_row = self.sorting.kind[self.rows.answer]
        else:
            outcome = self.answers.outcome[self.rows.answer]
            of_row = np.where(outcome == tuple(Outcome).index(Outcome.ERROR), none, unsorted)
        return np.where(right, none, of_row).astype(np.int32)

    @cached_property
    def groups(self) -> Groups:
        """The rows by all that they have in common."""
        of_row = np.zeros(len(self), dtype=np.int64)
        number = 1
        for name in Dimension:
            size = len(self.values[name])
            if number * size > _MOST_CODES:
                of_row = np.unique(of_row, return_inverse=True)[1]
                number = int(of_row.max(initial=0)) + 1
            of_row, number = of_row * size + self.codes[name], number * size
        _, first, of_row, counts = np.unique(
            of_row, return_index=True, return_inverse=True, return_counts=True
        )
        values = {name: self.codes[name][first] for name in Dimension}
        return Groups(of_row.astype(np.int32), counts.astype(np.int64), values)

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
            ids, references, questions, answers = (texts.having(needle) for texts in self._folded)
            asked = questions | (ids | references)[self.questions.case]
            there = asked[self.answers.question] | answers[self.answers.text]
            while len(self._searches) >= _SEARCHES:
                self._searches.pop(next(iter(self._searches)), None)
            self._searches[needle] = there[self.rows.answer]
        return self._searches[needle]

    @cached_property
    def orders(self) -> dict[str, Ints]:
        """Rows in each order that was asked for, by its name."""
        return {}

    @cached_property
    def _folded(self) -> tuple[Texts, ...]:
        """What a search reads."""
        cases = self.cases
        return tuple(
            texts.casefolded()
            for texts in (cases.id, cases.reference, self.questions.text, self.texts)
        )

    @cached_property
    def _searches(self) -> dict[str, Mask]:
        return {}


def _key(keys: NDArray[np.bytes_], place: int) -> str:
    return keys.item(place).decode()

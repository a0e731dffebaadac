"""A run's verdicts as columns of numbers: what comparisons and estimates are computed from."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from jurist.analysis.leaderboard import proved_right, proved_rows
from jurist.analysis.scales import FIVE, Scale
from jurist.analysis.tables import Floats, Ints, cluster_indices, group_means
from jurist.columns.columns import Columns, Dimension, Outcome
from jurist.columns.growing import digest_of
from jurist.runs.results import Result

T = TypeVar("T")
_ERROR: Final = tuple(Outcome).index(Outcome.ERROR)


class Item(NamedTuple):
    """What two systems must have been asked alike for their scores to be a pair."""

    dataset: str
    case: str
    reference: str | None
    question: str
    """Its text: the same words under another id are the same question."""
    origin: str


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Verdicts in columns, one entry a verdict.

    `item` and `task` index into `items` and `tasks`; `cluster` numbers the references (a
    dataset's case) and `generator` and `judge` index into their names. `score` is NaN where
    there is none, `right` whether the answer is proved right, `answered` 0 where the
    generator failed to answer at all, `answer` a digest of what it answered.
    """

    items: tuple[Item, ...]
    tasks: tuple[str, ...]
    generators: tuple[str, ...]
    judges: tuple[str, ...]
    item: Ints
    task: Ints
    cluster: Ints
    generator: Ints
    judge: Ints
    score: Floats
    right: Floats
    answered: Floats
    answer: Ints
    scale: Scale = FIVE

    def rows(self, *, generator: str, judge: str) -> Ints:
        """Indices of the verdicts of one judge on one generator; none where a name is unknown."""
        if generator not in self.generators or judge not in self.judges:
            return np.empty(0, dtype=np.int64)
        wanted = self.generator == self.generators.index(generator)
        return np.flatnonzero(wanted & (self.judge == self.judges.index(judge)))


def score_table(results: Iterable[Result]) -> ScoreTable:
    """Gather results into columns, in one pass."""
    items: dict[Item, int] = {}
    tasks: dict[str, int] = {}
    cases: dict[tuple[str, str], int] = {}
    generators: dict[str, int] = {}
    judges: dict[str, int] = {}
    columns_of_codes = ("item", "task", "cluster", "generator", "judge", "answer")
    codes = {name: array("q") for name in columns_of_codes}
    score, right, answered = array("d"), array("d"), array("d")
    nan = float("nan")
    for result in results:
        case, question = result.case, result.question
        item = Item(result.dataset, case.id, case.reference, question.text, question.origin)
        codes["item"].append(items.setdefault(item, len(items)))
        codes["task"].append(tasks.setdefault(result.task, len(tasks)))
        codes["cluster"].append(cases.setdefault((result.dataset, case.id), len(cases)))
        codes["generator"].append(generators.setdefault(result.generator, len(generators)))
        codes["judge"].append(judges.setdefault(result.judge, len(judges)))
        codes["answer"].append(digest_of(result.candidate))
        given = result.verdict.score
        score.append(nan if given is None else given)
        right.append(float(proved_right(result)))
        answered.append(float(result.candidate.failure is None))
    columns = {name: np.frombuffer(values, dtype=np.int64) for name, values in codes.items()}
    return ScoreTable(
        tuple(items),
        tuple(tasks),
        tuple(generators),
        tuple(judges),
        columns["item"],
        columns["task"],
        columns["cluster"],
        columns["generator"],
        columns["judge"],
        np.frombuffer(score, dtype=np.float64),
        np.frombuffer(right, dtype=np.float64),
        np.frombuffer(answered, dtype=np.float64),
        columns["answer"],
    )


def score_table_of(columns: Columns) -> ScoreTable:
    """The score table of a run's columns: what `score_table` makes of its results."""
    table = _tables.get(columns)
    if table is None:
        table = _tables[columns] = _table_of(columns)
    return table


_tables: Final = WeakKeyDictionary[Columns, ScoreTable]()
"""As long as columns are kept: whoever compares asks again."""


def _table_of(columns: Columns) -> ScoreTable:
    questions, cases, rows = columns.questions, columns.cases, columns.rows
    of_case = [
        (*named, None if unbuildable else reference)
        for named, reference, unbuildable in zip(
            columns.named_cases, cases.reference, cases.unbuildable, strict=True
        )
    ]
    origins = columns.values[Dimension.ORIGIN]
    items: dict[Item, int] = {}
    of_question: list[int] = []
    for case, text, origin in zip(questions.case, questions.text, questions.origin, strict=True):
        dataset, name, reference = of_case[int(case)]
        of_question.append(
            items.setdefault(Item(dataset, name, reference, text, origins[int(origin)]), len(items))
        )
    item, met = _met(np.asarray(of_question, dtype=np.int64)[columns.question])
    every = list(items)
    task, asked_for = _met(rows.answer.astype(np.int64))
    keys: list[bytes] = columns.answers.task[asked_for].tolist()
    generators, judges = columns.values[Dimension.GENERATOR], columns.values[Dimension.JUDGE]
    generator, met_generators = _met(columns.answers.generator[rows.answer].astype(np.int64))
    judge, met_judges = _met(rows.judge.astype(np.int64))
    return ScoreTable(
        _named(every, met),
        tuple(key.decode() for key in keys),
        _named(generators, met_generators),
        _named(judges, met_judges),
        item,
        task,
        _met(columns.case.astype(np.int64))[0],
        generator,
        judge,
        rows.score,
        proved_rows(columns).astype(np.float64),
        (columns.answers.outcome[rows.answer] != _ERROR).astype(np.float64),
        columns.answers.digest[rows.answer],
    )


def _named(names: Sequence[T], codes: Ints) -> tuple[T, ...]:
    return tuple(names[int(code)] for code in codes)


def _met(codes: Ints) -> tuple[Ints, Ints]:
    """Codes numbered in the order in which they are met, and the code of each number."""
    present, first, numbers = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places[numbers], present[order]


def aligned_scores(
    tables: Mapping[str, ScoreTable], systems: Iterable[tuple[str, str]], judge: str
) -> tuple[tuple[Item, ...], Floats, Floats]:
    """Scores of several systems under one judge, item by item: of several answers their mean.

    Args:
        tables: By run.
        systems: (run, generator) of each column.
        judge: Whose scores.

    Returns:
        The items that any system was asked, shape (n,); their scores (n, systems), NaN where
        there is none; and 1 where the system was asked at all, else 0, (n, systems).
    """
    wanted = list(systems)
    numbers: dict[Item, int] = {}
    entries: list[tuple[Ints, Floats]] = []
    for run, generator in wanted:
        table = tables[run]
        rows = table.rows(generator=generator, judge=judge)
        asked_items = (table.items[int(code)] for code in table.item[rows])
        places = [numbers.setdefault(item, len(numbers)) for item in asked_items]
        entries.append((np.asarray(places, dtype=np.int64), table.score[rows]))
    scores = np.full((len(numbers), len(wanted)), np.nan)
    asked = np.zeros((len(numbers), len(wanted)))
    for column, (places, values) in enumerate(entries):
        scores[:, column] = group_means(values, places, len(numbers))
        asked[places, column] = 1
    return tuple(numbers), scores, asked


def clusters_of(items: Iterable[Item]) -> Ints:
    """The number of each item's reference."""
    return cluster_indices([(item.dataset, item.case) for item in items])[0]

"""A run's verdicts as columns of numbers: what comparisons and estimates are computed from."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from jurist.analysis.leaderboard import proved_right, proved_rows
from jurist.analysis.scales import FIVE, Scale
from jurist.analysis.tables import Floats, Ints, cluster_indices, group_means, numbered
from jurist.columns.columns import Columns, Dimension, Outcome
from jurist.columns.growing import digest_of
from jurist.provenance import provenance_of
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
    """Its provenance: what a system anchors is apart."""


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def numbers(self) -> Mapping[Item, int]:
        """The place of each item."""
        return {item: number for number, item in enumerate(self.items)}

    @cached_property
    def clusters(self) -> Ints:
        """The reference of each item."""
        clusters = np.zeros(len(self.items), dtype=np.int64)
        clusters[self.item] = self.cluster
        return clusters

    def asked(self, origin: str) -> NDArray[np.bool_]:
        """Which items are of an origin."""
        return self._origins == origin

    @cached_property
    def origins(self) -> frozenset[str]:
        """Those that items are of."""
        return frozenset(item.origin for item in self.items)

    @cached_property
    def _origins(self) -> NDArray[np.str_]:
        return np.array([item.origin for item in self.items], dtype=np.str_)

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
        item = Item(
            result.dataset, case.id, case.reference, question.text, provenance_of(case, question)
        )
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
    item, met = numbered(np.asarray(of_question, dtype=np.int64)[columns.question])
    every = list(items)
    task, asked_for = numbered(rows.answer.astype(np.int64))
    keys: list[bytes] = columns.answers.task[asked_for].tolist()
    generators, judges = columns.values[Dimension.GENERATOR], columns.values[Dimension.JUDGE]
    generator, met_generators = numbered(columns.answers.generator[rows.answer].astype(np.int64))
    judge, met_judges = numbered(rows.judge.astype(np.int64))
    return ScoreTable(
        _named(every, met),
        tuple(key.decode() for key in keys),
        _named(generators, met_generators),
        _named(judges, met_judges),
        item,
        task,
        numbered(columns.case.astype(np.int64))[0],
        generator,
        judge,
        rows.score,
        proved_rows(columns).astype(np.float64),
        (columns.answers.outcome[rows.answer] != _ERROR).astype(np.float64),
        columns.answers.digest[rows.answer],
    )


def _named(names: Sequence[T], codes: Ints) -> tuple[T, ...]:
    return tuple(names[int(code)] for code in codes)


def numbers_in(table: ScoreTable, other: ScoreTable) -> Ints:
    """Of each item of a table its place in another one, -1 where it is not there."""
    if table is other:
        return np.arange(len(table.items))
    known = _translated.setdefault(table, WeakKeyDictionary())
    if other not in known:
        places = (other.numbers.get(item, -1) for item in table.items)
        known[other] = np.fromiter(places, np.int64, len(table.items))
    return known[other]


_translated: Final = WeakKeyDictionary[ScoreTable, "WeakKeyDictionary[ScoreTable, Ints]"]()


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
    items, places_of = _all_items([tables[run] for run in dict.fromkeys(run for run, _ in wanted)])
    rows = [tables[run].rows(generator=name, judge=judge) for run, name in wanted]
    codes = [
        places_of[tables[run]][tables[run].item[of_system]]
        for (run, _), of_system in zip(wanted, rows, strict=True)
    ]
    places, met = numbered(np.concatenate([np.empty(0, dtype=np.int64), *codes]))
    scores = np.full((len(met), len(wanted)), np.nan)
    asked = np.zeros((len(met), len(wanted)))
    end = 0
    for column, ((run, _), of_system) in enumerate(zip(wanted, rows, strict=True)):
        begin, end = end, end + len(of_system)
        here = places[begin:end]
        scores[:, column] = group_means(tables[run].score[of_system], here, len(met))
        asked[here, column] = 1
    return tuple(items[int(code)] for code in met), scores, asked


def _all_items(
    tables: Sequence[ScoreTable],
) -> tuple[Sequence[Item], Mapping[ScoreTable, Ints]]:
    """The items of some tables, each once, and of each table the places of its own."""
    if len(tables) == 1:
        return tables[0].items, {tables[0]: np.arange(len(tables[0].items))}
    numbers: dict[Item, int] = {}
    places = {
        table: np.array([numbers.setdefault(item, len(numbers)) for item in table.items], np.int64)
        for table in tables
    }
    return tuple(numbers), places


def clusters_of(items: Iterable[Item]) -> Ints:
    """The number of each item's reference."""
    return cluster_indices([(item.dataset, item.case) for item in items])[0]

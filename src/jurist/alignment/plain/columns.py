"""Plain judgments as the columns that estimates, comparisons and plans are computed from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import nan
from typing import TypeVar

import numpy as np

from jurist.alignment.labels.columns import Labelled
from jurist.alignment.plain.reading import Judgment, Judgments
from jurist.alignment.plain.scaling import Spelled
from jurist.analysis.estimands import ALL
from jurist.analysis.scores import Item, ScoreTable
from jurist.analysis.tables import Ints
from jurist.errors import InputError
from jurist.records import Origin

T = TypeVar("T")


def columns_of(verdicts: Judgments, spelled: Spelled) -> ScoreTable:
    """The verdicts in columns: a task is a system's answer to an item.

    Several verdicts of a judge on an answer (repeats, orders) count as their mean. Items are taken
    for real requests.

    Raises:
        InputError: Scores are words, which have no mean, or one is not on the scale.
    """
    if not spelled.scale.ordered:
        raise InputError(
            "the scores are words, and words have no mean",
            expected="numbers",
            fix="write the judgments as 1 (right) and 0 (wrong), or use `jurist align`",
        )
    scores: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    first: dict[tuple[str, str, str], Judgment] = {}
    for row in verdicts.rows:
        key = row.item, row.system or ALL, row.rater
        first.setdefault(key, row)
        score = spelled.score_of(row)
        scores[key] += [] if score is None else [score]
    rows = list(first.items())
    count = len(rows)
    items, of_item = _coded(Item("", row.group, None, row.item, Origin.REAL) for _, row in rows)
    answers, of_answer = _coded((item, system) for (item, system, _), _ in rows)
    _, of_group = _coded(row.group for _, row in rows)
    systems, of_system = _coded(system for (_, system, _), _ in rows)
    judges, of_judge = _coded(judge for (_, _, judge), _ in rows)
    return ScoreTable(
        items,
        tuple(task_of(item, system) for item, system in answers),
        systems,
        judges,
        of_item,
        of_answer,
        of_group,
        of_system,
        of_judge,
        np.asarray([np.mean(scores[key]) if scores[key] else nan for key, _ in rows]),
        np.zeros(count),
        np.ones(count),
        of_answer,  # nothing says which answers are the same, so no two are
        spelled.scale,
    )


def _coded(values: Iterable[T]) -> tuple[tuple[T, ...], Ints]:
    """The different values in the order in which they come, and the number of each."""
    numbers: dict[T, int] = {}
    codes = [numbers.setdefault(value, len(numbers)) for value in values]
    return tuple(numbers), np.asarray(codes, dtype=np.int64)


def task_of(item: str, system: str) -> str:
    """The name of a system's answer to an item."""
    return f"{item}\x1f{system or ALL}"


def labels_of_columns(
    labels: Judgments, table: ScoreTable, spelled: Spelled
) -> Mapping[str, Labelled]:
    """People's score of each answer: the median of the annotators.

    Raises:
        InputError: A score is not on the scale, labels name no system though several answered, or
            none is of an answer that was judged.
    """
    if "system" not in labels.columns and len(table.generators) > 1:
        raise InputError(
            f"the verdicts are about {len(table.generators)} systems, and the labels do not say "
            "whose answer they are about",
            expected="a column `system` in the labels too",
            fix="add the column",
        )
    given: dict[str, list[float]] = defaultdict(list)
    chances: dict[str, float] = {}
    alone = table.generators[0] if len(table.generators) == 1 else ""
    for row in labels.rows:
        score = spelled.score_of(row)
        if score is not None:
            task = task_of(row.item, row.system or alone)
            given[task].append(score)
            if row.probability is not None:
                chances[task] = row.probability
    if given and not given.keys() & set(table.tasks):
        raise InputError(
            "no label is of an answer that was judged",
            expected="the same names in the columns `item` and `system` of both tables",
            fix=f"labels begin with {labels.rows[0].item[:60]!r}",
        )
    return {
        task: Labelled(float(np.median(scores)), chances.get(task))
        for task, scores in given.items()
    }

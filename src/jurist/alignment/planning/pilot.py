"""What a pilot run says of the spread of scores and of the judge, for planning the next one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from jurist.alignment.choosing import choose_names
from jurist.alignment.labels.columns import Labelled, labelled_tasks
from jurist.alignment.labels.files import labels_that_measure
from jurist.analysis.contrasts import pairs_of_systems
from jurist.analysis.estimands import asked_words
from jurist.analysis.pairing import gaps_of, pair_up
from jurist.analysis.scores import ScoreTable, score_table_of
from jurist.analysis.spread import spread_of
from jurist.analysis.tables import Floats
from jurist.columns import columns_of
from jurist.errors import InputError
from jurist.plurals import counted
from jurist.provenance import ordered
from jurist.store import Store
from jurist.store.annotations import annotations_of
from jurist.store.runs import get_run

LEAST_LABELS = 10
"""Tasks with both scores below which a correlation is not worth planning with."""


@dataclass(frozen=True, slots=True)
class Pilot:
    """Spread within one generator, averaged over generators; correlation of judge and people.

    `within` is NaN where no reference has two questions, `correlation` where fewer than
    `LEAST_LABELS` tasks are labelled or one side never varies.
    """

    judge: str
    answers: int
    references: int
    sd: float
    within: float
    labelled: int
    correlation: float


def read_pilot(store: Store, run: str, judge: str | None) -> Pilot:
    """Measure a stored run under a judge, or under its first.

    Raises:
        InputError: There is no such run, or no such judge in it.
    """
    identity = get_run(store, run).id
    table = score_table_of(columns_of(store, identity))
    measuring = labels_that_measure(annotations_of(store, identity))
    labels = labelled_tasks(label for given in measuring.values() for label in given)
    (first, *_) = choose_names([judge] if judge else (), table.judges, "judge")
    return pilot_of(table, first, labels)


@dataclass(frozen=True, slots=True)
class PilotGaps:
    """How two systems differed on the references of a pilot."""

    differences: Floats
    """One a reference, whatever its mean: their spread is what a plan takes."""
    words: str
    """Whose they are."""


def read_pilot_gaps(store: Store, run: str, baseline: str | None, judge: str | None) -> PilotGaps:
    """Differences between two runs, or between the first two generators of one.

    Raises:
        InputError: There is no such run or judge, or there are no two systems to compare.
    """
    names = [get_run(store, each).id for each in (baseline, run) if each is not None]
    return pilot_gaps_of({name: score_table_of(columns_of(store, name)) for name in names}, judge)


def pilot_gaps_of(tables: Mapping[str, ScoreTable], judge: str | None) -> PilotGaps:
    """Differences between two tables, or between the first two systems of one.

    Raises:
        InputError: There is no such judge, or there are no two systems to compare.
    """
    pairs = pairs_of_systems(tables)
    (*_, last) = tables.values()
    (chosen, *_) = choose_names([judge] if judge else (), last.judges, "judge")
    for origin in ordered(origin for table in tables.values() for origin in table.origins):
        for first, second in pairs:
            sample = gaps_of(pair_up(tables, first, second, chosen, origin)).measured()
            if len(sample.seen) > 1:
                words = f"{second.words} less {first.words}"
                return PilotGaps(
                    sample.seen,
                    f"pilot: {words} on {counted(len(sample.seen), 'case')}, by {chosen}, on "
                    f"{asked_words(second.run, origin)}",
                )
    raise InputError(
        "the pilot has no two systems that answered the same questions",
        expected="two generators in the run, or a run of each system",
        fix="say --baseline RUN, or --difference-sd",
    )


def pilot_of(table: ScoreTable, judge: str, labels: Mapping[str, Labelled]) -> Pilot:
    """Measure a pilot under one judge."""
    variances: list[float] = []
    inner: list[float] = []
    pairs: list[tuple[float, float]] = []
    answers, clusters = 0, 0
    for generator in table.generators:
        rows = table.rows(generator=generator, judge=judge)
        rows = rows[~np.isnan(table.score[rows])]
        if len(rows) < 2:
            continue
        answers += len(rows)
        clusters = max(clusters, len(np.unique(table.cluster[rows])))
        sd, within = spread_of(table.score[rows], table.cluster[rows])
        variances.append(sd**2)
        inner.append(sd**2 * within)
        for row in rows.tolist():
            label = labels.get(table.tasks[int(table.task[row])])
            if label is not None:
                pairs.append((float(table.score[row]), label.score))
    variance = float(np.mean(variances)) if variances else float("nan")
    within_variance = float(np.mean(inner)) if inner else float("nan")
    return Pilot(
        judge,
        answers,
        clusters,
        math.sqrt(variance),
        within_variance / variance if variance > 0 else float("nan"),
        len(pairs),
        _correlation(pairs),
    )


def _correlation(pairs: list[tuple[float, float]]) -> float:
    judged = np.asarray([score for score, _ in pairs])
    labelled = np.asarray([label for _, label in pairs])
    if len(pairs) < LEAST_LABELS or np.ptp(judged) == 0 or np.ptp(labelled) == 0:
        return float("nan")
    return float(np.corrcoef(judged, labelled)[0, 1])

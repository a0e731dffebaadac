"""What a pilot run says of the spread of scores and of the judge, for planning the next one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from jurist.alignment.choosing import choose_names
from jurist.alignment.defaults import HALF_WIDTH, QUESTIONS
from jurist.alignment.estimates import Labelled, labelled_tasks
from jurist.alignment.labels import labels_that_measure
from jurist.analysis.power import Plan, Spread, plan_precision, spread_of
from jurist.analysis.scores import ScoreTable, score_table
from jurist.errors import InputError
from jurist.plurals import counted
from jurist.runs.results import results
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


@dataclass(frozen=True, slots=True)
class SizePlan:
    """How much data a wanted precision takes, for each number of questions a case."""

    spread: Spread
    plans: tuple[Plan, ...]
    pilot: Pilot | None
    """Where the spread comes from; `None`: it was given."""
    notes: tuple[str, ...]
    """What is not known, and what that means."""


def plan_sizes(
    store: Store | None = None,
    run: str | None = None,
    *,
    half_width: float = HALF_WIDTH,
    judge: str | None = None,
    sd: float | None = None,
    within: float | None = None,
    correlation: float | None = None,
) -> SizePlan:
    """Say how many cases, questions a case and labels it takes; what `jurist plan` does.

    Args:
        store: Where the pilot is kept.
        run: A pilot run whose spread is used: its id, how it begins, or its study's name.
        half_width: What a 95 % interval on the mean score of one generator may have.
        judge: Whose scores; the pilot's first where none is named.
        sd: Standard deviation of scores; the pilot's where it is not given.
        within: Share of their variance between questions of one case; the pilot's otherwise.
        correlation: Of judge and people; the pilot's otherwise.

    Raises:
        InputError: Nothing says how far scores spread, or there is no such run or judge.
    """
    pilot = None if store is None or run is None else _pilot(store, run, judge)
    seen = (math.nan,) * 3 if pilot is None else (pilot.sd, pilot.within, pilot.correlation)
    known = [
        measured if given is None else given
        for given, measured in zip((sd, within, correlation), seen, strict=True)
    ]
    without_spread, without_within, without_correlation = map(math.isnan, known)
    if without_spread:
        raise InputError(
            "nothing says how far scores spread"
            if pilot is None
            else "the pilot has too few scores",
            expected="a standard deviation, or a pilot run with scores",
            fix="name a pilot run, or say --sd",
        )
    notes: list[str] = []
    if pilot is not None:
        notes.append(
            f"pilot: {counted(pilot.answers, 'answer')} to "
            f"{counted(pilot.references, 'reference')}, judged by {pilot.judge}; "
            f"{pilot.labelled} of them labelled"
        )
    if without_within:
        notes.append("no share within a case is known (--within): one question a case")
    if without_correlation:
        notes.append("no correlation with people is known (--correlation): labels alone")
    spread = Spread(*(0.0 if math.isnan(value) else value for value in known))
    plans = [
        plan_precision(spread, half_width=half_width, questions=questions)
        for questions in (QUESTIONS[:1] if without_within else QUESTIONS)
    ]
    return SizePlan(spread, tuple(plans), pilot, tuple(notes))


def _pilot(store: Store, run: str, judge: str | None) -> Pilot:
    identity = get_run(store, run).id
    table = score_table(results(store, identity))
    labels = labelled_tasks(labels_that_measure(annotations_of(store, identity)))
    (first, *_) = choose_names([judge] if judge else (), table.judges, "judge")
    return pilot_of(table, first, labels)


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

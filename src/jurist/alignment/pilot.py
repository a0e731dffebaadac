"""What a pilot run says of the spread of scores and of the judge, for planning the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

from jurist.alignment.estimates import Labelled
from jurist.analysis.power import spread_of
from jurist.analysis.scores import ScoreTable

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
        sqrt(variance),
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

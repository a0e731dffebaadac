"""What mistakes cost: how many points of the mean each kind of mistake takes from a generator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jurist.analysis.bounded import SCORES
from jurist.analysis.slices import rows_under
from jurist.columns import Columns, Dimension
from jurist.columns.columns import LEVELS


@dataclass(frozen=True, slots=True)
class Loss:
    """What one generator loses by one kind of mistake, under one judge."""

    generator: str
    kind: str
    answers: int
    """Answers that are so, and whose score is nearer to another level than to the best."""
    points: float
    """By which the mean over its scored answers would be higher, were each of them the best."""
    share: float
    """Of all points that the generator loses."""


def losses_of(columns: Columns, judge: str, origin: str) -> tuple[Loss, ...]:
    """All kinds of mistakes by what they cost, the dearest first.

    Args:
        columns: Of a run.
        judge: Whose scores.
        origin: Of the questions.
    """
    kinds, generators = columns.values[Dimension.KIND], columns.values[Dimension.GENERATOR]
    given = rows_under(columns, judge, origin)
    rows = given[~np.isnan(columns.rows.score[given])]
    below = columns.level[rows] < len(LEVELS) - 1
    generator = columns.codes[Dimension.GENERATOR][rows].astype(np.int64)
    kind = columns.codes[Dimension.KIND][rows]
    missed = np.where(below, SCORES[1] - columns.rows.score[rows], 0.0)
    size = len(generators), len(kinds)
    cell = generator * len(kinds) + kind
    lost = np.bincount(cell, weights=missed, minlength=size[0] * size[1]).reshape(size)
    count = np.bincount(cell, weights=below, minlength=size[0] * size[1]).reshape(size)
    answers = np.bincount(generator, minlength=len(generators))
    found = [
        Loss(
            generators[row],
            kinds[column],
            int(count[row, column]),
            float(lost[row, column] / answers[row]),
            float(lost[row, column] / lost[row].sum()),
        )
        for row, column in np.argwhere(count).tolist()
    ]
    return tuple(sorted(found, key=lambda loss: -loss.points))

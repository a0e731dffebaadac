"""Where generators are good and where not: their means by dataset, tag and kind of question.

A slice that few references are in says little: its interval is as wide as it must be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jurist.analysis.leaderboard import Standing
from jurist.columns import Columns, Dimension, Filters, chosen
from jurist.records import Origin

_MOST_TAGS: Final = 40
"""Tags that are told of, the commonest first."""
TAG: Final = "tag"
"""What slices by a case's tags are slices by."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Slice:
    """How each generator did on some of the questions of one origin, under one judge."""

    by: str
    """A dimension, or `TAG`."""
    value: str
    standings: tuple[Standing, ...]
    """By generator; who has no answer there has none."""

    @property
    def cases(self) -> int:
        """References in it: what its intervals rest on."""
        return max((row.cases for row in self.standings), default=0)


def deciding(standings: tuple[Standing, ...], judge: str) -> Origin | None:
    """The origin of the questions by which a judge's generators are ordered."""
    return next((row.origin for row in standings if row.decides and row.judge == judge), None)


def rows_under(columns: Columns, judge: str, origin: Origin) -> Rows:
    """The verdicts of a judge on answers to questions of an origin."""
    values = {Dimension.JUDGE: judge, Dimension.ORIGIN: origin.value}
    return chosen(columns, Filters({name: frozenset({value}) for name, value in values.items()}))

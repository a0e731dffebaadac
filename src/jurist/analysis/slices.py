"""Where generators are good and where not: their means by dataset, tag and kind of question.

A slice that few references are in says little: its interval is as wide as it must be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jurist.analysis.leaderboard import standings_of
from jurist.analysis.standings import Standing
from jurist.columns import (
    CONSTRUCT,
    Columns,
    Dimension,
    Filters,
    Sort,
    cases_with,
    chosen,
    view,
)

_MOST_TAGS: Final = 20
"""Tags that are told of, and constructs: the commonest."""
TAG: Final = "tag"
"""What slices by a case's tags and by its reference's constructs are slices by."""

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


def deciding(standings: tuple[Standing, ...], judge: str) -> str | None:
    """The origin of the questions by which a judge's generators are ordered."""
    return next((row.origin for row in standings if row.decides and row.judge == judge), None)


def slices_of(columns: Columns, judge: str, origin: str) -> tuple[Slice, ...]:
    """The means by dataset, where there are several, by tag, and by construct of the reference.

    Those come first in which the best generator is worst.

    Args:
        columns: Of a run.
        judge: Whose scores.
        origin: Of the questions; origins are never pooled where something is compared.
    """
    filters = _under(judge, origin)
    rows = chosen(columns, filters)
    made = [*_by_dataset(columns, rows), *_by_tag(columns, rows, filters)]
    slices = (
        Slice(by, value, tuple(row for row in standings_of(columns, part) if row.origin == origin))
        for by, value, part in made
    )
    return tuple(sorted(slices, key=_order))


def rows_under(columns: Columns, judge: str, origin: str) -> Rows:
    """The verdicts of a judge on answers to questions of an origin."""
    return chosen(columns, _under(judge, origin))


def _order(of: Slice) -> tuple[bool, bool, float]:
    means = [row.mean.value for row in of.standings if row.scored]
    return of.by == TAG, of.value.startswith(CONSTRUCT), max(means, default=np.inf)


def _under(judge: str, origin: str) -> Filters:
    values = {Dimension.JUDGE: judge, Dimension.ORIGIN: origin}
    return Filters({name: frozenset({value}) for name, value in values.items()})


def _by_dataset(columns: Columns, rows: Rows) -> Iterator[tuple[str, str, Rows]]:
    codes = columns.codes[Dimension.DATASET][rows]
    there: list[int] = np.unique(codes).tolist()
    if len(there) > 1:
        for code in there:
            name = columns.values[Dimension.DATASET][code]
            yield Dimension.DATASET.value, name, rows[codes == code]


def _by_tag(columns: Columns, rows: Rows, filters: Filters) -> Iterator[tuple[str, str, Rows]]:
    counts = view(columns, filters, Sort.RUN, 0, 0).tags
    for begins in (False, True):
        of_kind = [tag for tag in counts if tag.startswith(CONSTRUCT) is begins]
        for tag in sorted(of_kind, key=lambda tag: -counts[tag])[:_MOST_TAGS]:
            yield TAG, tag, rows[cases_with(columns, tag)[columns.case[rows]]]

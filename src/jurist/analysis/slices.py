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


def slices_of(columns: Columns, judge: str, origin: Origin) -> tuple[Slice, ...]:
    """The means by dataset, by what the case asks for, by tag; not where there is one value alone.

    Args:
        columns: Of a run.
        judge: Whose scores.
        origin: Of the questions; origins are never pooled where something is compared.
    """
    rows = rows_under(columns, judge, origin)
    made = [*_by_dataset(columns, rows), *_by_tag(columns, rows)]
    return tuple(
        Slice(by, value, tuple(row for row in standings_of(columns, part) if row.origin is origin))
        for by, value, part in made
    )


def rows_under(columns: Columns, judge: str, origin: Origin) -> Rows:
    """The verdicts of a judge on answers to questions of an origin."""
    values = {Dimension.JUDGE: judge, Dimension.ORIGIN: origin.value}
    return chosen(columns, Filters({name: frozenset({value}) for name, value in values.items()}))


def _by_dataset(columns: Columns, rows: Rows) -> Iterator[tuple[str, str, Rows]]:
    codes = columns.codes[Dimension.DATASET][rows]
    there: list[int] = np.unique(codes).tolist()
    if len(there) > 1:
        for code in there:
            name = columns.values[Dimension.DATASET][code]
            yield Dimension.DATASET.value, name, rows[codes == code]


def _by_tag(columns: Columns, rows: Rows) -> Iterator[tuple[str, str, Rows]]:
    cases = columns.cases
    of_case = np.bincount(columns.case[rows], minlength=len(cases.id))
    counts = np.bincount(cases.tag, of_case[cases.tagged], len(columns.tags))
    order = np.argsort(-counts, kind="stable")[:_MOST_TAGS].tolist()
    for code in (each for each in order if counts[each]):
        having = np.zeros(len(cases.id), dtype=np.bool_)
        having[cases.tagged[cases.tag == code]] = True
        yield TAG, columns.tags[code], rows[having[columns.case[rows]]]

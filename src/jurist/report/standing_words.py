"""What the leaderboard says of each standing, in words: the same on every page and terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jurist.provenance import anchor_of
from jurist.report.numbers import NOTHING, interval_words, percent

if TYPE_CHECKING:
    from jurist.analysis.standings import Standing

COLUMNS = (
    "generator",
    "judge",
    "questions",
    "cases",
    "scored",
    "mean [95 %]",
    "with the missing",
    "consistent [95 %]",
    "proved right",
    "undecided",
    "refused rightly",
    "refused wrongly",
    "no answer",
    "no verdict",
)
"""`scored` is of all answers; `with the missing` what the mean would be had all answers without a
score been the worst, or the best, shown where it matters; `refused rightly` of those that only a
refusal answers. A column that has nothing to say in any row is left out."""
TEXT_COLUMNS = 3
SILENT = {NOTHING, "0"}
"""Cells that say nothing."""


def rows_shown(standings: Sequence[Standing]) -> list[Standing]:
    """The rows of a table: those of all questions only where there is more than one origin."""
    pooled = Counter(
        (row.generator, row.judge)
        for row in standings
        if row.origin is not None and not anchor_of(row.origin)
    )
    single = {key for key, origins in pooled.items() if origins == 1}
    anchored = {(row.generator, row.judge) for row in standings if anchor_of(row.origin or "")}
    single |= anchored - pooled.keys()
    return [
        row
        for row in standings
        if row.origin is not None or (row.generator, row.judge) not in single
    ]


def headings_and_cells(
    standings: Sequence[Standing],
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The headings, and the cells of `rows_shown`, without a column that has nothing to say."""
    rows = [cells_of(standing) for standing in rows_shown(standings)]
    kept = [
        place
        for place in range(len(COLUMNS))
        if place < TEXT_COLUMNS or any(row[place] not in SILENT for row in rows)
    ]
    return (
        tuple(COLUMNS[place] for place in kept),
        [tuple(row[place] for place in kept) for row in rows],
    )


def cells_of(standing: Standing) -> tuple[str, ...]:
    """A cell for each of `COLUMNS`."""
    return (
        standing.generator,
        standing.judge,
        standing.origin or "all",
        str(standing.cases),
        scored(standing),
        interval_words(standing.mean),
        with_the_missing(standing),
        consistent(standing),
        percent(standing.proved_right),
        percent(standing.undecided),
        refused_rightly(standing),
        str(standing.undue_refusals),
        str(standing.unanswered),
        str(standing.unjudged),
    )


def scored(standing: Standing) -> str:
    """`12 of 60`: how many of the answers have a score, and are in the mean."""
    return f"{standing.scored} of {standing.answers}"


def with_the_missing(standing: Standing) -> str:
    """What the mean could be with the scores that are missing, where that matters."""
    if standing.bounds is None or not standing.missing_matters:
        return NOTHING
    low, high = standing.bounds
    return f"{low:.2f} to {high:.2f}"


def missing_words(standing: Standing) -> str:
    """How many scores the mean lacks, and what it could be with them; empty for none."""
    if standing.bounds is None:
        return ""
    low, high = standing.bounds
    missing = standing.answers - standing.scored
    return f"{missing} of {standing.answers} have no score: with them {low:.2f} to {high:.2f}"


def refused_rightly(standing: Standing) -> str:
    """`3 of 4`: refusals where only a refusal is right."""
    due = standing.unbuildable
    return f"{standing.due_refusals} of {due}" if due else NOTHING


def consistent(standing: Standing) -> str:
    """The share of pairs of answers to one question that mean the same, with its interval."""
    return interval_words(standing.consistency and standing.consistency.estimate)

"""Where the generators of a run lose: by kind of mistake, and by slice."""

from __future__ import annotations

from dataclasses import dataclass

from jurist.analysis.losses import Loss, losses_of
from jurist.analysis.slices import Slice, deciding, slices_of
from jurist.analysis.standings import Standing
from jurist.columns import Columns


@dataclass(frozen=True, slots=True)
class Weaknesses:
    """Where the generators lose, under one judge and on the questions that decide."""

    judge: str
    origin: str
    generators: tuple[str, ...]
    """In the leaderboard's order."""
    losses: tuple[Loss, ...]
    slices: tuple[Slice, ...]


def weaknesses_of(
    columns: Columns, standings: tuple[Standing, ...], judge: str
) -> Weaknesses | None:
    """Of a run under a judge; `None` where that scored nothing.

    Args:
        columns: Of the run.
        standings: Its leaderboard.
        judge: Whose scores.
    """
    origin = deciding(standings, judge)
    if origin is None:
        return None
    rows = [row for row in standings if row.judge == judge and row.origin == origin]
    return Weaknesses(
        judge,
        origin,
        tuple(row.generator for row in rows),
        losses_of(columns, judge, origin),
        slices_of(columns, judge, origin),
    )

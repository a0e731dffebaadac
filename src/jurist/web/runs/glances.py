"""A run at a glance: what its page shows above the list, computed once for each state of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jurist.analysis.leaderboard import standings_of
from jurist.analysis.spending import Spent, generators_spent, judges_spent
from jurist.analysis.standings import Standing
from jurist.columns import Columns, Dimension
from jurist.runs.watching import Watched, watch
from jurist.store import Store
from jurist.store.consistency import consistency_of
from jurist.store.runs import RunRecord, RunState
from jurist.web.kept import Kept
from jurist.web.runs.links import BoardLinks, board_links
from jurist.web.urls import run_url

_MOST: Final = 200
"""Glances that are kept: a page of runs has 25."""


@dataclass(frozen=True, slots=True)
class Glance:
    """How the generators of a run did."""

    standings: tuple[Standing, ...]
    generators: tuple[Spent, ...]
    judges: tuple[Spent, ...]
    verdicts: int
    scored: int
    cases: int
    questions: int
    datasets: int
    links: BoardLinks

    @property
    def usd(self) -> float:
        """What answers and verdicts cost."""
        return sum(spent.usd for spent in (*self.generators, *self.judges))

    @property
    def deciding(self) -> tuple[Standing, ...]:
        """The rows by which generators are ordered, under the first judge."""
        rows = [row for row in self.standings if row.decides]
        return tuple(row for row in rows if row.judge == rows[0].judge)


def state_key(columns: Columns) -> tuple[str, int, int, bool]:
    """The same for columns of the same verdicts, whose queries were read or were not."""
    finished = columns.rows.finished
    latest = int(finished.max()) if len(finished) else 0
    return columns.run, len(finished), latest, columns.sorting is not None


class Glances:
    """The glances at a store's runs.

    Args:
        store: Where they are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._glances: Kept[Glance] = Kept(_MOST)
        self._watched: Kept[Watched] = Kept(_MOST)

    def of(self, columns: Columns) -> Glance:
        """A run at a glance."""
        return self._glances.get(state_key(columns), lambda: _glance(self._store, columns))

    def watched(self, record: RunRecord) -> Watched:
        """How far a run is; of one that is finished it is counted once."""
        if record.state is not RunState.FINISHED:
            return watch(self._store, record)
        return self._watched.get((record.id, record.created), lambda: watch(self._store, record))


def _glance(store: Store, columns: Columns) -> Glance:
    standings = standings_of(columns, consistency=consistency_of(store, columns.run))
    return Glance(
        standings,
        generators_spent(columns),
        judges_spent(columns),
        verdicts=len(columns),
        scored=int((columns.rows.score == columns.rows.score).sum()),
        cases=len(columns.cases.id),
        questions=len(columns.questions.id),
        datasets=len(columns.values[Dimension.DATASET]),
        links=board_links(columns, standings, run_url(columns.run)),
    )

"""Report cards for pages: computed in the background, once for a run and its labels as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from jurist.alignment.cards.overview import Overview, overview_of
from jurist.columns import NONE, Dimension, results_of, rows_of_task
from jurist.records import LabelRole
from jurist.runs.results import Result
from jurist.store import Store
from jurist.store.marks import Marks, marks_of
from jurist.web.aside import LARGE
from jurist.web.background import PATIENCE_S
from jurist.web.site import Site


def measured(site: Site, run: str, *, patience: float = PATIENCE_S) -> Overview | None:
    """The judges of a run; `None` while they are being measured.

    Args:
        site: Whose store has it.
        run: Its id.
        patience: How long to wait for that of a small run, in seconds.
    """
    large = len(site.shelf.unsorted(run)) > LARGE
    key = ("cards", run, _coarse(marks_of(site.store, run)))

    def measure() -> Overview:
        if large:
            return site.aside.read(_overview_of, run, kinds_of(site, run))
        return overview_of(site.store, run, lambda: kinds_of(site, run), role=LabelRole.TEST)

    return site.background.get(key, measure, patience=0.0 if large else patience)


def _overview_of(store: Store, run: str, kinds: Mapping[str, str]) -> Overview:
    return overview_of(store, run, lambda: kinds, role=LabelRole.TEST)


_EVERY_MS = 30_000
"""How often the cards of a run that goes on are made anew, at most."""


def _coarse(marks: Marks) -> Marks:
    if marks.finished or marks.latest is None:
        return marks
    return Marks(marks.latest - marks.latest % _EVERY_MS, marks.finished, marks.labels)


def kinds_of(site: Site, run: str) -> Mapping[str, str]:
    """The kind of each answer's mistake, by its task; right answers have none."""
    columns = site.shelf.sorted(run)
    if columns.sorting is None:
        return {}
    names, kinds = columns.values[Dimension.KIND], columns.sorting.kind
    tasks = columns.answers.task
    known = np.flatnonzero(kinds != names.index(NONE)).tolist()
    return {tasks.item(place).decode(): names[kinds.item(place)] for place in known}


def answers_of(site: Site, run: str, judge: str, tasks: Sequence[str]) -> tuple[Result, ...]:
    """A judge's verdicts on these answers."""
    columns = site.shelf.columns(run)
    rows = [
        row
        for task in tasks
        for row in rows_of_task(columns, task)
        if columns.value(Dimension.JUDGE, row) == judge
    ]
    return results_of(site.store, run, columns, rows)

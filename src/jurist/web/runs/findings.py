"""What is to be said of a run in sentences: computed beside the pages that wait for it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jurist.alignment.comparison.corrected_pairs import labels_of_runs
from jurist.alignment.comparison.one_pair import best_against_others
from jurist.analysis.contrasts import Contrast
from jurist.analysis.scores import score_table_of
from jurist.columns import Shelf
from jurist.report.build import survey_of
from jurist.report.notes import ordering, undecided_pairs
from jurist.report.sentences import comparison_words
from jurist.store import Store
from jurist.store.marks import marks_of
from jurist.store.runs import RunRecord
from jurist.web.background import Background
from jurist.web.runs.glances import Glance, Glances

_PATIENCE_S: Final = 0.4
"""For so long a small run's page waits for each."""
_SMALL: Final = 5_000
"""Verdicts up to which a page waits: of more, the sentences come when they are known."""
_MOST_KEPT: Final = 400
_OTHERS: Final = 2
"""Generators that the best one is held against, in sentences."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Sentences of a run; `complete` once none of them is still being computed."""

    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    complete: bool


class Finder:
    """Computes what is to be said of runs, once for each state of them and of their labels.

    Args:
        store: Where they are.
        shelf: Their columns.
        glances: At them.
    """

    def __init__(self, store: Store, shelf: Shelf, glances: Glances) -> None:
        self._store, self._shelf, self._glances = store, shelf, glances
        self._background = Background(_MOST_KEPT)

    def close(self) -> None:
        """Begin nothing more."""
        self._background.close()

    def of(self, record: RunRecord, glance: Glance) -> Findings:
        """What is to be said of a run, as far as it is known by now.

        Args:
            record: The run.
            glance: At it.
        """
        run, marks = record.id, marks_of(self._store, record.id)
        patience = _PATIENCE_S if glance.verdicts <= _SMALL else 0.0
        compared = self._background.get(
            ("best", run, marks), lambda: self._compare(run, glance), patience=patience
        )
        notes = self._background.get(
            ("notes", run, marks), lambda: survey_of(self._store, run).notes, patience=patience
        )
        known = (*ordering(glance.standings), *undecided_pairs(glance.standings))
        return Findings(
            () if compared is None else tuple(comparison_words(compared)),
            known if notes is None else notes,
            complete=compared is not None and notes is not None,
        )

    def glances(self, records: Sequence[RunRecord], patience: float) -> list[Glance | None]:
        """Several runs at a glance; `None` of those that are not known in that time.

        Args:
            records: The runs.
            patience: For all of them, in seconds.
        """
        end = time.monotonic() + patience
        return [
            self._background.get(
                ("glance", each.id, marks_of(self._store, each.id)),
                lambda run=each.id: self._glances.of(self._shelf.columns(run)),
                patience=max(0.0, end - time.monotonic()),
            )
            for each in records
        ]

    def _compare(self, run: str, glance: Glance) -> tuple[Contrast, ...]:
        rows = glance.deciding
        if len(rows) < 2:
            return ()
        table = score_table_of(self._shelf.columns(run))
        ranked = [row.generator for row in rows]
        people = labels_of_runs(self._store, [run])
        made = best_against_others(table, people, run, ranked, rows[0].judge)
        others = set(ranked[1 : _OTHERS + 1])
        return tuple(each for each in made if each.first.generator in others)

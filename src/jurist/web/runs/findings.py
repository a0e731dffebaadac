"""What is to be said of a run in sentences: computed beside the pages that wait for it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from jurist.alignment.comparison.corrected_pairs import RunLabels, labels_of_runs
from jurist.alignment.comparison.one_pair import best_against_others
from jurist.analysis.contrasts import Contrast
from jurist.analysis.scores import score_table_of
from jurist.analysis.weaknesses import Weaknesses, weaknesses_of
from jurist.columns import Columns, Shelf
from jurist.report.build import notes_of
from jurist.report.notes import ordering, undecided_pairs
from jurist.report.sentences import comparison_words
from jurist.store import Store
from jurist.store.marks import marks_of
from jurist.store.runs import RunRecord
from jurist.web.aside import LARGE, Aside
from jurist.web.background import Background
from jurist.web.runs.glances import Glance, Glances, state_key

_PATIENCE_S: Final = 0.4
"""For so long a small run's page waits for each."""
_LONGEST_S: Final = 5.0
"""For so long it waits for what takes a tenth of a second."""
_MOST_KEPT: Final = 400
_OTHERS: Final = 2
"""Generators that the best one is held against, in sentences."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Sentences of a run; `complete` once none of them is still being computed."""

    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Weak:
    """Where generators lose; `None` where the judge scored nothing."""

    weaknesses: Weaknesses | None


class Finder:
    """Computes what is to be said of runs, once for each state of them and of their labels.

    Args:
        store: Where they are.
        shelf: Their columns.
        glances: At them.
        aside: Where what is told of large ones is computed.
    """

    def __init__(self, store: Store, shelf: Shelf, glances: Glances, aside: Aside) -> None:
        self._store, self._shelf, self._glances = store, shelf, glances
        self._aside = aside
        self._background = Background(_MOST_KEPT)
        self._seen = Background(_MOST_KEPT)  # never waits for what takes longer

    def close(self) -> None:
        """Begin nothing more."""
        self._background.close()
        self._seen.close()

    def of(self, record: RunRecord, glance: Glance) -> Findings:
        """What is to be said of a run, as far as it is known by now.

        Args:
            record: The run.
            glance: At it.
        """
        run, marks = record.id, marks_of(self._store, record.id)
        large = glance.verdicts > LARGE
        patience = 0.0 if large else _PATIENCE_S
        compared = self._background.get(
            ("best", run, marks), lambda: self._compare(run, glance), patience=patience
        )
        notes = self._background.get(
            ("notes", run, marks),
            lambda: (
                self._aside.read(notes_of, run, glance.standings)
                if large
                else notes_of(self._store, run, glance.standings)
            ),
            patience=patience,
        )
        known = (*ordering(glance.standings), *undecided_pairs(glance.standings))
        return Findings(
            () if compared is None else tuple(comparison_words(compared)),
            known if notes is None else notes,
            complete=compared is not None and notes is not None,
        )

    def weaknesses(self, columns: Columns, glance: Glance, judge: str) -> Weak | None:
        """Where a run's generators lose under a judge; `None` while that is being computed.

        Args:
            columns: Of the run. Large ones are told of once their queries were read.
            glance: At it.
            judge: Whose scores.
        """
        key = "weak", *state_key(columns), judge
        if len(columns) <= LARGE:
            return self._seen.get(
                key,
                lambda: Weak(weaknesses_of(columns, glance.standings, judge)),
                patience=_LONGEST_S,
            )
        if columns.sorting is None:
            return None
        bare = replace(columns)  # without what was computed of it
        return self._background.get(
            key,
            lambda: Weak(self._aside.do(weaknesses_of, bare, glance.standings, judge)),
            patience=0.0,
        )

    def glances(self, records: Sequence[RunRecord], patience: float) -> list[Glance | None]:
        """Several runs at a glance; `None` of those that are not known in that time.

        Args:
            records: The runs.
            patience: For all of them, in seconds.
        """
        end = time.monotonic() + patience
        return [
            self._seen.get(
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
        people = labels_of_runs(self._store, [run])
        ranked, judge = tuple(row.generator for row in rows), rows[0].judge
        bare = replace(self._shelf.unsorted(run))
        if glance.verdicts <= LARGE:
            return _best_of(bare, people, ranked, judge)
        return self._aside.do(_best_of, bare, people, ranked, judge)


def _best_of(
    columns: Columns, people: RunLabels, ranked: Sequence[str], judge: str
) -> tuple[Contrast, ...]:
    """The best generator against those that follow it."""
    table = score_table_of(columns)
    made = best_against_others(table, people, columns.run, ranked, judge)
    others = set(ranked[1 : _OTHERS + 1])
    return tuple(each for each in made if each.first.generator in others)

"""What people's labels make of a comparison of two systems on the same questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jurist.alignment.labels.columns import Labelled, label_columns, labelled_tasks, with_settled
from jurist.analysis.corrected import LEAST_LABELS, Corrected, Labels, corrected_difference
from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.pairing import System, rows_by_item
from jurist.analysis.scores import Item, ScoreTable, clusters_of
from jurist.analysis.tables import Ints
from jurist.analysis.transport import Holds, transport
from jurist.runs.results import results
from jurist.store import Store
from jurist.store.carrying import labels_of

RunLabels = Mapping[str, Mapping[str, Labelled]]
"""What people said, by run and task."""


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two systems' answers to the same questions, row by row, with what people said of them."""

    first: Labels
    second: Labels
    clusters: Ints
    scale: tuple[float, float]
    notes: tuple[str, ...]
    """Labels that were left out, or taken on trust."""

    def difference(
        self, *, claimed: float = 0.0, confidence: float = CONFIDENCE
    ) -> Corrected | None:
        """Second minus first, corrected by the labels; `None` where they are too few."""
        return corrected_difference(
            self.first,
            self.second,
            self.clusters,
            scale=self.scale,
            claimed=claimed,
            confidence=confidence,
        )


def labels_of_runs(store: Store, runs: Sequence[str]) -> dict[str, dict[str, Labelled]]:
    """Read what people said of each run's answers; empty for a run without any label."""
    found: dict[str, dict[str, Labelled]] = {}
    for run in runs:
        people = labelled_tasks(labels_of(store, run))
        found[run] = with_settled(people, results(store, run)) if people else {}
    return found


def labelled_pair(
    tables: Mapping[str, ScoreTable],
    people: RunLabels,
    first: System,
    second: System,
    judge: str,
    origin: str,
    *,
    assume_random: bool = False,
) -> LabelledPair:
    """Pair the answers of two systems to the questions of one origin that both answered.

    Of several answers to a question the first of one is held against the first of the other, and
    so on; where one has fewer, its answers are taken again. Times at which a system failed to
    answer are left out.

    Args:
        tables: By run.
        people: By run.
        first: The system that is subtracted.
        second: The other.
        judge: Whose scores are corrected.
        origin: Whose questions.
        assume_random: Take labels without a sampling probability as drawn at random.
    """
    systems = (first, second)
    rows = [_answered(tables[each.run], each.generator, judge, origin) for each in systems]
    shared = [item for item in rows[0] if item in rows[1]]
    of_items = clusters_of(shared)
    chosen: list[tuple[int, int]] = []
    clusters: list[int] = []
    for place, item in enumerate(shared):
        ours, theirs = rows[0][item], rows[1][item]
        for turn in range(max(len(ours), len(theirs))):
            chosen.append((ours[turn % len(ours)], theirs[turn % len(theirs)]))
            clusters.append(int(of_items[place]))
    columns = [
        _columns(
            tables[system.run],
            people[system.run],
            [pair[side] for pair in chosen],
            assume_random=assume_random,
        )
        for side, system in enumerate(systems)
    ]
    (ours, left), (theirs, right) = columns
    notes = tuple(
        f"{system.generator}: {note}"
        for system, found in zip(systems, (left, right), strict=True)
        for note in found
    )
    scale = tables[second.run].scale.bounds
    return LabelledPair(ours, theirs, np.asarray(clusters, dtype=np.int64), scale, notes)


def _answered(table: ScoreTable, generator: str, judge: str, origin: str) -> dict[Item, list[int]]:
    found = {
        item: [row for row in rows if table.answered[row] == 1]
        for item, rows in rows_by_item(table, generator, judge, origin).items()
    }
    return {item: rows for item, rows in found.items() if rows}


def _columns(
    table: ScoreTable, people: Mapping[str, Labelled], rows: Sequence[int], *, assume_random: bool
) -> tuple[Labels, tuple[str, ...]]:
    tasks = [table.tasks[int(table.task[row])] for row in rows]
    scores = table.score[np.asarray(rows, dtype=np.int64)]
    return label_columns(scores, tasks, people, assume_random=assume_random)


def refusals(
    tables: Mapping[str, ScoreTable],
    people: RunLabels,
    systems: Sequence[System],
    judge: str,
    origin: str,
    *,
    claimed: float,
    assume_random: bool = False,
) -> tuple[str, ...]:
    """Why a judge's own difference of systems is no evidence: it errs otherwise on one of them.

    Each is audited against the other generators of its run, within a margin that is no wider than
    the difference that is claimed (see `transport`).
    """
    found: list[str] = []
    for system in systems:
        table = tables[system.run]
        columns = {
            name: _of_system(
                table, people[system.run], name, judge, origin, assume_random=assume_random
            )
            for name in table.generators
        }
        mine, clusters = columns.pop(system.generator)
        audit = transport(
            mine, clusters, list(columns.values()), scale=table.scale.bounds, claimed=claimed
        )
        if audit is not None and audit.holds is Holds.NO:
            found.append(
                f"people score {system.words} by {audit.residual.low:+.2f} to "
                f"{audit.residual.high:+.2f} otherwise than {judge}'s scores of the others mean: "
                f"label both systems ({LEAST_LABELS} answers of each)"
            )
    return tuple(found)


def unanswered(
    tables: Mapping[str, ScoreTable], systems: Sequence[System], judge: str, origin: str
) -> int:
    """Questions to which the second of two systems failed to give an answer, and the first not."""
    rows = [_answered(tables[each.run], each.generator, judge, origin) for each in systems]
    second = tables[systems[1].run]
    asked = rows_by_item(second, systems[1].generator, judge, origin)
    return sum(item in rows[0] and item not in rows[1] for item in asked)


def _of_system(
    table: ScoreTable,
    people: Mapping[str, Labelled],
    generator: str,
    judge: str,
    origin: str,
    *,
    assume_random: bool,
) -> tuple[Labels, Ints]:
    rows = [row for each in _answered(table, generator, judge, origin).values() for row in each]
    columns, _ = _columns(table, people, rows, assume_random=assume_random)
    return columns, table.cluster[np.asarray(rows, dtype=np.int64)]

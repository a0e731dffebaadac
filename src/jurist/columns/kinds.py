"""Kinds of mistakes and constructs: what only reading the queries tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from jurist.columns.columns import KINDS, LEVELS, NONE, Codes, Columns, Outcome, Sorting
from jurist.evidence.constructs import constructs_of
from jurist.evidence.difference_kinds import difference_kind
from jurist.records import Candidate
from jurist.roles.protocols import Workspace


class Sorter:
    """Reads the queries of a run, each pair once, also while the run grows. Not thread-safe.

    Args:
        places: The run's workspaces by dataset.
    """

    def __init__(self, places: Mapping[str, Workspace]) -> None:
        self._places = places
        self._kinds: dict[tuple[str, str | None, str | None], int] = {}
        self._constructs: dict[tuple[str, str], frozenset[str]] = {}

    def sort(self, columns: Columns, pause: Callable[[], None]) -> Columns:
        """The columns with kinds and constructs.

        Args:
            columns: Of the run, without these.
            pause: Called after each pair that was read: makes way for others.
        """
        cases = columns.cases
        references = [
            (dataset, None if unbuildable else reference)
            for (dataset, _), reference, unbuildable in zip(
                columns.named_cases, cases.reference, cases.unbuildable, strict=True
            )
        ]
        kind = self._sorted_kinds(columns, references, pause)
        built: list[tuple[int, str]] = []
        for case, (dataset, reference) in enumerate(references):
            if reference is not None:
                key = dataset, reference
                if key not in self._constructs:
                    place = self._places[dataset]
                    self._constructs[key] = constructs_of(reference, place.language, place.schema)
                    pause()
                built += [(case, name) for name in self._constructs[key]]
        names = tuple(sorted({name for _, name in built}))
        numbers = {name: number for number, name in enumerate(names)}
        pairs = np.array([(case, numbers[name]) for case, name in built], dtype=np.int32)
        pairs = pairs.reshape(-1, 2)
        return replace(columns, sorting=Sorting(kind, names, pairs[:, 1], pairs[:, 0]))

    def _sorted_kinds(
        self,
        columns: Columns,
        references: list[tuple[str, str | None]],
        pause: Callable[[], None],
    ) -> Codes:
        """Of each answer that any judge does not call right; `NONE` of the others."""
        answers, rows = columns.answers, columns.rows
        outcomes = tuple(Outcome)
        kinds = np.full(len(answers.task), KINDS.index(NONE), dtype=np.int32)
        wrong = np.unique(rows.answer[columns.level != len(LEVELS) - 1])
        for answer in wrong.tolist():
            outcome = outcomes[int(answers.outcome[answer])]
            dataset, reference = references[int(columns.questions.case[answers.question[answer]])]
            if outcome is Outcome.ERROR or (outcome is Outcome.REFUSAL and reference is None):
                continue
            is_query = outcome is Outcome.QUERY
            query = columns.texts[int(answers.text[answer])] if is_query else None
            key = dataset, reference, query
            if key not in self._kinds:
                place = self._places[dataset]
                given = Candidate(refusal="") if query is None else Candidate(query)
                found = difference_kind(reference, given, place.language, place.schema)
                self._kinds[key] = KINDS.index(found)
                pause()
            kinds[answer] = self._kinds[key]
        return kinds

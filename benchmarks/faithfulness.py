"""How far the check of questions by what they mention can be trusted, on data nobody wrote for it.

    python benchmarks/faithfulness.py                 the shipped workspaces
    python benchmarks/faithfulness.py FOLDER          a public set, laid out as Spider's

Questions that people wrote for a query should pass; held against a variant of the query that is
proved different they should not. What each operator changes says what the check cannot see.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path

from jurist.data import workspace_names
from jurist.errors import InputError, UnsupportedError
from jurist.languages import get_language
from jurist.languages.base import Query
from jurist.languages.capabilities import Imports, Mutates
from jurist.languages.effort import OutOfSteps
from jurist.records import Case, Relation
from jurist.roles.faithfulness.checking import unsaid_or_added
from jurist.roles.protocols import Workspace
from jurist.runs.datasets import load_dataset
from jurist.runs.study import DatasetEntry

MUTANTS = 12
"""Variants of a query that a question is held against."""


def main() -> None:
    """Print one table for each part of the data."""
    options = [each for each in sys.argv[1:] if each.startswith("--")]
    folders = [Path(each) for each in sys.argv[1:] if not each.startswith("--")]
    told: dict[str, _Tally] = {}
    for name, workspace, case in _spider(folders[0]) if folders else _shipped():
        half = "first half" if sha256(case.id.encode()).digest()[0] % 2 else "second half"
        tally = told.setdefault(f"{name}, {half}", _Tally("--show" in options))
        tally.add(case, workspace)
    for name, tally in sorted(told.items()):
        print(f"{name}: {tally}")
    if "--mutants" in options:
        whole = sum((tally.mutants for tally in told.values()), Counter[tuple[str, bool]]())
        for operator in sorted({operator for operator, _ in whole}):
            caught, missed = whole[operator, True], whole[operator, False]
            print(f"{operator:34} {caught:6} of {caught + missed:6} caught")


class _Tally:
    def __init__(self, show: bool) -> None:
        self.show, self.questions, self.passed = show, 0, 0
        self.mutants: Counter[tuple[str, bool]] = Counter()

    def __str__(self) -> str:
        caught = sum(n for (_, seen), n in self.mutants.items() if seen)
        held = f", of {self.mutants.total()} mutants {caught} caught" if self.mutants else ""
        return f"{self.passed} of {self.questions} questions pass{held}"

    def add(self, case: Case, workspace: Workspace) -> None:
        if case.reference is None:
            return
        language = workspace.language
        try:
            query = language.parse(case.reference, workspace.schema)
            mutants = _mutants(query, workspace) if "--mutants" in sys.argv else []
            for question in case.questions:
                found = unsaid_or_added(question.text, query, workspace)
                self.questions += 1
                self.passed += not found
                if self.show and found:
                    print(case.reference, question.text, *found, sep="\n    ")
                if not found:
                    for operator, mutant in mutants:
                        seen = bool(unsaid_or_added(question.text, mutant, workspace))
                        self.mutants[operator, seen] += 1
        except (InputError, UnsupportedError, OutOfSteps) as error:
            print(f"{case.id}: {error}", file=sys.stderr)


def _mutants(query: Query, workspace: Workspace) -> list[tuple[str, Query]]:
    language = workspace.language
    assert isinstance(language, Mutates)
    return [
        (variant.operator, variant.query)
        for variant in islice(language.mutants(query, workspace.schema), MUTANTS)
        if variant.evidence.relation not in (Relation.EQUIVALENT, Relation.UNDECIDED)
    ]


def _shipped() -> Iterator[tuple[str, Workspace, Case]]:
    for name in workspace_names():
        dataset = load_dataset(DatasetEntry(name=name), Path())
        for case in dataset.cases:
            yield name, dataset.workspace, case


def _spider(folder: Path) -> Iterator[tuple[str, Workspace, Case]]:
    language = get_language("sql")
    assert isinstance(language, Imports)
    for dataset in language.imported("spider", folder):
        schema = language.load_schema(dataset.schema, where=dataset.name)
        for case in dataset.cases:
            yield folder.name, Workspace(language, schema, dataset.name), case


if __name__ == "__main__":
    main()

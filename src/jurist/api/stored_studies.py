"""The study of a stored run with its datasets, from what the store kept: no file is needed."""

from __future__ import annotations

from pathlib import Path

import msgspec

from jurist.api.datasets import CaseList
from jurist.runs.cases import Dataset
from jurist.runs.results import workspaces
from jurist.runs.study import StudyFile, make_study
from jurist.store import Store
from jurist.store.runs import cases_of, datasets_of, get_run


def study_of_run(store: Store, run: str) -> StudyFile:
    """The study of a run.

    Raises:
        StudyError: It was written by a Jurist that had other kinds of roles.
    """
    record, homes = get_run(store, run), workspaces(store, run)
    cases = list(cases_of(store, run))
    given: dict[str, Dataset] = {}
    for kept in datasets_of(store, run):
        mine = CaseList(case for dataset, case in cases if dataset == kept.name)
        home = homes[kept.name]
        given[kept.name] = Dataset(home, kept.schema_document, mine, kept.cases_digest)
    document = msgspec.json.decode(record.study, type=dict[str, object])
    return make_study(document, Path(), f"the run {run}", given=given)

"""The study of a stored run with its datasets, from what the store kept: no file is needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import msgspec

from jurist.api.datasets import CaseList
from jurist.errors import InputError
from jurist.roles.spec import RoleSpec
from jurist.runs.cases import Dataset
from jurist.runs.reaching import calls_models
from jurist.runs.results import workspaces
from jurist.runs.study import StudyFile, make_study
from jurist.store import Store
from jurist.store.runs import cases_of, datasets_of, get_run


def study_of_run(store: Store, run: str, file: StudyFile | None = None) -> StudyFile:
    """The study of a run; with its file also what no run keeps: budget, models, folder.

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
    stored = make_study(document, Path(), f"the run {run}", given=given)
    if file is None:
        return stored
    study = file.study.model_copy(update={"datasets": stored.study.datasets})
    return replace(file, study=study, given=given)


def refuse_without_study(judges: Iterable[RoleSpec]) -> None:
    """Raise for a judge that calls models, or is in a file: a stored run has no budget or folder.

    Raises:
        InputError: It is one.
    """
    for judge in judges:
        if calls_models(judge) or isinstance(judge.argument, str):
            raise InputError(
                f"the judge {judge.name or judge.kind!r} needs its study, which a stored run lacks",
                expected="a study, whose budget, models and folder are used",
                fix="give study=, a jurist.Study or the path of its file",
            )

"""A challenge as a run: its items are judged by the engine that runs studies.

So it can die anywhere and go on, costs what its study allows, and pays nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import msgspec
from pydantic import JsonValue

from jurist.alignment.challenge.items import Posed
from jurist.records import Candidate, Case, Verdict
from jurist.roles.loading import JUDGES, load_judge, read_spec
from jurist.roles.protocols import Judge
from jurist.roles.recorded import RecordedGenerator
from jurist.roles.recorded_file import Key
from jurist.roles.spec import RoleSpec
from jurist.runs.borders import border_of
from jurist.runs.cases import Dataset
from jurist.runs.means import means_of
from jurist.runs.outcomes import Outcome
from jurist.runs.plan import Cast, Plan
from jurist.runs.progress import Progress
from jurist.runs.results import results
from jurist.runs.session import run_plan
from jurist.runs.study import DatasetEntry, Questions, Study, StudyFile, StudyRoles
from jurist.runs.study_documents import described
from jurist.store import Store

if TYPE_CHECKING:
    from jurist.models import Models
    from jurist.roles.offline.proof_pool import ProofPool

VARIANTS: Final = "variants"
"""How the run calls the candidates' origin."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """What a judge said of posed items."""

    judge: str
    version: str
    verdicts: Mapping[str, Verdict]
    """By `Posed.id`; an item that is still open is not there."""
    outcome: Outcome
    tasks: Mapping[str, str] = field(default_factory=dict[str, str])
    """Key of each item's answer in the run, by `Posed.id`."""


def judge_file(
    spec: object, datasets: Sequence[DatasetEntry], base: StudyFile | None, *, where: str
) -> StudyFile:
    """A study that has nothing but a judge, with the models and the budget of `base`.

    Args:
        spec: The judge as studies say it, or a function or an object that judges.
        datasets: The datasets whose references are changed.
        base: Where presets, prices, budget and relative paths come from; `None`: none.
        where: How errors call it.

    Raises:
        StudyError: The spec names no judge.
    """
    role = read_spec(spec, JUDGES)
    document, _ = described({"judges": [spec]}, where)
    judges = tuple(cast("list[JsonValue]", document["judges"]))
    entries = tuple(datasets)
    asked = Questions(use="all", generator=None)
    generators: tuple[JsonValue, ...] = ({"recorded": "certified variants", "name": VARIANTS},)
    if base is None:
        study = Study(
            name="challenge",
            datasets=entries,
            questions=asked,
            generators=generators,
            judges=judges,
        )
    else:
        study = base.study.model_copy(
            update={
                "name": "challenge",
                "datasets": entries,
                "questions": asked,
                "generators": generators,
                "judges": judges,
            }
        )
    roles = StudyRoles(None, (RoleSpec("rules"),), (role,))
    return StudyFile(study, roles, Path() if base is None else base.folder, where)


def judges_by_name(file: StudyFile) -> dict[str, JsonValue]:
    """What a study says of each judge, by the name that the judge goes under."""
    return {judge_name(given): given for given in file.study.judges}


def judge_name(given: object) -> str:
    """The name of a judge, from what a study says; no model need be reachable for it."""
    spec = read_spec(given, JUDGES)
    if spec.name is not None:
        return spec.name
    match spec.kind:
        case "callable":
            return str(spec.argument)
        case "llm":
            from jurist.roles.llm.making import default_name

            return default_name(str(spec.argument), str(spec.options.get("style", "plain")))
        case "panel" | "cascade":
            members = [judge_name(each) for each in cast("Sequence[object]", spec.argument)]
            chain = " > ".join(members)
            return chain if spec.kind == "cascade" else f"panel({', '.join(members)})"
        case _:
            return spec.kind


def put_before_judge(
    file: StudyFile,
    datasets: Sequence[Dataset],
    posed: Sequence[Posed],
    store: Store,
    *,
    progress: Progress | None = None,
    workers: int | None = None,
) -> Sitting:
    """Have posed items judged in their order, or go on where an earlier session ended.

    Args:
        file: Of `judge_file`.
        datasets: Where the items belong.
        posed: The items; equal ones are judged once.
        store: Where the run is kept.
        progress: Is told how far it is.
        workers: Processes for proofs; `None`: one a core.

    Raises:
        InputError: The judge cannot be made.
        StoreError: The store failed; all that was committed is safe.
    """
    seen: list[Judge] = []

    def planned(study: StudyFile, pool: ProofPool, models: Models | None) -> Plan:
        (spec,) = study.roles.judges
        casts: dict[str, Cast] = {}
        for dataset in datasets:
            means = means_of(
                study,
                memory=dataset.cases,
                pool=pool,
                models=models,
                language=dataset.workspace.language,
                border=border_of(study, [dataset.workspace], {dataset.name: dataset.cases}),
            )
            judge = load_judge(spec, means)
            seen.append(judge)
            casts[dataset.name] = _cast(dataset, posed, judge)
        name = f"challenge {seen[0].name}"[:200]
        used = {name: cast for name, cast in casts.items() if cast.dataset.cases}
        return Plan(study.study.model_copy(update={"name": name}), used)

    outcome = run_plan(file, store, planned, progress=progress, workers=workers)
    said = list(results(store, outcome.run))
    verdicts = {result.case.id: result.verdict for result in said}
    tasks = {result.case.id: result.task for result in said}
    return Sitting(seen[0].name, seen[0].version, verdicts, outcome, tasks)


def _cast(dataset: Dataset, posed: Sequence[Posed], judge: Judge) -> Cast:
    mine = {each.id: each for each in posed if each.dataset == dataset.name}
    cases = tuple(
        Case(identity, each.reference, (replace(each.question, id=f"{identity}/q"),))
        for identity, each in mine.items()
    )
    digest = blake2b(msgspec.json.encode(cases), digest_size=16).hexdigest()
    answers: dict[Key, Candidate] = {
        (identity, None, 1): Candidate(query=each.candidate) for identity, each in mine.items()
    }
    variants = RecordedGenerator(VARIANTS, digest, answers)
    return Cast(
        replace(dataset, cases=cases, cases_digest=digest),
        None,
        {VARIANTS: variants},
        {judge.name: judge},
    )

"""From a run, a study and a role's name to a tuned role: what is loaded, tried and written."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
import yaml
from pydantic import JsonValue

from jurist.alignment.challenge_run import judges_by_name
from jurist.alignment.guidelines import JudgeMemory, distil
from jurist.alignment.tuning import (
    Contender,
    Measured,
    Tuned,
    best_on_dev,
    choose,
    measure,
    report_once,
    require_roles,
)
from jurist.alignment.tuning_attempts import (
    GeneratorAttempt,
    JudgeAttempt,
    measure_generator,
    split_questions,
)
from jurist.alignment.tuning_evolution import Evolved, evolve
from jurist.alignment.tuning_labels import labelled_answers
from jurist.errors import StudyError
from jurist.plurals import counted
from jurist.records import Case, LabelRole
from jurist.roles.llm.making import default_name
from jurist.roles.llm.styles import TEMPLATES, Style
from jurist.roles.llm.templates import Template, load_template
from jurist.roles.loading import GENERATORS, JUDGES, load_generator, load_judge, read_spec
from jurist.roles.protocols import Generator, Judge
from jurist.roles.spec import Means, RoleSpec
from jurist.runs.reaching import reach_models
from jurist.runs.study import StudyFile
from jurist.store import Store
from jurist.store.runs import cases_of

if TYPE_CHECKING:
    from jurist.models import Models


@dataclass(frozen=True, slots=True)
class Setting:
    """Where tuning happens, and with what."""

    file: StudyFile
    store: Store
    run: str
    model: str
    """Who distils or reflects; empty: the tuned role's own model."""
    seed: int = 0
    tell: Callable[[str], None] | None = None


def tunable(given: object, *, what: str) -> RoleSpec:
    """The model in a role: itself, or the one model of a cascade.

    Raises:
        StudyError: There is none, or there are several.
    """
    spec = read_spec(given, JUDGES if what == "judge" else GENERATORS)
    if spec.kind == "llm":
        return spec
    if spec.kind == "cascade":
        members = [read_spec(each, JUDGES) for each in cast("Sequence[object]", spec.argument)]
        models = [member for member in members if member.kind == "llm"]
        if len(models) == 1:
            return models[0]
    raise StudyError(
        f"a {what} of the kind {spec.kind!r} cannot be tuned",
        expected="{llm: MODEL, ...}, alone or as the only model of a cascade",
    )


def find_role(file: StudyFile, what: str, name: str) -> JsonValue:
    """What a study says of a judge or a generator of this name.

    Raises:
        StudyError: It has none.
    """
    if what == "judge":
        known = judges_by_name(file)
    else:
        pairs = zip(file.roles.generators, file.study.generators, strict=True)
        known = {_generator_name(spec): given for spec, given in pairs}
    if name not in known:
        raise StudyError(
            f"the study has no {what} {name!r}" if name else f"no {what} is named",
            expected=f"one of {', '.join(known)}",
            fix=f"say --{what} NAME",
            where=file.where,
        )
    return known[name]


def _generator_name(spec: RoleSpec) -> str:
    if spec.name is None and spec.kind == "llm":
        return default_name(str(spec.argument))
    return spec.name or (str(spec.argument) if spec.kind == "callable" else spec.kind)


def spec_document(spec: RoleSpec) -> dict[str, object]:
    """A role as a study says it."""
    named = {} if spec.name is None else {"name": spec.name}
    return {spec.kind: spec.argument, **named, **spec.options}


def put_back(given: object, tuned: RoleSpec) -> dict[str, object]:
    """The study's role with the tuned model in the place of the one that was tuned."""
    if not isinstance(given, Mapping) or "cascade" not in given:
        return spec_document(tuned)
    spec = read_spec(cast("Mapping[str, object]", given), JUDGES)
    inner = spec_document(replace(tuned, name=None))  # the cascade is what a report names
    members = [
        inner if read_spec(each, JUDGES).kind == "llm" else each
        for each in cast("Sequence[object]", spec.argument)
    ]
    return spec_document(replace(spec, argument=members, name=tuned.name))


async def tune_judge(
    setting: Setting,
    base: RoleSpec,
    judge: str,
    *,
    memory: JudgeMemory,
    forgotten: Collection[str] = (),
    shown: Sequence[int] = (3,),
) -> Tuned:
    """Teach a judge guidelines and examples; choose on dev, report once on test.

    Args:
        setting: Where.
        base: The judge's model.
        judge: Its name in the run: whose verdicts are shown beside the labels.
        memory: What was learnt before.
        forgotten: Tasks that must not teach, and whose lessons are unlearned.
        shown: Numbers of nearest examples to try.

    Raises:
        AnnotationError: There are no tune labels, or no dev labels.
        ModelError: The model that distils failed, or the budget ended.
    """
    answers = labelled_answers(setting.store, setting.run, judge, forgotten=forgotten)
    require_roles(answers)
    async with reach_models(setting.file, setting.store) as models:
        engine = _engine(models)
        if setting.tell is not None:
            setting.tell(f"distilling {counted(len(answers[LabelRole.TUNE]), 'ruling')}")
        learnt = await distil(
            memory.without(forgotten),
            answers[LabelRole.TUNE],
            engine,
            setting.model or base.text("a model"),
            seed=setting.seed,
        )
        return await choose(
            base, learnt, answers, _judges(setting, engine), shown=shown, tell=setting.tell
        )


async def evolve_judge(
    setting: Setting, base: RoleSpec, judge: str, *, most_trials: int
) -> tuple[Tuned, Evolved]:
    """Evolve a judge's instructions on tune labels; choose on dev, report once on test.

    Raises:
        AnnotationError: There are no tune labels, or no dev labels.
        ModelError: A model failed for good, or the budget ended.
    """
    answers = labelled_answers(setting.store, setting.run, judge)
    require_roles(answers)
    async with reach_models(setting.file, setting.store) as models:
        engine = _engine(models)
        make = _judges(setting, engine)

        async def on(role: LabelRole, spec: RoleSpec) -> Measured:
            return await measure(make(spec), answers[role])

        @functools.cache
        def of_template(path: Path) -> Judge:
            return make(_with_template(base, path))

        with tempfile.TemporaryDirectory(prefix="jurist-") as folder:
            evolved = await evolve(
                _template(setting, base, TEMPLATES[Style(base.options.get("style", Style.PLAIN))]),
                JudgeAttempt(of_template),
                answers[LabelRole.TUNE],
                answers[LabelRole.DEV],
                models=engine,
                reflection=setting.model or base.text("a model"),
                what="a judge that says how close a candidate query is to a reference query",
                folder=Path(folder),
                most_trials=most_trials,
                seed=setting.seed,
            )
            return await _compared(base, evolved, on, Path(folder), answers), evolved


async def evolve_generator(
    setting: Setting, base: RoleSpec, *, most_trials: int
) -> tuple[Tuned, Evolved]:
    """Evolve a generator's instructions on what proofs say of its answers.

    The run's references are divided: half to learn, a quarter to choose, a quarter to report.

    Raises:
        ModelError: A model failed for good, or the budget ended.
        StudyError: There are too few references to divide.
    """
    tasks = split_questions(setting.store, setting.run, seed=setting.seed)
    if not all(tasks.values()):
        raise StudyError(
            "the run has too few references to learn, choose and report", expected="four or more"
        )
    memories: dict[str, list[Case]] = {}
    for dataset, case in cases_of(setting.store, setting.run):
        memories.setdefault(dataset, []).append(case)
    async with reach_models(setting.file, setting.store) as models:
        engine = _engine(models)

        @functools.cache
        def make(path: Path | None, dataset: str) -> Generator:
            spec = base if path is None else _with_template(base, path)
            memory = tuple(memories[dataset])
            return load_generator(spec, _means(setting, engine, memory))

        async def on(role: LabelRole, spec: RoleSpec) -> Measured:
            path = spec.options.get("template")
            template = None if spec is base else Path(str(path))
            return await measure_generator(functools.partial(make, template), tasks[role])

        with tempfile.TemporaryDirectory(prefix="jurist-") as folder:
            evolved = await evolve(
                _template(setting, base, "generate"),
                GeneratorAttempt(make),
                tasks[LabelRole.TUNE],
                tasks[LabelRole.DEV],
                models=engine,
                reflection=setting.model or base.text("a model"),
                what="an assistant that turns a request in plain language into a query",
                folder=Path(folder),
                most_trials=most_trials,
                seed=setting.seed,
            )
            return await _compared(base, evolved, on, Path(folder), tasks), evolved


async def _compared(
    base: RoleSpec,
    evolved: Evolved,
    on: Callable[[LabelRole, RoleSpec], Awaitable[Measured]],
    folder: Path,
    tasks: Mapping[LabelRole, Sequence[object]],
) -> Tuned:
    path = folder / "best.md"
    path.write_text(evolved.template, encoding="utf-8")
    specs = [("as it was", base)]
    if evolved.tried > 1:
        specs.append(("evolved instructions", _with_template(base, path)))
    contenders = [Contender(label, spec, await on(LabelRole.DEV, spec)) for label, spec in specs]

    async def on_test(spec: RoleSpec) -> Measured:
        return await on(LabelRole.TEST, spec)

    return await report_once(
        contenders,
        best_on_dev(contenders),
        JudgeMemory(),
        on_test if tasks[LabelRole.TEST] else None,
    )


def write_tuned(
    path: Path, given: object, tuned: Tuned, *, name: str, evolved: Evolved | None
) -> tuple[Path, ...]:
    """Write the chosen role as YAML that a study takes with `{file: PATH}`, and what it learnt.

    Beside it come `NAME.memory.json` (what was learnt from which task, and every measurement)
    and, where instructions evolved, `NAME.prompt.md`.

    Args:
        path: Of the role.
        given: The role as the study has it.
        tuned: What was chosen.
        name: How the tuned role is called.
        evolved: What evolution came to.

    Returns:
        All files that were written.
    """
    spec = replace(tuned.winner.spec, name=name)
    files = [path]
    if evolved is not None and tuned.chosen:
        prompt = path.with_name(f"{path.stem}.prompt.md")
        prompt.write_text(evolved.template, encoding="utf-8")
        spec = replace(spec, options={**spec.options, "template": prompt.name})
        files.append(prompt)
    document = yaml.safe_dump(
        msgspec.to_builtins(put_back(given, spec)),
        sort_keys=False,
        allow_unicode=True,
        width=100,
    )
    path.write_text(document, encoding="utf-8")
    learnt = path.with_name(f"{path.stem}.memory.json")
    raw = msgspec.json.encode({"memory": tuned.memory, "report": report_of(tuned)}, enc_hook=str)
    learnt.write_bytes(msgspec.json.format(raw, indent=2) + b"\n")
    return (*files, learnt)


def read_memory(text: str, *, where: str) -> JudgeMemory:
    """The memory in a `.memory.json` file.

    Raises:
        StudyError: It is none.
    """

    class File(msgspec.Struct):
        memory: JudgeMemory

    try:
        return msgspec.json.decode(text, type=File).memory
    except msgspec.DecodeError as error:
        raise StudyError(
            str(error), expected="a .memory.json file of jurist tune", where=where
        ) from None


def report_of(tuned: Tuned) -> dict[str, object]:
    """Every measurement, without the roles themselves."""
    return {
        "contenders": [{"label": each.label, "dev": each.dev} for each in tuned.contenders],
        "chosen": tuned.winner.label,
        "before_on_test": tuned.before_on_test,
        "after_on_test": tuned.after_on_test,
        "optimism": tuned.optimism,
    }


def _template(setting: Setting, base: RoleSpec, shipped: str) -> Template:
    own = base.options.get("template")
    return load_template(
        shipped, override=setting.file.folder / own if isinstance(own, str) else None
    )


def _engine(models: Models | None) -> Models:
    if models is None:
        raise StudyError(
            "no model can be reached here",
            expected="a model for the work",
            fix="name a study with a model's role",
        )
    return models


def _means(setting: Setting, models: Models, memory: tuple[Case, ...] = ()) -> Means:
    return Means(
        setting.file.folder,
        memory,
        setting.file.study.seed,
        None,
        models,
        setting.file.study.environment,
    )


def _judges(setting: Setting, models: Models) -> Callable[[RoleSpec], Judge]:
    return lambda spec: load_judge(spec, _means(setting, models))


def _with_template(base: RoleSpec, path: Path) -> RoleSpec:
    return replace(base, options={**base.options, "template": str(path)})

"""Tuning on a stored run: what is loaded, learnt, tried and measured."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jurist.alignment.tuning.answers import labelled_answers
from jurist.alignment.tuning.attempts import (
    GeneratorAttempt,
    JudgeAttempt,
    measure_generator,
    split_questions,
)
from jurist.alignment.tuning.evolution import Evolved, evolve
from jurist.alignment.tuning.guidelines import JudgeMemory, distil
from jurist.alignment.tuning.judge import (
    Contender,
    Measured,
    Tuned,
    best_on_dev,
    choose,
    measure,
    report_once,
    require_roles,
)
from jurist.errors import StudyError
from jurist.languages.base import Language
from jurist.plurals import counted
from jurist.privacy import Level
from jurist.private_files import write_private
from jurist.records import Case, LabelRole
from jurist.roles.border.border import Border
from jurist.roles.llm.styles import TEMPLATES, Style
from jurist.roles.llm.templates import Template, load_template
from jurist.roles.loading import load_generator, load_judge
from jurist.roles.protocols import Generator, Judge
from jurist.roles.spec import Means, RoleSpec
from jurist.runs.borders import border_of
from jurist.runs.means import means_of
from jurist.runs.reaching import reach_models
from jurist.runs.results import workspaces
from jurist.runs.study import StudyFile
from jurist.store import Store
from jurist.store.runs import cases_of

if TYPE_CHECKING:
    from jurist.models import Models


@dataclass(frozen=True)
class Setting:
    """Where tuning happens, and with what."""

    file: StudyFile
    store: Store
    run: str
    model: str
    """Who distils or reflects; empty: the tuned role's own model."""
    seed: int = 0
    tell: Callable[[str], None] | None = None

    @functools.cached_property
    def border(self) -> Border | None:
        """What its models stand behind."""
        cases: dict[str, list[Case]] = {}
        for dataset, case in cases_of(self.store, self.run):
            cases.setdefault(dataset, []).append(case)
        places = workspaces(self.store, self.run).values()
        return border_of(self.file.kept_in(self.store.place), places, cases)

    @property
    def language(self) -> Language:
        """That of the run's first dataset, in whose words prompts are tuned."""
        return next(iter(workspaces(self.store, self.run).values())).language


def _refuse_evolution(setting: Setting) -> None:
    """Raise `StudyError` where a model may not be told what evolution would tell it."""
    border = setting.border
    if border is not None and border.level is not Level.NOTHING_LEAVES:
        raise StudyError(
            "the evolution of prompts tells a model of questions, answers and proofs as they are, "
            f"and the study's level of privacy is {border.level.value!r}",
            expected="a level at which nothing is hidden from the model",
            fix="tune by memory (guidelines and examples), or on this machine: "
            "privacy: nothing leaves",
        )


async def teach_judge(
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
            border=setting.border,
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
    _refuse_evolution(setting)
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
                words=setting.language.words,
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
    _refuse_evolution(setting)
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
                words=setting.language.words,
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
    write_private(path, evolved.template)
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


def _template(setting: Setting, base: RoleSpec, shipped: str) -> Template:
    own = base.options.get("template")
    return load_template(
        shipped,
        setting.language.words,
        override=setting.file.folder / own if isinstance(own, str) else None,
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
    return means_of(
        setting.file,
        memory=memory,
        models=models,
        language=setting.language,
        border=setting.border,
    )


def _judges(setting: Setting, models: Models) -> Callable[[RoleSpec], Judge]:
    return lambda spec: load_judge(spec, _means(setting, models))


def _with_template(base: RoleSpec, path: Path) -> RoleSpec:
    return replace(base, options={**base.options, "template": str(path)})

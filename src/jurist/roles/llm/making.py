"""From what a study says to model roles, panels and cascades.

judges:
  - {llm: "openai:gpt-5", style: plain, chain_of_thought: true, samples: 3}
  - {panel: [{llm: ...}, {llm: ...}], combination: median}
  - {cascade: [proof, {llm: ...}]}
  - {reference: {llm: ...}}

A model string that cannot be called (no such provider, no key, no price under a budget in
money) is an error when its role is made: before anything runs.
"""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TypeVar, cast

import msgspec

from jurist.errors import ModelError, StudyError
from jurist.languages.words import NEUTRAL, Words
from jurist.models import Models
from jurist.privacy.numbered import Shown
from jurist.roles.conversations import MOST_TURNS
from jurist.roles.llm.asking import AskingGenerator
from jurist.roles.llm.generator import GeneratorOptions, ModelGenerator
from jurist.roles.llm.judge import JudgeOptions, ModelJudge
from jurist.roles.llm.questions import ModelQuestions, QuestionOptions
from jurist.roles.llm.reference import ReferenceJudge
from jurist.roles.llm.retrieval import Memory
from jurist.roles.llm.styles import Style
from jurist.roles.llm.user import ModelUser, UserOptions
from jurist.roles.loading import JUDGES, load_judge, read_spec
from jurist.roles.panels import Cascade, Combination, Panel
from jurist.roles.protocols import Judge
from jurist.roles.spec import Means, RoleSpec
from jurist.roles.users.offline import OfflineUser

OptionsT = TypeVar("OptionsT", JudgeOptions, GeneratorOptions, QuestionOptions, UserOptions)


def make_judge(spec: RoleSpec, means: Means) -> ModelJudge:
    """The judge that `llm: MODEL` names."""
    options = _options(spec, means, JudgeOptions)
    if options.shown is Shown.NOTHING and options.style is Style.REFERENCE_FREE:
        raise StudyError(
            "a reference-free judge reads the question and the names: it cannot be shown nothing",
            expected="something in `shown`",
            fix="leave out `shown`, or give it another style",
        )
    name = spec.name or default_name(options.model, options.style)
    return ModelJudge(name, options, _models(means, options.model), _words(means))


def make_reference_judge(spec: RoleSpec, means: Means) -> ReferenceJudge:
    """The judge of references that `reference: {llm: MODEL, ...}` names."""
    spec.take_only()
    inner = read_spec(spec.argument, JUDGES)
    if inner.kind != "llm":
        raise StudyError(
            f"`reference:` names the judge {inner.kind!r}", expected="reference: {llm: MODEL}"
        )
    style = inner.options.get("style", Style.REFERENCE_FREE)
    if style != Style.REFERENCE_FREE:
        raise StudyError(
            f"a judge of references has the style {style!r}"[:200],
            expected=f"{Style.REFERENCE_FREE}, or none named",
        )
    options = {**inner.options, "style": Style.REFERENCE_FREE.value}
    reader = make_judge(replace(inner, options=options), means)
    name = spec.name or inner.name or f"{default_name(reader.options.model)} (references)"
    return ReferenceJudge(name, reader)


def make_generator(spec: RoleSpec, means: Means) -> ModelGenerator:
    """The generator that `llm: MODEL` names; it remembers the dataset where it has neighbours."""
    clarify = spec.whole("clarify", 0, least=0, most=MOST_TURNS)
    rest = {name: value for name, value in spec.options.items() if name != "clarify"}
    options = _options(replace(spec, options=rest), means, GeneratorOptions)
    memory = Memory.of(means.memory) if options.neighbours else Memory()
    models = _models(means, options.model, *filter(None, [options.embeddings]))
    name = spec.name or default_name(options.model)
    if clarify:
        return AskingGenerator(name, options, models, memory, words=_words(means), clarify=clarify)
    return ModelGenerator(name, options, models, memory, words=_words(means))


def make_user(spec: RoleSpec, means: Means) -> ModelUser:
    """The simulated user that `llm: MODEL` names."""
    options = _options(spec, means, UserOptions)
    models = _models(means, options.model)
    name = spec.name or default_name(options.model, "user")
    offline = OfflineUser(name, options.turns, means.english_version)
    return ModelUser(name, options, models, offline, _words(means))


def make_questions(spec: RoleSpec, means: Means) -> ModelQuestions:
    """The question generator that `llm: MODEL` names."""
    options = _options(spec, means, QuestionOptions)
    models = _models(means, options.model, *filter(None, [options.checker]))
    name = spec.name or default_name(options.model)
    return ModelQuestions(name, options, models, means.pool, _words(means), means.english_version)


def make_panel(spec: RoleSpec, means: Means) -> Panel:
    """The panel that `panel: [JUDGE, JUDGE, ...]` names."""
    spec.take_only("combination", "quorum")
    members = _members(spec, means, least=2)
    given = spec.options.get("combination", Combination.MEAN)
    if not isinstance(given, str) or given not in {*Combination}:
        raise StudyError(f"the combination {given!r}"[:200], expected="mean or median")
    quorum = int(spec.number("quorum", 2, least=1, most=len(members)))
    name = spec.name or f"panel({', '.join(member.name for member in members)})"
    return Panel(name, members, Combination(given), quorum)


def make_cascade(spec: RoleSpec, means: Means) -> Cascade:
    """The cascade that `cascade: [JUDGE, JUDGE, ...]` names."""
    spec.take_only()
    members = _members(spec, means, least=1)
    return Cascade(spec.name or " > ".join(member.name for member in members), members)


def _members(spec: RoleSpec, means: Means, *, least: int) -> tuple[Judge, ...]:
    given = spec.argument
    listed = cast("list[object]", given) if isinstance(given, list) else []
    if len(listed) < least:
        raise StudyError(
            f"`{spec.kind}:` is {given!r}"[:200], expected=f"a list of {least} or more judges"
        )
    specs = [read_spec(each, JUDGES) for each in listed]
    if any(each.kind == "reference" for each in specs):
        raise StudyError(
            f"a member of the {spec.kind} judges references, not answers",
            expected="judges of answers",
            fix="name it beside the other judges",
        )
    members = tuple(load_judge(each, means) for each in specs)
    names = [member.name for member in members]
    if len(set(names)) < len(names):
        raise StudyError(
            f"two members of the {spec.kind} are called {sorted(names)}",
            expected="a name of its own for each member",
            fix="give them names: {llm: ..., name: ...}",
        )
    return members


def default_name(model: str, style: str = "") -> str:
    """How a model role is called that a study gives no name."""
    short = model.rsplit("#", 1)[-1].rsplit(":", 1)[-1]
    return f"{short} ({style})" if style else short


def _words(means: Means) -> Words:
    return NEUTRAL if means.language is None else means.language.words


def _models(means: Means, *models: str) -> Models:
    """The engine, which was asked whether it can call these models."""
    if means.models is None:
        raise StudyError(
            "a role needs a model, but no model can be reached here",
            expected="a command or a caller that reaches models",
            fix="run the study with `jurist run`",
        )
    for model in models:
        try:
            means.models.require(model)
        except ModelError as error:
            raise StudyError(
                f"the model {model!r}: {error.failure.reason}",
                expected="a model that answers",
                fix="see that the server runs and that the model's name is right",
            ) from None
    return means.models


def _options(spec: RoleSpec, means: Means, kind: type[OptionsT]) -> OptionsT:
    known = tuple(field.name for field in fields(kind) if field.name != "model")
    spec.take_only(*known)
    given = {"model": spec.text("a model string such as openai:gpt-5"), **spec.options}

    def to_path(wanted: type, value: object) -> object:
        if wanted is Path and isinstance(value, str):
            return means.folder / value
        raise NotImplementedError

    try:
        return msgspec.convert(given, kind, dec_hook=to_path, strict=True)
    except msgspec.ValidationError as error:
        raise StudyError(
            f"the options of {spec.kind}: {spec.argument!r}: {error}"[:500],
            expected=f"options among {', '.join(known)}",
        ) from None

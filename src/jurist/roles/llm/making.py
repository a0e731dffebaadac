"""From what a study says to model roles, panels and cascades.

judges:
  - {llm: "openai:gpt-5", style: plain, chain_of_thought: true, samples: 3}
  - {panel: [{llm: ...}, {llm: ...}], combination: median}
  - {cascade: [proof, {llm: ...}]}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TypeVar, cast

import msgspec

from jurist.errors import StudyError
from jurist.models import Models
from jurist.roles.llm.generator import GeneratorOptions, ModelGenerator
from jurist.roles.llm.judge import JudgeOptions, ModelJudge
from jurist.roles.llm.questions import ModelQuestions, QuestionOptions
from jurist.roles.loading import JUDGES, load_judge, read_spec
from jurist.roles.panels import Cascade, Combination, Panel
from jurist.roles.protocols import Judge
from jurist.roles.spec import Means, RoleSpec

OptionsT = TypeVar("OptionsT", JudgeOptions, GeneratorOptions, QuestionOptions)


def make_judge(spec: RoleSpec, means: Means) -> ModelJudge:
    """The judge that `llm: MODEL` names."""
    options = _options(spec, means, JudgeOptions)
    return ModelJudge(
        spec.name or default_name(options.model, options.style), options, _models(means)
    )


def make_generator(spec: RoleSpec, means: Means) -> ModelGenerator:
    """The generator that `llm: MODEL` names; it remembers the dataset where it has neighbours."""
    options = _options(spec, means, GeneratorOptions)
    memory = means.memory if options.neighbours else ()
    return ModelGenerator(spec.name or default_name(options.model), options, _models(means), memory)


def make_questions(spec: RoleSpec, means: Means) -> ModelQuestions:
    """The question generator that `llm: MODEL` names."""
    options = _options(spec, means, QuestionOptions)
    return ModelQuestions(spec.name or default_name(options.model), options, _models(means))


def make_panel(spec: RoleSpec, means: Means) -> Panel:
    """The panel that `panel: [JUDGE, JUDGE, ...]` names."""
    spec.take_only("combination", "quorum")
    members = _members(spec, means, least=2)
    given = spec.options.get("combination", Combination.MEAN)
    if given not in {*Combination}:
        raise StudyError(f"the combination {given!r}"[:200], expected="mean or median")
    quorum = int(spec.number("quorum", 2, least=1, most=len(members)))
    name = spec.name or f"panel({', '.join(member.name for member in members)})"
    return Panel(name, members, Combination(str(given)), quorum)


def make_cascade(spec: RoleSpec, means: Means) -> Cascade:
    """The cascade that `cascade: [JUDGE, JUDGE, ...]` names."""
    spec.take_only()
    members = _members(spec, means, least=1)
    return Cascade(spec.name or " > ".join(member.name for member in members), members)


def _members(spec: RoleSpec, means: Means, *, least: int) -> tuple[Judge, ...]:
    given = spec.argument
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) < least:
        raise StudyError(
            f"`{spec.kind}:` is {given!r}"[:200], expected=f"a list of {least} or more judges"
        )
    members = tuple(
        load_judge(read_spec(each, JUDGES), means) for each in cast("Sequence[object]", given)
    )
    names = [member.name for member in members]
    if len(set(names)) < len(names):
        raise StudyError(
            f"two members of the {spec.kind} are called {sorted(names)}",
            fix="give them names: {llm: ..., name: ...}",
        )
    return members


def default_name(model: str, style: str = "") -> str:
    """How a model role is called that a study gives no name."""
    short = model.rsplit("#", 1)[-1].rsplit(":", 1)[-1]
    return f"{short} ({style})" if style else short


def _models(means: Means) -> Models:
    if means.models is None:
        raise StudyError("a role needs a model, but no model can be reached here")
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

"""Roles of a study that are tuned: found there by name, and written for the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import msgspec
import yaml
from pydantic import JsonValue

from jurist.alignment.challenge.running import judges_by_name
from jurist.alignment.tuning.evolution import Evolved
from jurist.alignment.tuning.guidelines import JudgeMemory
from jurist.alignment.tuning.judge import Tuned
from jurist.errors import StudyError
from jurist.languages.texts import read_text
from jurist.private_files import written_whole
from jurist.roles.llm.making import default_name
from jurist.roles.loading import GENERATORS, JUDGES, read_spec
from jurist.roles.spec import RoleSpec
from jurist.runs.study import StudyFile


@dataclass(frozen=True, slots=True)
class TunedRole:
    """What came of tuning a role of a study."""

    name: str
    """In the study."""
    given: JsonValue
    """The role as the study has it."""
    tuned: Tuned
    evolved: Evolved | None
    """What evolution came to; `None` where the judge was taught."""


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


def write_tuned(path: str | Path, role: TunedRole) -> tuple[Path, ...]:
    """Write the chosen role as YAML that a study takes with `{file: PATH}`, and what it learnt.

    Beside it come `NAME.memory.json` (what was learnt from which task, and every measurement)
    and, where instructions evolved, `NAME.prompt.md`.

    Args:
        path: Of the YAML file.
        role: What came of tuning.

    Returns:
        All files that were written.
    """
    tuned, evolved = role.tuned, role.evolved
    spec = replace(tuned.winner.spec, name=f"{role.name} (tuned)")
    path = Path(path)
    files = [path]
    if evolved is not None and tuned.chosen:
        prompt = path.with_name(f"{path.stem}.prompt.md")
        with written_whole(prompt) as place:
            place.write_text(evolved.template, encoding="utf-8")
        spec = replace(spec, options={**spec.options, "template": prompt.name})
        files.append(prompt)
    document = yaml.safe_dump(
        msgspec.to_builtins(put_back(role.given, spec)),
        sort_keys=False,
        allow_unicode=True,
        width=100,
    )
    with written_whole(path) as place:
        place.write_text(document, encoding="utf-8")
    learnt = path.with_name(f"{path.stem}.memory.json")
    raw = msgspec.json.encode({"memory": tuned.memory, "report": report_of(tuned)}, enc_hook=str)
    with written_whole(learnt) as place:
        place.write_bytes(msgspec.json.format(raw, indent=2) + b"\n")
    return (*files, learnt)


def read_memory(path: str | Path) -> JudgeMemory:
    """What a judge was taught before, from a `.memory.json` file.

    Raises:
        StudyError: It is none, or cannot be read.
    """

    class File(msgspec.Struct):
        memory: JudgeMemory

    try:
        return msgspec.json.decode(read_text(path, raises=StudyError), type=File).memory
    except msgspec.DecodeError as error:
        raise StudyError(
            str(error), expected="a .memory.json file of jurist tune", where=str(path)
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

"""What a study's roles are given, and whom that reaches: read from the study, calling nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, cast
from urllib.parse import urlsplit

from jurist.models.presets import PRESETS
from jurist.models.reach import is_this_machine
from jurist.plurals import counted
from jurist.privacy import Level
from jurist.roles.border.placing import leaves
from jurist.roles.llm.relevance import NAMES_LIMIT

Spec = Mapping[str, object]


class Reach(StrEnum):
    """How far what a role is given goes."""

    STAYS = "stays here"
    """A role of Jurist's own that calls nobody."""
    MACHINE = "this machine"
    NETWORK = "another machine"
    RECORDING = "a recording"
    """Replies that were recorded: nothing is sent."""
    OWN_CODE = "the owner's own code"
    """On this machine; whom it calls is not known here."""


class Part(StrEnum):
    """What a role is in the study."""

    QUESTIONS = "question generator"
    GENERATOR = "generator"
    USER = "simulated user"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class Flow:
    """A role or a member of one, what it is given, and who gets that."""

    part: Part
    name: str
    """Of the role that the study names."""
    place: str
    """Where it stands in the study."""
    kind: str
    model: str
    """Its model string; empty where it has none that is known."""
    recipient: str
    """A provider's name or a host; of what stays or is recorded, what that is."""
    reach: Reach
    contents: tuple[str, ...]
    """What it is given, part by part."""
    options: Spec
    """The study's own words of it."""
    level: Level
    """Of privacy, at which it is given that."""


def flows_of(study: Spec, names: Mapping[Part, Sequence[str]]) -> tuple[Flow, ...]:
    """Every role of a study with what reaches whom.

    Args:
        study: As a run keeps it.
        names: What the roles are called, in the study's order; a missing one is called by what
            it is.
    """
    presets = _section(_section(study.get("models")).get("presets"))
    level = level_of(study)
    return tuple(
        _at_level(flow, level) for part in Part for flow in _of_part(part, study, names, presets)
    )


def _at_level(flow: Flow, level: Level) -> Flow:
    """Where values are pseudonyms, that is said in place of which of them stand as they are."""
    hides = level in {Level.VALUES, Level.VALUES_AND_NAMES}
    kept = (each for each in flow.contents if not hides or each not in _SHOWN.values())
    return replace(flow, level=level, contents=tuple(kept))


def level_of(study: Spec) -> Level:
    """The level of privacy of a study as a run keeps it; older runs have none, all was shown."""
    return Level(_section(study.get("privacy")).get("level", Level.OFF))


def _of_part(
    part: Part, study: Spec, names: Mapping[Part, Sequence[str]], presets: Spec
) -> Iterator[Flow]:
    if part is Part.QUESTIONS:
        questions = _section(study.get("questions"))
        given = questions.get("generator")
        wanted = given is not None and questions.get("use", "all") in {"synthetic", "all"}
        roles, places = ([given], ["questions.generator"]) if wanted else ([], [])
    elif part is Part.USER:
        user = study.get("user")
        roles, places = ([], []) if user is None else ([user], ["user"])
    else:
        roles = cast("list[object]", study.get(f"{part}s", []))
        places = [f"{part}s[{number}]" for number in range(len(roles))]
    called = names.get(part, ())
    for number, (role, place) in enumerate(zip(roles, places, strict=True)):
        name = called[number] if number < len(called) else _name_of(role)
        for inner, where in _members(role, place):
            yield from _flows(part, name, where, inner, presets)


def _members(role: object, place: str) -> Iterator[tuple[object, str]]:
    """The role itself, or those that it consists of."""
    spec = _section(role)
    for kind in ("panel", "cascade"):
        if kind in spec:
            for number, member in enumerate(cast("list[object]", spec[kind])):
                yield from _members(member, f"{place}.{kind}[{number}]")
            return
    if "reference" in spec:
        inner = {**_section(spec["reference"]), "style": "reference-free"}
        yield from _members(inner, f"{place}.reference")
        return
    yield role, place


def _flows(part: Part, name: str, place: str, role: object, presets: Spec) -> Iterator[Flow]:
    spec = _section(role)
    kind = _kind_of(role)

    def flow(model: str, recipient: str, reach: Reach, contents: tuple[str, ...]) -> Flow:
        whom = model, recipient, reach
        return Flow(part, name, place, kind, *whom, contents, spec, Level.OFF)

    if kind == "llm":
        own = str(spec["llm"])
        for model, contents in ((own, _given(part, spec)), *_other_models(part, spec)):
            yield flow(model, *recipient_of(model, presets), contents)
    elif kind == "http":
        url = str(spec["http"])
        yield flow("", urlsplit(url).hostname or url, _reach_of(url), _OF_OWN[part])
    elif leaves(kind):
        yield flow("", "", Reach.OWN_CODE, _OF_OWN[part])
    else:
        yield flow("", "", Reach.STAYS, ())


_OF_OWN: Final[Mapping[Part, tuple[str, ...]]] = {
    Part.QUESTIONS: ("each saved query", "the schema"),
    Part.GENERATOR: ("each question", "the schema's names, listed values and descriptions"),
    Part.USER: ("each question", "each saved query", "what generators ask back", "the schema"),
    Part.JUDGE: ("each question", "each saved query", "each answer", "the schema"),
}
_SHOWN: Final = {
    "plain": "texts in queries as stand-ins unless the schema lists them; numbers and dates as "
    "they are",
    "nothing": "names and texts as stand-ins, no question; numbers and dates as they are",
    "everything": "queries as they are",
}


def _given(part: Part, spec: Spec) -> tuple[str, ...]:
    match part:
        case Part.QUESTIONS:
            return ("each saved query", "the schema's names that it is about")
        case Part.GENERATOR:
            limit = spec.get("names_limit", NAMES_LIMIT)
            names = f"the schema's names, listed values and descriptions (up to {limit} characters)"
            neighbours, repairs = spec.get("neighbours", 0), spec.get("repairs", 0)
            memory = f"{neighbours} saved questions with their queries" if neighbours else ""
            back = "its own answer with the checker's errors" if repairs else ""
            return tuple(filter(None, ("each question", names, memory, back)))
        case Part.USER:
            return _OF_OWN[part]
        case Part.JUDGE:
            shown = str(spec.get("shown", "plain"))
            free = spec.get("style") == "reference-free"
            examples = cast("list[object]", spec.get("examples", []))
            guidelines = cast("list[object]", spec.get("guidelines", []))
            return tuple(
                filter(
                    None,
                    (
                        "" if shown == "nothing" else "each question",
                        "" if free else "each saved query",
                        "each answer",
                        _SHOWN.get(shown, ""),
                        counted(len(examples), "judged example") if examples else "",
                        counted(len(guidelines), "guideline") if guidelines else "",
                    ),
                )
            )


def _other_models(part: Part, spec: Spec) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Models beside a role's own, with what each is given."""
    if part is Part.GENERATOR and spec.get("embeddings") is not None:
        yield str(spec["embeddings"]), ("each question", "every saved question")
    if part is Part.QUESTIONS and spec.get("checker") is not None:
        yield str(spec["checker"]), ("each written question", "the schema's names")


def recipient_of(model: str, presets: Spec) -> tuple[str, Reach]:
    """Who gets what is sent to a model, and where that is.

    Args:
        model: A model string.
        presets: The study's own servers, by name.
    """
    provider, _, name = model.partition(":")
    if provider == "replay" and name:
        return "a recording", Reach.RECORDING
    if provider in {"http", "https"}:
        return urlsplit(model).hostname or model, _reach_of(model)
    own, known = _section(presets.get(provider)), PRESETS.get(provider)
    address = str(own.get("base_url", "")) or ("" if known is None else known.base_url)
    host = urlsplit(address).hostname or provider
    return (host if own else provider), _reach_of(address)


def _reach_of(url: str) -> Reach:
    return Reach.MACHINE if is_this_machine(url) else Reach.NETWORK


def _kind_of(role: object) -> str:
    if isinstance(role, str):
        return "callable" if ":" in role else role
    return next((key for key in _section(role) if key not in {"name", "samples"}), "")


def _name_of(role: object) -> str:
    spec = _section(role)
    return str(spec.get("name", "")) or (role if isinstance(role, str) else _kind_of(role))


def _section(value: object) -> Spec:
    return cast("Spec", value) if isinstance(value, Mapping) else {}

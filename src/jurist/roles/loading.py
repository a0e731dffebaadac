"""From what a study says to a role that works: built-ins, entry points, users' modules.

A kind of role is a name and a factory `make(spec: RoleSpec, means: Means) -> role`,
given as `module:function` and imported when it is first used. Packages add kinds through
the entry points `jurist.generators`, `jurist.judges` and `jurist.question_generators`.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Final, Protocol, cast

from jurist.errors import StudyError, UnsupportedError
from jurist.roles.border.placing import (
    placed_generator,
    placed_judge,
    placed_questions,
    placed_user,
)
from jurist.roles.conversations import SimulatedUser
from jurist.roles.objects import is_object_role
from jurist.roles.own_sources import listed_files
from jurist.roles.protocols import Generator, Judge, QuestionGenerator
from jurist.roles.spec import MOST_THREADS, Means, RoleSpec, nearest_hint


class _Factory(Protocol):
    def __call__(self, spec: RoleSpec, means: Means) -> object: ...


@dataclass(frozen=True, slots=True)
class Family:
    """The kinds of one role."""

    what: str
    group: str
    """Entry points that add to it."""
    method: str
    """What a role of this family must have."""
    kinds: Mapping[str, str]
    always_the_same: frozenset[str] | None = None
    """Kinds that would give one answer again and again, where others may be asked for `samples`
    of them; `None`: no kind of this family may."""


_OFFLINE: Final = "jurist.roles.offline"

GENERATORS: Final = Family(
    "generator",
    "jurist.generators",
    "answer",
    MappingProxyType(
        {
            "rules": f"{_OFFLINE}.making:make_rules",
            "nearest": f"{_OFFLINE}.making:make_nearest",
            "recorded": "jurist.roles.recorded:make",
            "callable": "jurist.roles.callables:make_generator",
            "command": "jurist.roles.command:make",
            "http": "jurist.roles.http_endpoint:make",
            "llm": "jurist.roles.llm.making:make_generator",
        }
    ),
    always_the_same=frozenset({"rules", "nearest"}),
)
JUDGES: Final = Family(
    "judge",
    "jurist.judges",
    "judge",
    MappingProxyType(
        {
            "proof": f"{_OFFLINE}.proof:make",
            "callable": "jurist.roles.callables:make_judge",
            "llm": "jurist.roles.llm.making:make_judge",
            "panel": "jurist.roles.llm.making:make_panel",
            "cascade": "jurist.roles.llm.making:make_cascade",
            "reference": "jurist.roles.llm.making:make_reference_judge",
        }
    ),
)
QUESTION_GENERATORS: Final = Family(
    "question generator",
    "jurist.question_generators",
    "ask",
    MappingProxyType(
        {
            "realizer": f"{_OFFLINE}.making:make_realizer",
            "callable": "jurist.roles.callables:make_questions",
            "llm": "jurist.roles.llm.making:make_questions",
        }
    ),
)
USERS: Final = Family(
    "user",
    "jurist.users",
    "reply",
    MappingProxyType(
        {
            "simulated": "jurist.roles.users.offline:make",
            "llm": "jurist.roles.llm.making:make_user",
        }
    ),
)
_SETTINGS: Final = frozenset({"name"})
_SAMPLES: Final = "samples"
_MOST: Final = 100
_OF_USERS: Final = frozenset({"callable", "command", "http"})
"""Kinds that run the user's own code, whose options are read with the study."""


def read_spec(given: object, family: Family) -> RoleSpec:
    """Read `rules`, `module:callable` or `{KIND: ARGUMENT, name: ..., OPTION: ...}`.

    From Python also a function, or an object that plays the role.

    Raises:
        StudyError: It names no known kind, or several.
    """
    kinds = known_kinds(family)
    if isinstance(given, str):
        if given in kinds:
            return RoleSpec(given)
        if ":" in given and "//" not in given:
            return RoleSpec("callable", given)
        raise StudyError(
            f"there is no {family.what} {given!r}",
            expected=f"one of {', '.join(sorted(kinds))}, or module:callable",
            fix=nearest_hint(given, kinds),
        )
    if is_object_role(given, family.method):
        return RoleSpec("callable", given)
    if not isinstance(given, Mapping):
        raise StudyError(
            f"a {family.what} is {given!r}"[:200],
            expected="a name, module:callable, or a mapping with one kind",
        )
    mapping = cast("Mapping[str, object]", given)
    named = [key for key in mapping if key in kinds]
    name = mapping.get("name")
    if name is not None and (not isinstance(name, str) or not 0 < len(name) <= 200):
        raise StudyError(f"the name {name!r}"[:300], expected="text of 1 to 200 characters")
    if len(named) != 1:
        unknown = next((key for key in mapping if key not in kinds | _SETTINGS | {_SAMPLES}), "")
        raise StudyError(
            f"a {family.what} names {len(named)} kinds ({', '.join(named) or 'none'})",
            expected=f"exactly one of {', '.join(sorted(kinds))}",
            fix=nearest_hint(unknown, kinds),
        )
    kind = named[0]
    taken = _SETTINGS if family.always_the_same is None else _SETTINGS | {_SAMPLES}
    options = {k: v for k, v in mapping.items() if k != kind and k not in taken}
    samples = 1 if _SAMPLES not in taken else _read_samples(mapping, kind, family)
    spec = RoleSpec(kind, mapping[kind], options, name, samples)
    if kind in _OF_USERS:  # other kinds may call something else so
        listed_files(spec)
        spec.whole("threads", 1, least=1, most=MOST_THREADS)
    return spec


def _read_samples(mapping: Mapping[str, object], kind: str, family: Family) -> int:
    samples = mapping.get(_SAMPLES, 1)
    if isinstance(samples, bool) or not isinstance(samples, int) or not 1 <= samples <= _MOST:
        raise StudyError(
            f"`samples` of the {family.what} {kind!r} is {samples!r}"[:200],
            expected=f"a whole number from 1 to {_MOST}: how often each question is asked",
        )
    if samples > 1 and kind in (family.always_the_same or ()):
        raise StudyError(
            f"the {family.what} {kind!r} is to answer {samples} times",
            expected="one answer: it always gives the same",
            fix="remove `samples`",
        )
    return samples


def known_kinds(family: Family) -> frozenset[str]:
    """The names of a family's kinds, those of entry points included; imports none of them."""
    return frozenset(family.kinds) | offered_kinds(family.group)


@cache
def offered_kinds(group: str) -> frozenset[str]:
    """The kinds that installed packages offer; all their metadata is read for this."""
    return frozenset(point.name for point in entry_points(group=group))


def load_generator(spec: RoleSpec, means: Means) -> Generator:
    """The generator of a spec. Raises `StudyError` that names it where it cannot be made."""
    role = cast("Generator", _load(spec, means, GENERATORS))
    return placed_generator(role, spec.kind, means.border)


def load_judge(spec: RoleSpec, means: Means) -> Judge:
    """The judge of a spec. Raises `StudyError` that names it where it cannot be made."""
    role = cast("Judge", _load(spec, means, JUDGES))
    return placed_judge(role, spec.kind, means.border)


def load_question_generator(spec: RoleSpec, means: Means) -> QuestionGenerator:
    """The question generator of a spec. Raises `StudyError` that names it if it cannot be made."""
    role = cast("QuestionGenerator", _load(spec, means, QUESTION_GENERATORS))
    return placed_questions(role, spec.kind, means.border)


def load_user(spec: RoleSpec, means: Means) -> SimulatedUser:
    """The simulated user of a spec. Raises `StudyError` that names it if it cannot be made."""
    role = cast("SimulatedUser", _load(spec, means, USERS))
    return placed_user(role, spec.kind, means.border)


def _load(spec: RoleSpec, means: Means, family: Family) -> object:
    path = family.kinds.get(spec.kind)
    if path is not None:
        role = _import_built_in(path, spec, family)(spec, means)
    else:
        role = _load_plugin(spec, means, family)
    for part in ("name", "version", family.method):
        if not hasattr(role, part):
            raise StudyError(
                f"the {family.what} {spec.kind!r} made a {type(role).__name__} without {part!r}",
                expected=f"an object with name, version and {family.method}",
            )
    return role


def _import_built_in(path: str, spec: RoleSpec, family: Family) -> _Factory:
    module, _, function = path.partition(":")
    try:
        return cast("_Factory", getattr(importlib.import_module(module), function))
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise
        raise UnsupportedError(
            f"this Jurist has no {family.what} of kind {spec.kind!r}",
            expected="a kind of role that this version has",
            fix="install a newer jurist",
        ) from error


def _load_plugin(spec: RoleSpec, means: Means, family: Family) -> object:
    points = [p for p in entry_points(group=family.group) if p.name == spec.kind]
    if not points:
        raise StudyError(
            f"there is no {family.what} {spec.kind!r}",
            expected=", ".join(sorted(known_kinds(family))),
        )
    point = points[0]
    source = f"{point.value} of {point.dist.name if point.dist else 'an unknown package'}"
    try:
        return cast("_Factory", point.load())(spec, means)
    except StudyError:
        raise
    except (Exception, SystemExit) as error:  # a plug-in's own code may raise anything
        raise StudyError(
            f"the {family.what} {spec.kind!r} ({source}) cannot be loaded:"
            f" {type(error).__name__}: {error}",
            expected="a package that can be imported",
            fix="mend or remove that package",
        ) from error

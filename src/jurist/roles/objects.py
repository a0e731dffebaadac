"""Roles that are objects of the running program: how they are called, and what they are made of.

A stored answer is served again only where all that it came from is the same. Of a function
that is: the sources of its module and of what that imports from the user's own project; in a
notebook, which has no file, the source of the function and of all that it names; and the
values that it closed over. What cannot be looked into (a connection, a compiled function)
makes its answers hold for this session alone, unless the role itself says its `version`.
"""

from __future__ import annotations

import functools
import inspect
import sys
import types
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from hashlib import blake2b
from pathlib import Path, PurePath
from typing import Final, cast

from jurist.errors import StudyError
from jurist.roles.installed_code import file_of, is_foreign
from jurist.roles.protocols import Workspace
from jurist.roles.spec import digest_of

_SESSION: Final = uuid.uuid4().hex
_SIMPLE: Final = (
    *(str, bytes, int, float, complex, bool, type(None)),
    *(Decimal, date, timedelta, PurePath, Enum),
)
_DEEPEST: Final = 50
_ARGUMENTS: Final[Mapping[str, tuple[int, ...]]] = {"answer": (1, 2), "ask": (2,), "judge": (4,)}
USER: Final = "user"
"""The parameter through which a function asks back."""
_EXPECTED: Final[Mapping[str, str]] = {
    "answer": "a function of a question, or of a question and a workspace",
    "ask": "a function of a case and a workspace",
    "judge": "a function of a question, a reference, a candidate and a workspace",
}


@dataclass(frozen=True, slots=True)
class ObjectRole:
    """What is known of a role that is an object."""

    found: object
    """What plays the role: the object, or the function to call."""
    name: str
    target: str
    """`module:name`, as a study in YAML would call it."""
    version: str
    opaque: tuple[str, ...] = ()
    """What could not be looked into; its answers hold for this session alone."""


def is_object_role(given: object, method: str) -> bool:
    """Whether this is a function, or an object that plays a role."""
    return not isinstance(given, str | Mapping) and (
        callable(given) or callable(getattr(given, method, None))
    )


def read_object(given: object, method: str, name: str | None = None) -> ObjectRole:
    """Find out what an object is as a role.

    Args:
        given: An object with the role's method, or a function; one with `name`, `version` and
            the method plays the role itself.
        method: What roles of its family do: `answer`, `ask` or `judge`.
        name: How the study calls it; `None`: as it is called in its program.

    Raises:
        StudyError: It is neither, or takes other arguments.
    """
    called, target = _names_of(given)
    if inspect.isclass(given):
        raise StudyError(
            f"{called!r} is a class",
            expected=f"an object with `{method}`, or a function",
            fix=f"give an object of it: {called}()",
        )
    whole = all(isinstance(getattr(given, part, None), str) for part in ("name", "version"))
    work = getattr(given, method, None)
    if whole and callable(work):
        role = cast("_Named", given)
        return ObjectRole(given, name or role.name, target, role.version)
    call = work if callable(work) else given
    if not callable(call):
        raise StudyError(f"{target!r} is a {type(given).__name__}", expected=_EXPECTED[method])
    _refuse_arguments(call, method, called)
    said = getattr(given, "version", None)
    if isinstance(said, str) and said:
        return ObjectRole(call, name or called, target, digest_of(target, said))
    reader = _Reader()
    reader.read(given, called)
    session = _SESSION if reader.opaque else ""
    version = digest_of(target, reader.parts, session)
    return ObjectRole(call, name or called, target, version, tuple(dict.fromkeys(reader.opaque)))


def _names_of(given: object) -> tuple[str, str]:
    """How an object is called, and its `module:name`; of an instance its class's."""
    itself = given
    if isinstance(given, functools.partial):
        itself = cast("functools.partial[object]", given).func
    if not hasattr(itself, "__qualname__"):
        itself = type(itself)
    called = str(getattr(itself, "__name__", "")).strip("<>")
    return called, f"{getattr(itself, '__module__', '')}:{getattr(itself, '__qualname__', '')}"


class _Named:
    """For the type checker: an object that plays a role itself."""

    name: str
    version: str


def _refuse_arguments(call: Callable[..., object], method: str, called: str) -> None:
    try:
        signature = inspect.signature(call)
    except ValueError:  # a built-in that does not say
        return
    named = {USER: None} if method == "answer" and asks_user(call) else {}
    for number in _ARGUMENTS[method]:
        try:
            signature.bind(*range(number), **named)
        except TypeError:
            continue
        return
    raise StudyError(
        f"{called!r} takes the arguments {signature}"[:300],
        expected=_EXPECTED[method],
        fix="change its arguments, or wrap it in such a function",
    )


def asks_user(call: Callable[..., object]) -> bool:
    """Whether a function has a parameter `user`, through which it asks back."""
    try:
        parameter = inspect.signature(call).parameters.get(USER)
    except ValueError:  # a built-in that does not say
        return False
    return parameter is not None and parameter.kind is not parameter.POSITIONAL_ONLY


class _Reader:
    """Goes through all that a value is made of, and notes it as JSON-like parts."""

    def __init__(self) -> None:
        self.parts: list[object] = []
        self.opaque: list[str] = []
        self._seen: dict[int, tuple[int, object]] = {}
        """By its id, an object's place among all, and itself: an id is free once it is gone."""
        self._depth = 0

    def read(self, value: object, label: str) -> None:
        """Note what a value is; `label` is how the program calls it."""
        if isinstance(value, _SIMPLE):
            self.parts.append([type(value).__qualname__, repr(value)])
            return
        if id(value) in self._seen:
            self.parts.append(["seen", self._seen[id(value)][0]])
            return
        if self._depth >= _DEEPEST:
            self.opaque.append(label)
            return
        self._seen[id(value)] = (len(self._seen), value)
        self._depth += 1
        self._read_object(value, label)
        self._depth -= 1

    def _read_object(self, value: object, label: str) -> None:
        match value:
            case types.FunctionType():
                self._function(value, label)
            case types.MethodType():
                self.read(value.__self__, label)
                self.read(value.__func__, label)
            case types.ModuleType():
                self._module(value)
            case type():
                self._class(value, label)
            case types.BuiltinFunctionType():
                self.parts.append(["built-in", value.__module__, value.__qualname__])
                bound = cast("object", value.__self__)
                if bound is not None and not isinstance(bound, types.ModuleType):
                    self.read(bound, label)
            case functools.partial():
                made = cast("functools.partial[object]", value)
                for part in (made.func, made.args, made.keywords):
                    self.read(part, label)
            case list() | tuple():
                items = cast("Sequence[object]", value)
                self.parts.append(["list" if isinstance(value, list) else "tuple", len(items)])
                for item in items:
                    self.read(item, label)
            case dict():
                self._mapping(cast("dict[object, object]", value), label)
            case set() | frozenset():
                members = cast("set[object]", value)
                self.parts.append(["set", sorted(map(repr, filter(_is_plain, members)))])
                if not all(map(_is_plain, members)):  # they stand in no order
                    self.opaque.append(label)
            case Workspace():
                self.parts.append([value.language.name, value.schema.digest])
            case _:
                self._instance(value, label)

    def _mapping(self, mapping: Mapping[object, object], label: str) -> None:
        self.parts.append(["dict", len(mapping)])
        for key, item in mapping.items():
            self.read(key, label)
            self.read(item, label)

    def _function(self, function: types.FunctionType, label: str) -> None:
        module = sys.modules.get(function.__module__)
        if module is not None and _is_foreign(module):
            self.parts.append([function.__module__, function.__qualname__])
            return
        try:
            self.parts.append(inspect.getsource(function))
        except (OSError, TypeError):
            self.parts.append(function.__code__.co_code.hex())
            self.opaque.append(f"{label} (its source is not known)")
        for default in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).items()):
            self.read(default, label)
        for name, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        ):
            try:
                self.read(cell.cell_contents, name)
            except ValueError:  # not bound yet
                self.parts.append(name)
        self._surroundings(function, module)

    def _surroundings(self, function: types.FunctionType, module: types.ModuleType | None) -> None:
        """The module's sources, or, where it has no file, all that the function names in it."""
        if module is not None and _source_of(module):
            self._module(module)
            return
        known = function.__globals__
        for name in sorted(set(_names(function.__code__))):
            if name in known:
                self.parts.append(name)
                self.read(known[name], name)

    def _class(self, kind: type, label: str) -> None:
        module = sys.modules.get(kind.__module__)
        if module is None or _is_foreign(module):
            self.parts.append([kind.__module__, kind.__qualname__])
            return
        if _source_of(module):
            self._module(module)
        for name, part in vars(kind).items():
            inner = _function_in(part)
            if isinstance(inner, (types.FunctionType, type, *_SIMPLE)) and name != "__module__":
                self.parts.append(name)
                self.read(inner, f"{label}.{name}")
        for base in kind.__bases__:
            self.read(base, label)

    def _module(self, module: types.ModuleType) -> None:
        self.parts.append(module.__name__)
        if not _is_foreign(module):
            self.parts.append(blake2b(_source_of(module)).hexdigest())

    def _instance(self, value: object, label: str) -> None:
        module = sys.modules.get(type(value).__module__)
        if is_dataclass(value):
            held = {field.name: getattr(value, field.name, None) for field in fields(value)}
        elif module is not None and not _is_foreign(module) and hasattr(value, "__dict__"):
            held = vars(value)
        else:
            self.opaque.append(label)
            return
        self._class(type(value), label)
        self._mapping(cast("dict[object, object]", held), label)


def _is_plain(value: object) -> bool:
    """Whether the text of a value says all of it, and says it the same in every session."""
    if type(value) is tuple:
        return all(map(_is_plain, cast("tuple[object, ...]", value)))
    return isinstance(value, _SIMPLE)


def _function_in(part: object) -> object:
    """The function in a property, a static method and their like; anything else as it is."""
    for attribute in ("fget", "func", "__func__"):
        if (inner := getattr(part, attribute, None)) is not None:
            return inner
    return part


def _names(code: types.CodeType) -> Iterator[str]:
    """The names that code and the functions in it look up."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


def _source_of(module: types.ModuleType) -> bytes:
    """What stands in a module's file; nothing where it has none, as in a notebook."""
    file = file_of(module)
    return file.read_bytes() if file else b""


def _is_foreign(module: types.ModuleType) -> bool:
    """Whether a module is Python's own, or of an installed package."""
    file = getattr(module, "__file__", None)
    if file is None:
        return module.__name__ != "__main__"
    return is_foreign(Path(file))

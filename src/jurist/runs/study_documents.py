"""What stands in a study before it is checked: short forms spelt out, objects described.

A study in Python has functions and objects where one in YAML has names; what is kept of them
is what they are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, cast

from jurist.errors import StudyError
from jurist.languages.documents import kind_of, line_of, read_document
from jurist.roles.objects import ObjectRole, is_object_role, read_object

_METHODS: Final = {"questions": "ask", "generators": "answer", "judges": "judge"}


def spelt_out(
    document: Mapping[str, object], folder: Path, where: str, text: str
) -> Mapping[str, object]:
    """The document with a mapping for each dataset that is given by its name alone.

    And with what stands in the file for each role that is given as `{file: PATH}`: so a run
    keeps what a tuned judge was, whatever becomes of its file.
    """
    return cast("Mapping[str, object]", _plain(_with_files(_named(document), folder, where, text)))


def _named(document: Mapping[str, object]) -> Mapping[str, object]:
    entries = document.get("datasets")
    if not isinstance(entries, list):
        return document
    listed = cast("list[object]", entries)
    spelt = [{"name": entry} if isinstance(entry, str) else entry for entry in listed]
    return {**document, "datasets": spelt}


def _with_files(
    document: Mapping[str, object], folder: Path, where: str, text: str
) -> Mapping[str, object]:
    """The document with what stands in the file for each role that is given as `{file: PATH}`.

    So a run keeps what a tuned judge was, whatever becomes of its file.
    """
    found = dict(document)
    for section in ("generators", "judges"):
        entries = document.get(section)
        if isinstance(entries, list):
            listed = cast("list[object]", entries)
            found[section] = [
                _from_file(
                    entry, folder, f"{where}{line_in(text, (section, place))}, {section}[{place}]"
                )
                for place, entry in enumerate(listed)
            ]
    return found


def _from_file(entry: object, folder: Path, where: str) -> object:
    if not isinstance(entry, Mapping) or "file" not in entry:
        return cast("object", entry)
    given = cast("Mapping[str, object]", entry)
    file = given["file"]
    if not isinstance(file, str) or given.keys() - {"file", "name"}:
        raise StudyError(
            f"a role from a file is {given!r}"[:200],
            expected="file: PATH, and `name` beside it at most",
            fix="write {file: PATH}",
            where=where,
        )
    path = folder / file
    named = {key: value for key, value in given.items() if key == "name"}
    role = {**read_document(path, raises=StudyError), **named}
    return _with_templates(role, path.parent.resolve())


def _with_templates(role: object, folder: Path) -> object:
    """The role with its templates' paths, and its members', from its own folder."""
    if isinstance(role, list):
        return [_with_templates(each, folder) for each in cast("list[object]", role)]
    if not isinstance(role, Mapping):
        return role
    return {
        key: str(folder / value)
        if key == "template" and isinstance(value, str)
        else _with_templates(value, folder)
        for key, value in cast("Mapping[str, object]", role).items()
    }


def _plain(value: object) -> object:
    """The document with floats for decimals: what JSON has."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in cast("Mapping[str, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    return value


def described(
    document: Mapping[str, object], where: str
) -> tuple[Mapping[str, object], tuple[ObjectRole, ...]]:
    """The document as JSON has it, and its roles that are objects.

    Of an object it holds what it is called, as `{callable, name}`.

    Raises:
        StudyError: There is what is neither.
    """
    describer = _Describer(where)
    made = {
        key: describer.as_json(value, _METHODS.get(key, ""), (key,))
        for key, value in document.items()
    }
    return made, tuple(describer.roles)


class _Describer:
    """Makes JSON of a document, and keeps the objects that it met."""

    def __init__(self, where: str) -> None:
        self._where = where
        self.roles: list[ObjectRole] = []

    def as_json(self, value: object, method: str, path: tuple[str | int, ...]) -> object:
        if value is None or isinstance(value, str | int | float):
            return value
        if isinstance(value, Mapping):
            made: dict[str, object] = {}
            for key, item in cast("Mapping[object, object]", value).items():
                if key == "callable" and method and is_object_role(item, method):
                    made = self._object(item, method, path) | made
                else:
                    made[str(key)] = self.as_json(item, method, (*path, str(key)))
            return made
        if isinstance(value, list):
            listed = cast("list[object]", value)
            return [self.as_json(item, method, (*path, place)) for place, item in enumerate(listed)]
        if method and is_object_role(value, method):
            return self._object(value, method, path)
        raise StudyError(
            f"`{field_of(path)}` is {kind_of(value)}",
            expected="what a study file may say there"
            + (f", a function, or an object with `{method}`" if method else ""),
            fix=f"correct `{field_of(path)}`",
            where=self._where,
        )

    def _object(self, value: object, method: str, path: tuple[str | int, ...]) -> dict[str, object]:
        try:
            role = read_object(value, method)
        except StudyError as error:
            raise error.at(f"{self._where}, {field_of(path)}") from None
        self.roles.append(role)
        return {"callable": role.target, "name": role.name}


def field_of(path: tuple[int | str, ...]) -> str:
    """`datasets[0].limit` for ("datasets", 0, "limit")."""
    shown = ""
    for step in path:
        shown += f"[{step}]" if isinstance(step, int) else f".{step}" if shown else step
    return shown


def line_in(text: str, path: tuple[int | str, ...]) -> str:
    """A field's line as ", line 7"; nothing where it cannot be found."""
    line = line_of(text, path)
    return f", line {line}" if line else ""

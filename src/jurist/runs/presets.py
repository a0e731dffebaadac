"""The servers of a study: fields as people write them, with limits under which calls are made."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Final

import msgspec

from jurist.errors import StudyError
from jurist.languages.texts import nearest_hint
from jurist.models import Preset
from jurist.models.presets import Auth, BatchApi, WireProtocol
from jurist.roles.spec import refuse_unlisted
from jurist.runs.study import StudyFile

_CHOICES: Final = {"protocol": WireProtocol, "auth": Auth, "batch": BatchApi}
_FIELD: Final = re.compile(r"(.*?)(?: - at `\$\.(\w+)`)?", re.DOTALL)
_IN_URL: Final = re.compile(r"\{([^}]*)\}")
_MOST: Final = 10_000


def read_presets(file: StudyFile) -> list[Preset]:
    """The servers that a study names.

    Raises:
        StudyError: One of them cannot be used: names the field and its line.
    """
    known = [field.name for field in fields(Preset)]
    presets: list[Preset] = []
    for name, given in file.study.models.presets.items():
        where = f"{file.place('models', 'presets', name)}, models.presets.{name}"
        for key in given:
            if key not in known:
                raise StudyError(
                    f"unknown key {key!r}",
                    expected=f"one of {', '.join(known)}",
                    fix=nearest_hint(key, known),
                    where=where,
                )
        try:
            preset = msgspec.convert({**given, "name": name}, Preset)
        except msgspec.ValidationError as error:
            raise _misread(str(error), where) from None
        _require_limits(preset, where)
        named = (preset.key_variable, preset.base_url_variable, *_IN_URL.findall(preset.base_url))
        refuse_unlisted(filter(None, named), file.study.environment, where=where)
        presets.append(preset)
    return presets


def _misread(said: str, where: str) -> StudyError:
    """What msgspec says of a preset, with the values that its field may have."""
    found = _FIELD.fullmatch(said)
    field = found[2] if found else None
    choices = _CHOICES.get(field or "")
    expected = f"one of {', '.join(choices)}" if choices else "a preset with `base_url`"
    return StudyError(
        f"the preset cannot be read: {found[1] if found else said}",
        expected=expected,
        fix=f"correct `{field}`" if field else "add the field",
        where=f"{where}.{field}" if field else where,
    )


def _require_limits(preset: Preset, where: str) -> None:
    """Raise `StudyError` for limits under which no call could ever be made."""
    for field, value, least in (
        ("concurrency", preset.concurrency, 1),
        ("max_concurrency", preset.max_concurrency, preset.concurrency),
        ("timeout_s", preset.timeout_s, 0.1),
    ):
        if not least <= value <= _MOST:
            raise StudyError(
                f"{field} is {value:g}",
                expected=f"a number from {least:g} to {_MOST:g}",
                fix=f"correct `{field}`",
                where=f"{where}.{field}",
            )
    for field in ("key_variable", "base_url_variable"):
        name: str = getattr(preset, field)
        if name and not name.isidentifier():
            raise StudyError(
                f"{field} is {name!r}"[:200],
                expected="the name of a variable of the environment",
                fix=f"correct `{field}`",
                where=f"{where}.{field}",
            )

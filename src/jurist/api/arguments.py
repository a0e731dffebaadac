"""Arguments as Python users give them; what is wrong with them is said in three parts."""

from __future__ import annotations

from pathlib import Path

from jurist.errors import InputError
from jurist.languages.documents import kind_of


def refuse_type(name: str, given: object, kinds: type | tuple[type, ...], expected: str) -> None:
    """Raise `InputError` where an argument is of none of these types."""
    wanted = kinds if isinstance(kinds, tuple) else (kinds,)
    if not isinstance(given, wanted) or (isinstance(given, bool) and bool not in wanted):
        raise InputError(
            f"`{name}` is {shown(given)}", expected=expected, fix=f"give `{name}` as that"
        )


def refuse_number(name: str, given: object, *, least: int) -> None:
    """Raise `InputError` where an argument is no whole number, or too small."""
    if type(given) is not int or given < least:
        raise InputError(
            f"`{name}` is {shown(given)}",
            expected=f"a whole number from {least}",
            fix=f"give one, or leave `{name}` out",
        )


def as_path(name: str, given: object) -> Path:
    """An argument that is a path, as text or as `Path`."""
    refuse_type(name, given, (str, Path), "a path, as text or as pathlib.Path")
    path = given if isinstance(given, Path) else Path(str(given))
    if not str(given) or "\0" in str(given):
        raise InputError(f"`{name}` is {shown(given)}", expected="the path of a file")
    return path


def shown(given: object) -> str:
    """A value as errors name it."""
    return "None" if given is None else kind_of(given)

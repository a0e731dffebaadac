"""Arguments as Python users give them; what is wrong with them is said in three parts."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar, cast

from jurist.errors import InputError
from jurist.languages.documents import kind_of
from jurist.languages.texts import nearest_hint

_W = TypeVar("_W", bound=StrEnum)


def refuse_type(name: str, given: object, kinds: type | tuple[type, ...], expected: str) -> None:
    """Raise `InputError` where an argument is of none of these types."""
    wanted = kinds if isinstance(kinds, tuple) else (kinds,)
    if not isinstance(given, wanted) or (isinstance(given, bool) and bool not in wanted):
        raise InputError(
            f"`{name}` is {in_words(given)}", expected=expected, fix=f"give `{name}` as that"
        )


def refuse_number(name: str, given: object, *, least: int) -> None:
    """Raise `InputError` where an argument is no whole number, or too small."""
    if type(given) is not int or given < least:
        raise InputError(
            f"`{name}` is {in_words(given)}",
            expected=f"a whole number from {least}",
            fix=f"give one, or leave `{name}` out",
        )


def refuse_share(name: str, given: object, *, most: float, such_as: float) -> None:
    """Raise `InputError` where an argument is no number from 0 to `most`."""
    number = isinstance(given, (int, float)) and not isinstance(given, bool)
    if not number or not 0 <= cast("float", given) <= most:  # NaN is in no range
        raise InputError(
            f"`{name}` is {in_words(given)}",
            expected=f"a number from 0 to {most:g}",
            fix=f"give {name}={such_as:g}",
        )


def refuse_no_flag(name: str, given: object) -> None:
    """Raise `InputError` where an argument is neither True nor False: "no" would count as yes."""
    if type(given) is not bool:
        raise InputError(
            f"`{name}` is {in_words(given)}",
            expected="True or False",
            fix=f"give {name}=True, or leave `{name}` out",
        )


def names(name: str, given: object) -> tuple[str, ...]:
    """An argument that is a list of names."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputError(
            f"`{name}` is {in_words(cast('object', given))}",
            expected="a list of names",
            fix=f"write {name}=[...]",
        )
    listed = tuple(cast("Iterable[object]", given))
    for place, each in enumerate(listed):
        refuse_type(f"{name}[{place}]", each, str, "a name as text")
    return cast("tuple[str, ...]", listed)


def member(name: str, given: object, words: type[_W]) -> _W:
    """An argument that is one of the words of an enumeration."""
    known = [str(word) for word in words]
    if not isinstance(given, str) or given not in known:
        near = nearest_hint(given, known) if isinstance(given, str) else ""
        raise InputError(
            f"`{name}` is {in_words(given)}",
            expected=f"one of {', '.join(known)}",
            fix=near or f"give `{name}` one of these",
        )
    return words(given)


def as_path(name: str, given: object) -> Path:
    """An argument that is a path, as text or as `Path`."""
    refuse_type(name, given, (str, Path), "a path, as text or as pathlib.Path")
    path = given if isinstance(given, Path) else Path(str(given))
    if not str(given) or "\0" in str(given):
        raise InputError(f"`{name}` is {in_words(given)}", expected="the path of a file")
    return path


def in_words(given: object) -> str:
    """A value as errors name it."""
    return "None" if given is None else kind_of(given)

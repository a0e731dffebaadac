"""Languages by name: the built-in ones and those of installed packages.

A package offers a language as an entry point of the group `jurist.languages` that
names a callable without arguments (a class will do) whose result is a `Language`.
"""

from __future__ import annotations

import difflib
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from jurist.errors import InputError, SchemaError, UnsupportedError
from jurist.languages.base import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from importlib.metadata import EntryPoint

GROUP = "jurist.languages"

# Named here as well, so that a source tree without package metadata has them.
_BUILT_IN = {
    "cql": ("jurist.languages.cql.language", "CqlLanguage"),
    "sql": ("jurist.languages.sql.language", "SqlLanguage"),
}
_DEFAULT = "cql"


def language_names() -> tuple[str, ...]:
    """All languages that there are, sorted; none of them is loaded for this."""
    return tuple(sorted({*_BUILT_IN, *_entry_points()}))


def default_language() -> Language:
    """The language of queries and schemas of which nothing says it."""
    return get_language(_DEFAULT)


def language_of(document: Mapping[str, object], *, where: str) -> Language:
    """The language that a schema's document says; the default one where it says none.

    Args:
        document: What stands in a schema file.
        where: The file's name, for errors.

    Raises:
        SchemaError: There is no such language.
        UnsupportedError: The package that offers it cannot be loaded.
    """
    try:
        return get_language(str(document.get("language", _DEFAULT)))
    except InputError as error:
        raise SchemaError(
            error.problem,
            expected=error.expected,
            fix=error.fix,
            where=f"{where}, at language",
            path=("language",),
        ) from None


@cache
def get_language(name: str) -> Language:
    """The language of this name.

    Raises:
        InputError: There is no such language.
        UnsupportedError: The package that offers it cannot be loaded.
    """
    if name in _BUILT_IN:
        module, attribute = _BUILT_IN[name]
        return cast("Callable[[], Language]", getattr(import_module(module), attribute))()
    offered = _entry_points().get(name)
    if offered is None:
        known = language_names()
        near = difflib.get_close_matches(name[:80].lower(), known, n=1)
        raise InputError(
            f"unknown language {name[:80]!r}",
            expected="one of " + ", ".join(known),
            fix=f"did you mean {near[0]!r}?" if near else "install the package that offers it",
        )
    try:
        make = cast("Callable[[], Language]", offered.load())
    except (ImportError, AttributeError) as error:
        raise UnsupportedError(
            f"the language {name!r} is offered as {offered.value}, which cannot be loaded: {error}",
            expected="a package that can be imported",
            fix="mend or remove that package",
        ) from error
    return make()


def _entry_points() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=GROUP)}

"""Where in a schema document we are, for errors that say so, and typed access there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from jurist.errors import SchemaError
from jurist.languages.documents import MAX_NODES, kind_of


@dataclass(slots=True)
class _Budget:
    """How many more values a document may have, aliases counted as often as met."""

    left: int = MAX_NODES


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document: the file and the path of keys to it."""

    where: str
    path: tuple[str, ...] = ()
    _budget: _Budget = field(default_factory=_Budget, compare=False, repr=False)

    def at(self, key: str | int) -> Place:
        """The place of a member."""
        if self._budget.left <= 0:
            raise self.error("too many values", expected=f"at most {MAX_NODES:,}")
        self._budget.left -= 1
        return Place(self.where, (*self.path, str(key)), self._budget)

    def error(self, problem: str, *, expected: str = "", fix: str = "") -> SchemaError:
        """An error that names this place."""
        spot = ".".join(step[:80] for step in self.path)
        where = f"{self.where}, at {spot}" if spot else self.where
        return SchemaError(problem, expected=expected, fix=fix, where=where)

    def mapping(self, value: object) -> Mapping[str, object]:
        """The value as a mapping; empty where there is none."""
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.error(f"found {kind_of(value)}", expected="a mapping of names to values")
        mapping = cast("Mapping[object, object]", value)
        odd = next((key for key in mapping if not isinstance(key, str)), None)
        if odd is not None:
            raise self.error(f"the key {odd!r} is not text", fix=f"write it as '{odd}'")
        return cast("Mapping[str, object]", mapping)

    def listing(self, value: object) -> list[object]:
        """The value as a list; empty where there is none."""
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise self.error(f"found {kind_of(value)}", expected="a list")
        return list(cast("Iterable[object]", value))

    def text(self, value: object) -> str:
        """The value as text; empty where there is none."""
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.error(f"found {kind_of(value)}", expected="text")
        return value

    def known_keys(self, mapping: Mapping[str, object], known: Iterable[str]) -> None:
        """Refuse keys that are not known, naming the nearest that is."""
        names = tuple(known)
        for key in mapping:
            if key not in names:
                near = difflib.get_close_matches(key[:80], names, n=1)
                raise self.at(key).error(
                    f"unknown key {key[:80]!r}",
                    expected="one of " + ", ".join(names),
                    fix=f"did you mean {near[0]!r}?" if near else "remove it",
                )

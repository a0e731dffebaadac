"""Where in a schema document we are, for errors that say so, and typed access there."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Self, cast

from jurist.errors import SchemaError
from jurist.languages.documents import kind_of

MAX_FACTS = 200_000
"""What one schema may describe, aliases counted as used."""


@dataclass(slots=True)
class _Budget:
    left: int = MAX_FACTS


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document: the file and the path of keys to it."""

    where: str
    path: tuple[str, ...] = ()
    _budget: _Budget = field(default_factory=_Budget, compare=False, repr=False)

    def at(self, key: str | int) -> Self:
        """The place of a member."""
        return replace(self, path=(*self.path, str(key)))

    def count(self) -> None:
        """Count one more thing that is described, so that shared parts cannot explode."""
        if self._budget.left <= 0:
            raise self.error("too much is described", expected=f"at most {MAX_FACTS:,} things")
        self._budget.left -= 1

    def error(self, problem: str, *, expected: str = "", fix: str = "") -> SchemaError:
        """An error that names this place."""
        spot = ".".join(step[:80] for step in self.path)
        where = f"{self.where}, at {spot}" if spot else self.where
        return SchemaError(problem, expected=expected, fix=fix, where=where, path=self.path)

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

    def known_keys(self, mapping: Mapping[str, object], known: Collection[str]) -> None:
        """Refuse keys that are not known, naming the nearest that is."""
        for key in mapping:
            if key not in known:
                raise self.at(key).unknown("key", key, known)

    def known_word(self, what: str, word: str, known: Collection[str]) -> None:
        """Refuse a word that is not known, naming the nearest that is."""
        if word not in known:
            raise self.unknown(what, word, known)

    def unknown(self, what: str, word: str, known: Collection[str]) -> SchemaError:
        """The error that says that a word is not known here."""
        shown = ", ".join([*islice(known, 12), *(["..."] if len(known) > 12 else [])])
        return self.error(
            f"unknown {what} {word[:80]!r}",
            expected=f"one of {shown}" if shown else f"no {what}",
            fix=self.instead_of(what, word, known),
        )

    def instead_of(self, what: str, word: str, known: Collection[str]) -> str:
        """What to do about a word that is not known; a language may know better."""
        del what
        near = difflib.get_close_matches(word[:80], known, n=1)
        return f"did you mean {near[0]!r}?" if near else "remove it"

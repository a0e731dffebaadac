"""What tables, columns and foreign keys are called in English, from their names and descriptions.

A column's noun is how its description begins, where that is short; else the words of its name.
A foreign key is called what its column is called, without "id": an order's `customer_id` leads to
"the customer of the order". A noun that two things of the same kind share is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, TypeVar

from jurist.languages.sql.schemas.schema import Column, ForeignKey, SqlSchema, Table

Noun = tuple[str, ...]
"""Lower-case words."""
T = TypeVar("T")

RESERVED: Final = frozenset(
    (
        *("all", "among", "and", "belonging", "combination", "each", "every", "if", "or"),
        *("otherwise", "this", "where", "whose"),
    )
)
"""Words of the grammar that no noun has, or a request could be read in two ways."""
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_BEGINNING: Final = re.compile(r"[^,;:(.]*")
_LONGEST: Final = 4
_KEY_ENDINGS: Final = frozenset({"id", "code", "no", "number", "key", "nr", "num"})


@dataclass(frozen=True)
class TableNouns:
    """The words for one table: for a row, for rows, and for what belongs to a row."""

    table: Table
    singular: Noun
    plural: Noun
    columns: Mapping[Noun, Column]
    roles: Mapping[Noun, ForeignKey]

    def of_column(self, name: str, *, plain: bool) -> Noun | None:
        """The noun of a column.

        Args:
            name: The column's, whatever its case.
            plain: Whether the words of the name come before those of the description.
        """
        low = name.lower()
        nouns = [noun for noun, column in self.columns.items() if column.name.lower() == low]
        return next(iter(reversed(nouns) if plain else nouns), None)

    def of_role(self, key: ForeignKey) -> Noun | None:
        """The noun of the row that a foreign key leads to."""
        return next((noun for noun, other in self.roles.items() if other == key), None)


@dataclass(frozen=True)
class Nouns:
    """The words for all that a schema has."""

    schema: SqlSchema

    @cached_property
    def tables(self) -> dict[str, TableNouns]:
        """By lower-cased names."""
        return {table.name.lower(): self._of_table(table) for table in self.schema.tables}

    @cached_property
    def singular(self) -> dict[Noun, TableNouns]:
        """Tables by the word for a row."""
        return unambiguous((nouns.singular, nouns) for nouns in self.tables.values())

    @cached_property
    def plural(self) -> dict[Noun, TableNouns]:
        """Tables by the word for rows."""
        return unambiguous((nouns.plural, nouns) for nouns in self.tables.values())

    @cached_property
    def leading(self) -> frozenset[Noun]:
        """What may stand after "of the": where keys lead, and rows of other tables."""
        roles = (role for nouns in self.tables.values() for role in nouns.roles)
        return frozenset((*roles, *self.singular))

    def of(self, table: str) -> TableNouns:
        """The words for the table of a name."""
        return self.tables[table.lower()]

    def _of_table(self, table: Table) -> TableNouns:
        words = words_of(table.name)
        *before, last = words
        return TableNouns(
            table,
            (*before, singular_of(last)),
            (*before, plural_of(singular_of(last))),
            unambiguous([*_described(table), *_named(table)]),
            unambiguous((self._role(key, table), key) for key in table.foreign_keys),
        )

    def _role(self, key: ForeignKey, table: Table) -> Noun:
        column = table.column(key.columns[-1])
        described = _beginning(column.description) if column else ()
        words = list(described or words_of(key.columns[-1]))
        while words and words[-1] in _KEY_ENDINGS:
            words.pop()
        if len(key.columns) > 1 or not words or _is_reserved(words):
            *before, last = words_of(key.table)
            return (*before, singular_of(last))
        return tuple(words)


@lru_cache(maxsize=32)
def nouns_of(schema: SqlSchema) -> Nouns:
    """The words for a schema."""
    return Nouns(schema)


def _described(table: Table) -> Iterator[tuple[Noun, Column]]:
    for column in table.columns:
        beginning = _beginning(column.description)
        leads_on = any(key.columns == (column.name,) for key in table.foreign_keys)
        if beginning and leads_on and beginning[-1] not in _KEY_ENDINGS:
            beginning = (*beginning, "id")  # what the key leads to has the noun itself
        if beginning and not _is_reserved(beginning):
            yield beginning, column


def _named(table: Table) -> Iterator[tuple[Noun, Column]]:
    for column in table.columns:
        words = words_of(column.name)
        if words[0] in {"is", "has"} and len(words) > 1:
            words = words[1:]
        if not _is_reserved(words):
            yield words, column


def _beginning(description: str) -> Noun:
    """The first words of a description, where they are few enough to be a name."""
    match = _BEGINNING.match(description)
    words = tuple(_WORD.findall(match[0].lower())) if match else ()
    return words if len(words) <= _LONGEST else ()


def _is_reserved(words: Iterable[str]) -> bool:
    return not RESERVED.isdisjoint(words)


def words_of(name: str) -> Noun:
    """The words of an identifier, in lower case."""
    return tuple(_WORD.findall(_HUMP.sub(" ", name).lower())) or ("unnamed",)


def unambiguous(pairs: Iterable[tuple[Noun, T]]) -> dict[Noun, T]:
    """A mapping of the nouns that stand for one thing alone, in their order."""
    found: dict[Noun, T] = {}
    shared: set[Noun] = set()
    for noun, named in pairs:
        if noun in found and found[noun] != named:
            shared.add(noun)
        found.setdefault(noun, named)
    return {noun: named for noun, named in found.items() if noun not in shared}


def singular_of(word: str) -> str:
    """The singular of a noun, by its ending; a singular stays."""
    for ending, other in _SINGULARS:
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)] + other
    return word


def plural_of(word: str) -> str:
    """The plural of a singular noun, by its ending."""
    for ending, other in _PLURALS:
        if word.endswith(ending):
            return word[: len(word) - len(ending)] + other
    return word + "s"


_SINGULARS: Final = (
    ("people", "person"), ("children", "child"), ("movies", "movie"),
    ("noses", "nosis"), ("lyses", "lysis"),
    ("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("tuses", "tus"),
    ("puses", "pus"), ("ss", "ss"), ("us", "us"), ("is", "is"), ("s", ""),
)  # fmt: skip
_PLURALS: Final = (
    ("person", "people"), ("child", "children"), ("nosis", "noses"), ("lysis", "lyses"),
    ("ay", "ays"), ("ey", "eys"), ("oy", "oys"), ("y", "ies"), ("ss", "sses"), ("x", "xes"),
    ("ch", "ches"), ("sh", "shes"), ("us", "uses"), ("is", "ises"),
)  # fmt: skip

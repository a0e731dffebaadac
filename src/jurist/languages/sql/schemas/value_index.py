"""What stands in the text columns of a live database, to find what a request names by value.

Off unless the schema file asks for it (`database: {address, values: shown}`): what is found
stands in prompts, so that values of the database reach models.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jurist.languages.sql.schemas.facts import literal
from jurist.languages.sql.schemas.live import opened
from jurist.languages.sql.schemas.probing import Probe, probe_of
from jurist.languages.sql.schemas.schema import SqlSchema, Table, spelled
from jurist.languages.sql.values import ValueType

MOST_VALUES: Final = 5_000
"""Of one column; of one with more the first so many."""
MOST: Final = 200_000
"""Of all columns."""
LONGEST: Final = 80
"""Characters of a value."""
_MOST_WORDS: Final = 6
"""Of a value that a request may name."""
_MOST_FOUND: Final = 20
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Place:
    """A value, and a column that it stands in."""

    table: str
    column: str
    value: str

    def __str__(self) -> str:
        """As a condition."""
        return f"{spelled(self.table)}.{spelled(self.column)} = {literal(self.value)}"


@dataclass(frozen=True, slots=True)
class ValueIndex:
    """Values by their words, lower-cased."""

    places: dict[tuple[str, ...], tuple[Place, ...]]

    def named(self, text: str) -> tuple[Place, ...]:
        """Where the values stand that a text names, the longest first; never many.

        A value is named where its words stand beside each other, whatever their case and what
        stands between them.
        """
        words = [word.lower() for word in _WORD.findall(text)]
        found: dict[Place, None] = {}
        covered: set[int] = set()
        for size in range(min(_MOST_WORDS, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                span = set(range(start, start + size))
                places = self.places.get(tuple(words[start : start + size]), ())
                if places and not span <= covered:
                    covered |= span
                    found |= dict.fromkeys(places)
        return tuple(found)[:_MOST_FOUND]


def value_index(schema: SqlSchema) -> ValueIndex | None:
    """The index of a schema's database, made once; `None` where none is asked for.

    Raises:
        SchemaError: The database cannot be opened or read.
    """
    if schema.database is None or not schema.database.lends_values:
        return None
    return _index_of(schema)


@lru_cache(maxsize=8)
def _index_of(schema: SqlSchema) -> ValueIndex | None:
    if schema.database is None:
        return None
    with opened(schema.database.address) as database:
        return index_of(schema, probe_of(database))


def index_of(schema: SqlSchema, probe: Probe) -> ValueIndex:
    """The index of what a database holds in the tables of a schema."""
    places: dict[tuple[str, ...], dict[Place, None]] = {}
    number = 0
    for table in schema.tables:
        for place in _places(table, probe) if probe.has(table) else ():
            words = tuple(word.lower() for word in _WORD.findall(place.value))
            if number < MOST and 0 < len(words) <= _MOST_WORDS:
                number += 1
                places.setdefault(words, {})[place] = None
    return ValueIndex({words: tuple(of) for words, of in places.items()})


def _places(table: Table, probe: Probe) -> Iterator[Place]:
    for column in table.columns:
        if column.type is ValueType.TEXT:
            for value in _values(table, column.name, probe):
                if isinstance(value, str) and len(value) <= LONGEST:
                    yield Place(table.name, column.name, value)


def _values(table: Table, column: str, probe: Probe) -> Sequence[object]:
    name, place = probe.name(table.name), probe.columns(table, (column,))[0]
    rows = probe.database.rows(
        f"SELECT DISTINCT {place} FROM {name} WHERE {place} IS NOT NULL "  # noqa: S608 - quoted
        f"ORDER BY {place} LIMIT {MOST_VALUES}"
    )
    return [value for (value,) in rows]

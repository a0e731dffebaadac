"""What of a table does not change from database to database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jurist.languages.sql.databases.checks import Checks
from jurist.languages.sql.databases.hints import Hints
from jurist.languages.sql.schemas.schema import ForeignKey, Table


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a table does not change from database to database."""

    table: Table
    name: str
    idle: frozenset[str]
    """Columns that nobody asks for, lower-cased."""
    keys: tuple[tuple[int, ...], ...]
    in_keys: frozenset[int]
    foreign: tuple[tuple[tuple[int, ...], ForeignKey, tuple[int, ...]], ...]
    """Places of the columns, the key, and the places of its parents in their rows."""
    checks: Checks | None


def shape_of(hints: Hints, table: Table) -> Shape:
    """What the rows of a table must look like."""
    name = table.name.lower()
    places = {column.name.lower(): place for place, column in enumerate(table.columns)}
    keys = tuple(tuple(places[column.lower()] for column in key) for key in table.keys)
    foreign = tuple(
        (
            tuple(places[column.lower()] for column in key.columns),
            key,
            _places_in(hints.tables[key.table.lower()], key.parents),
        )
        for key in table.foreign_keys
        if key.table.lower() in hints.tables
    )
    used = {place for key in keys for place in key}
    used |= {place for columns, _, _ in foreign for place in columns}
    used |= {places[column] for of, column in hints.mentioned if of == name and column in places}
    referred = {
        column.lower()
        for other in hints.tables.values()
        for key in other.foreign_keys
        if key.table.lower() == name
        for column in key.parents
    }
    idle = frozenset(
        column
        for column, place in places.items()
        if place not in used and column not in referred and not table.checks
    )
    in_keys = frozenset(place for key in keys for place in key)
    checks = Checks(table, hints.schema.dialect) if table.checks else None
    return Shape(table, name, idle, keys, in_keys, foreign, checks)


def _places_in(table: Table, columns: Sequence[str]) -> tuple[int, ...]:
    places = {column.name.lower(): place for place, column in enumerate(table.columns)}
    return tuple(places[column.lower()] for column in columns)

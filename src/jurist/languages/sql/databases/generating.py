"""Databases without end, seeded, on which every declared fact holds by the way they are made."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from jurist.languages.effort import spend
from jurist.languages.sql.databases.hints import Hints, Place
from jurist.languages.sql.databases.pools import Pool, number, pool
from jurist.languages.sql.databases.profiles import PROFILES, Profile
from jurist.languages.sql.databases.rows import Choices, Rows
from jurist.languages.sql.databases.shapes import shape_of
from jurist.languages.sql.readings import Presence
from jurist.languages.sql.schemas.schema import Column
from jurist.languages.sql.values import Database, Row, Value


def databases(hints: Hints, seed: int = 0) -> Iterator[Database]:
    """Databases of the tables that two queries mention, the empty one first.

    Every third has blocks of as many like rows as the queries' counts and limits turn on; in
    every ninth a table is empty.

    Args:
        hints: What the queries mention.
        seed: Of all chance.
    """
    chance = random.Random(seed)  # noqa: S311 - nothing here is secret
    may_be_empty = hints.schema.readings.empty_tables is Presence.POSSIBLE
    maker = _Maker(hints, chance)
    if may_be_empty or not hints.tables:
        yield {table.name: () for table in hints.tables.values()}
    turn = 0
    while hints.tables:
        block, empty = 0, ""
        if hints.thresholds and turn % 3 == 2:
            block = chance.choice(hints.thresholds)
        elif turn % 9 == 7 and may_be_empty:
            empty = chance.choice(sorted(hints.tables))
        made = maker.database(PROFILES[turn % len(PROFILES)], block, empty)
        if may_be_empty or all(made.values()):
            yield made
        turn += 1


class _Maker:
    def __init__(self, hints: Hints, chance: random.Random) -> None:
        self._hints = hints
        self._chance = chance
        self._order = [shape_of(hints, table) for table in hints.in_order()]
        self._classes = hints.classes
        self._pools: dict[object, Pool] = {}
        self._has_nulls = hints.schema.readings.nulls is Presence.POSSIBLE

    def database(self, profile: Profile, block: int, empty: str) -> Database:
        nulls = profile.nulls if self._has_nulls else 0.0
        choices = Choices(self._pool_of, self._chance, profile, nulls, block)
        rows: dict[str, list[Row]] = {}
        for shape in self._order:
            size = self._chance.randint(*profile.rows)
            if block and self._chance.random() < 0.75:
                size = max(size, block + self._chance.randint(0, 3))
            rows[shape.name] = []
            if shape.name != empty:
                Rows(self._chance, shape, choices, rows).fill(size)
        self._drop_dangling(rows)
        spend(4 * sum(map(len, rows.values())) + 10)
        return {shape.table.name: tuple(rows[shape.name]) for shape in self._order}

    def _pool_of(self, place: Place, column: Column) -> tuple[object, Pool]:
        """The pool of a column, and what else draws the same values from it."""
        stands_for = self._hints.joined(place)
        key = (stands_for, column.type, column.values, column.minimum, column.maximum)
        if key not in self._pools:
            self._pools[key] = pool(self._hints, self._classes[stands_for], column)
        return key, self._pools[key]

    def _drop_dangling(self, rows: dict[str, list[Row]]) -> None:
        """Drop what refers to no row: of tables in a circle, or whose parents came too late."""
        is_changed = True
        while is_changed:
            is_changed = False
            for shape in self._order:
                for places, key, parents in shape.foreign:
                    known = {_loosely(row, parents) for row in rows[key.table.lower()]}
                    kept = [
                        row
                        for row in rows[shape.name]
                        if any(row[place] is None for place in places)
                        or _loosely(row, places) in known
                    ]
                    if len(kept) != len(rows[shape.name]):
                        rows[shape.name] = kept
                        is_changed = True


def _loosely(row: Sequence[Value], places: Sequence[int]) -> tuple[Value, ...]:
    """The values of a key as a key of another type reads them."""
    cells = (row[place] for place in places)
    return tuple(
        cell if not isinstance(cell, str) or (read := number(cell)) is None else read
        for cell in cells
    )

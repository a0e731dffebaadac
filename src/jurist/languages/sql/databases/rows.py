"""The rows of a table, none of which breaks what is declared of it."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from jurist.languages.sql.databases.hints import Place
from jurist.languages.sql.databases.pools import Pool, number
from jurist.languages.sql.databases.profiles import Profile
from jurist.languages.sql.databases.shapes import Shape
from jurist.languages.sql.schemas.schema import Column, ForeignKey
from jurist.languages.sql.values import Row, Value, ValueType

_TRIES: Final = 8
"""To make a row that breaks no key."""
_FAILURES: Final = 1
"""Rows of a table that may come to nothing: then keys leave no room, or parents are missing."""
_HERO: Final = 0.3
"""Share of rows that have, nearly everywhere, the value of the database's hero: conditions on
several columns would hardly ever hold of one row else."""
_HERO_CELLS: Final = 0.85
_SHARED: Final = 0.75
"""Share of columns in which the rows of a block agree."""


@dataclass(slots=True)
class _Cells:
    """What the cells of a column are drawn from, in one database."""

    column: Column
    values: Sequence[Value]
    hero: Value
    """Of an idle column the only one; else the same in all columns with these values."""
    weights: Sequence[float] | None
    """Summed up, where some values come more often than others."""
    is_idle: bool
    is_alone_key: bool
    is_in_key: bool

    def any(self, chance: random.Random) -> Value:
        """One of the values, by chance."""
        if not self.values:
            return None
        at = chance.random()
        if self.weights is None:
            return self.values[int(at * len(self.values))]
        return self.values[bisect(self.weights, at * self.weights[-1])]


@dataclass(slots=True)
class Choices:
    """The values that one database draws from.

    Args:
        pool_of: The pool of a column, and a key for what draws from it together.
        chance: Of the database.
        profile: Of the database.
        nulls: Share of the cells of nullable columns.
        block: Size of the blocks of like rows; 0: none.
    """

    pool_of: Callable[[Place, Column], tuple[object, Pool]]
    chance: random.Random
    profile: Profile
    nulls: float
    block: int
    _drawn: dict[object, list[Value]] = field(default_factory=dict[object, list[Value]])

    @property
    def is_skewed(self) -> bool:
        """Whether some values come far more often than others."""
        return self.profile.is_skewed or self.block > 0

    def values(self, place: Place, column: Column) -> list[Value]:
        """What the cells of a column are drawn from."""
        key, offered = self.pool_of(place, column)
        if key not in self._drawn:
            self._drawn[key] = self._draw(offered, column)
        return self._drawn[key]

    def idle_value(self, place: Place, column: Column) -> Value:
        """The value of a column that nobody asks for."""
        _, offered = self.pool_of(place, column)
        return next(iter((*offered.others, *offered.at_constants)), None)

    def _draw(self, offered: Pool, column: Column) -> list[Value]:
        chance = self.chance
        size = self.profile.values
        at_constants, others = list(offered.at_constants), list(offered.others)
        chance.shuffle(at_constants)
        chance.shuffle(others)
        if self.block and chance.random() < 0.4:
            size = max(size, self.block + 3)
            others += [value for value in _more(column, size) if value not in at_constants]
        drawn: dict[Value, None] = {}
        while len(drawn) < size and (at_constants or others):
            is_at = bool(at_constants) and chance.random() < self.profile.at_constants
            drawn[(at_constants if is_at or not others else others).pop()] = None
        return list(drawn)


@dataclass(slots=True)
class Rows:
    """The rows of one table under way."""

    chance: random.Random
    shape: Shape
    chosen: Choices
    tables: dict[str, list[Row]]
    cells: list[_Cells] = field(default_factory=list[_Cells])
    seen: list[set[Row]] = field(default_factory=list[set[Row]])
    model: Row | None = None
    """The row that the others of a block are like."""
    shared: frozenset[int] = frozenset()

    def fill(self, size: int) -> None:
        """Add about so many rows."""
        chance, shape = self.chance, self.shape
        self.cells = [self._cells(at, column) for at, column in enumerate(shape.table.columns)]
        self.seen = [set() for _ in shape.keys]
        block = self.chosen.block
        if block:
            block = chance.choice((block, block, block - 1, block + 1))
            size = max(size, block) if chance.random() < 0.5 else block
        rows = self.tables[shape.name]
        failures = 0
        for number_ in range(size):
            row = self._row(number_, is_of_block=len(rows) < block)
            if row is None:
                failures += 1
                if failures > _FAILURES:
                    break
                continue
            rows.append(row)
            if self.model is None:
                self.model = row
                places = range(len(row))
                self.shared = frozenset(p for p in places if chance.random() < _SHARED)
            if not shape.keys and self.chosen.profile.is_skewed and chance.random() < 0.3:
                rows.append(chance.choice(rows))

    def _cells(self, at: int, column: Column) -> _Cells:
        chance, shape = self.chance, self.shape
        place = (shape.name, column.name.lower())
        is_idle = place[1] in shape.idle
        values = () if is_idle else self.chosen.values(place, column)
        hero = self.chosen.idle_value(place, column) if is_idle else next(iter(values), None)
        weights = None
        if values and self.chosen.is_skewed:
            weights = list(accumulate(chance.random() ** 3 + 0.02 for _ in values))
        return _Cells(
            column,
            values,
            hero,
            weights,
            is_idle=is_idle,
            is_alone_key=(at,) in shape.keys,
            is_in_key=at in shape.in_keys,
        )

    def _row(self, index: int, *, is_of_block: bool) -> Row | None:
        """A row that breaks nothing, if one comes about in a few tries."""
        for attempt in range(_TRIES):
            row = self._attempt(index, attempt, is_of_block=is_of_block)
            if row is None:
                continue
            keys = [tuple(row[place] for place in key) for key in self.shape.keys]
            pairs = list(zip(keys, self.seen, strict=True))
            if any(None not in key and key in seen for key, seen in pairs):
                continue
            if self.shape.checks is not None and not self.shape.checks.hold(row):
                continue
            for key, seen in pairs:
                seen.add(key)
            return tuple(row)
        return None

    def _attempt(self, index: int, attempt: int, *, is_of_block: bool) -> list[Value] | None:
        chance = self.chance
        draw, nulls = chance.random, self.chosen.nulls
        model = self.model if is_of_block and attempt < 3 else None
        has_hero = model is None and draw() < _HERO
        row: list[Value] = []
        for place, cells in enumerate(self.cells):
            value: Value
            if cells.is_idle:
                value = cells.hero
            elif model is not None and place in self.shared and not cells.is_alone_key:
                value = model[place]
            elif nulls and cells.column.nullable and draw() < nulls:
                value = None
            elif cells.is_in_key and (attempt or draw() < 0.6):
                value = self._of_key(cells, index, attempt)
            elif has_hero and draw() < _HERO_CELLS:
                value = cells.hero
            else:
                value = cells.any(chance)
            if value is None and not cells.column.nullable:
                return None
            row.append(value)
        return row if self._refer(row, model) else None

    def _of_key(self, cells: _Cells, index: int, attempt: int) -> Value:
        """A value that no other row has yet, as far as that is in one column's hands."""
        column, chance = cells.column, self.chance
        is_bound = column.values is not None or (column.minimum, column.maximum) != (None, None)
        is_shared = not cells.is_alone_key and attempt < 3
        if is_bound or is_shared or (attempt < 2 and chance.random() < 0.4):
            return cells.any(chance)
        spread = 0 if attempt < 3 else chance.randint(0, 50)
        match column.type:
            case ValueType.INTEGER:
                return index + 1 + spread
            case ValueType.REAL:
                return float(index + 1 + spread)
            case ValueType.DATE | ValueType.TIMESTAMP:
                day = f"2019-{1 + (index + spread) % 12:02}-{1 + (index + spread) % 28:02}"
                return day if column.type is ValueType.DATE else f"{day} 00:00:00"
            case ValueType.TEXT:
                return f"{cells.any(chance) or ''}{index + spread}"
            case _:
                return cells.any(chance)

    def _refer(self, row: list[Value], model: Row | None) -> bool:
        """Let foreign keys refer to rows that there are; false where one cannot."""
        columns = self.shape.table.columns
        touched: set[int] = set()
        for places, key, parents in self.shape.foreign:
            if any(row[place] is None for place in places):
                continue
            if model is not None and all(place in self.shared for place in places):
                continue
            there = self._parents(key, row)
            if there is None:
                continue
            if touched & set(places):  # two keys share a column: the first one has chosen
                agreeing = [
                    parent
                    for parent in there
                    if all(
                        place not in touched or _fit(parent[at], columns[place].type) == row[place]
                        for place, at in zip(places, parents, strict=True)
                    )
                ]
                there = agreeing
            parent = self._one_of(there)
            for place, at in zip(places, parents, strict=True):
                value = None if parent is None else self._as_child(parent[at], columns[place])
                if value is None and not columns[place].nullable:
                    return False
                row[place] = value
            touched.update(places)
        return True

    def _parents(self, key: ForeignKey, row: list[Value]) -> Sequence[Row] | None:
        """The rows that a key may refer to; `None` where they are not made yet."""
        name = key.table.lower()
        if name == self.shape.name:
            itself = [tuple(row)] if self.chance.random() < 0.35 else []
            return [*self.tables[name], *itself]
        return self.tables.get(name)

    def _one_of(self, there: Sequence[Row]) -> Row | None:
        if not there:
            return None
        skew = 2.5 if self.chosen.is_skewed else 1.0
        return there[min(int(self.chance.random() ** skew * len(there)), len(there) - 1)]

    def _as_child(self, value: Value, column: Column) -> Value:
        fitted = _fit(value, column.type)
        if column.values is not None and fitted not in column.values:
            return None
        if isinstance(fitted, int | float):
            low, high = column.minimum, column.maximum
            if (low is not None and fitted < low) or (high is not None and fitted > high):
                return None
        is_other = isinstance(value, int) and isinstance(fitted, str)
        # SQLite reads '01' as 1 where a text refers to an integer.
        return f"0{fitted}" if is_other and self.chance.random() < 0.3 else fitted


def _fit(value: Value, type_: ValueType) -> Value:
    """A parent's value as one of the child's type; `None` where it is none."""
    if type_ is ValueType.TEXT and isinstance(value, int | float):
        return str(value)
    if type_ in {ValueType.INTEGER, ValueType.REAL} and isinstance(value, str):
        fitted = number(value)
        return fitted if type_ is ValueType.REAL or isinstance(fitted, int) else None
    return value


def _more(column: Column, size: int) -> Iterator[Value]:
    """Further values where many different ones are asked for."""
    if column.values is not None or (column.minimum, column.maximum) != (None, None):
        return
    if column.type is ValueType.INTEGER:
        yield from range(6, 6 + size)
    elif column.type is ValueType.REAL:
        yield from map(float, range(6, 6 + size))
    elif column.type is ValueType.TEXT:
        yield from (f"v{place}" for place in range(size))

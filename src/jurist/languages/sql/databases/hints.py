"""What two queries mention, as it bears on the rows that could tell them apart.

Names are resolved by alias and by column alone, whatever their scope: a hint too many only
makes a value that nobody asks for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table

Place: TypeAlias = tuple[str, str]
"""A table's column, both names lower-cased."""
_THRESHOLD: Final = 3
"""Counts below it come about by themselves."""


@dataclass
class Hints:
    """Tables and what their columns are compared with.

    Args:
        schema: Where the tables stand.
    """

    schema: SqlSchema
    tables: dict[str, Table] = field(default_factory=dict[str, Table])
    """By lower-cased name: those mentioned and those that their foreign keys need."""
    mentioned: set[Place] = field(default_factory=set[Place])
    constants: defaultdict[Place, dict[str, None]] = field(
        default_factory=lambda: defaultdict[Place, dict[str, None]](dict)
    )
    """As they are written, in the order in which they are met."""
    patterns: defaultdict[Place, dict[str, None]] = field(
        default_factory=lambda: defaultdict[Place, dict[str, None]](dict)
    )
    numeric_texts: set[Place] = field(default_factory=set[Place])
    """Texts that are reckoned with."""
    counts: set[int] = field(default_factory=set[int])
    """What counts are compared with, and limits."""
    _parents: dict[Place, Place] = field(default_factory=dict[Place, Place])

    def add_tables(self, names: Iterable[str]) -> None:
        """Take in tables, and those that their foreign keys refer to."""
        waiting = sorted({name.lower() for name in names}, reverse=True)
        while waiting:
            name = waiting.pop()
            table = self.schema.table(name)
            if table is None or name in self.tables:
                continue
            self.tables[name] = table
            waiting.extend(key.table.lower() for key in table.foreign_keys)
        for name, table in self.tables.items():
            for key in table.foreign_keys:
                for child, parent in zip(key.columns, key.parents, strict=False):
                    self.join((name, child.lower()), (key.table.lower(), parent.lower()))

    @cached_property
    def columns(self) -> Mapping[Place, Column]:
        """Each column of the tables taken in."""
        return {
            (name, column.name.lower()): column
            for name, table in self.tables.items()
            for column in table.columns
        }

    @cached_property
    def by_column(self) -> Mapping[str, tuple[Place, ...]]:
        """Where a column of a name may stand."""
        places: defaultdict[str, list[Place]] = defaultdict(list)
        for place in self.columns:
            places[place[1]].append(place)
        return {name: tuple(found) for name, found in places.items()}

    def join(self, left: Place, right: Place) -> None:
        """Let two columns draw their values from the same few."""
        left, right = self.joined(left), self.joined(right)
        if left != right:
            self._parents[left] = right

    def joined(self, place: Place) -> Place:
        """Which stands for all columns that are joined with one."""
        while (parent := self._parents.get(place, place)) != place:
            place = parent
        return place

    @property
    def classes(self) -> Mapping[Place, tuple[Place, ...]]:
        """The columns that are joined with each other, by the one that stands for them."""
        classes: defaultdict[Place, list[Place]] = defaultdict(list)
        for place in self.columns:
            classes[self.joined(place)].append(place)
        return {place: tuple(places) for place, places in classes.items()}

    @property
    def thresholds(self) -> tuple[int, ...]:
        """Sizes of groups and results at which something may change."""
        sizes = {size for count in self.counts for size in (count, count + 1)}
        return tuple(sorted(size for size in sizes if size >= _THRESHOLD))

    def in_order(self) -> Iterator[Table]:
        """The tables, parents before children as far as there is such an order."""
        done: set[str] = set()
        for first in sorted(self.tables):
            waiting = [(first, False)]
            open_: set[str] = set()
            while waiting:
                name, are_parents_done = waiting.pop()
                if are_parents_done:
                    done.add(name)
                    yield self.tables[name]
                elif name not in done and name not in open_:
                    open_.add(name)
                    waiting.append((name, True))
                    parents = {key.table.lower() for key in self.tables[name].foreign_keys}
                    waiting.extend(
                        (parent, False)
                        for parent in sorted(parents, reverse=True)
                        if parent in self.tables and parent not in done
                    )

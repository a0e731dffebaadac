"""Schema linking: the part of a schema that a text is about, within so many characters.

A table is as relevant as the words of the text that its name, its description, its columns or
their listed values say; a word that few tables say tells more. The most relevant tables are
kept, each with the tables on the shortest way of foreign keys to those kept before, so that
what is kept can be joined. Of a table's columns keys come first, then those that are named.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from jurist.languages.mistakes import shown
from jurist.languages.sql.english.lines import line_of, lines_of
from jurist.languages.sql.english.nouns import singular_of, words_of
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.schemas.value_index import Place, value_index

_NAME, _COLUMN, _VALUE, _DESCRIPTION = 3.0, 2.0, 2.0, 1.0
"""How much a word tells by where a table says it."""
_NAMED: Final = 12
"""Columns of a table that the text names, and that are shown whatever it costs."""
_LONGEST_WAY: Final = 3
"""Foreign keys between two kept tables."""
_WORD: Final = re.compile(r"[^\W_]+")
_NOTE: Final = 40
"""Characters that are kept for the last line."""


def relevant_lines(schema: SqlSchema, text: str, *, limit: int) -> Sequence[str]:
    """Lines of tables within a limit, in the schema's order; what is left out is counted.

    Where the schema lends the values of its database, a last line says where those stand that
    the text names, and their tables are among the relevant ones.

    Args:
        schema: Any.
        text: A request or a query.
        limit: Characters, line ends included.
    """
    index = value_index(schema)
    named = index.named(text) if index is not None else ()
    values = _values_line(named, limit // 4)
    if not values:
        return _of_schema(schema, text, limit)
    about = " ".join((text, *(f"{place.table} {place.column}" for place in named)))
    return (*_of_schema(schema, about, limit - len(values) - 1), values)


def _values_line(named: Sequence[Place], limit: int) -> str:
    """Where values stand that the text names, as many as there is room for; empty: none."""
    start = line = "in the database:"
    for place in named:
        condition = shown(" ".join(str(place).split()))
        more = f"{line} {condition};"
        if len(more) > limit:
            break
        line = more
    return "" if line == start else line.rstrip(";")


def _of_schema(schema: SqlSchema, text: str, limit: int) -> Sequence[str]:
    whole = lines_of(schema)
    if _length(whole) <= limit:
        return whole
    return _Linker(schema, _index(schema), frozenset(_stems([text]))).lines(limit)


@dataclass(frozen=True)
class _Index:
    """Which words a schema's tables and columns say."""

    schema: SqlSchema

    @cached_property
    def tables(self) -> dict[str, dict[str, float]]:
        """By the table's name: its own words, and those of its columns, with how much they tell."""
        return {table.name: _words_of_table(table) for table in self.schema.tables}

    @cached_property
    def columns(self) -> dict[tuple[str, str], dict[str, float]]:
        """The same of each column."""
        return {
            (table.name, column.name): _words_of_column(column)
            for table in self.schema.tables
            for column in table.columns
        }

    @cached_property
    def rarity(self) -> dict[str, float]:
        """How much more a word tells, the fewer tables say it."""
        counts = Counter(word for words in self.tables.values() for word in words)
        return {word: math.log1p(len(self.tables) / number) for word, number in counts.items()}

    @cached_property
    def neighbours(self) -> dict[str, tuple[str, ...]]:
        """Tables that a foreign key ties together, whichever holds it."""
        tied: dict[str, dict[str, None]] = {table.name: {} for table in self.schema.tables}
        for table in self.schema.tables:
            for key in table.foreign_keys:
                parent = self.schema.table(key.table)
                if parent is not None and parent is not table:
                    tied[table.name][parent.name] = None
                    tied[parent.name][table.name] = None
        return {name: tuple(others) for name, others in tied.items()}

    def way(self, start: str, ends: Iterable[str]) -> tuple[str, ...]:
        """The tables on the shortest way to one of some tables; none where there is no way."""
        wanted = set(ends)
        waiting: deque[tuple[str, ...]] = deque([(start,)])
        seen = {start}
        while waiting:
            way = waiting.popleft()
            if way[-1] in wanted:
                return way
            if len(way) <= _LONGEST_WAY:
                for other in self.neighbours[way[-1]]:
                    if other not in seen:
                        seen.add(other)
                        waiting.append((*way, other))
        return ()


@lru_cache(maxsize=16)
def _index(schema: SqlSchema) -> _Index:
    return _Index(schema)


@dataclass(frozen=True)
class _Linker:
    schema: SqlSchema
    index: _Index
    asked: frozenset[str]

    def lines(self, limit: int) -> Sequence[str]:
        """See `relevant_lines`."""
        room = limit - _NOTE
        scores = {
            table.name: self._score(self.index.tables[table.name]) for table in self.schema.tables
        }
        kept: dict[str, None] = {}
        for name in sorted(scores, key=lambda name: -scores[name]):
            if not scores[name]:
                break
            way = self.index.way(name, kept) if kept else ()
            kept = self._with(kept, (*way, name), room)
        for name in scores:  # where there is room, the keys of what else there is
            kept = self._with(kept, (name,), room)
        lines = self._widened(kept, room)
        left = len(scores) - len(kept)
        return (*lines, f"({left} more tables are not shown)") if left else lines

    def _with(self, kept: dict[str, None], more: Iterable[str], room: int) -> dict[str, None]:
        """What is kept, and some more tables where there is room for all of them."""
        wanted = dict.fromkeys((*kept, *more))
        needed = sum(self._narrow[name] for name in wanted)
        return wanted if needed <= room else kept

    @cached_property
    def _narrow(self) -> dict[str, int]:
        """How long the line of each table is with its keys and what the text names."""
        return {
            table.name: len(line_of(table, self._columns(table))) + 1
            for table in self.schema.tables
        }

    def _score(self, weights: dict[str, float]) -> float:
        # fsum: a set has no order, and the order of a plain sum would decide ties
        rarity = self.index.rarity
        return math.fsum(rarity[word] * weights[word] for word in self.asked & weights.keys())

    def _columns(self, table: Table) -> frozenset[str]:
        """The columns of a table's keys, and the few that the text names best."""
        keys = {name for key in table.foreign_keys for name in key.columns} | {*table.primary_key}
        named = [name for name in self._ranked(table) if self._says(table, name)]
        return frozenset((*keys, *named[:_NAMED]))

    def _ranked(self, table: Table) -> list[str]:
        """The names of a table's columns, those first that the text names best."""
        names = [column.name for column in table.columns]
        return sorted(names, key=lambda name: -self._says(table, name))

    def _says(self, table: Table, name: str) -> float:
        return self._score(self.index.columns[table.name, name])

    def _widened(self, kept: dict[str, None], room: int) -> list[str]:
        """The lines of tables, the most relevant with more of their columns while there is room."""
        left = room - sum(self._narrow[name] for name in kept)
        lines: dict[str, str] = {}
        for name in kept:
            table = self.schema.by_name[name.lower()]
            lines[name] = self._widest(table, self._narrow[name] + left)
            left -= len(lines[name]) + 1 - self._narrow[name]
        return [lines[table.name] for table in self.schema.tables if table.name in lines]

    def _widest(self, table: Table, room: int) -> str:
        """The line of a table with as many further columns as there is room for."""
        needed = self._columns(table)
        others = [name for name in self._ranked(table) if name not in needed]

        def fits(number: int) -> bool:
            return len(line_of(table, needed.union(others[:number]))) + 1 <= room

        # longer with each column but for the last, which takes the count of the others away
        most = bisect_left(range(len(others)), 1, key=lambda number: not fits(number + 1))
        number = len(others) if fits(len(others)) else most
        return line_of(table, needed.union(others[:number]))


def _words_of_table(table: Table) -> dict[str, float]:
    weights: dict[str, float] = {}
    for column in table.columns:
        for word, weight in _words_of_column(column).items():
            weights[word] = max(weight, weights.get(word, 0.0))
    for text, weight in (
        (table.description, _DESCRIPTION),
        (" ".join(words_of(table.name)), _NAME),
    ):
        for word in _stems([text]):
            weights[word] = max(weight, weights.get(word, 0.0))
    return weights


def _words_of_column(column: Column) -> dict[str, float]:
    values = [value for value in column.values or () if isinstance(value, str)]
    weights: dict[str, float] = {}
    for texts, weight in (
        ([column.description], _DESCRIPTION),
        (values, _VALUE),
        ([" ".join(words_of(column.name))], _COLUMN),
    ):
        for word in _stems(texts):
            weights[word] = weight
    return weights


def _stems(texts: Iterable[str]) -> Iterable[str]:
    """Lower-case words as singulars; of an identifier each of its words."""
    for text in texts:
        for word in _WORD.findall(text):
            yield from (singular_of(part) for part in words_of(word))


def _length(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)

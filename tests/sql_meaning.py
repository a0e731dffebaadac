"""What a query permits on a database, read naively: the judge of the SQL half.

Nothing here is the project's own. Rows are made by nested loops, three-valued logic is
written out, and wherever the standard or SQLite leaves something open (which of several equals
a LIMIT keeps, which row a bare column or a scalar subquery is taken from) the reader *chooses*;
`outcomes` goes through all choices. Each result of SQLite must be one of them (`test_meaning`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key
from itertools import combinations, groupby
from typing import TypeAlias

from sql_trees import Join, Named, Row, SetOperation, SortKey, Source, Value

Database: TypeAlias = Mapping[str, Sequence[Row]]
Classes: TypeAlias = list[tuple[list[Row], int]]
"""Rows that stand for each other, in the order of the classes, and how many of each are taken."""
Outcome: TypeAlias = tuple[tuple[tuple[Row, ...], int], ...]
"""The same as a value: two are equal where they permit the same lists of rows."""
MOST_CHOICES = 200


@dataclass
class Run:
    """One way through a query on one database."""

    database: Database
    script: Sequence[int] = ()
    """What to choose, the first time, the second, ...; 0 after its end."""
    trace: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    """What was chosen, of how many."""
    rows: dict[int, Row] = field(default_factory=dict[int, Row])
    """The row of each source that is in scope."""
    group: list[dict[int, Row]] | None = None
    named: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    known: dict[object, list[Row]] = field(default_factory=dict[object, list[Row]])
    """What subqueries gave, by their node and the rows around them: they say it only once."""
    chosen: dict[object, int] = field(default_factory=dict[object, int])
    """Which row of several a scalar subquery stands for, in the same way."""

    def choose(self, number: int) -> int:
        """One of so many."""
        if number <= 1:
            return 0
        at = len(self.trace)
        chosen = self.script[at] if at < len(self.script) else 0
        self.trace.append((chosen, number))
        return chosen


class TooManyChoices(Exception):  # noqa: N818 - says what happened
    """More outcomes than anybody wants to see."""


Program: TypeAlias = Callable[[Run], Classes]


def outcomes(program: Program, database: Database) -> frozenset[Outcome]:
    """All outcomes that a query permits on a database.

    Raises:
        TooManyChoices: There are more than `MOST_CHOICES` ways through it.
    """
    found: set[Outcome] = set()
    script: list[int] = []
    for _ in range(MOST_CHOICES):
        run = Run(database, script)
        found.add(frozen(program(run)))
        trace = run.trace
        while trace and trace[-1][0] + 1 == trace[-1][1]:
            trace.pop()
        if not trace:
            return frozenset(found)
        script = [chosen for chosen, _ in trace]
        script[-1] += 1
    raise TooManyChoices


def frozen(classes: Classes) -> Outcome:
    """The one way to write down the lists that ordered classes permit.

    A border between two classes shows where all lists have the same rows before it. So rows
    that are all alike are single classes, and what is in a cut class more often than is taken
    of it counts no more.
    """
    parts: list[tuple[tuple[Row, ...], int]] = []
    for rows, taken in classes:
        counts = Counter(map(canonical, rows))
        if len(counts) == 1:
            (row,) = counts
            parts += [((row,), 1)] * taken
        elif taken:
            kept = [row for row in counts for _ in range(min(counts[row], taken))]
            parts.append((tuple(sorted(kept, key=row_key)), taken))
    return tuple(parts)


def canonical(row: Row) -> Row:
    """A row whose numbers are equal where they are as good as equal: 1 and 1.0 are, already."""
    return tuple(float(f"{value:.10g}") if isinstance(value, float) else value for value in row)


def value_key(value: Value) -> tuple[int, float, str]:
    """SQLite's order: NULL, numbers, texts."""
    if value is None:
        return 0, 0.0, ""
    return (2, 0.0, value) if isinstance(value, str) else (1, value, "")


def row_key(row: Row) -> tuple[tuple[int, float, str], ...]:
    """An order of rows in which equal ones stand together."""
    return tuple(value_key(value) for value in row)


# --- queries ------------------------------------------------------------------------------


def settled(classes: Classes, run: Run) -> list[Row]:
    """Some rows that the classes permit, in an order that they permit: by choice."""
    taken: list[Row] = []
    for rows, number in classes:
        ordered = sorted(rows, key=row_key)
        if number == len(rows):
            taken += ordered
        elif number:
            ways = sorted(set(combinations(ordered, number)), key=lambda way: [*map(row_key, way)])
            taken += ways[run.choose(len(ways))]
    return taken


def cut(classes: list[list[Row]], limit: int | None, offset: int) -> Classes:
    """What LIMIT and OFFSET leave of ordered classes."""
    left = sum(map(len, classes)) if limit is None else limit
    result: Classes = []
    for rows in classes:
        skipped = min(offset, len(rows))
        offset -= skipped
        taken = min(left, len(rows) - skipped)
        left -= taken
        if taken:
            result.append((rows, taken))
    return result


@dataclass(frozen=True)
class Sorter:
    """How rows are sorted by their keys."""

    keys: tuple[SortKey, ...]
    nulls: str
    """Where NULLs sort if nothing is said: `least`, `greatest`, or `last` in either direction."""

    def classes(self, rows: Sequence[tuple[Row, Row]]) -> list[list[Row]]:
        """Rows (each after its keys) as classes of equal keys, in order."""
        if not self.keys:
            return [[row for _, row in rows]] if rows else []
        by_keys = cmp_to_key(self._compared)
        ordered = sorted(((by_keys(keys), row) for keys, row in rows), key=lambda one: one[0])
        return [[row for _, row in same] for _, same in groupby(ordered, key=lambda one: one[0])]

    def _compared(self, one: Row, other: Row) -> int:
        for key, left, right in zip(self.keys, one, other, strict=True):
            if left is None or right is None:
                if left is right:
                    continue
                by_itself = {"least": not key.descending, "greatest": key.descending}
                first = {"FIRST": True, "LAST": False}.get(
                    key.nulls, by_itself.get(self.nulls, False)
                )
                return -1 if (left is None) == first else 1
            low, high = value_key(left), value_key(right)
            if low != high:
                return -1 if (low < high) != key.descending else 1
        return 0


def combined(query: SetOperation, left: list[Row], right: list[Row]) -> list[Row]:
    """A set operation on two bags."""
    one, other = Counter(map(canonical, left)), Counter(map(canonical, right))
    match query.operator:
        case "UNION ALL":
            counts = one + other
        case "UNION":
            counts = Counter([*(one | other)])
        case "INTERSECT":
            counts = Counter([row for row in one if row in other])
        case "EXCEPT":
            counts = Counter([row for row in one if row not in other])
        case "INTERSECT ALL":
            counts = one & other
        case _:
            counts = one - other
    return list(counts.elements())


def joined(
    sources: Sequence[tuple[Source, Callable[[Run], list[Row]], Callable[[Run], Value] | None]],
    run: Run,
) -> list[dict[int, Row]]:
    """All ways to have a row of each source, with NULLs where an outer join pads."""
    ways: list[dict[int, Row]] = [{}]
    for source, rows_of, condition in sources:
        padding: Row = (None,) * len(source.fields)
        rows = rows_of(run)
        more: list[dict[int, Row]] = []
        met: set[int] = set()
        for way in ways:
            fits = False
            run.rows |= way
            for i, row in enumerate(rows):
                run.rows[source.id] = row
                if condition is None or is_true(condition(run)):
                    fits = True
                    met.add(i)
                    more.append({**way, source.id: row})
            if not fits and source.join in {Join.LEFT, Join.FULL}:
                more.append({**way, source.id: padding})
        if source.join in {Join.RIGHT, Join.FULL}:
            assert source is sources[1][0], "only the second source is drawn so"
            other = sources[0][0]
            empty: Row = (None,) * len(other.fields)
            more += [
                {other.id: empty, source.id: row} for i, row in enumerate(rows) if i not in met
            ]
        ways = more
    return ways


def is_true(value: Value) -> bool:
    """Whether a condition holds: neither false nor unknown."""
    return value is not None and value != 0 and not isinstance(value, str)


def source_rows(source: Source, program: Program | None) -> Callable[[Run], list[Row]]:
    """What gives the rows of a source."""
    match source.of:
        case str(table):
            return lambda run: list(run.database[table])
        case Named(name):
            return lambda run: run.named[name]
        case _:
            assert program is not None
            return lambda run: settled(program(run), run)

"""Outcomes: lists of rows that a query permits, drawn as an ordered partition.

Two of them are compared without ever listing what they permit. A class of `n` rows of which
`taken` stand in the result stands for every choice and every arrangement of them. Classes choose
independently, and a list is permitted exactly if each class's stretch of it is a sub-bag of the
class. So one outcome permits all that another does if, on every stretch, no row can come up more
often than the class has it: the most that a class of the other can put of a row into a stretch of
length L is the lesser of L and how often it has the row, and all these are reached at once by one
row at a time, which is all that being a sub-bag asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jurist.languages.sql.values import Row


@dataclass(frozen=True, slots=True)
class Class:
    """Rows that nothing sorts among each other, and how many of them are in the result."""

    rows: tuple[Row, ...]
    """Those that the engine took come first."""
    taken: int

    @property
    def is_open(self) -> bool:
        """Whether it matters which of the rows are taken."""
        return self.taken < len(self.rows) and len(set(self.rows)) > 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stands in a result, class by class; `raises`: that an error ends the query."""

    classes: tuple[Class, ...]
    width: int
    raises: bool = False

    @property
    def size(self) -> int:
        """Rows of the result."""
        return sum(each.taken for each in self.classes)

    @property
    def rows(self) -> tuple[Row, ...]:
        """One of the lists that are permitted: the first rows of each class."""
        return tuple(row for each in self.classes for row in each.rows[: each.taken])

    @property
    def is_open(self) -> bool:
        """Whether a choice of rows, not only their order, is left."""
        return any(each.is_open for each in self.classes)


def sorted_outcome(
    rows: Sequence[Row], keys: Sequence[Row], width: int, limit: int | None, offset: int
) -> Outcome:
    """The outcome of rows that came sorted by keys.

    Args:
        rows: All of them, before any is cut.
        keys: Of each row; equal ones leave the order open.
        width: Columns.
        limit: Most rows of the result; `None`: no limit.
        offset: Rows left out before.
    """
    end = len(rows) if limit is None else min(len(rows), offset + limit)
    classes: list[Class] = []
    first = 0
    while first < len(rows):
        last = first + 1
        while last < len(rows) and keys[last] == keys[first]:
            last += 1
        start, stop = max(first, offset), min(last, end)
        if stop > start:
            others = (*rows[first:start], *rows[stop:last])
            classes.append(Class((*rows[start:stop], *others), stop - start))
        first = last
    return Outcome(tuple(classes), width)


def closed(outcome: Outcome) -> Outcome:
    """The outcome with the rows that the engine took, and no choice of others."""
    classes = (Class(each.rows[: each.taken], each.taken) for each in outcome.classes)
    return replace(outcome, classes=tuple(classes))


def permits_in_order(outer: Outcome, inner: Outcome) -> bool:
    """Whether every list that the inner one permits is one of the outer's."""
    if outer.size != inner.size:
        return False
    stretches = [(start, each.taken, Counter(each.rows)) for start, each in _placed(inner)]
    for start, each in _placed(outer):
        end = start + each.taken
        most: Counter[Row] = Counter()
        for at, taken, counted in stretches:
            length = min(end, at + taken) - max(start, at)
            if length > 0:
                for row, times in counted.items():
                    most[row] += min(length, times)
        has = Counter(each.rows)
        if any(times > has[row] for row, times in most.items()):
            return False
    return True


def permits_as_bags(outer: Outcome, inner: Outcome) -> bool | None:
    """Whether every bag of rows that the inner one permits is one of the outer's.

    `None` where more than one class of the outer is open: which of them a row comes from would
    have to be tried.
    """
    if outer.size != inner.size:
        return False
    fixed: Counter[Row] = Counter()
    chosen: list[Class] = []
    for each in outer.classes:
        if each.is_open:
            chosen.append(each)
        else:
            fixed.update(each.rows[: each.taken])
    if len(chosen) > 1:
        return None
    least: Counter[Row] = Counter()
    most: Counter[Row] = Counter()
    for each in inner.classes:
        left_out = len(each.rows) - each.taken
        for row, times in Counter(each.rows).items():
            least[row] += max(0, times - left_out)
            most[row] += min(each.taken, times)
    if any(least[row] < times for row, times in fixed.items()):
        return False
    has = fixed + Counter(chosen[0].rows if chosen else ())
    return all(times <= has[row] for row, times in most.items())


def _placed(outcome: Outcome) -> Iterator[tuple[int, Class]]:
    """Each class with the place in the result at which it begins."""
    start = 0
    for each in outcome.classes:
        yield start, each
        start += each.taken

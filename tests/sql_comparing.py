"""How the outcomes of two queries compare on one database, by listing what they permit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from sql_meaning import Outcome, row_key
from sql_trees import Row

Outcomes = frozenset[Outcome]
MOST_LISTS = 3_000


class Compared(StrEnum):
    """What the candidate permits, seen from the reference."""

    EQUAL = "equal"
    WITHIN = "within"
    """Less than the reference permits, and nothing else."""
    BEYOND = "beyond"
    """Something that the reference does not permit."""
    UNKNOWN = "unknown"
    """Too much to list."""


class TooManyLists(Exception):  # noqa: N818 - says what happened
    """More lists of rows than anybody wants to see."""


@dataclass(frozen=True)
class Reads:
    """What counts as a difference."""

    ordered: bool
    """Whether the order of rows does."""
    duplicates: bool = True
    """Whether it does how often a row is there."""


def compared(reference: Outcomes, candidate: Outcomes, reads: Reads) -> Compared:
    """Compare what two queries permit on a database.

    Args:
        reference: What the reference permits.
        candidate: What the candidate permits.
        reads: What counts as a difference.
    """
    if reference == candidate:
        return Compared.EQUAL
    sizes = [{sum(taken for _, taken in one) for one in side} for side in (reference, candidate)]
    if reads.duplicates and not sizes[1] <= sizes[0]:
        return Compared.BEYOND
    try:
        theirs, mine = (_lists(side, reads) for side in (reference, candidate))
    except TooManyLists:
        return Compared.UNKNOWN
    if mine == theirs:
        return Compared.EQUAL
    return Compared.WITHIN if mine < theirs else Compared.BEYOND


def rows_of(outcomes: Outcomes, *, duplicates: bool = True) -> Counter[Row] | None:
    """The bag of rows, or the set, where there is only one that is permitted."""
    try:
        bags = _lists(outcomes, Reads(ordered=False, duplicates=duplicates))
    except TooManyLists:
        return None
    return Counter(next(iter(bags))) if len(bags) == 1 else None


def _lists(outcomes: Outcomes, reads: Reads) -> set[tuple[Row, ...]]:
    """All lists of rows that are permitted, each sorted if order does not count."""
    ordered = reads.ordered
    found: set[tuple[Row, ...]] = set()
    for outcome in outcomes:
        ways = [list(_arranged(Counter(rows), taken, ordered=ordered)) for rows, taken in outcome]
        for several in product(*ways):
            rows = tuple(row for one in several for row in one)
            kept = rows if reads.duplicates else tuple(dict.fromkeys(rows))
            found.add(kept if ordered else tuple(sorted(kept, key=row_key)))
            if len(found) > MOST_LISTS:
                raise TooManyLists
    return found


def _arranged(counts: Counter[Row], taken: int, *, ordered: bool) -> Iterator[tuple[Row, ...]]:
    """The ways to take so many rows of a bag, in any order or in one."""
    if not ordered and taken == counts.total():
        yield tuple(sorted(counts.elements(), key=row_key))
        return
    if taken == 0:
        yield ()
        return
    kinds = sorted(counts, key=row_key)
    made = 0
    for i, row in enumerate(kinds):
        left = counts if ordered else Counter({one: counts[one] for one in kinds[i:]})
        for rest in _arranged(left - Counter([row]), taken - 1, ordered=ordered):
            made += 1
            if made > MOST_LISTS:
                raise TooManyLists
            yield (row, *rest)

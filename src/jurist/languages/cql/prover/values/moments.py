"""Moments, days and timestamps: the intervals that facts tell apart, and how they are written."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise

from jurist.languages.cql.operators import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from jurist.languages.cql.prover.values.predicates import MOMENT, Primitive, inside
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    date_text,
    moment_text,
)

FIRST_DAY, LAST_DAY = FIRST_MOMENT // DAY_MS, LAST_MOMENT // DAY_MS
"""Days are counted from 1970."""
_RECENT = 1_767_225_600_000
"""2026-01-01, for moments that may be any."""


def moment_cells(facts: Iterable[Primitive], first: int, last: int) -> list[tuple[int, int]]:
    """The intervals of moments that the facts tell apart, from `first` to `last`."""
    cuts = {first}
    for fact in facts:
        if fact.kind == MOMENT:
            if fact.low is not None:
                cuts.add(fact.low)
            if fact.high is not None:
                cuts.add(fact.high + 1)
    starts = sorted(cut for cut in cuts if first <= cut <= last)
    return [(low, after - 1) for low, after in pairwise([*starts, last + 1])]


def days_of(low: int, high: int) -> tuple[int, int]:
    """The first and last of the days whose midnights lie in an interval of moments."""
    return -(-low // DAY_MS), high // DAY_MS


def spans_by_facts(
    facts: Collection[Primitive],
) -> Mapping[frozenset[Primitive], list[tuple[int, int]]]:
    """For each set of facts about moments that a value may have, when it may be.

    Of bare dates those midnights are added at which timestamps have other facts: by a window
    in days, these are the few between where it starts for the one and for the other.
    """
    of_both = [*facts, *(fact.of_dates for fact in facts)]
    spans: dict[frozenset[Primitive], list[tuple[int, int]]] = {}
    for low, high in moment_cells(of_both, FIRST_MOMENT, LAST_MOMENT):
        true = frozenset(fact for fact in facts if inside(low, fact))
        spans.setdefault(true, []).append((low, high))
        of_dates = frozenset(fact for fact in facts if inside(low, fact.of_dates))
        if of_dates != true:
            first, last = days_of(low, high)
            midnights = [(day * DAY_MS, day * DAY_MS) for day in range(first, last + 1)]
            spans.setdefault(of_dates, []).extend(midnights)
    return spans


def round_moment(low: int, high: int) -> int:
    """A round moment of an interval, near today where it may be."""
    near = min(max(_RECENT, low), high)
    for unit in (DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS):
        for moment in (-(-near // unit) * unit, near // unit * unit):
            if low <= moment <= high:
                return moment
    return near


def first_day_from(text: str) -> int:
    """The first day whose text is not before a text; the day after the last if all are."""
    return FIRST_DAY + bisect_left(range(FIRST_DAY, LAST_DAY + 1), text, key=date_text)


def days_beginning(text: str) -> tuple[int, int]:
    """The first day whose text is not before a text, and the first after all that begin so."""
    return first_day_from(text), first_day_from(text + chr(0x10FFFF))


def timestamp_spellings(at: int) -> list[str]:
    """Ways to write a moment as a timestamp with its zone, the usual one first."""
    zoned = moment_text(at)
    bare = zoned[:-1]
    finer = [bare + "0" * i for i in range(1, 4)] if "." in bare else [bare + ".000", bare + ".0"]
    spellings = [zoned, bare + "+00:00", *(spelling + "Z" for spelling in finer), bare + "-00:00"]
    for hours in (1, -5, 14, -11):
        shifted = at + hours * HOUR_MS
        if FIRST_MOMENT <= shifted <= LAST_MOMENT:
            sign = "+" if hours > 0 else "-"
            spellings.append(f"{moment_text(shifted)[:-1]}{sign}{abs(hours):02d}:00")
    return spellings

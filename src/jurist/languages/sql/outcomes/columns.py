"""Which column of the candidate's result stands for which of the reference's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from jurist.languages.sql.outcomes.outcome import Class, Outcome
from jurist.languages.sql.readings import Columns
from jurist.languages.sql.values import Value

MOST: Final = 300
"""Arrangements that are tried; the columns of a result hardly ever leave more than a few."""


def arrangements(
    reference: Outcome, candidate: Outcome, columns: Columns
) -> Iterator[tuple[int, ...]]:
    """For each column of the reference a column of the candidate, in the ways that are allowed.

    Columns are paired that have the same values as often, so that results with dozens of columns
    leave few ways to try; where a choice of rows is open that says nothing.
    """
    if columns is Columns.BY_POSITION:
        if reference.width == candidate.width:
            yield tuple(range(reference.width))
        return
    if candidate.width < reference.width:
        return
    if columns is Columns.ANY_ORDER and candidate.width != reference.width:
        return
    fits = _fitting(reference, candidate)
    chosen: list[int] = []
    waiting = [iter(fits[0])] if fits else []
    if not fits:
        yield ()
    while waiting:
        place = next(waiting[-1], None)
        if place is None:
            waiting.pop()
            if chosen:
                chosen.pop()
        elif place not in chosen:
            if len(chosen) + 1 == len(fits):
                yield (*chosen, place)
            else:
                chosen.append(place)
                waiting.append(iter(fits[len(chosen)]))


def arranged(outcome: Outcome, places: tuple[int, ...]) -> Outcome:
    """The outcome with its columns in another order."""
    if places == tuple(range(outcome.width)):
        return outcome
    classes = (
        Class(tuple(tuple(row[place] for place in places) for row in each.rows), each.taken)
        for each in outcome.classes
    )
    return replace(outcome, classes=tuple(classes), width=len(places))


def _fitting(reference: Outcome, candidate: Outcome) -> list[list[int]]:
    """For each column of the reference those of the candidate that may stand for it."""
    places = range(candidate.width)
    if reference.is_open or candidate.is_open:
        return [list(places) for _ in range(reference.width)]
    theirs = [_signature(candidate, place) for place in places]
    return [
        [place for place in places if theirs[place] == signature]
        for signature in (_signature(reference, column) for column in range(reference.width))
    ]


def _signature(outcome: Outcome, column: int) -> Counter[Value]:
    return Counter(row[column] for row in outcome.rows)

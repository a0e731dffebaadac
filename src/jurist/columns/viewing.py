"""Views of columns: filtered, searched, sorted, paged; with exact counts of what else there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from jurist.columns.columns import Columns, Dimension, Floats, Ints, Mask


class Sort(StrEnum):
    """In which order rows are shown; equal ones in the run's order."""

    RUN = "run"
    """Case by case, as the run goes: question, generator, sample, judge."""
    WORST = "worst"
    """The lowest score first; what has none comes last."""
    BEST = "best"
    SLOWEST = "slowest"
    """By what the answer and the verdict on it took together."""
    DEAREST = "dearest"
    """By what the two cost together."""
    CASE = "case"
    """By dataset and the case's id."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What rows must be to be in a view."""

    values: Mapping[Dimension, frozenset[str]] = field(
        default_factory=dict[Dimension, frozenset[str]]
    )
    """In each dimension one of these; a dimension that is not named, or without any, is free."""
    tags: frozenset[str] = frozenset()
    """Tags that the case must have, all of them."""
    text: str = ""
    """What must stand in the question, the case's id, the reference, or what the generator
    answered (a query, a refusal, an error), whatever the case of its letters."""


@dataclass(frozen=True, slots=True)
class View:
    """A page of the rows that filters leave."""

    total: int
    """Rows that the filters leave."""
    rows: tuple[int, ...]
    """Those of the page, by their place in the columns."""
    facets: Mapping[Dimension, Mapping[str, int]]
    """How many rows each value of a dimension would give, all other filters kept; only values
    that occur in the run."""
    tags: Mapping[str, int]
    """How many of the rows have a case with the tag, by tag."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a row stands in a view."""

    previous: int | None
    following: int | None
    place: int
    """From 1; 0: the filters leave it out."""
    total: int


def view(columns: Columns, filters: Filters, sort: Sort, offset: int, limit: int) -> View:
    """A page of what filters leave.

    Args:
        columns: Of a run.
        filters: What rows must be.
        sort: Their order.
        offset: How many to pass over.
        limit: At most so many.
    """
    masks = _masks(columns, filters)
    beyond = _beyond(columns, filters)
    left = _all_of([beyond, *masks.values()])
    facets = {
        dimension: _counts(
            columns,
            dimension,
            left
            if dimension not in masks
            else _all_of([beyond, *(masks[name] for name in masks if name is not dimension)]),
        )
        for dimension in Dimension
    }
    rows = _sorted(columns, sort, left)
    page = tuple(rows[offset : offset + limit].tolist())
    return View(len(rows), page, facets, _tags(columns, left))


def chosen(columns: Columns, filters: Filters, sort: Sort = Sort.RUN) -> Ints:
    """All rows that filters leave, in their order."""
    masks = _masks(columns, filters)
    return _sorted(columns, sort, _all_of([_beyond(columns, filters), *masks.values()]))


def neighbours(columns: Columns, filters: Filters, sort: Sort, row: int) -> Neighbours:
    """What stands before and after a row in a view."""
    rows = chosen(columns, filters, sort)
    places = np.flatnonzero(rows == row)
    if not len(places):
        return Neighbours(None, None, 0, len(rows))
    place = int(places[0])
    return Neighbours(
        int(rows[place - 1]) if place else None,
        int(rows[place + 1]) if place + 1 < len(rows) else None,
        place + 1,
        len(rows),
    )


def rows_of_task(columns: Columns, task: str) -> tuple[int, ...]:
    """The verdicts on an answer, by the key of its task, in the order of the judges' names."""
    answers = np.flatnonzero(columns.answers.task == task.encode())
    return tuple(np.flatnonzero(np.isin(columns.rows.answer, answers)).tolist())


def _masks(columns: Columns, filters: Filters) -> dict[Dimension, Mask]:
    masks: dict[Dimension, Mask] = {}
    for dimension, wanted in filters.values.items():
        if wanted:
            values = columns.values[dimension]
            of_value = np.array([value in wanted for value in values], dtype=np.bool_)
            masks[dimension] = of_value[columns.codes[dimension]]
    return masks


def _beyond(columns: Columns, filters: Filters) -> Mask | None:
    """What tags and text leave; `None`: everything."""
    found: list[Mask] = []
    if filters.tags:
        cases = columns.cases
        having = np.ones(len(cases.id), dtype=np.bool_)
        for tag in filters.tags:
            with_tag = np.zeros_like(having)
            if tag in columns.tags:
                with_tag[cases.tagged[cases.tag == columns.tags.index(tag)]] = True
            having &= with_tag
        found.append(having[columns.case])
    if filters.text:
        found.append(columns.having(filters.text))
    return _all_of(found)


def _all_of(masks: list[Mask | None] | list[Mask]) -> Mask | None:
    there = [mask for mask in masks if mask is not None]
    if not there:
        return None
    left = there[0]
    for mask in there[1:]:
        left = left & mask
    return left


def _counts(columns: Columns, dimension: Dimension, left: Mask | None) -> dict[str, int]:
    codes, values = columns.codes[dimension], columns.values[dimension]
    there = columns.counts[dimension]
    counts = there if left is None else np.bincount(codes[left], minlength=len(values))
    return {values[place]: int(counts[place]) for place in np.flatnonzero(there).tolist()}


def _tags(columns: Columns, left: Mask | None) -> dict[str, int]:
    cases = columns.cases
    of_case = np.bincount(
        columns.case if left is None else columns.case[left], minlength=len(cases.id)
    )
    counts = np.bincount(cases.tag, of_case[cases.tagged], len(columns.tags))
    return {tag: int(count) for tag, count in zip(columns.tags, counts, strict=True) if count}


def _sorted(columns: Columns, sort: Sort, left: Mask | None) -> Ints:
    if sort is Sort.RUN:
        return np.arange(len(columns)) if left is None else np.flatnonzero(left)
    if sort not in columns.orders:
        columns.orders[sort] = np.argsort(_key(columns, sort), kind="stable")
    order = columns.orders[sort]
    return order if left is None else order[left[order]]


def _key(columns: Columns, sort: Sort) -> Floats | Ints:
    match sort:
        case Sort.WORST:
            return columns.rows.score  # NaN is sorted to the end
        case Sort.BEST:
            return -columns.rows.score
        case Sort.SLOWEST:
            return -columns.ms
        case Sort.DEAREST:
            return -columns.usd
        case _:
            names = list(zip(columns.cases.dataset, columns.cases.id, strict=True))
            places = np.zeros(len(names), dtype=np.int64)
            places[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
            return places[columns.case]

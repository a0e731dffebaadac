"""Views of columns: filtered, searched, sorted, paged; with exact counts of what else there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np

from jurist.columns.columns import Codes, Columns, Dimension, Floats, Ints, Mask

CONSTRUCT: Final = "construct: "
"""What begins the tags of constructs: a language's own words in the reference of a case."""


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
    """Tags that the case must have, all of them; `CONSTRUCT` begins those of constructs."""
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
    groups = columns.groups
    masks, beyond = _masks(columns, filters), _beyond(columns, filters)
    left = _left(columns, masks, beyond)
    counts = (
        groups.counts
        if beyond is None
        else np.bincount(groups.of_row[beyond], minlength=len(groups.counts))
    )
    facets = {
        dimension: _facet(
            columns,
            dimension,
            counts,
            _all_of([mask for name, mask in masks.items() if name is not dimension]),
        )
        for dimension in Dimension
    }
    rows = _sorted(columns, sort, left)
    page = tuple(rows[offset : offset + limit].tolist())
    return View(len(rows), page, facets, _tags(columns, left))


def chosen(columns: Columns, filters: Filters, sort: Sort = Sort.RUN) -> Ints:
    """All rows that filters leave, in their order."""
    left = _left(columns, _masks(columns, filters), _beyond(columns, filters))
    return _sorted(columns, sort, left)


def count(columns: Columns, filters: Filters) -> int:
    """How many rows filters leave."""
    masks, beyond = _masks(columns, filters), _beyond(columns, filters)
    if beyond is None:
        groups, counts = _all_of(list(masks.values())), columns.groups.counts
        return int((counts if groups is None else counts[groups]).sum())
    left = _left(columns, masks, beyond)
    return len(columns) if left is None else int(left.sum())


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


def tags_in(columns: Columns) -> tuple[str, ...]:
    """All tags, then those of constructs: as filters name them."""
    return tuple(name for names, _, _ in _labels(columns) for name in names)


def cases_with(columns: Columns, tag: str) -> Mask:
    """Which cases have a tag; `CONSTRUCT` begins those of constructs."""
    having = np.zeros(len(columns.cases.id), dtype=np.bool_)
    for names, codes, cases in _labels(columns):
        if tag in names:
            having[cases[codes == names.index(tag)]] = True
    return having


def _masks(columns: Columns, filters: Filters) -> dict[Dimension, Mask]:
    """Which groups of rows each dimension leaves."""
    masks: dict[Dimension, Mask] = {}
    for dimension, wanted in filters.values.items():
        if wanted:
            values = columns.values[dimension]
            of_value = np.array([value in wanted for value in values], dtype=np.bool_)
            masks[dimension] = of_value[columns.groups.values[dimension]]
    return masks


def _left(columns: Columns, masks: Mapping[Dimension, Mask], beyond: Mask | None) -> Mask | None:
    """Which rows are left; `None`: all."""
    groups = _all_of(list(masks.values()))
    if groups is None:
        return beyond
    of_row = groups[columns.groups.of_row]
    return of_row if beyond is None else of_row & beyond


def _beyond(columns: Columns, filters: Filters) -> Mask | None:
    """What tags and text leave; `None`: everything."""
    found: list[Mask] = []
    if filters.tags:
        having = [cases_with(columns, tag) for tag in filters.tags]
        found.append(np.logical_and.reduce(having)[columns.case])
    if filters.text:
        found.append(columns.having(filters.text))
    return _all_of(found)


def _all_of(masks: Sequence[Mask]) -> Mask | None:
    return np.logical_and.reduce(masks) if masks else None


def _facet(
    columns: Columns, dimension: Dimension, counts: Ints, others: Mask | None
) -> dict[str, int]:
    values, of_group = columns.values[dimension], columns.groups.values[dimension]
    there = np.bincount(of_group, minlength=len(values))
    left = counts if others is None else np.where(others, counts, 0)
    found = np.bincount(of_group, left, len(values))
    return {values[place]: int(found[place]) for place in np.flatnonzero(there).tolist()}


def _tags(columns: Columns, left: Mask | None) -> dict[str, int]:
    of_row = columns.case if left is None else columns.case[left]
    of_case = np.bincount(of_row, minlength=len(columns.cases.id))
    return {
        name: int(count)
        for names, codes, cases in _labels(columns)
        for name, count in zip(names, np.bincount(codes, of_case[cases], len(names)), strict=True)
        if count
    }


def _labels(columns: Columns) -> Iterator[tuple[tuple[str, ...], Codes, Codes]]:
    """Tags, then constructs: their names, and of each pair the label and the case."""
    yield columns.tags, columns.cases.tag, columns.cases.tagged
    if columns.sorting is not None:
        sorting = columns.sorting
        names = tuple(f"{CONSTRUCT}{name}" for name in sorting.constructs)
        yield names, sorting.construct, sorting.built


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
            names = columns.named_cases
            places = np.zeros(len(names), dtype=np.int64)
            places[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
            return places[columns.case]

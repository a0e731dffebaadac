"""Rows of tables and results that are there where a condition holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jurist.languages.sql.algebra.nodes import SortKey
from jurist.languages.sql.smt.terms import Term
from jurist.languages.sql.smt.values import SymbolicValue, Values
from jurist.languages.sql.values import ValueType


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row that is in its table where `present` holds."""

    present: Term
    values: Mapping[str, SymbolicValue]
    """By lower-cased names of columns."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a result, where `present` holds."""

    present: Term
    values: tuple[SymbolicValue, ...]
    keys: tuple[SymbolicValue, ...] = ()
    """What it is sorted by."""


def same_values(
    values: Values, left: Iterable[SymbolicValue], right: Iterable[SymbolicValue]
) -> Term:
    """Whether two rows of values are the same, NULLs alike."""
    return values.terms.conjunction(
        values.same(one, other) for one, other in zip(left, right, strict=True)
    )


def first_of_equals(values: Values, rows: Sequence[Row]) -> list[Row]:
    """The rows without duplicates: of equal ones the first that is there."""
    terms = values.terms
    kept: list[Row] = []
    for place, row in enumerate(rows):
        earlier = (
            terms.both(other.present, same_values(values, row.values, other.values))
            for other in rows[:place]
        )
        present = terms.both(row.present, terms.negation(terms.disjunction(earlier)))
        if present is not terms.false:
            kept.append(Row(present, row.values, row.keys))
    return kept


def sorts_before(
    values: Values,
    left: Sequence[SymbolicValue],
    right: Sequence[SymbolicValue],
    order: Sequence[SortKey],
) -> Term:
    """Whether the keys of one row come before those of another, strictly."""
    terms = values.terms
    before = terms.false
    for one, other, key in reversed(list(zip(left, right, order, strict=True))):
        less, greater = _less(values, one, other), _less(values, other, one)
        if key.descending:
            less, greater = greater, less
        only_left = terms.both(one.null, terms.negation(other.null))
        only_right = terms.both(other.null, terms.negation(one.null))
        if not key.nulls_first:
            only_left, only_right = only_right, only_left
        first = terms.either(less, only_left)
        last = terms.either(greater, only_right)
        before = terms.either(first, terms.both(terms.negation(last), before))
    return before


def _less(values: Values, left: SymbolicValue, right: SymbolicValue) -> Term:
    """Whether both are not NULL, and the one is less."""
    if ValueType.NULL in {left.type, right.type}:
        return values.terms.false
    neither = values.terms.negation(values.terms.either(left.null, right.null))
    return values.terms.both(neither, values.less(left, right))

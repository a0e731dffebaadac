"""How the candidate's outcome on a database stands to the reference's, under the readings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import islice
from typing import Final

from jurist.languages.sql.outcomes.canonical import alike
from jurist.languages.sql.outcomes.columns import MOST, arranged, arrangements
from jurist.languages.sql.outcomes.outcome import (
    Class,
    Outcome,
    permits_as_bags,
    permits_in_order,
)
from jurist.languages.sql.readings import Columns, Order, Readings, Rows
from jurist.languages.sql.values import Row
from jurist.records import DifferenceAspect


class Agreement(IntEnum):
    """The better, the higher."""

    DIFFERS = 0
    """The candidate permits what the reference does not."""
    OPEN = 1
    """This database does not tell."""
    FINER = 2
    """The candidate permits less, and nothing else."""
    SAME = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two outcomes on one database."""

    agreement: Agreement
    reference: Outcome
    candidate: Outcome
    aspects: tuple[DifferenceAspect, ...] = ()
    is_determined: bool = False
    """Whether each query certainly permits this outcome alone: looked at where they differ."""
    alike: tuple[Outcome, Outcome] | None = None
    """Both with what counts as equal made equal, where that is something else."""

    @property
    def rows(self) -> tuple[Counter[Row], Counter[Row]]:
        """The rows of either, as often as it has them."""
        reference, candidate = self.alike or (self.reference, self.candidate)
        return Counter(reference.rows), Counter(candidate.rows)

    @property
    def only_in_reference(self) -> Counter[Row]:
        """Rows that the reference has more often."""
        rows, others = self.rows
        return rows - others

    @property
    def only_in_candidate(self) -> Counter[Row]:
        """Rows that the candidate has more often."""
        rows, others = self.rows
        return others - rows

    @property
    def in_both(self) -> Counter[Row]:
        """Rows that both have, as often as both have them."""
        rows, others = self.rows
        return rows & others


UNKNOWN: Final = Comparison(Agreement.OPEN, Outcome((), 0), Outcome((), 0))
"""Of a database on which one of two queries does not run."""


def compare(
    reference: Outcome,
    candidate: Outcome,
    readings: Readings,
    *,
    ordered: bool,
    absolute: float = 0.0,
) -> Comparison:
    """How a candidate's outcome stands to the reference's.

    Args:
        reference: What the reference permits.
        candidate: What the candidate permits.
        readings: What counts as a difference.
        ordered: Whether the reference's outermost query has an ORDER BY.
        absolute: By how much reals may differ beyond the readings' tolerance.
    """
    in_order = ordered and readings.order is not Order.IGNORED
    if reference.raises or candidate.raises:
        is_same = reference.raises and candidate.raises
        agreement = Agreement.SAME if is_same else Agreement.DIFFERS
        aspects = () if is_same else (DifferenceAspect.ROWS,)
        return Comparison(agreement, reference, candidate, aspects)
    left, right = reference, candidate
    if reference.classes != candidate.classes:
        left, right = alike(reference, candidate, readings, absolute)
    best = _best(left, right, readings, readings.columns, in_order=in_order)
    if best is Agreement.FINER and readings.order is Order.EXACT:
        best = Agreement.DIFFERS
    aspects = ()
    if best in {Agreement.DIFFERS, Agreement.FINER}:
        aspects = tuple(_aspects(left, right, readings, in_order=in_order))
    return Comparison(best, reference, candidate, aspects, alike=(left, right))


def listed(outcome: Outcome) -> Outcome:
    """One list of those that an outcome permits, as an outcome that permits nothing else."""
    return replace(outcome, classes=tuple(Class((row,), 1) for row in outcome.rows))


def _best(
    reference: Outcome, candidate: Outcome, readings: Readings, columns: Columns, *, in_order: bool
) -> Agreement:
    """The best agreement under any way of pairing the columns."""
    best = Agreement.DIFFERS
    tried = 0
    for places in islice(arrangements(reference, candidate, columns), MOST):
        tried += 1
        agreement = _agreement(reference, arranged(candidate, places), readings, in_order=in_order)
        best = max(best, agreement)
        if best is Agreement.SAME:
            return best
    return max(best, Agreement.OPEN) if tried == MOST else best


def _agreement(
    reference: Outcome, candidate: Outcome, readings: Readings, *, in_order: bool
) -> Agreement:
    if readings.rows is Rows.SET:
        closed = _as_set(reference), _as_set(candidate)
        if closed[0] is None or closed[1] is None:
            return Agreement.OPEN
        reference, candidate = closed[0], closed[1]
    if in_order:
        permitted: bool | None = permits_in_order(reference, candidate)
        permits: bool | None = permits_in_order(candidate, reference)
    else:
        permitted = permits_as_bags(reference, candidate)
        permits = permits_as_bags(candidate, reference)
    if permitted is None:
        return Agreement.OPEN
    if not permitted:
        return Agreement.DIFFERS
    if permits is None:
        return Agreement.OPEN
    return Agreement.SAME if permits else Agreement.FINER


def _as_set(outcome: Outcome) -> Outcome | None:
    """Each row where it first stands; `None` where a choice of several rows is open."""
    if outcome.size <= 1:  # whichever row it is, it stands there once
        return outcome
    if outcome.is_open:
        return None
    seen: set[Row] = set()
    classes: list[Class] = []
    for each in outcome.classes:
        rows = tuple(row for row in dict.fromkeys(each.rows[: each.taken]) if row not in seen)
        seen.update(rows)
        if rows:
            classes.append(Class(rows, len(rows)))
    return replace(outcome, classes=tuple(classes))


def _aspects(
    reference: Outcome, candidate: Outcome, readings: Readings, *, in_order: bool
) -> Iterator[DifferenceAspect]:
    if reference.width != candidate.width:
        yield DifferenceAspect.COLUMNS
        more = _best(reference, candidate, readings, Columns.EXTRA_ALLOWED, in_order=in_order)
        if more not in {Agreement.SAME, Agreement.FINER}:
            yield DifferenceAspect.ROWS
        return
    rows, others = Counter(reference.rows), Counter(candidate.rows)
    if rows == others:
        is_cut = reference.is_open or candidate.is_open
        yield DifferenceAspect.TIES if is_cut else DifferenceAspect.ORDER
        return
    if set(rows) == set(others):
        yield DifferenceAspect.DUPLICATES
        return
    if readings.columns is Columns.BY_POSITION and reference.width > 1:
        moved = _best(reference, candidate, readings, Columns.ANY_ORDER, in_order=in_order)
        if moved is Agreement.SAME:
            yield DifferenceAspect.COLUMNS
            return
    yield DifferenceAspect.ROWS
    if reference.size == candidate.size and (reference.is_open or candidate.is_open):
        yield DifferenceAspect.TIES
    apart = [*(rows - others), *(others - rows)]
    if all(None in row for row in apart):
        yield DifferenceAspect.MISSING_VALUES

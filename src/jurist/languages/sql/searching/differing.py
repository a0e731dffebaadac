"""Where two results differ, as the readings ask."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from jurist.languages.effort import spend
from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.readings import Columns, Order, Readings, Rows
from jurist.languages.sql.searching.rows import Row, same_values, sorts_before
from jurist.languages.sql.smt.terms import Term
from jurist.languages.sql.smt.values import Values

_MOST_PAIRINGS: Final = 6
"""Ways to pair columns off that are asked about at once."""
_MOST_ORDERED: Final = 12
"""Rows of a result whose order is compared."""


class Difference:
    """What tells two results apart.

    Args:
        values: What constants and comparisons are made with.
        reference: The rows of the reference, and the query.
        candidate: The same of the candidate.
        readings: What counts as a difference.
    """

    def __init__(
        self,
        values: Values,
        reference: tuple[Sequence[Row], nodes.Query],
        candidate: tuple[Sequence[Row], nodes.Query],
        readings: Readings,
    ) -> None:
        self._values = values
        self._terms = values.terms
        self._reference, self._asked = reference
        self._candidate, self._given = candidate
        self._readings = readings
        self.left_out: dict[str, None] = {}
        """Differences that were not looked for."""

    def condition(self) -> Term:
        """Where the results differ, whichever way their columns are paired off."""
        width, other = len(self._asked.outputs), len(self._given.outputs)
        by_position = self._readings.columns is Columns.BY_POSITION
        if width > other or (width < other and self._readings.columns is not Columns.EXTRA_ALLOWED):
            # whatever the rows are; with some they are easier to see
            return self._terms.disjunction(
                row.present for row in (*self._reference, *self._candidate)
            )
        pairings = [tuple(range(width))]
        if not by_position:
            several = itertools.islice(
                itertools.permutations(range(other), width), _MOST_PAIRINGS + 1
            )
            pairings = list(several)
            if len(pairings) > _MOST_PAIRINGS:
                # where they are equal by position, they are; where not, the database decides
                pairings = pairings[:1]
        return self._terms.conjunction(self._differs(pairing) for pairing in pairings)

    def _differs(self, pairing: Sequence[int]) -> Term:
        candidate = [
            Row(row.present, tuple(row.values[place] for place in pairing), row.keys)
            for row in self._candidate
        ]
        if self._readings.rows is Rows.SET:
            return self._terms.disjunction(self._sets_differ(self._reference, candidate))
        return self._terms.disjunction(
            (*self._bags_differ(self._reference, candidate), *self._orders(candidate))
        )

    def _bags_differ(self, left: Sequence[Row], right: Sequence[Row]) -> Iterator[Term]:
        """Other numbers of rows, or some row of the one more or less often in the other."""
        terms = self._terms
        spend(10 * (len(left) + 1) * (len(left) + len(right) + 1))
        yield terms.negation(
            terms.equal(
                terms.count(row.present for row in left), terms.count(row.present for row in right)
            )
        )
        for row in left:
            times = (self._times(row, rows) for rows in (left, right))
            yield terms.both(row.present, terms.negation(terms.equal(*times)))

    def _times(self, wanted: Row, rows: Sequence[Row]) -> Term:
        return self._terms.count(
            self._terms.both(row.present, same_values(self._values, wanted.values, row.values))
            for row in rows
        )

    def _sets_differ(self, left: Sequence[Row], right: Sequence[Row]) -> Iterator[Term]:
        terms = self._terms
        for rows, others in ((left, right), (right, left)):
            for row in rows:
                among = terms.disjunction(
                    terms.both(other.present, same_values(self._values, row.values, other.values))
                    for other in others
                )
                yield terms.both(row.present, terms.negation(among))

    # --- order ----------------------------------------------------------------------------

    def _orders(self, candidate: Sequence[Row]) -> Iterator[Term]:
        if self._readings.order is Order.IGNORED or not self._asked.order:
            return
        if self._asked.limit is not None and self._asked.limit <= 1:
            return
        sides = [(self._reference, self._asked.order), (candidate, self._given.order)]
        if len(self._reference) > _MOST_ORDERED or len(candidate) > _MOST_ORDERED:
            self.left_out["an order of many rows"] = None
            return
        yield from self._departs(*sides)
        if self._readings.order is Order.EXACT and self._given.order:
            yield from self._departs(sides[1], sides[0])

    def _departs(
        self,
        kept: tuple[Sequence[Row], Sequence[nodes.SortKey]],
        other: tuple[Sequence[Row], Sequence[nodes.SortKey]],
    ) -> Iterator[Term]:
        """Where the one result permits an order of rows that the other does not.

        The first n rows, to the end of a class of equal keys, are the same in every order that
        `kept` permits. `other` departs where it can have more of some row among its first n.
        """
        terms, values = self._terms, self._values
        rows, order = kept
        others, other_order = other
        before = {
            (one, two): sorts_before(values, others[one].keys, others[two].keys, other_order)
            for one, two in itertools.permutations(range(len(others)), 2)
        }
        ahead = [
            terms.count(
                terms.both(others[two].present, before[two, one])
                for two in range(len(others))
                if two != one
            )
            for one in range(len(others))
        ]
        for last in rows:
            upto = [
                terms.both(
                    row.present, terms.negation(sorts_before(values, last.keys, row.keys, order))
                )
                for row in rows
            ]
            size = terms.count(upto)
            for row in rows:
                owed = terms.count(
                    terms.both(there, same_values(values, row.values, one.values))
                    for there, one in zip(upto, rows, strict=True)
                )
                equal = [
                    terms.both(one.present, same_values(values, row.values, one.values))
                    for one in others
                ]
                # the equal ones of a class may come first in it
                first = [
                    terms.total(
                        (
                            ahead[one],
                            terms.count(
                                terms.conjunction(
                                    (
                                        equal[two],
                                        terms.negation(before[one, two]),
                                        terms.negation(before[two, one]),
                                    )
                                )
                                for two in range(one)
                            ),
                        )
                    )
                    for one in range(len(others))
                ]
                possible = terms.count(
                    terms.both(there, terms.less(place, size))
                    for there, place in zip(equal, first, strict=True)
                )
                spend(10 * len(others) ** 2)
                yield terms.conjunction((last.present, row.present, terms.less(owed, possible)))

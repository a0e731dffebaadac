"""Queries over tables of unknown rows: which rows they give, under which conditions."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from jurist.languages.effort import spend
from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Combines, Select, SetOperation
from jurist.languages.sql.algebra.walking import free_columns
from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.searching.environments import Group, RowEnvironment, cell, filtered
from jurist.languages.sql.searching.grouping import grouped
from jurist.languages.sql.searching.joining import joined_rows
from jurist.languages.sql.searching.limits import MOST_COMPARED, kept_by_limit, too_wide
from jurist.languages.sql.searching.rows import Row, first_of_equals, same_values
from jurist.languages.sql.searching.tables import UnknownTables
from jurist.languages.sql.smt.encoding import Encoder
from jurist.languages.sql.smt.terms import Term
from jurist.languages.sql.smt.values import SymbolicValue

_MOST_COMBINED: Final = 60
"""Unknown rows of a set operation."""


class Evaluation:
    """Evaluates queries over unknown tables.

    Args:
        encoder: Expressions in z3.
        tables: The rows.
        dialect: Which says what a scalar subquery with several rows is.
    """

    def __init__(self, encoder: Encoder, tables: UnknownTables, dialect: Dialect) -> None:
        self._scalar_takes_first_row = habits(dialect).scalar_takes_first_row
        self.encoder = encoder
        self.values = encoder.values
        self.terms = encoder.terms
        self.tables = tables
        self.closed: dict[Term, None] = {}
        """What must hold so that the rows are what a query permits at all, as far as is known."""
        self.choices: dict[Term, None] = {}
        """What must hold so that nothing else is permitted: no tie at a LIMIT's edge, one row at
        most in a scalar subquery, bare columns alike in their group."""
        self.open_functions: dict[str, None] = {}
        """What was met whose value the order of rows may decide."""
        self._results: dict[tuple[nodes.Query, tuple[SymbolicValue, ...]], list[Row]] = {}

    def rows(self, query: nodes.Query, outer: Group | None = None) -> list[Row]:
        """The rows of a query, in no order; with the keys that sort them.

        Args:
            query: The query.
            outer: The row of the query around it, for a subquery.

        Raises:
            UnsupportedError: Where something in it has no encoding, or is too wide for one.
        """
        free: tuple[SymbolicValue, ...] = ()
        if outer is not None:
            free = tuple(cell(outer.cells, column) for column in free_columns(query))
        rows = self._results.get((query, free))
        if rows is None:
            rows = self._rows(query, outer)
            self._results[query, free] = rows
        return rows

    def _rows(self, query: nodes.Query, outer: Group | None) -> list[Row]:
        if isinstance(query, SetOperation):
            rows = self._combined(query, outer)
        else:
            rows = self._selected(query, outer)
        spend(10 * len(rows) + 10)
        if query.limit is None and not query.offset:
            return rows
        rows, closed = kept_by_limit(self.values, rows, query.order, query.offset, query.limit)
        self.leave_open(closed)
        return rows

    def must_hold(self, conditions: Sequence[Term]) -> None:
        """Ask for conditions, whether or not the row around a subquery is there."""
        self.closed.update(dict.fromkeys(conditions))
        self.closed.pop(self.terms.true, None)

    def leave_open(self, conditions: Sequence[Term]) -> None:
        """Where not all of them hold, the rows are one of several outcomes that are permitted."""
        self.choices.update(dict.fromkeys(conditions))
        self.choices.pop(self.terms.true, None)

    def leave_open_scalar(self, conditions: Sequence[Term]) -> None:
        """The same, of a scalar subquery with several rows: an error in some dialects."""
        if self._scalar_takes_first_row:
            self.leave_open(conditions)
        else:
            self.must_hold(conditions)

    def note_open(self, function: str) -> None:
        """That a function was met whose value the order of rows may decide."""
        self.open_functions[function] = None

    # --- set operations -------------------------------------------------------------------

    def _combined(self, query: SetOperation, outer: Group | None) -> list[Row]:
        left = [Row(row.present, row.values) for row in self.rows(query.left, outer)]
        right = [Row(row.present, row.values) for row in self.rows(query.right, outer)]
        if len(left) + len(right) > _MOST_COMBINED:
            raise too_wide(f"a {query.combines}", len(left) + len(right), _MOST_COMBINED)
        if query.combines is Combines.UNION:
            rows = [*left, *right]
            if not query.all:
                rows = first_of_equals(self.values, rows)
        else:
            rows = self._restricted(query, left, right)
        if not query.order:
            return rows
        names = [output.name for output in query.outputs]
        keyed: list[Row] = []
        for row in rows:
            cells = {0: dict(zip(names, row.values, strict=True))}
            group = Group(row.present, cells)
            keyed.append(Row(row.present, row.values, self._keys(query.order, group)))
        return keyed

    def _restricted(
        self, query: SetOperation, left: Sequence[Row], right: Sequence[Row]
    ) -> list[Row]:
        """EXCEPT and INTERSECT: with ALL, the n-th of equal rows needs n of them on the right."""
        terms = self.terms
        if not query.all:
            left = first_of_equals(self.values, left)
        kept: list[Row] = []
        for place, row in enumerate(left):
            equals = [
                terms.both(other.present, same_values(self.values, row.values, other.values))
                for other in right
            ]
            if query.all:
                number = terms.count(
                    terms.both(other.present, same_values(self.values, row.values, other.values))
                    for other in left[:place]
                )
                found = terms.less(number, terms.count(equals))
            else:
                found = terms.disjunction(equals)
            if query.combines is Combines.EXCEPT:
                found = terms.negation(found)
            kept.append(Row(terms.both(row.present, found), row.values))
        return [row for row in kept if row.present is not terms.false]

    # --- select ---------------------------------------------------------------------------

    def _selected(self, query: Select, outer: Group | None) -> list[Row]:
        joined = joined_rows(self, query, outer)
        groups = [Group(row.present, row.cells) for row in joined]
        if query.group is not None:
            groups = grouped(self, query, query.group, joined, outer)
        kept = tuple(
            Group(present, group.cells, group.members)
            for group in groups
            for present in [filtered(self, query.having, group)]
            if present is not self.terms.false
        )
        rows: list[Row] = []
        for group in kept:
            whole = replace(group, beside=kept)
            environment = RowEnvironment(self, whole)
            outputs = tuple(
                self.encoder.value(output.value, environment) for output in query.outputs
            )
            rows.append(Row(group.present, outputs, self._keys(query.order, whole)))
        if not query.distinct:
            return rows
        if len(rows) > MOST_COMPARED:
            raise too_wide("DISTINCT", len(rows), MOST_COMPARED)
        if query.order and not {key.value for key in query.order} <= {
            output.value for output in query.outputs
        }:
            self.must_hold(self._keys_alike(rows))
        return first_of_equals(self.values, rows)

    def _keys(self, order: Sequence[nodes.SortKey], group: Group) -> tuple[SymbolicValue, ...]:
        environment = RowEnvironment(self, group)
        return tuple(self.encoder.value(key.value, environment) for key in order)

    def _keys_alike(self, rows: Sequence[Row]) -> list[Term]:
        """That rows which DISTINCT makes one are sorted by the same keys."""
        terms = self.terms
        return [
            terms.implication(
                terms.conjunction(
                    (one.present, other.present, same_values(self.values, one.values, other.values))
                ),
                same_values(self.values, one.keys, other.keys),
            )
            for one, other in itertools.combinations(rows, 2)
        ]

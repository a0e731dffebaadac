"""What stands for columns, aggregates and subqueries in a row of an evaluation."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from jurist.errors import UnsupportedError
from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.searching.aggregates import Member, aggregated
from jurist.languages.sql.searching.rows import Row
from jurist.languages.sql.searching.tables import UnknownTables
from jurist.languages.sql.searching.windows import Peer, windowed
from jurist.languages.sql.smt.encoding import Encoder
from jurist.languages.sql.smt.terms import Term
from jurist.languages.sql.smt.values import SymbolicValue, Truth

Cells: TypeAlias = Mapping[int, Mapping[str, SymbolicValue]]
"""The values of a joined row, by source and column."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A row of a product, where `present` holds."""

    present: Term
    cells: Cells


@dataclass(frozen=True, slots=True)
class Group:
    """A row after grouping: a representative, and which rows are in the group with it."""

    present: Term
    cells: Cells
    members: tuple[Joined, ...] | None = None
    """`None`: there are no groups."""
    beside: tuple[Group, ...] | None = None
    """All rows of the query, for window functions; `None`: they are not known yet."""


class Evaluates(Protocol):
    """What evaluates queries over unknown tables."""

    encoder: Encoder
    tables: UnknownTables

    def rows(self, query: nodes.Query, outer: Group | None) -> list[Row]:
        """The rows of a query, inside a row of the query around it."""
        ...

    def must_hold(self, conditions: Sequence[Term]) -> None:
        """Ask for conditions without which something is open."""
        ...

    def leave_open(self, conditions: Sequence[Term]) -> None:
        """Where not all of them hold, the rows are one of several outcomes that are permitted."""
        ...

    def leave_open_scalar(self, conditions: Sequence[Term]) -> None:
        """The same, of a scalar subquery with several rows: an error in some dialects."""
        ...

    def note_open(self, function: str) -> None:
        """That a function was met whose value the order of rows may decide."""
        ...


def cell(cells: Cells, column: nodes.Column) -> SymbolicValue:
    """The value of a column in a joined row.

    Raises:
        UnsupportedError: Where the row has no such source.
    """
    source = cells.get(column.source)
    if source is None:
        problem = f"column {column.name} of a source that is not in reach"
        raise UnsupportedError(problem, expected="what a row of its own query has")
    return source[column.name]


class RowEnvironment:
    """What stands for columns, aggregates and subqueries in a row of an evaluation."""

    def __init__(self, evaluation: Evaluates, row: Group) -> None:
        self._evaluation = evaluation
        self._values = evaluation.encoder.values
        self._terms = evaluation.encoder.terms
        self._row = row

    def column(self, column: nodes.Column) -> SymbolicValue:
        """The value of a column in the row."""
        return cell(self._row.cells, column)

    def aggregate(self, aggregate: nodes.Aggregate) -> SymbolicValue:
        """The value of an aggregate over the group.

        Raises:
            UnsupportedError: Where there is no group.
        """
        if self._row.members is None:
            problem = f"{aggregate.collects} of no group"
            raise UnsupportedError(problem, expected="what a row of its own query has")
        evaluation = self._evaluation
        if aggregate.collects is nodes.Collects.OTHER and aggregate.name != "count_distinct":
            evaluation.note_open(aggregate.name)
        asked = [] if aggregate.argument is None else [aggregate.argument, *aggregate.parameters]
        members: list[Member] = []
        for row in self._row.members:
            environment = RowEnvironment(evaluation, Group(row.present, row.cells))
            inputs = tuple(evaluation.encoder.value(value, environment) for value in asked)
            members.append(Member(row.present, inputs))
        return aggregated(self._values, aggregate, members)

    def window(self, window: nodes.Window) -> SymbolicValue:
        """The value of a window function over the rows beside this one.

        Raises:
            UnsupportedError: Where it has no encoding, or stands where there are no such rows.
        """
        if self._row.beside is None:
            problem = f"the window function {window.function} outside of columns"
            raise UnsupportedError(problem, expected="what a row of its own query has")
        peers = [self._peer(window, row) for row in self._row.beside]
        must_hold = self._evaluation.must_hold
        return windowed(self._values, window, self._peer(window, self._row), peers, must_hold)

    def _peer(self, window: nodes.Window, row: Group) -> Peer:
        environment = RowEnvironment(self._evaluation, row)
        arguments, partition, keys = (
            tuple(self._evaluation.encoder.value(value, environment) for value in expressions)
            for expressions in (
                window.arguments,
                window.partition,
                [key.value for key in window.order],
            )
        )
        return Peer(row.present, arguments, partition, keys)

    def scalar(self, query: nodes.Query) -> SymbolicValue:
        """The value of the only row of a query; NULL where it has none."""
        terms = self._terms
        rows = self._evaluation.rows(query, self._row)
        self._evaluation.leave_open_scalar(
            [
                terms.negation(terms.both(one.present, other.present))
                for one, other in itertools.combinations(rows, 2)
            ]
        )
        value = self._values.null
        for row in reversed(rows):  # the first that is there, as engines take it
            value = self._values.choose(row.present, row.values[0], value)
        return value

    def exists(self, query: nodes.Query) -> Truth:
        """Whether a query has a row."""
        rows = self._evaluation.rows(query, self._row)
        return self._values.known(self._terms.disjunction(row.present for row in rows))

    def member(self, values: Sequence[SymbolicValue], query: nodes.Query) -> Truth:
        """Whether a row of values stands in a query's result."""
        terms = self._terms
        equal: list[Term] = []
        perhaps: list[Term] = []
        for row in self._evaluation.rows(query, self._row):
            truths = [
                self._values.compare(nodes.Compares.EQ, *pair)
                for pair in zip(values, row.values, strict=True)
            ]
            equal.append(terms.conjunction((row.present, *(truth.true for truth in truths))))
            not_false = (terms.negation(truth.false) for truth in truths)
            perhaps.append(terms.conjunction((row.present, *not_false)))
        return Truth(terms.disjunction(equal), terms.negation(terms.disjunction(perhaps)))


def filtered(evaluation: Evaluates, conditions: Sequence[nodes.Expression], row: Group) -> Term:
    """Where a row is there and conditions are true of it; left as soon as they cannot be."""
    terms = evaluation.encoder.terms
    environment = RowEnvironment(evaluation, row)
    present = row.present
    for condition in conditions:
        if present is terms.false:
            break
        present = terms.both(present, evaluation.encoder.truth(condition, environment).true)
    return present

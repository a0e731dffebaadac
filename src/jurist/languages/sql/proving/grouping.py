"""Aggregates as unknowns, shared where two are the same over the same groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Arithmetic,
    Case,
    Collects,
    Constant,
    Expression,
    Operator,
)
from jurist.languages.sql.proving.symbols import Bound, Symbols, unknown_here
from jurist.languages.sql.smt.terms import Term
from jurist.languages.sql.smt.values import SymbolicValue
from jurist.languages.sql.values import ValueType

_MOST_COUNTS: Final = 6


class Groups:
    """The aggregates of one group.

    Two are the same if they make the same of arguments that are NULL-safe equal in every row of
    the group, about which only `hypotheses` are known; counts, if the rows that they count are
    the same. Counts of what is not NULL tell where sums, minima and the like are NULL.

    Args:
        symbols: Makes the unknowns.
        row: Any row of the group.
        hypotheses: What holds of it.
        may_be_empty: Whether the group may have no rows: of a query without GROUP BY.
    """

    def __init__(
        self, symbols: Symbols, row: Bound, hypotheses: Sequence[Term], *, may_be_empty: bool
    ) -> None:
        self._symbols = symbols
        self._row = row
        self._hypotheses = hypotheses
        self._may_be_empty = may_be_empty
        self._counts: list[tuple[Term, Term]] = []
        self._others: list[tuple[Aggregate, tuple[SymbolicValue, ...], SymbolicValue]] = []
        self.axioms: list[Term] = []
        self.kept: Term = symbols.terms.true
        """Which rows the aggregates that are now asked for collect."""
        self.extremes: set[int] = set()
        """Which minima and maxima were asked for since this was last emptied, by number."""

    def value(self, aggregate: Aggregate) -> SymbolicValue:
        """What stands for an aggregate."""
        collects, argument = aggregate.collects, aggregate.argument
        terms = self._symbols.terms
        if argument is None:
            return self._integer(self._count(self.kept))
        value = self._row.of(argument)
        if self.kept is not terms.true:
            null = terms.either(value.null, terms.negation(self.kept))
            value = SymbolicValue(null, value.term, value.type)
        present = terms.negation(value.null)
        if value.type is ValueType.NULL and not aggregate.name:
            if collects is Collects.COUNT:
                return self._integer(terms.integer(0))
            return self._symbols.values.null
        if collects is Collects.COUNT and not aggregate.distinct:
            return self._integer(self._count(present))
        if collects is Collects.SUM and not aggregate.distinct:
            summed = self._sum_of_truths(argument, value)
            if summed is not None:
                return summed
        if collects is Collects.AVG and not aggregate.distinct:
            total = Aggregate(Collects.SUM, argument, distinct=False, type=ValueType.REAL)
            number = Aggregate(Collects.COUNT, argument, distinct=False, type=ValueType.INTEGER)
            bound = Bound(self._symbols, self._row.columns, self._row.asked, self.value)
            return bound.of(Arithmetic(Operator.DIVIDE, total, number))
        return self._other(aggregate, value)

    def _integer(self, term: Term) -> SymbolicValue:
        return SymbolicValue(self._symbols.terms.false, term, ValueType.INTEGER)

    def _count(self, counted: Term) -> Term:
        """How many rows of the group fulfil a condition."""
        symbols, terms = self._symbols, self._symbols.terms
        if symbols.impossible((*self._known(), counted)):
            return terms.integer(0)
        for known, number in self._counts:
            if symbols.follows(terms.equal(known, counted), self._known()):
                return number
        number = symbols.value("count", ValueType.INTEGER, nullable=False).term
        self.axioms.append(terms.at_most(terms.integer(0), number))
        if counted is not terms.true:
            self.axioms.append(terms.at_most(number, self._count(terms.true)))
        elif not self._may_be_empty:
            self.axioms.append(terms.at_most(terms.integer(1), number))
        self._counts.append((counted, number))
        return number

    def partitions(self) -> list[Term]:
        """Of counts of which two count other rows, and a third the rows of both: that they add up.

        Of the first few counts alone.
        """
        symbols, terms = self._symbols, self._symbols.terms
        made: list[Term] = []
        counts = self._counts[:_MOST_COUNTS]
        for (one, first), (other, second) in combinations(counts, 2):
            if not symbols.impossible((*self._known(), one, other)):
                continue
            either = terms.either(one, other)
            made.extend(
                terms.equal(number, terms.total((first, second)))
                for whole, number in counts
                if whole not in {one, other}
                and symbols.follows(terms.equal(whole, either), self._known())
            )
        return made

    def _known(self) -> tuple[Term, ...]:
        return (*self._hypotheses, *self._row.asked.axioms)

    def _sum_of_truths(self, argument: Expression, value: SymbolicValue) -> SymbolicValue | None:
        """A sum of a constant, or of 0 and 1, is a count."""
        terms = self._symbols.terms
        if isinstance(argument, Constant) and value.type.is_number:
            number = self._count(terms.negation(value.null))
            empty = terms.equal(number, terms.integer(0))
            literal = value.term.literal
            if not isinstance(literal, int):
                return None
            return SymbolicValue(empty, terms.scaled(number, literal), ValueType.INTEGER)
        is_bit = value.type is ValueType.BOOLEAN or (
            isinstance(argument, Case)
            and all(
                isinstance(part, Constant) and part.value in {0, 1, None}
                for part in (argument.otherwise, *(then for _, then in argument.branches))
            )
        )
        if not is_bit:
            return None
        present = terms.negation(value.null)
        one = terms.both(present, terms.equal(value.term, terms.integer(1)))
        empty = terms.equal(self._count(present), terms.integer(0))
        kind = ValueType.REAL if value.type is ValueType.REAL else ValueType.INTEGER
        counted = self._count(one)
        return SymbolicValue(
            empty, terms.to_real(counted) if kind is ValueType.REAL else counted, kind
        )

    def _other(self, aggregate: Aggregate, value: SymbolicValue) -> SymbolicValue:
        symbols, terms = self._symbols, self._symbols.terms
        if aggregate.collects is Collects.OTHER and self.kept is not terms.true:
            raise unknown_here("an aggregate that may collect NULLs, of rows that are not kept")
        inputs = (value, *(self._row.of(parameter) for parameter in aggregate.parameters))
        for place, (known, arguments, result) in enumerate(self._others):
            alike = (known.collects, known.distinct, known.name) == (
                aggregate.collects,
                aggregate.distinct,
                aggregate.name,
            )
            if alike and len(arguments) == len(inputs):
                equal = terms.conjunction(
                    symbols.values.same(one, other)
                    for one, other in zip(arguments, inputs, strict=True)
                )
                if symbols.follows(equal, self._known()):
                    self._asked(aggregate, place)
                    return result
        result = self._made(aggregate, value)
        self._others.append((aggregate, inputs, result))
        self._asked(aggregate, len(self._others) - 1)
        return result

    def _asked(self, aggregate: Aggregate, place: int) -> None:
        if aggregate.collects in {Collects.MIN, Collects.MAX}:
            self.extremes.add(place)

    def _made(self, aggregate: Aggregate, value: SymbolicValue) -> SymbolicValue:
        symbols, terms = self._symbols, self._symbols.terms
        present = terms.negation(value.null)
        collects = aggregate.collects
        if collects is Collects.COUNT or aggregate.name == "count_distinct":
            made = symbols.value("count", ValueType.INTEGER, nullable=False)
            self.axioms.append(terms.at_most(terms.integer(0), made.term))
            if collects is Collects.COUNT:
                number = self._count(present)
                none = terms.equal(number, terms.integer(0))
                self.axioms.append(terms.at_most(made.term, number))
                self.axioms.append(terms.equal(none, terms.equal(made.term, terms.integer(0))))
            return made
        kind = value.type
        if collects is Collects.SUM and kind is not ValueType.REAL:
            kind = ValueType.INTEGER if kind.is_number else ValueType.REAL
        elif collects in {Collects.AVG, Collects.OTHER}:
            kind = aggregate.type
        if collects is Collects.OTHER:
            return symbols.value("aggregate", kind, nullable=True)
        made = symbols.value("aggregate", kind, nullable=False)
        null = terms.equal(self._count(present), terms.integer(0))
        return SymbolicValue(null, made.term, made.type)

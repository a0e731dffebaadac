"""Rows, subqueries and windows as unknowns of z3."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import combinations, count
from typing import TypeAlias

from jurist.errors import UnsupportedError
from jurist.languages.effort import spend
from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Column,
    Expression,
    Query,
    Select,
    Source,
    Window,
)
from jurist.languages.sql.algebra.types import output_types
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.knowing import output_never_null, result_keys
from jurist.languages.sql.smt.encoding import Encoder, Products
from jurist.languages.sql.smt.terms import Sort, Term, Terms
from jurist.languages.sql.smt.texts import Texts
from jurist.languages.sql.smt.validity import Validity
from jurist.languages.sql.smt.values import SymbolicValue, Truth, Values
from jurist.languages.sql.values import ValueType

Columns: TypeAlias = Mapping[tuple[int, str], SymbolicValue]
"""What stands for columns, by source and name."""


class Sameness(Enum):
    """When two results are the same."""

    BAG = "bag"
    SET = "set"
    ORDERED = "ordered"
    """As bags, and sorted by the same keys."""


def unknown_here(what: str) -> UnsupportedError:
    """The error for what the prover cannot tell; it ends the attempt, never the proof's others."""
    return UnsupportedError(f"{what}: not told by a proof", expected="", fix="none is needed")


@dataclass(slots=True)
class Asked:
    """Subqueries and windows met in one row, each with what stands for it."""

    subqueries: list[tuple[str, Query, _Answer]] = field(
        default_factory=list["tuple[str, Query, _Answer]"]
    )
    windows: list[tuple[Window, SymbolicValue]] = field(
        default_factory=list[tuple[Window, SymbolicValue]]
    )
    axioms: list[Term] = field(default_factory=list[Term])


@dataclass(frozen=True, slots=True)
class _Answer:
    """What stands for a subquery."""

    value: SymbolicValue | None = None
    exists: Term | None = None
    name: str = ""
    has_null: Term | None = None


class Solving:
    """What all provers of one pair share, as it knows no facts: terms, and z3 where it is asked."""

    def __init__(self) -> None:
        self.terms = Terms()
        self.values = Values(self.terms, Texts())
        self.encoder = Encoder(self.values, Products.GUESSED)
        self._validity: Validity | None = None
        self._numbers = count(1)

    def number(self) -> int:
        """For another unknown."""
        return next(self._numbers)

    @property
    def validity(self) -> Validity:
        """z3, made when it is first needed: that costs as much as an easy proof."""
        if self._validity is None:
            self._validity = Validity(self.encoder)
        return self._validity


class Symbols:
    """Makes what stands for the rows of sources, and tells what follows from what.

    Args:
        facts: Of the schema.
        same: Whether two queries have the same result, for shared subqueries.
        normal: The normal form of a subquery.
        empty: Whether a subquery never has a row.
        solving: Terms and z3.
    """

    def __init__(
        self,
        facts: Facts,
        same: Callable[[Query, Query, Columns, Sameness], bool],
        normal: Callable[[Query, Sameness], Query],
        empty: Callable[[Query, Columns], bool],
        solving: Solving,
    ) -> None:
        self.facts = facts
        self.same = same
        self.normal = normal
        self.empty = empty
        self.terms = solving.terms
        self.values = solving.values
        self.encoder = solving.encoder
        self._solving = solving

    def follows(self, goal: Term, hypotheses: Iterable[Term]) -> bool:
        """Whether a goal holds wherever all hypotheses do."""
        spend(20)
        if goal is self.terms.true:
            return True
        return self.impossible((*hypotheses, self.terms.negation(goal)))

    def impossible(self, conditions: Iterable[Term]) -> bool:
        """Whether conditions cannot hold together."""
        spend(20)
        together = self.terms.conjunction(conditions)
        if together.literal is not None:
            return not together.literal
        return self._solving.validity.impossible((together,))

    def truth(self, name: str) -> Term:
        """An unknown truth."""
        return self.terms.unknown(self._named(name), Sort.BOOL)

    def value(self, name: str, kind: ValueType, *, nullable: bool) -> SymbolicValue:
        """An unknown value."""
        if kind is ValueType.NULL:
            return self.values.null
        return self.values.free(self._named(name), kind, nullable=nullable)

    def _named(self, name: str) -> str:
        """A name that no other unknown has: `c1` of number 5 must not be `c` of number 15."""
        return f"{name} #{self._solving.number()}"

    def row(self, source: Source) -> dict[str, SymbolicValue]:
        """An unknown row of a source, that is there."""
        return {
            name: self.value(name, kind, nullable=not self._never_null(source, place))
            for place, (name, kind) in enumerate(zip(source.columns, source.types, strict=True))
        }

    def _never_null(self, source: Source, place: int) -> bool:
        if isinstance(source.of, str):
            return self.facts.not_null(source.of, source.columns[place])
        return output_never_null(source.of, place, self.facts)

    def padded(self, row: Mapping[str, SymbolicValue], present: Term) -> dict[str, SymbolicValue]:
        """A row that is NULL throughout where it is not present."""
        if present is self.terms.true:
            return dict(row)
        absent = self.terms.negation(present)
        return {
            name: SymbolicValue(self.terms.either(value.null, absent), value.term, value.type)
            for name, value in row.items()
        }

    # --- axioms ---------------------------------------------------------------------------

    def domains(self, source: Source, row: Mapping[str, SymbolicValue]) -> list[Term]:
        """The values and ranges that the schema allows the columns of a base table's row."""
        if not isinstance(source.of, str):
            return []
        terms, made = self.terms, list[Term]()
        for name in source.columns:
            domain, value = self.facts.domain(source.of, name), row[name]
            choices: list[Term] = []
            if domain.values is not None:
                choices.append(
                    terms.disjunction(
                        self.values.equal(value, self.values.constant(said, value.type))
                        for said in domain.values
                        if said is not None
                    )
                )
            for end, is_low in ((domain.minimum, True), (domain.maximum, False)):
                if end is not None and value.type.is_number:
                    kind = ValueType.REAL if isinstance(end, float) else ValueType.INTEGER
                    limit = self.values.constant(end, kind).term
                    sides = (limit, value.term) if is_low else (value.term, limit)
                    choices.append(terms.at_most(*sides))
            if choices:
                self.facts.use_domain(source.of, name)
                made.append(terms.either(value.null, terms.conjunction(choices)))
        return made

    def keys(self, rows: Sequence[tuple[Source, Mapping[str, SymbolicValue], Term]]) -> list[Term]:
        """That two rows of one table (where both are there) that agree in a key are one row."""
        made: list[Term] = []
        for (source, one, here), (other_source, other, there) in combinations(rows, 2):
            if source.of != other_source.of:
                continue
            for columns, plain in self._keys(source):
                agree = [
                    self.values.equal(one[name], other[name])
                    if plain
                    else self.values.same(one[name], other[name])
                    for name in columns
                ]
                if plain:
                    agree.extend(self.terms.negation(one[name].null) for name in columns)
                    agree.extend(self.terms.negation(other[name].null) for name in columns)
                whole = self.terms.conjunction(
                    self.values.same(one[name], other[name]) for name in source.columns
                )
                made.append(
                    self.terms.implication(self.terms.conjunction((here, there, *agree)), whole)
                )
        return made

    def _keys(self, source: Source) -> Iterable[tuple[tuple[str, ...], bool]]:
        """Keys, and whether they hold only of values that are not NULL."""
        if isinstance(source.of, str):
            for key in self.facts.keys(source.of):
                self.facts.use(key.fact)
                yield key.columns, True
            return
        for places in result_keys(source.of):
            yield tuple(source.columns[place] for place in places), False


class Bound:
    """What stands for the parts of expressions in one row; an `Environment` of `smt.encoding`."""

    def __init__(
        self,
        symbols: Symbols,
        columns: Columns,
        asked: Asked,
        aggregates: Callable[[Aggregate], SymbolicValue] | None = None,
    ) -> None:
        self.symbols = symbols
        self.columns = columns
        self.asked = asked
        self._aggregates = aggregates

    def true(self, conditions: Iterable[Expression]) -> Term:
        """Whether all conditions are true."""
        encoder = self.symbols.encoder
        return self.symbols.terms.conjunction(
            encoder.truth(condition, self).true for condition in conditions
        )

    def of(self, expression: Expression) -> SymbolicValue:
        """The value of an expression."""
        return self.symbols.encoder.value(expression, self)

    # --- the environment --------------------------------------------------------------------

    def column(self, column: Column) -> SymbolicValue:
        """See `Environment`."""
        value = self.columns.get((column.source, column.name))
        if value is None:
            raise unknown_here(f"the column {column.name}")
        return value

    def aggregate(self, aggregate: Aggregate) -> SymbolicValue:
        """See `Environment`."""
        if self._aggregates is None:
            raise unknown_here("an aggregate outside groups")
        return self._aggregates(aggregate)

    def window(self, window: Window) -> SymbolicValue:
        """See `Environment`."""
        for known, value in self.asked.windows:
            if self._same_window(window, known):
                return value
        value = self.symbols.value("window", window.type, nullable=True)
        self.asked.windows.append((window, value))
        return value

    def _same_window(self, one: Window, other: Window) -> bool:
        """The same over any rows: alike, with arguments and keys that are equal in each."""
        return one == other or (
            (one.function, one.frame) == (other.function, other.frame)
            and [(key.descending, key.nulls_first) for key in one.order]
            == [(key.descending, key.nulls_first) for key in other.order]
            and self._all_same(one.arguments, other.arguments)
            and self._all_same(one.partition, other.partition)
            and self._all_same(
                tuple(key.value for key in one.order), tuple(key.value for key in other.order)
            )
        )

    def _all_same(self, left: tuple[Expression, ...], right: tuple[Expression, ...]) -> bool:
        if len(left) != len(right):
            return False
        values = self.symbols.values
        equal = [values.same(self.of(a), self.of(b)) for a, b in zip(left, right, strict=True)]
        return self.symbols.follows(self.symbols.terms.conjunction(equal), ())

    def scalar(self, query: Query) -> SymbolicValue:
        """See `Environment`."""
        answer = self._find("scalar", query, Sameness.BAG)
        assert answer.value is not None  # noqa: S101 - made so below
        return answer.value

    def exists(self, query: Query) -> Truth:
        """See `Environment`."""
        answer = self._find("exists", query, Sameness.SET)
        assert answer.exists is not None  # noqa: S101 - made so below
        return self.symbols.values.known(answer.exists)

    def member(self, values: Sequence[SymbolicValue], query: Query) -> Truth:
        """True where a row is equal; false where none can be, for a single column told exactly."""
        answer = self._find("in", query, Sameness.SET)
        terms = self.symbols.terms
        kinds = output_types(query)
        inputs: list[Term] = []
        for value, kind in zip(values, kinds, strict=True):
            if ValueType.NULL in {value.type, kind}:
                raise unknown_here("IN with a NULL that is written down")
            mixed = not value.type.is_comparable_to(kind)
            if mixed:
                raise unknown_here(f"IN of {kind} for {value.type}")
            inputs.append(terms.to_real(value.term) if value.type.is_number else value.term)
        neither = terms.negation(terms.disjunction(value.null for value in values))
        matched = terms.apply(answer.name, inputs, Sort.BOOL)
        assert answer.exists is not None  # noqa: S101 - made so below
        assert answer.has_null is not None  # noqa: S101 - made so below
        self.asked.axioms.append(terms.implication(matched, answer.exists))
        true = terms.both(neither, matched)
        empty = terms.negation(answer.exists)
        told = terms.both(neither, terms.negation(answer.has_null))
        if len(values) == 1:
            false = terms.both(terms.negation(matched), terms.either(empty, told))
            # with a NULL on the left nothing is matched, whatever stands for its value
            false = terms.either(false, empty)
            return Truth(true, terms.both(false, terms.negation(true)))
        flags = [value.null for value in values]
        unsure = terms.apply(f"{answer.name} is false", (*inputs, *flags), Sort.BOOL)
        false = terms.choice(told, terms.negation(matched), unsure)
        return Truth(true, terms.both(terms.either(empty, false), terms.negation(true)))

    def _find(self, kind: str, query: Query, sameness: Sameness) -> _Answer:
        symbols = self.symbols
        spend(10)
        query = symbols.normal(query, sameness)
        for known_kind, known, answer in self.asked.subqueries:
            if known_kind == kind and (
                known == query or symbols.same(query, known, self.columns, sameness)
            ):
                return answer
        answer = self._answer(kind, query)
        self.asked.subqueries.append((kind, query, answer))
        return answer

    def _answer(self, kind: str, query: Query) -> _Answer:
        symbols, terms = self.symbols, self.symbols.terms
        always = isinstance(query, Select) and query.group == () and not query.having
        always = always and query.limit != 0 and not query.offset
        if kind == "exists":
            if not always and symbols.empty(query, self.columns):
                return _Answer(exists=terms.false)
            return _Answer(exists=terms.true if always else symbols.truth("exists"))
        kinds = output_types(query)
        never = [output_never_null(query, place, symbols.facts) for place in range(len(kinds))]
        if kind == "scalar":
            return _Answer(symbols.value("scalar", kinds[0], nullable=not (always and never[0])))
        nulls = terms.false if all(never) else symbols.truth("has null")
        exists = terms.true if always else symbols.truth("exists")
        if nulls is not terms.false:
            self.asked.axioms.append(terms.implication(nulls, exists))
        name = symbols.truth("in").operator.strip("|")
        return _Answer(exists=exists, name=f"member {name}", has_null=nulls)

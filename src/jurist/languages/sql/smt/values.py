"""A value is (null, term, type), a truth (is true, is false); comparisons of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Final

from jurist.errors import UnsupportedError
from jurist.languages.sql.algebra.nodes import Compares
from jurist.languages.sql.smt.prefixes import Prefixes
from jurist.languages.sql.smt.terms import Sort, Term, Terms
from jurist.languages.sql.smt.texts import Texts, day_number, first_day, second_number
from jurist.languages.sql.values import Value, ValueType

_REALS: Final = frozenset({ValueType.REAL, ValueType.TIMESTAMP})


def sort_of(kind: ValueType) -> Sort:
    """The sort of a type's terms: moments are seconds and may have fractions."""
    return Sort.REAL if kind in _REALS else Sort.INT


@dataclass(frozen=True, slots=True)
class SymbolicValue:
    """A value: NULL where `null` holds, else what `term` is, read by `type`.

    Texts are integers (`Texts`), dates day numbers, moments seconds, truths 0 and 1. Of other
    types (bytes, JSON) equal values have equal integers. The type NULL is of the literal alone.
    """

    null: Term
    term: Term
    type: ValueType


@dataclass(frozen=True, slots=True)
class Truth:
    """Whether a condition is true, and whether it is false: unknown where neither."""

    true: Term
    false: Term


class Values:
    """Constants, comparisons and conversions over one `Terms` and one `Texts`.

    What is not known of a comparison (a text with a moment, the order of bytes) is a predicate
    of which nothing is: more is possible so, never less.
    """

    def __init__(self, terms: Terms, texts: Texts) -> None:
        self.terms = terms
        self.texts = texts
        self.null: Final = SymbolicValue(terms.true, terms.integer(0), ValueType.NULL)
        self.unknown: Final = Truth(terms.false, terms.false)
        self.prefixes = Prefixes(terms, texts)
        self.opaque: dict[str, None] = {}
        """What was met of which less is known than SQL says, in order."""
        self.spellings: dict[Term, dict[str, Term]] = {}
        """What was asked of texts about the numbers that they spell, by text and function."""

    # --- constants and unknowns -----------------------------------------------------------

    def constant(self, value: Value, kind: ValueType) -> SymbolicValue:
        """A literal.

        Raises:
            UnsupportedError: Where a date or moment is not written as ISO 8601 does.
        """
        if value is None or kind is ValueType.NULL:
            return self.null
        return SymbolicValue(self.terms.false, self._literal(value, kind), kind)

    def _literal(self, value: int | float | str, kind: ValueType) -> Term:
        terms = self.terms
        if kind is ValueType.REAL and not isinstance(value, str) and isfinite(value):
            # the number as it is written: 0.1 is a tenth
            return terms.real(Fraction(repr(value)))
        if kind in {ValueType.INTEGER, ValueType.BOOLEAN} and not isinstance(value, str):
            return terms.integer(int(value))
        text = str(value)
        if kind is ValueType.DATE:
            number = day_number(text)
            if number is not None:
                return terms.integer(number)
        elif kind is ValueType.TIMESTAMP:
            seconds = second_number(text)
            if seconds is not None:
                return terms.real(seconds)
        elif kind in {ValueType.TEXT, ValueType.OTHER}:
            return terms.integer(self.texts.code(text))
        problem = f"{text[:40]!r} as a literal of type {kind}"
        raise UnsupportedError(problem, expected="dates and moments as ISO 8601 writes them")

    def missing(self, kind: ValueType) -> SymbolicValue:
        """NULL, of a type."""
        zero = self._number(0, kind)
        return SymbolicValue(self.terms.true, zero, kind)

    def _number(self, value: int, kind: ValueType) -> Term:
        if sort_of(kind) is Sort.REAL:
            return self.terms.real(Fraction(value))
        return self.terms.integer(value)

    def free(self, name: str, kind: ValueType, *, nullable: bool = True) -> SymbolicValue:
        """An unknown value: a truth is 0 or 1, all else anything of its sort."""
        terms = self.terms
        null = terms.unknown(f"{name}?", Sort.BOOL) if nullable else terms.false
        if kind is ValueType.BOOLEAN:
            return SymbolicValue(null, self._bit(terms.unknown(name, Sort.BOOL)), kind)
        return SymbolicValue(null, terms.unknown(name, sort_of(kind)), kind)

    def _bit(self, condition: Term) -> Term:
        return self.terms.choice(condition, self.terms.integer(1), self.terms.integer(0))

    # --- truths ---------------------------------------------------------------------------

    def known(self, condition: Term) -> Truth:
        """A condition that is never unknown."""
        return Truth(condition, self.terms.negation(condition))

    def where_known(self, null: Term, condition: Term) -> Truth:
        """A condition that is unknown where `null` holds."""
        terms = self.terms
        present = terms.negation(null)
        return Truth(terms.both(present, condition), terms.both(present, terms.negation(condition)))

    def from_truth(self, truth: Truth) -> SymbolicValue:
        """A condition as a value: 1, 0 or NULL."""
        terms = self.terms
        null = terms.negation(terms.either(truth.true, truth.false))
        return SymbolicValue(null, self._bit(truth.true), ValueType.BOOLEAN)

    def to_truth(self, value: SymbolicValue) -> Truth:
        """A value as a condition: a number is true where it is not 0."""
        if value.type is ValueType.NULL:
            return self.unknown
        zero = self.terms.equal(self.number(value).term, self.terms.integer(0))
        return self.where_known(value.null, self.terms.negation(zero))

    # --- conversions ----------------------------------------------------------------------

    def number(self, value: SymbolicValue) -> SymbolicValue:
        """A value where a number is wanted: of what a text is then, nothing is known."""
        if value.type.is_number or value.type is ValueType.NULL:
            return value
        return SymbolicValue(
            value.null,
            self.guess(f"number of {value.type}", (value.term,), Sort.REAL),
            ValueType.REAL,
        )

    def guess(self, function: str, arguments: tuple[Term, ...], sort: Sort) -> Term:
        """A function of which nothing is known but that it is one."""
        self.opaque.setdefault(function)
        return self.terms.apply(function, arguments, sort)

    def choose(
        self, condition: Term, then: SymbolicValue, otherwise: SymbolicValue
    ) -> SymbolicValue:
        """One value where the condition holds, else the other: of a type that holds both."""
        terms = self.terms
        null = terms.choice(condition, then.null, otherwise.null)
        if then.type is ValueType.NULL:
            return SymbolicValue(null, otherwise.term, otherwise.type)
        if otherwise.type is ValueType.NULL:
            return SymbolicValue(null, then.term, then.type)
        kind = common_type(then.type, otherwise.type)
        return SymbolicValue(
            null,
            terms.choice(condition, self.cast(then, kind).term, self.cast(otherwise, kind).term),
            kind,
        )

    def cast(self, value: SymbolicValue, kind: ValueType) -> SymbolicValue:
        """A value in a type that holds it (see `common_type`)."""
        if value.type is kind or value.type is ValueType.NULL:
            return SymbolicValue(value.null, value.term, kind)
        if kind is ValueType.REAL and value.type.is_number:
            return SymbolicValue(value.null, self.terms.to_real(value.term), kind)
        if kind is ValueType.INTEGER and value.type is ValueType.BOOLEAN:
            return SymbolicValue(value.null, value.term, kind)
        term = self.guess(f"{value.type} as {kind}", (value.term,), sort_of(kind))
        return SymbolicValue(value.null, term, kind)

    # --- comparisons ----------------------------------------------------------------------

    def same(self, left: SymbolicValue, right: SymbolicValue) -> Term:
        """Whether both are NULL, or both are not and equal.

        A text and a number are never the same: whatever reads the one as the other is in the
        expression itself.
        """
        terms = self.terms
        both_null = terms.both(left.null, right.null)
        if ValueType.NULL in {left.type, right.type}:
            return both_null
        kinds = (left.type, right.type)
        if ValueType.TEXT in kinds and (left.type.is_number or right.type.is_number):
            return both_null
        neither = terms.negation(terms.either(left.null, right.null))
        equal = self.equal(left, right)
        return terms.either(both_null, terms.both(neither, equal))

    def compare(self, compares: Compares, left: SymbolicValue, right: SymbolicValue) -> Truth:
        """A comparison: unknown where a side is NULL."""
        if ValueType.NULL in {left.type, right.type}:
            return self.unknown
        terms = self.terms
        holds = {
            Compares.EQ: lambda: self.equal(left, right),
            Compares.NE: lambda: terms.negation(self.equal(left, right)),
            Compares.LT: lambda: self.less(left, right),
            Compares.GE: lambda: terms.negation(self.less(left, right)),
            Compares.GT: lambda: self.less(right, left),
            Compares.LE: lambda: terms.negation(self.less(right, left)),
        }[compares]()
        return self.where_known(terms.either(left.null, right.null), holds)

    def equal(self, left: SymbolicValue, right: SymbolicValue) -> Term:
        """Whether two values that are not NULL are equal."""
        if left.type.is_comparable_to(right.type):
            return self.terms.equal(left.term, right.term)
        beside = self._day_beside_text(left, right)
        if beside is not None:
            day, text = beside
            number = day_number(text)
            if number is None:
                return self.terms.false
            return self.terms.equal(day, self.terms.integer(number))
        if left.type > right.type:
            left, right = right, left
        return self.guess(f"{left.type} = {right.type}", (left.term, right.term), Sort.BOOL)

    def less(self, left: SymbolicValue, right: SymbolicValue) -> Term:
        """Whether of two values that are not NULL the one sorts before the other."""
        terms = self.terms
        if left.type.is_comparable_to(right.type) and left.type is not ValueType.OTHER:
            return terms.less(left.term, right.term)
        beside = self._day_beside_text(left, right)
        if beside is not None:
            day, text = beside
            first = first_day(lambda day: day >= text)
            if left.type is ValueType.DATE:
                return terms.less(day, terms.integer(first))
            after = first if day_number(text) is None else first + 1
            return terms.at_most(terms.integer(after), day)
        return self.guess(f"{left.type} < {right.type}", (left.term, right.term), Sort.BOOL)

    def _day_beside_text(
        self, left: SymbolicValue, right: SymbolicValue
    ) -> tuple[Term, str] | None:
        """Of a date beside a constant text: both. They are compared as texts, in ISO 8601."""
        if (left.type, right.type) == (ValueType.DATE, ValueType.TEXT):
            day, text = left.term, right.term
        elif (left.type, right.type) == (ValueType.TEXT, ValueType.DATE):
            day, text = right.term, left.term
        else:
            return None
        constant = self.text_of(text)
        return None if constant is None else (day, constant)

    def text_of(self, term: Term) -> str | None:
        """The constant text that a term is."""
        return None if term.literal is None else self.texts.constant(int(term.literal))


def common_type(left: ValueType, right: ValueType) -> ValueType:
    """The type of a value that may come from either."""
    if left is right or right is ValueType.NULL:
        return left
    if left is ValueType.NULL:
        return right
    if left.is_number and right.is_number:
        return ValueType.REAL if ValueType.REAL in {left, right} else ValueType.INTEGER
    return ValueType.OTHER

"""Terms of SMT-LIB: equal ones are one object, and what constants decide is decided at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeAlias

Literal: TypeAlias = bool | int | Fraction


class Sort(StrEnum):
    """What a term stands for."""

    BOOL = "Bool"
    INT = "Int"
    REAL = "Real"


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A term. Of one `Terms`, equal terms are the same object; `number` tells their order."""

    number: int
    operator: str
    """SMT-LIB's, or the name of a constant or function."""
    arguments: tuple[Term, ...]
    sort: Sort
    literal: Literal | None = None

    def __str__(self) -> str:
        """For people who read a failing test."""
        if not self.arguments:
            return self.operator
        return f"({self.operator} {' '.join(map(str, self.arguments))})"


_QUOTED: Final = {ord("%"): "%25", ord("|"): "%7c", ord("\\"): "%5c"}
"""What may not stand between bars, and what writes it."""
Signature: TypeAlias = tuple[tuple[Sort, ...], Sort]
_Key: TypeAlias = tuple[str, tuple[Term, ...], Sort]


class Terms:
    """Makes terms, and keeps them so that equal ones are shared."""

    def __init__(self) -> None:
        self._terms: dict[_Key, Term] = {}
        self.signatures: dict[str, Signature] = {}
        """Of each uninterpreted constant and function, in the order of their making."""
        self.true: Final = self._make("true", (), Sort.BOOL, literal=True)
        self.false: Final = self._make("false", (), Sort.BOOL, literal=False)

    def _make(
        self,
        operator: str,
        arguments: tuple[Term, ...],
        sort: Sort,
        *,
        literal: Literal | None = None,
    ) -> Term:
        key = (operator, arguments, sort)
        term = self._terms.get(key)
        if term is None:
            term = Term(len(self._terms), operator, arguments, sort, literal)
            self._terms[key] = term
        return term

    # --- leaves and functions -------------------------------------------------------------

    def integer(self, value: int) -> Term:
        """A whole number."""
        text = str(value) if value >= 0 else f"(- {-value})"
        return self._make(text, (), Sort.INT, literal=value)

    def real(self, value: Fraction) -> Term:
        """An exact fraction."""
        text = f"(/ {abs(value.numerator)}.0 {value.denominator}.0)"
        return self._make(
            text if value >= 0 else f"(- {text})", (), Sort.REAL, literal=Fraction(value)
        )

    def boolean(self, *, value: bool) -> Term:
        """True or false."""
        return self.true if value else self.false

    def unknown(self, name: str, sort: Sort) -> Term:
        """The constant of a name: it may be anything of its sort.

        Raises:
            AssertionError: Where the name is already of another sort.
        """
        return self.apply(name, (), sort)

    def apply(self, function: str, arguments: Sequence[Term], sort: Sort) -> Term:
        """An uninterpreted function: of it only its name's signature is known.

        Raises:
            AssertionError: Where the name already has another signature.
        """
        quoted = f"|{function.translate(_QUOTED)}|"
        signature = (tuple(argument.sort for argument in arguments), sort)
        assert self.signatures.setdefault(quoted, signature) == signature, quoted  # noqa: S101 - a bug of ours
        return self._make(quoted, tuple(arguments), sort)

    # --- truth ----------------------------------------------------------------------------

    def negation(self, part: Term) -> Term:
        """Not."""
        if part.literal is not None:
            return self.false if part.literal else self.true
        if part.operator == "not":
            return part.arguments[0]
        return self._make("not", (part,), Sort.BOOL)

    def conjunction(self, parts: Iterable[Term]) -> Term:
        """All of them."""
        return self._junction("and", parts, self.true, self.false)

    def disjunction(self, parts: Iterable[Term]) -> Term:
        """Any of them."""
        return self._junction("or", parts, self.false, self.true)

    def _junction(self, operator: str, parts: Iterable[Term], neutral: Term, strong: Term) -> Term:
        kept: dict[Term, None] = {}
        for part in parts:
            if part is strong:
                return strong
            if part is neutral:
                continue
            if part.operator == operator:
                kept.update(dict.fromkeys(part.arguments))
            else:
                kept[part] = None
        for part in kept:
            if part.operator == "not" and part.arguments[0] in kept:
                return strong
        if not kept:
            return neutral
        if len(kept) == 1:
            return next(iter(kept))
        return self._make(operator, tuple(sorted(kept, key=_number)), Sort.BOOL)

    def both(self, left: Term, right: Term) -> Term:
        """And, of two."""
        return self.conjunction((left, right))

    def either(self, left: Term, right: Term) -> Term:
        """Or, of two."""
        return self.disjunction((left, right))

    def implication(self, condition: Term, consequence: Term) -> Term:
        """If, then."""
        return self.disjunction((self.negation(condition), consequence))

    def choice(self, condition: Term, then: Term, otherwise: Term) -> Term:
        """One term where the condition holds, else the other."""
        if condition.literal is not None:
            return then if condition.literal else otherwise
        then, otherwise = self.alike(then, otherwise)
        if then is otherwise:
            return then
        if condition.operator == "not":
            condition, then, otherwise = condition.arguments[0], otherwise, then
        if then.sort is Sort.BOOL:
            if then is self.true or then is condition:
                return self.either(condition, otherwise)
            if then is self.false:
                return self.both(self.negation(condition), otherwise)
            if otherwise is self.false:
                return self.both(condition, then)
            if otherwise is self.true:
                return self.either(self.negation(condition), then)
        return self._make("ite", (condition, then, otherwise), then.sort)

    # --- comparisons ----------------------------------------------------------------------

    def equal(self, left: Term, right: Term) -> Term:
        """Whether two terms are the same value."""
        left, right = self.alike(left, right)
        if left is right:
            return self.true
        if left.sort is Sort.BOOL:
            return self._equal_truths(left, right)
        if left.number > right.number:
            left, right = right, left
        return self._folded("=", left, right, lambda a, b: a == b)

    def _equal_truths(self, left: Term, right: Term) -> Term:
        for one, other in ((left, right), (right, left)):
            if one is self.true:
                return other
            if one is self.false:
                return self.negation(other)
        if self.negation(left) is right:
            return self.false
        left, right = sorted((left, right), key=_number)
        return self._make("=", (left, right), Sort.BOOL)

    def less(self, left: Term, right: Term) -> Term:
        """Whether a number is less than another."""
        left, right = self.alike(left, right)
        if left is right:
            return self.false
        return self._folded("<", left, right, lambda a, b: a < b)

    def at_most(self, left: Term, right: Term) -> Term:
        """Whether a number is no more than another."""
        return self.negation(self.less(right, left))

    def _folded(
        self, operator: str, left: Term, right: Term, holds: Callable[[Literal, Literal], bool]
    ) -> Term:
        """A comparison, decided branch by branch where both sides' branches are literals."""
        if left.literal is not None and right.literal is not None:
            return self.boolean(value=holds(left.literal, right.literal))
        if _is_choice_of_literals(left) and right.literal is not None:
            condition, then, otherwise = left.arguments
            return self.choice(
                condition,
                self._folded(operator, then, right, holds),
                self._folded(operator, otherwise, right, holds),
            )
        if _is_choice_of_literals(right) and left.literal is not None:
            condition, then, otherwise = right.arguments
            return self.choice(
                condition,
                self._folded(operator, left, then, holds),
                self._folded(operator, left, otherwise, holds),
            )
        return self._make(operator, (left, right), Sort.BOOL)

    # --- numbers --------------------------------------------------------------------------

    def to_real(self, term: Term) -> Term:
        """A number as a real."""
        if term.sort is Sort.REAL:
            return term
        if term.literal is not None:
            return self.real(Fraction(term.literal))
        if term.operator == "ite":
            condition, then, otherwise = term.arguments
            return self.choice(condition, self.to_real(then), self.to_real(otherwise))
        return self._make("to_real", (term,), Sort.REAL)

    def alike(self, left: Term, right: Term) -> tuple[Term, Term]:
        """Two terms of one sort: where one is a real, both."""
        if left.sort is right.sort:
            return left, right
        return self.to_real(left), self.to_real(right)

    def _number(self, value: int | Fraction, sort: Sort) -> Term:
        if sort is Sort.REAL:
            return self.real(Fraction(value))
        return self.integer(int(value))

    def total(self, parts: Iterable[Term]) -> Term:
        """The sum of numbers; of none the integer 0."""
        terms = list(parts)
        sort = Sort.REAL if any(term.sort is Sort.REAL for term in terms) else Sort.INT
        if sort is Sort.REAL:
            terms = [self.to_real(term) for term in terms]
        constant = sum((term.literal for term in terms if term.literal is not None), 0)
        kept = sorted((term for term in terms if term.literal is None), key=_number)
        if constant or not kept:
            kept.append(self._number(constant, sort))
        return kept[0] if len(kept) == 1 else self._make("+", tuple(kept), sort)

    def negative(self, term: Term) -> Term:
        """The number with the other sign."""
        return self.scaled(term, -1)

    def scaled(self, term: Term, factor: int | Fraction) -> Term:
        """A number times a constant; a fraction makes it a real."""
        if isinstance(factor, Fraction) and factor.denominator != 1:
            term = self.to_real(term)
        if term.literal is not None:
            return self._number(term.literal * factor, term.sort)
        if factor == 1:
            return term
        return self._make("*", (self._number(factor, term.sort), term), term.sort)

    def product(self, left: Term, right: Term) -> Term:
        """A product, however hard it makes the problem."""
        left, right = self.alike(left, right)
        for one, other in ((left, right), (right, left)):
            if one.literal is not None:
                return self.scaled(other, one.literal)
        return self._make("*", tuple(sorted((left, right), key=_number)), left.sort)

    def ratio(self, left: Term, right: Term) -> Term:
        """A division of reals; nothing is known of one by zero."""
        left, right = self.to_real(left), self.to_real(right)
        if right.literal:
            return self.scaled(left, 1 / Fraction(right.literal))
        return self._make("/", (left, right), Sort.REAL)

    def floor_quotient(self, left: Term, right: Term) -> Term:
        """SMT-LIB's `div` of integers: rounds down where the divisor is positive."""
        if isinstance(left.literal, int) and isinstance(right.literal, int) and right.literal > 0:
            return self.integer(left.literal // right.literal)
        return self._make("div", (left, right), Sort.INT)

    def count(self, conditions: Iterable[Term]) -> Term:
        """How many of them hold."""
        one, zero = self.integer(1), self.integer(0)
        return self.total(self.choice(condition, one, zero) for condition in conditions)


def _number(term: Term) -> int:
    return term.number


def _is_choice_of_literals(term: Term) -> bool:
    """Down to a chain's end, of which each `then` is a literal: folding stays linear."""
    while term.operator == "ite":
        _, then, otherwise = term.arguments
        if then.literal is None:
            return otherwise.literal is not None and _is_choice_of_literals(then)
        term = otherwise
    return term.literal is not None

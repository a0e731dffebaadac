"""Expressions of the algebra in z3, over whatever stands for columns, aggregates, subqueries."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final, Protocol

from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Operator
from jurist.languages.sql.smt.calls import as_text, call, spelling_facts
from jurist.languages.sql.smt.patterns import Pattern, exclude, implies, pattern
from jurist.languages.sql.smt.terms import Sort, Term
from jurist.languages.sql.smt.values import SymbolicValue, Truth, Values, common_type
from jurist.languages.sql.values import ValueType

_ROUNDS: Final = 2
"""How often facts are made about constants that facts brought in."""


class Environment(Protocol):
    """What stands for the parts of an expression that no expression explains.

    Each may raise `UnsupportedError`, which says what cannot be told.
    """

    def column(self, column: nodes.Column) -> SymbolicValue:
        """The value of a column in the row that is looked at."""
        ...

    def aggregate(self, aggregate: nodes.Aggregate) -> SymbolicValue:
        """The value of an aggregate over the group that is looked at."""
        ...

    def window(self, window: nodes.Window) -> SymbolicValue:
        """The value of a window function in the row that is looked at."""
        ...

    def scalar(self, query: nodes.Query) -> SymbolicValue:
        """The single value of a query."""
        ...

    def exists(self, query: nodes.Query) -> Truth:
        """Whether a query has a row."""
        ...

    def member(self, values: Sequence[SymbolicValue], query: nodes.Query) -> Truth:
        """Whether a row of values stands in a query's result."""
        ...


class Products(Enum):
    """What a product (or quotient) of two unknown numbers is."""

    GUESSED = "guessed"
    """A function of which only the order of a product's factors is known not to matter."""
    EXACT = "exact"
    """The product itself: hard for z3."""


class Encoder:
    """Expressions in z3. More may be possible than SQL allows, never less.

    What is proved of the terms is therefore so; what a model shows must be tried.

    Args:
        values: What constants and comparisons are made with.
        products: What a product of two unknowns is.
    """

    def __init__(self, values: Values, products: Products) -> None:
        self.values = values
        self.terms = values.terms
        self.products = products
        self._facts: list[Term] = []
        self._told: dict[Term, None] = {}
        self.failures: dict[Term, None] = {}
        """Where a division by zero raises an error: what it gives instead is not told."""
        self._patterns: dict[Pattern, set[str]] = {}
        self._matched: dict[Term, list[Pattern]] = {}

    # --- conditions -----------------------------------------------------------------------

    def truth(self, expression: nodes.Expression, environment: Environment) -> Truth:
        """Whether a condition is true, and whether it is false.

        Raises:
            UnsupportedError: Where the environment, or a literal, cannot be told.
        """
        terms, values = self.terms, self.values
        match expression:
            case nodes.And(parts):
                truths = [self.truth(part, environment) for part in parts]
                return Truth(
                    terms.conjunction(truth.true for truth in truths),
                    terms.disjunction(truth.false for truth in truths),
                )
            case nodes.Or(parts):
                truths = [self.truth(part, environment) for part in parts]
                return Truth(
                    terms.disjunction(truth.true for truth in truths),
                    terms.conjunction(truth.false for truth in truths),
                )
            case nodes.Not(part):
                truth = self.truth(part, environment)
                return Truth(truth.false, truth.true)
            case nodes.Comparison(compares, left, right):
                return values.compare(
                    compares, self.value(left, environment), self.value(right, environment)
                )
            case nodes.Same(left, right):
                return values.known(
                    values.same(self.value(left, environment), self.value(right, environment))
                )
            case nodes.IsNull(value):
                return values.known(self.value(value, environment).null)
            case nodes.IsTrue(part):
                return values.known(self.truth(part, environment).true)
            case nodes.Like():
                return self._like(expression, environment)
            case nodes.In(members, query):
                return environment.member(
                    [self.value(member, environment) for member in members], query
                )
            case nodes.Exists(query):
                return environment.exists(query)
            case _:
                return values.to_truth(self.value(expression, environment))

    def _like(self, like: nodes.Like, environment: Environment) -> Truth:
        terms, values = self.terms, self.values
        value = self.value(like.value, environment)
        if value.type is ValueType.NULL:
            return values.unknown
        wanted = pattern(like.pattern, ignores_case=like.ignores_case, escape=like.escape)
        term = as_text(values, value).term
        if wanted.matches_all:
            return values.where_known(value.null, terms.true)
        if wanted.text is not None:
            constant = terms.integer(values.texts.code(wanted.text))
            return values.where_known(value.null, terms.equal(term, constant))
        begins = None if wanted.start is None else values.prefixes.begins(term, wanted.start)
        if begins is not None:
            return values.where_known(value.null, begins)
        return values.where_known(value.null, self.matches(wanted, term))

    def matches(self, wanted: Pattern, term: Term) -> Term:
        """Whether a text matches a pattern; what is known of that is among the `facts`."""
        terms, values = self.terms, self.values
        constant = values.text_of(term)
        if constant is not None:
            return terms.boolean(value=wanted.matches(constant))
        holds = self._applied(wanted, term)
        others = self._matched.setdefault(term, [])
        if wanted not in others:
            for other in others:
                applied = self._applied(other, term)
                if implies(wanted, other):
                    self._facts.append(terms.implication(holds, applied))
                if implies(other, wanted):
                    self._facts.append(terms.implication(applied, holds))
                if exclude(wanted, other):
                    self._facts.append(terms.negation(terms.both(holds, applied)))
            others.append(wanted)
        return holds

    def _applied(self, wanted: Pattern, term: Term) -> Term:
        self._patterns.setdefault(wanted, set())
        number = list(self._patterns).index(wanted)
        return self.values.guess(f"like {number}", (term,), Sort.BOOL)

    def facts(self) -> list[Term]:
        """What holds of the predicates about texts, to be asserted: it only grows."""
        terms, texts = self.terms, self.values.texts
        for wanted, told in self._patterns.items():
            for text in texts.constants:
                if text not in told:
                    told.add(text)
                    applied = self._applied(wanted, terms.integer(texts.code(text)))
                    holds = applied if wanted.matches(text) else terms.negation(applied)
                    self._facts.append(holds)
        for _ in range(_ROUNDS):
            # some facts are about further constants
            self._facts += self.values.prefixes.facts()
        if self.values.spellings:
            for text in texts.constants:
                told = spelling_facts(self.values, text)
                self._facts += [fact for fact in told if fact not in self._told]
                self._told.update(dict.fromkeys(told))
        return self._facts

    def asked_of(self, text: Term) -> list[tuple[Pattern | str, Term]]:
        """The patterns that a text was matched with, and what was asked of the number it spells."""
        asked: list[tuple[Pattern | str, Term]] = [
            (wanted, self._applied(wanted, text)) for wanted in self._matched.get(text, ())
        ]
        return [*asked, *self.values.spellings.get(text, {}).items()]

    # --- values ---------------------------------------------------------------------------

    def value(self, expression: nodes.Expression, environment: Environment) -> SymbolicValue:
        """The value of an expression; a condition's is 1, 0 or NULL.

        Raises:
            UnsupportedError: Where the environment, or a literal, cannot be told.
        """
        match expression:
            case nodes.Column():
                return environment.column(expression)
            case nodes.Constant(value, kind):
                return self.values.constant(value, kind)
            case nodes.Aggregate():
                return environment.aggregate(expression)
            case nodes.Window():
                return environment.window(expression)
            case nodes.Scalar(query):
                return environment.scalar(query)
            case nodes.Negative(value):
                number = self.values.number(self.value(value, environment))
                return SymbolicValue(number.null, self.terms.negative(number.term), _kept(number))
            case nodes.Arithmetic():
                return self._arithmetic(
                    expression,
                    self.values.number(self.value(expression.left, environment)),
                    self.values.number(self.value(expression.right, environment)),
                )
            case nodes.Case(branches, otherwise):
                value = self.value(otherwise, environment)
                for condition, then in reversed(branches):
                    holds = self.truth(condition, environment).true
                    value = self.values.choose(holds, self.value(then, environment), value)
                return value
            case nodes.Call(function, arguments, kind):
                inputs = [self.value(argument, environment) for argument in arguments]
                return call(self.values, function, inputs, kind)
            case _:
                return self.values.from_truth(self.truth(expression, environment))

    def _arithmetic(
        self, arithmetic: nodes.Arithmetic, left: SymbolicValue, right: SymbolicValue
    ) -> SymbolicValue:
        if ValueType.NULL in {left.type, right.type}:
            return self.values.null
        terms = self.terms
        null = terms.either(left.null, right.null)
        kind = common_type(_kept(left), _kept(right))
        one, other = left.term, right.term
        match arithmetic.operator:
            case Operator.ADD:
                return SymbolicValue(null, terms.total((one, other)), kind)
            case Operator.SUBTRACT:
                return SymbolicValue(null, terms.total((one, terms.negative(other))), kind)
            case Operator.MULTIPLY:
                return SymbolicValue(null, self._product(one, other), kind)
            case Operator.DIVIDE | Operator.QUOTIENT | Operator.REMAINDER:
                is_zero = terms.equal(other, terms.integer(0))
                if arithmetic.zero_is_error:
                    self.failures[terms.both(terms.negation(null), is_zero)] = None
                else:
                    null = terms.either(null, is_zero)
        match arithmetic.operator:
            case Operator.DIVIDE:
                return SymbolicValue(null, self._ratio(one, other), ValueType.REAL)
            case Operator.QUOTIENT:
                return SymbolicValue(null, self._quotient(one, other), kind)
            case _:
                return SymbolicValue(null, self._remainder(one, other), kind)

    def _product(self, left: Term, right: Term) -> Term:
        if self.products is Products.EXACT or left.literal is not None or right.literal is not None:
            return self.terms.product(left, right)
        left, right = self.terms.alike(left, right)
        left, right = sorted((left, right), key=lambda term: term.number)
        return self.values.guess(f"product {left.sort}", (left, right), left.sort)

    def _ratio(self, left: Term, right: Term) -> Term:
        if self.products is Products.EXACT or right.literal:
            return self.terms.ratio(left, right)
        sides = (self.terms.to_real(left), self.terms.to_real(right))
        return self.values.guess("ratio", sides, Sort.REAL)

    def _quotient(self, left: Term, right: Term) -> Term:
        """Of integers, truncated toward zero: SMT-LIB's rounds down for positive divisors."""
        terms, zero = self.terms, self.terms.integer(0)
        integers = left.sort is Sort.INT and right.sort is Sort.INT
        if not integers or not (right.literal or self.products is Products.EXACT):
            left, right = terms.alike(left, right)
            return self.values.guess(f"quotient {left.sort}", (left, right), left.sort)
        size = terms.choice(terms.less(left, zero), terms.negative(left), left)
        by = terms.choice(terms.less(right, zero), terms.negative(right), right)
        quotient = terms.floor_quotient(size, by)
        signs_differ = terms.negation(terms.equal(terms.less(left, zero), terms.less(right, zero)))
        return terms.choice(signs_differ, terms.negative(quotient), quotient)

    def _remainder(self, left: Term, right: Term) -> Term:
        """What is left: with the sign of the left side."""
        if left.sort is not Sort.INT or right.sort is not Sort.INT:
            left, right = self.terms.alike(left, right)
            return self.values.guess("remainder", (left, right), left.sort)
        back = self._product(self._quotient(left, right), right)
        return self.terms.total((left, self.terms.negative(back)))


def _kept(number: SymbolicValue) -> ValueType:
    """The type of arithmetic on a number: truths are integers."""
    return ValueType.INTEGER if number.type is ValueType.BOOLEAN else number.type

"""z3 behind a small typed border: terms in, truth values and numbers out."""
# z3's own types are incomplete, so what comes out of it is checked here and nowhere else.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from fractions import Fraction
from typing import Final

import z3

from jurist.languages.effort import OutOfSteps, left, spend, watch_clock
from jurist.languages.sql.smt.terms import Literal, Sort, Term, Terms

_UNITS_A_STEP: Final = 8
"""Of the work that z3 counts by itself, alike on every machine."""
_LETTERS_A_STEP: Final = 10
_MOST: Final = (1 << 32) - 1
"""What z3's parameters and counters hold."""


class Answer(Enum):
    """What comes of a check."""

    SATISFIABLE = "satisfiable"
    UNSATISFIABLE = "unsatisfiable"
    UNKNOWN = "unknown"
    """Not found out with the work that was allowed."""


class Solver:
    """Assertions over the terms of one `Terms`; belongs to the thread that made it.

    Terms are defined once, by number, however often they are asserted: `check` costs what is
    new in it. Each solver has a z3 context of its own (0.5 ms): what z3 answers depends on all
    that was built in its context before, and the same problem must end in the same model.

    Args:
        terms: Where all terms asserted here come from.
    """

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._context = z3.Context()
        self._solver = z3.SimpleSolver(ctx=self._context)
        self._defined: dict[Term, str] = {}
        self._declared: set[str] = set()
        self._model: z3.ModelRef | None = None

    def add(self, *terms: Term) -> None:
        """Assert terms, for as long as the solver (or the level, see `push`) lives."""
        written: list[str] = []
        for term in terms:
            if term is not self._terms.true:
                written.append(f"(assert {self._name(term, written)})")
        self._read(written)

    def push(self) -> None:
        """Begin a level: what is asserted from here on, `pop` takes back."""
        self._solver.push()

    def pop(self) -> None:
        """End the latest level."""
        self._solver.pop()

    def check(self, assertions: Sequence[Term] = (), *, units: int = _MOST) -> Answer:
        """Whether all assertions, and these, can hold together.

        No model is kept: to make one may cost z3 more than to know that there is one.

        Args:
            assertions: Further ones, of this check alone.
            units: How much work of z3's own counting it may cost (about 8 a microsecond).

        Raises:
            OutOfSteps: Where the steps that are left end it, not `units`.
            StoppedByClock: Where the clock ends what its steps did not.
        """
        return self._asked(assertions, lambda: self._check(units))

    def solve(self, assertions: Sequence[Term] = (), *, units: int = _MOST) -> Answer:
        """As `check`, and keep what makes them hold together for `values`."""
        return self._asked(assertions, lambda: self._solved(units))

    def _asked(self, assertions: Sequence[Term], ask: Callable[[], Answer]) -> Answer:
        spend()
        if any(term is self._terms.false for term in assertions):
            return Answer.UNSATISFIABLE
        self._solver.push()
        try:
            self.add(*assertions)
            return ask()
        finally:
            self._solver.pop()

    def _solved(self, units: int) -> Answer:
        answer = self._check(units)
        if answer is Answer.SATISFIABLE:
            self._model = self._solver.model()
        return answer

    def _check(self, units: int) -> Answer:
        steps, seconds = left() or (_MOST, _MOST)
        allowed = min(units, steps * _UNITS_A_STEP, _MOST)
        self._solver.set("rlimit", allowed)
        # never before the clock that `effort` watches, which then says so
        self._solver.set("timeout", min(max(0, int(seconds * 1_000)) + 1, _MOST))
        before = self._count()
        answer = self._solver.check()
        worked = (self._count() - before) & _MOST
        spend(worked // _UNITS_A_STEP)
        if answer == z3.unknown:
            watch_clock()
            if allowed < units:
                raise OutOfSteps
            return Answer.UNKNOWN
        return Answer.SATISFIABLE if answer == z3.sat else Answer.UNSATISFIABLE

    def values(self, unknowns: Iterable[Term]) -> list[Literal]:
        """What the model of the latest `solve` gives to unknown constants.

        A number that no fraction writes (a root) is given as one near it.
        """
        assert self._model is not None  # noqa: S101 - asked after `solve` alone
        model = self._model
        return [self._value(model, unknown) for unknown in unknowns]

    def _value(self, model: z3.ModelRef, unknown: Term) -> Literal:
        if unknown.literal is not None:
            return unknown.literal
        name = unknown.operator[1:-1]  # its bars are no part of it
        if unknown.sort is Sort.BOOL:
            return z3.is_true(model.eval(z3.Bool(name, self._context)))
        if unknown.sort is Sort.INT:
            value = model.eval(z3.Int(name, self._context), model_completion=True)
            assert isinstance(value, z3.IntNumRef)  # noqa: S101 - a model gives numbers
            return value.as_long()
        value = model.eval(z3.Real(name, self._context), model_completion=True)
        if isinstance(value, z3.AlgebraicNumRef):
            value = value.approx(12)
        assert isinstance(value, z3.RatNumRef)  # noqa: S101 - a model gives numbers
        return Fraction(value.numerator_as_long(), value.denominator_as_long())

    def _count(self) -> int:
        """z3's counter of its work: of all solvers of this context."""
        return int(self._solver.statistics().get_key_value("rlimit count"))

    def _read(self, written: list[str]) -> None:
        if written:
            text = "".join(written)
            self._solver.from_string(text)
            spend(1 + len(text) // _LETTERS_A_STEP)

    def _name(self, term: Term, written: list[str]) -> str:
        """How a term is written; what it is made of is defined before, deepest first."""
        name = self._defined.get(term)
        if name is not None:
            return name
        stack = [term]
        while stack:
            top = stack[-1]
            missing = [part for part in top.arguments if part not in self._defined]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            if top not in self._defined:
                self._defined[top] = self._define(top, written)
        return self._defined[term]

    def _define(self, term: Term, written: list[str]) -> str:
        if term.operator in self._terms.signatures and term.operator not in self._declared:
            self._declared.add(term.operator)
            sorts, result = self._terms.signatures[term.operator]
            written.append(f"(declare-fun {term.operator} ({' '.join(sorts)}) {result})")
        if not term.arguments:
            return term.operator
        parts = " ".join(self._defined[part] for part in term.arguments)
        if term.operator in {"not", "to_real"}:
            return f"({term.operator} {parts})"
        name = f"t{term.number}"
        written.append(f"(define-fun {name} () {term.sort} ({term.operator} {parts}))")
        return name

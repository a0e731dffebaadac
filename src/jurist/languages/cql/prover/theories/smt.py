"""z3 behind a small typed border: text in, truth values and integers out.

A problem may outlive the proof that posed it, and is read anew in the context of the next.
"""
# z3's own types are incomplete, so what comes out of it is checked here and nowhere else.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
# pyright: reportOptionalMemberAccess=false

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from time import perf_counter

import z3

from jurist.languages.cql.prover.context import Resources, Session
from jurist.languages.effort import OutOfSteps, left, spend, watch_clock

_UNITS_A_STEP = 8
"""Of the work that z3 counts by itself, alike on every machine."""
_LETTERS_A_STEP = 10
_MOST = (1 << 32) - 1
"""What z3's parameters and counters hold."""


class Solver:
    """One problem: declarations and assertions as SMT-LIB text.

    Args:
        resources: Of the proofs that the problem belongs to.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._declarations: list[str] = []
        self._assertions: list[str] = []
        self._read: list[str] = []
        """What z3 has been given."""

    def declare(self, name: str, sort: str = "Int") -> str:
        """Declare a constant; returns its name."""
        self._declarations.append(f"(declare-fun {name} () {sort})")
        return name

    def declare_all(self, names: Iterable[str], sort: str) -> None:
        """Declare several constants."""
        for name in names:
            self.declare(name, sort)

    def add(self, term: str) -> None:
        """Assert a term."""
        self._assertions.append(f"(assert {term})")

    def check(self, assumptions: Sequence[tuple[str, bool]] = ()) -> bool:
        """Whether the assertions can hold together with some truth values of constants.

        Raises:
            OutOfSteps: Where the solver does not find out in the steps that are left.
            StoppedByClock: Where the clock ends what its steps did not.
        """
        session = self._session
        if self._assertions:
            text = "".join((*self._declarations, *self._assertions))
            spend(1 + len(text) // _LETTERS_A_STEP)
            session.solver.from_string(text)
            self._read.append(text)
            self._declarations, self._assertions = [], []
        literals = [_literal(session, *assumption) for assumption in assumptions]
        spend()
        _limit(session.solver)
        begin = perf_counter()
        answer = session.solver.check(*literals)
        self._resources.solver_ms += (perf_counter() - begin) * 1_000
        spend(self._worked() // _UNITS_A_STEP)
        if answer == z3.unknown:
            watch_clock()
            raise OutOfSteps
        return answer == z3.sat

    @property
    def _session(self) -> Session:
        """The problem in the context of this proof: z3 is told what another proof told it.

        That spends no steps, as chance decides of what is kept.
        """
        context = self._resources.context
        session = context.sessions.get(self)
        if session is None:
            session = context.sessions[self] = Session(z3.SimpleSolver(ctx=context.z3))
            session.solver.set("relevancy", 0)  # problems are small: all of them matters
            session.solver.set("arith.solver", 2)
            for text in self._read:
                session.solver.from_string(text)
        return session

    def _worked(self) -> int:
        """Units of work since this was asked before, of any solver of the context."""
        context = self._resources.context
        before = context.worked
        context.worked = int(self._session.solver.statistics().get_key_value("rlimit count"))
        return (context.worked - before) & _MOST

    def core(self, assumptions: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
        """Those assumptions that, after a check that failed, contradict one another."""
        session = self._session
        core = session.solver.unsat_core()
        ids = {core[i].get_id() for i in range(len(core))}
        return [pair for pair in assumptions if _literal(session, *pair).get_id() in ids]

    def model(self) -> tuple[dict[str, int], set[str]]:
        """The integers of the last model, and the names that are true in it.

        As text: taking a model apart object by object costs more than finding it.
        """
        written = self._session.solver.model().sexpr()
        spend(len(written) // _LETTERS_A_STEP)
        integers = {
            name: -int(digits) if minus else int(digits)
            for name, minus, digits in _INTEGER.findall(written)
        }
        return integers, set(_TRUE.findall(written))


def _limit(solver: z3.Solver) -> None:
    """Let the next check work no longer than the steps, or the clock, allow."""
    steps, seconds = left() or (_MOST, _MOST)
    solver.set("rlimit", min(steps * _UNITS_A_STEP, _MOST))
    # a little later than the clock stops, so that it does then
    solver.set("timeout", min(max(0, int(seconds * 1_000)) + 1, _MOST))


def _literal(session: Session, name: str, truth: bool) -> z3.BoolRef:  # noqa: FBT001 - part of a pair
    literal = session.literals.get((name, truth))
    if literal is None:
        constant = z3.Bool(name, ctx=session.solver.ctx)
        negated = z3.Not(constant)
        assert isinstance(negated, z3.BoolRef)  # noqa: S101 - what z3 gives for a BoolRef
        literal = session.literals[name, truth] = constant if truth else negated
    return literal


_INTEGER = re.compile(r"\(define-fun (\S+) \(\) Int\s+(\(- )?(\d+)")
_TRUE = re.compile(r"\(define-fun (\S+) \(\) Bool\s+true\)")

"""z3 behind a small typed border: text in, truth values and integers out."""
# z3's own types are incomplete, so what comes out of it is checked here and nowhere else.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
# pyright: reportOptionalMemberAccess=false

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from time import perf_counter

import z3

from jurist.languages.cql.prover.resources import OutOfTime, Resources

_NO_TIME = {"timeout", "canceled"}


class Solver:
    """One problem: declarations and assertions as SMT-LIB text.

    Args:
        resources: The time that is left, and where the solver's share is counted.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._solver = z3.SimpleSolver()
        self._solver.set("relevancy", 0)  # problems are small: all of them matters
        self._solver.set("arith.solver", 2)
        self._solver.set(ctrl_c=False)  # else the solver swallows what ends the process
        self._declarations: list[str] = []
        self._text: list[str] = []
        self._literals: dict[tuple[str, bool], z3.BoolRef] = {}

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
        self._text.append(f"(assert {term})")

    def check(self, assumptions: Sequence[tuple[str, bool]] = ()) -> bool:
        """Whether the assertions can hold together with some truth values of constants.

        Raises:
            OutOfTime: Where the solver does not find out in the time that is left.
        """
        if self._text:
            self._solver.from_string("".join((*self._declarations, *self._text)))
            self._declarations, self._text = [], []
        literals = [self._literal(*assumption) for assumption in assumptions]
        begin = perf_counter()
        answer = z3.unknown
        while answer == z3.unknown:
            self._solver.set("timeout", self._resources.remaining_ms())
            answer = self._solver.check(*literals)
            # z3 counts the clock's time, of which other work on the machine may take most
            if answer == z3.unknown and self._solver.reason_unknown() not in _NO_TIME:
                break
        self._resources.solver_ms += (perf_counter() - begin) * 1_000
        if answer == z3.unknown:
            raise OutOfTime
        return answer == z3.sat

    def _literal(self, name: str, truth: bool) -> z3.BoolRef:  # noqa: FBT001 - part of a pair
        literal = self._literals.get((name, truth))
        if literal is None:
            constant = z3.Bool(name)
            negated = z3.Not(constant)
            assert isinstance(negated, z3.BoolRef)  # noqa: S101 - what z3 gives for a BoolRef
            literal = self._literals[name, truth] = constant if truth else negated
        return literal

    def core(self, assumptions: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
        """Those assumptions that, after a check that failed, contradict one another."""
        core = self._solver.unsat_core()
        ids = {core[i].get_id() for i in range(len(core))}
        return [pair for pair in assumptions if self._literal(*pair).get_id() in ids]

    def model(self) -> tuple[dict[str, int], set[str]]:
        """The integers of the last model, and the names that are true in it.

        As text: taking a model apart object by object costs more than finding it.
        """
        written = self._solver.model().sexpr()
        integers = {
            name: -int(digits) if minus else int(digits)
            for name, minus, digits in _INTEGER.findall(written)
        }
        return integers, set(_TRUE.findall(written))


_INTEGER = re.compile(r"\(define-fun (\S+) \(\) Int\s+(\(- )?(\d+)")
_TRUE = re.compile(r"\(define-fun (\S+) \(\) Bool\s+true\)")

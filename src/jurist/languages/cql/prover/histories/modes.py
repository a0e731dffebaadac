"""The most frequent value of some items, for the solver."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from jurist.languages.cql.prover.abstraction.atoms import ModeAtom
from jurist.languages.cql.prover.histories.values import Variable
from jurist.languages.cql.prover.theories.smt import Solver
from jurist.languages.cql.prover.theories.terms import all_of, any_of, at_least, plus
from jurist.languages.cql.semantics.values import text_of


def _comes_first(first: Variable, second: Variable, clear: str) -> str:
    """That the text of a value comes before another, where both are known; else perhaps."""
    known, other = (
        [(name, text_of(c.values[0])) for name, c in variable.classes if len(c.values) == 1]
        for variable in (first, second)
    )
    before = [f"(and {a} {b})" for a, text in known for b, later in other if text < later]
    both = all_of([any_of([name for name, _ in texts]) for texts in (known, other)])
    return any_of([*before, all_of([f"(not {clear})", f"(not {both})"])])


class Modes:
    """The streams of which a most frequent value is asked, each encoded once.

    Args:
        solver: Where the constraints go.
        fewest: How often the value must occur at least, of all that is asked.
        clear: The name of the guess that no two values are as frequent.
        equal: That two values count as the same text.
    """

    def __init__(
        self,
        solver: Solver,
        fewest: int,
        clear: Callable[[], str],
        equal: Callable[[Variable, Variable], str],
    ) -> None:
        self._solver = solver
        self._fewest = fewest
        self._clear = clear
        self._equal = equal
        self._known: dict[tuple[object, ...], tuple[list[list[str]], list[str]]] = {}

    def holds(self, atom: ModeAtom, values: list[Variable], passing: list[str]) -> str:
        """That the most frequent value of those items that pass has a fact."""
        same, chosen = self._chosen(atom, values, passing)
        return any_of(
            [
                all_of([chosen[i], value.has(atom.fact), at_least(atom.least, same[i])])
                for i, value in enumerate(values)
            ]
        )

    def _chosen(
        self, atom: ModeAtom, values: list[Variable], passing: list[str]
    ) -> tuple[list[list[str]], list[str]]:
        """Which items pass with the value of each, and one whose value occurs most often.

        Of several as frequent values it is the first in text order. Where the two texts are
        not known that stays open; a guess (`clear`) rules such cases out. Which of values that
        occur less often than is asked for anywhere it is does not matter.
        """
        key = ("mode", *passing, atom.slot)
        known = self._known.get(key)
        if known is not None:
            return known
        everyone = range(len(values))
        names = f"m{len(self._known)}"
        equal: dict[tuple[int, int], str] = {}
        for i, j in combinations(everyone, 2):
            name = self._named(f"{names}q{i}q{j}", self._equal(values[i], values[j]))
            equal[i, j] = equal[j, i] = name
        same = [
            [
                passing[j]
                if i == j
                else self._named(f"{names}e{i}e{j}", f"(and {passing[j]} {equal[i, j]})")
                for j in everyone
            ]
            for i in everyone
        ]
        counts = [self._solver.declare(f"{names}c{i}") for i in everyone]
        chosen = [self._solver.declare(f"{names}s{i}", "Bool") for i in everyone]
        self._known[key] = same, chosen
        clear = self._clear()
        for i in everyone:
            self._solver.add(f"(= {counts[i]} {plus([f'(ite {term} 1 0)' for term in same[i]])})")
            rare = f"(< {counts[i]} {self._fewest})"
            firsts = [any_of([rare, _comes_first(values[i], other, clear)]) for other in values]
            above = [
                f"(or (not {passing[j]}) {equal[i, j]} (> {counts[i]} {counts[j]})"
                f" (and (= {counts[i]} {counts[j]}) {firsts[j]}))"
                for j in everyone
                if j != i
            ]
            self._solver.add(f"(=> {chosen[i]} {all_of([passing[i], *above])})")
        self._solver.add(f"(=> {any_of(passing)} {any_of(chosen)})")
        if len(chosen) > 1:
            self._solver.add(f"((_ at-most 1) {' '.join(chosen)})")
        return same, chosen

    def _named(self, name: str, term: str) -> str:
        self._solver.declare(name, "Bool")
        self._solver.add(f"(= {name} {term})")
        return name

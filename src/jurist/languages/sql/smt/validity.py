"""Whether conditions exclude one another: asked often, and answered once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from jurist.languages.sql.smt.encoding import Encoder
from jurist.languages.sql.smt.solver import Answer, Solver
from jurist.languages.sql.smt.terms import Term

_UNITS: Final = 200_000
"""Of z3's own counting, about 25 ms: what is not told by then is not told."""


class Validity:
    """Answers about the terms of one encoder.

    Args:
        encoder: Whose facts about patterns hold of all terms.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._terms = encoder.terms
        self._solver = Solver(encoder.terms)
        self._asserted = 0
        self._answers: dict[Term, bool] = {}

    def impossible(self, conditions: Iterable[Term]) -> bool:
        """Whether it is known that no values make all conditions hold.

        Raises:
            OutOfSteps: Where the steps that are left end it.
        """
        condition = self._terms.conjunction(conditions)
        answer = self._answers.get(condition)
        if answer is None:
            if condition.literal is not None:
                answer = not condition.literal
            else:
                self._assert_facts()
                answer = self._solver.check((condition,), units=_UNITS) is Answer.UNSATISFIABLE
            self._answers[condition] = answer
        return answer

    def _assert_facts(self) -> None:
        facts = self._encoder.facts()
        self._solver.add(*facts[self._asserted :])
        self._asserted = len(facts)

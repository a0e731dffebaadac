"""The order of two values of a history, and whether they are the same, for the solver.

Numbers are compared as numbers, texts by their names; which of two different texts comes first
is left open, and so is where a number that may be a text meets a text.
"""

from __future__ import annotations

from collections.abc import Callable

from jurist.languages.cql.prover.abstraction.atoms import Order
from jurist.languages.cql.prover.histories.problem import ANY_MOMENT, Problem, puts_in_order
from jurist.languages.cql.prover.histories.values import (
    Variable,
    is_number_like,
    number_meets_text,
    numbers_compared,
    same_text,
)
from jurist.languages.cql.prover.theories.terms import all_of, any_of
from jurist.languages.cql.semantics.values import Coercion

APART = ("apart",)
"""The guess that no number is the same text as a text."""
_SPELLING = "how a number is written that is compared as a text"
SYMBOLS = {-1: "<", 0: "=", 1: ">"}


class ValueOrders:
    """The orders of values of one history.

    Args:
        problem: What is said of them.
        define_free: The name of a truth that nothing else decides, by its key.
    """

    def __init__(self, problem: Problem, define_free: Callable[[tuple[object, ...]], str]) -> None:
        self._problem = problem
        self._define_free = define_free
        self.left_open: dict[str, None] = {}
        """What was said as more than there is."""

    def sign(self, order: Order, left: Variable, right: Variable, sign: int) -> str:
        """That two values are in an order, or (2) in none."""
        if order.exact and sign in SYMBOLS:
            return self._text_signs(order, left, right, sign)
        return self._signs(order, left, right, sign)

    def _signs(self, order: Order, left: Variable, right: Variable, sign: int) -> str:
        texts = f"(and {left.is_text} {right.is_text})"
        mixed = number_meets_text(left, right)
        if self._is_vague(order, left, right):
            self._leave_open("whether what meets a column is a number or a text that says one")
            if self._problem.coercion is Coercion.NUMBER:
                return self._vague_signs(order, left, right, sign)
        if sign == 2:
            return mixed if order.of_row else "false"
        equal = same_text(left, right)
        parts = [numbers_compared(SYMBOLS[sign], left, right)]
        if sign == 0:
            parts.append(equal)
            if self._problem.coercion is Coercion.TEXT and not order.of_row:
                self._leave_open(_SPELLING)
                free = self._free(order, left, right, "equal")
                parts.append(all_of([mixed, free, f"(not {self._define_free(APART)})"]))
        else:
            if self._puts_in_order(order) and (left.is_text != "false" or right.is_text != "false"):
                self._leave_open("which of two texts comes first")
            first = self._free(order, left, right, "first")
            comes = first if sign < 0 else f"(not {first})"
            parts.append(all_of([texts, f"(not {equal})", comes]))
            if not order.of_row:
                unequal: list[str] = []
                if self._problem.coercion is Coercion.TEXT:
                    unequal = [f"(not {self._free(order, left, right, 'equal')})"]
                parts.append(all_of([mixed, comes, *unequal]))
        return any_of(parts)

    def _text_signs(self, order: Order, left: Variable, right: Variable, sign: int) -> str:
        """That two values are the same text, or not: which comes first is nobody's question."""
        same = self._same_spelling(left, right)
        first = self._free(order, left, right, "first")
        comes = first if sign < 0 else f"(not {first})"
        return all_of([left.is_there, right.is_there, f"(not {same})", comes]) if sign else same

    def _same_spelling(self, left: Variable, right: Variable) -> str:
        """That two values have one text; how a number is written is left open."""
        parts = [same_text(left, right)]
        if left.is_numeric != "false" or right.is_numeric != "false":
            spelled = self._define_free((left.name, right.name, "spelling"))
            self._leave_open(_SPELLING)
            apart = f"(not {self._define_free(APART)})"
            mixed = all_of([number_meets_text(left, right), spelled, apart])
            parts += [all_of([numbers_compared("=", left, right), spelled]), mixed]
        return any_of(parts)

    def _vague_signs(self, order: Order, left: Variable, right: Variable, sign: int) -> str:
        """Signs where it is left open which numbers of one side are texts that say them.

        Such a text meets a row's number as one that cannot be compared, and a row's text as any.
        """
        other = right if left.use.separate else left
        row = left if left.use.separate else right
        written = self._define_free((other.name, "a text that says a number"))
        numbers = f"(and {left.is_numeric} {right.is_numeric})"
        met = f"(and {row.is_text} {other.is_numeric})"
        if sign == 2:
            mixed = f"(and {row.is_numeric} {other.is_text})"
            return any_of([mixed, all_of([numbers, written]), all_of([met, f"(not {written})"])])
        equal = any_of([same_text(left, right), self._free(order, left, right, "equal")])
        first = self._free(order, left, right, "first")
        apart = all_of([f"(not {equal})", first if sign < 0 else f"(not {first})"])
        by_text = same_text(left, right) if sign == 0 else apart
        both = f"(and {left.is_text} {right.is_text})"
        return any_of([
            all_of([f"(not {written})", numbers_compared(SYMBOLS[sign], left, right)]),
            all_of([met, written, equal if sign == 0 else apart]),
            all_of([both, by_text]),
        ])  # fmt: skip

    def _is_vague(self, order: Order, left: Variable, right: Variable) -> bool:
        """Whether a row's value, read in its own type, meets one whose numbers may be texts."""
        if not order.of_row or self._problem.coercion is Coercion.NONE:
            return False
        return any(not side.use.separate and is_number_like(side.use) for side in (left, right))

    def _puts_in_order(self, order: Order) -> bool:
        return any(
            puts_in_order(sort, formula, order)
            for sort in self._problem.all_sorts
            for formula in self._problem.formulas(sort)
        )

    def _leave_open(self, what: str) -> None:
        self.left_open[what] = None

    def _free(self, order: Order, left: Variable, right: Variable, what: str) -> str:
        return self._define_free((order, left.name, right.name, what))

    def same(self, left: Variable, right: Variable) -> str:
        """That two values of one stream are the same to a distinct count."""
        if left.use.of_moments:
            both = left.has(ANY_MOMENT), right.has(ANY_MOMENT)
            return all_of([*both, f"(= {left.moment} {right.moment})"])
        if left.use.exact:
            return self._same_spelling(left, right)
        if self._problem.coercion is Coercion.TEXT:
            self._leave_open(_SPELLING)
        return any_of([numbers_compared("=", left, right), same_text(left, right)])

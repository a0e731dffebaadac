"""Laws of Boolean algebra for conditions, and what one condition entails about another.

A condition is a formula over literals in negation normal form. What holds wherever a part
matters is known there: complement, idempotence, absorption, and three local rules of
entailment: a literal entails itself; at least n entails at least m for m <= n; a
comparison that holds entails that both its sides exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import is_not, itemgetter
from typing import NamedTuple, TypeAlias

from jurist.languages.cql.boolean import FALSE, TRUE, Junction, conjunction
from jurist.languages.cql.operators import Operator
from jurist.languages.cql.syntax import (
    And,
    AnyUser,
    Comparison,
    Condition,
    Not,
    Number,
    Or,
    Reduction,
    Trait,
    is_scalar,
)

_ABSORPTION_LIMIT = 200
"""Pairs of operands are compared for absorption only up to so many operands a junction."""
_MOST_STEPS = 4_000
"""Operands looked at again in one junction. It bounds the time that a hostile query can take;
a legal one, of at most 50 conditions, cannot need as many."""

# --- literals and formulas ------------------------------------------------------------------


class Claim(NamedTuple):
    """An atom as local rules see it, by texts, which are compared in one step."""

    text: str
    """All of the atom."""
    atom: Comparison | AnyUser
    counted: str | None
    """All of the count, where the atom is `count >= least`."""
    least: int
    entailed: tuple[str, ...]
    """The texts of atoms that hold where this one does: its sides exist."""


class Literal(NamedTuple):
    """A claim, or its complement where `holds` is false."""

    claim: Claim
    holds: bool


Formula: TypeAlias = "Literal | Junction[Literal]"

# The language has no constants, so two tautologies over a trait without a name stand for
# them: traits are all that a user and an account both have.
_NAMELESS = Comparison(Trait(""), Operator.EXISTS)
EVERYBODY = Or((_NAMELESS, Not(_NAMELESS)))
NOBODY = And((_NAMELESS, Not(_NAMELESS)))

_EXISTS = repr(_NAMELESS).removeprefix(f"Comparison(left={_NAMELESS.left!r}")
"""How the text of every `... exists` ends."""


def literal(atom: Comparison | AnyUser) -> Literal:
    """The literal that says that the atom holds."""
    if type(atom) is not Comparison:
        return Literal(Claim(repr(atom), atom, None, 0, ()), holds=True)
    # Its own `repr`, but for the left side, a whole stream at times, gone through only once.
    left, bound = repr(atom.left), threshold(atom)
    text = (
        f"Comparison(left={left}, operator={atom.operator!r}, arguments={atom.arguments!r}, "
        f"coercion={atom.coercion!r})"
    )
    if bound is None:
        return Literal(Claim(text, atom, None, 0, _entailed(atom, left)), holds=True)
    return Literal(Claim(text, atom, left, bound[1], ()), holds=True)


def threshold(atom: Comparison | AnyUser) -> tuple[Reduction, int] | None:
    """The count and n of `count >= n`, where the atom has that shape."""
    if (
        type(atom) is Comparison
        and atom.operator is Operator.AT_LEAST
        and type(atom.left) is Reduction
        and atom.left.reducer.counts
        and type(argument := atom.arguments[0]) is Number
        and isinstance(argument.value, int)
    ):
        return atom.left, argument.value
    return None


def _entailed(atom: Comparison, left: str) -> tuple[str, ...]:
    """That both sides exist, where the atom cannot hold for a missing value."""
    operator, arguments = atom.operator, atom.arguments
    if operator.holds_for_missing or operator is Operator.EXISTS or len(arguments) > 1:
        return ()  # of a list whose entries may be names, any may be the cause
    sides = [left, *[repr(side) for side in arguments if is_scalar(side)]]
    return tuple([f"Comparison(left={side}{_EXISTS}" for side in sides])


def negate(formula: Formula) -> Formula:
    """The complement, by De Morgan; every literal keeps its claim."""
    if isinstance(formula, Literal):
        return Literal(formula.claim, not formula.holds)
    if not formula.parts:
        return FALSE if formula.every else TRUE
    return Junction(not formula.every, tuple([negate(part) for part in formula.parts]))


def to_condition(formula: Formula) -> Condition:
    """The condition that says the formula, its operands in canonical order."""
    return _in_order(formula)[1]


def _in_order(formula: Formula) -> tuple[str, Condition]:
    """The condition, and a text that says all of it: operands stand in the order of theirs."""
    if isinstance(formula, Literal):
        text, atom = formula.claim.text, formula.claim.atom
        return (f"{text}+", atom) if formula.holds else (f"{text}~", Not(atom))
    if not formula.parts:
        return "", EVERYBODY if formula.every else NOBODY
    operands = sorted(map(_in_order, formula.parts), key=itemgetter(0))
    texts = ",".join([text for text, _ in operands])
    conditions = tuple([condition for _, condition in operands])
    return (
        (f"every({texts})", And(conditions))
        if formula.every
        else (f"some({texts})", Or(conditions))
    )


# --- what is known --------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Facts:
    """A consistent set of known literals: those of this layer and of the `outer` ones.

    `least` and `most` bound counts, inclusively; all is known by its text.
    """

    outer: Facts | None = None
    known: dict[str, bool] = field(default_factory=dict[str, bool])
    entailed: set[str] = field(default_factory=set[str])
    least: dict[str, int] = field(default_factory=dict[str, int])
    most: dict[str, int] = field(default_factory=dict[str, int])

    def extended(self, literals: Sequence[Literal]) -> Facts | None:
        """These facts and the literals; `None` where they contradict each other."""
        if not literals:
            return self
        facts = Facts(self)
        for literal in literals:
            value = facts.value(literal)
            if value is False:
                return None
            if value is None:
                facts._add(literal)
        return facts

    def value(self, literal: Literal) -> bool | None:
        """Whether the literal must be true, must be false, or may be either."""
        claim, layer = literal.claim, self
        while layer is not None:
            holds = layer._holds(claim)
            if holds is not None:
                return holds is literal.holds
            layer = layer.outer
        return None

    def _holds(self, claim: Claim) -> bool | None:
        """What this layer alone says of a claim."""
        if claim.counted is not None:
            if self.least.get(claim.counted, 0) >= claim.least:
                return True
            return False if self.most.get(claim.counted, claim.least) < claim.least else None
        if claim.text in self.entailed:
            return True
        value = self.known.get(claim.text)
        return False if value is None and self._is_refuted(claim) else value

    def _is_refuted(self, claim: Claim) -> bool:
        return any(self.known.get(other) is False for other in claim.entailed)

    def _add(self, literal: Literal) -> None:
        claim = literal.claim
        if claim.counted is None:
            self.known[claim.text] = literal.holds
            if literal.holds:
                self.entailed.update(claim.entailed)
        elif literal.holds:
            self.least[claim.counted] = claim.least
        else:
            self.most[claim.counted] = claim.least - 1

    def needs(self, literal: Literal) -> bool:
        """Whether a literal that this layer was made of follows from nothing else that is known."""
        claim, holds = literal
        if claim.counted is None:
            if self.known.get(claim.text) is not holds:
                return False  # it was known already
            return claim.text not in self.entailed if holds else not self._is_refuted(claim)
        if holds:
            return self.least.get(claim.counted) == claim.least
        return self.most.get(claim.counted) == claim.least - 1


_NOTHING_KNOWN = Facts()

# --- laws -----------------------------------------------------------------------------------


def simplify(formula: Formula, given: Facts = _NOTHING_KNOWN) -> Formula:
    """An equivalent formula without what follows from the rest.

    Args:
        formula: What to simplify.
        given: What holds wherever the formula's value matters.
    """
    if isinstance(formula, Literal):
        value = given.value(formula)
        return formula if value is None else TRUE if value else FALSE
    if formula.every:
        return _conjunction(formula, given)
    # A disjunct matters only where the others fail: the conjunction of the complements.
    complement = negate(formula)
    simple = simplify(complement, given)
    return formula if simple is complement else negate(simple)


def _conjunction(whole: Formula, given: Facts) -> Formula:
    steps = 0
    while steps < _MOST_STEPS:
        if isinstance(whole, Literal) or not whole.every:
            return simplify(whole, given)
        units = [part for part in whole.parts if isinstance(part, Literal)]
        others = [part for part in whole.parts if not isinstance(part, Literal)]
        steps += len(whole.parts)
        facts = given.extended(units)
        if facts is None:
            return FALSE
        compounds = [simplify(part, facts) for part in others]
        kept = [unit for unit in units if facts.needs(unit)]
        if len(kept) < len(units) or any(map(is_not, compounds, others)):
            whole = conjunction((*kept, *compounds))
        if all(isinstance(part, Junction) and part.parts and not part.every for part in compounds):
            break
    return _absorbed(whole)


def _absorbed(whole: Formula) -> Formula:
    """Drop each disjunction that a stronger one of the same conjunction entails."""
    if isinstance(whole, Literal) or not whole.every or len(whole.parts) > _ABSORPTION_LIMIT:
        return whole
    sets = [part.members for part in whole.parts if isinstance(part, Junction)]
    kept = [
        part
        for part in whole.parts
        if isinstance(part, Literal) or not any(other < part.members for other in sets)
    ]
    return whole if len(kept) == len(whole.parts) else conjunction(kept)

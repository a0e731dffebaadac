"""Boolean algebra: complement, idempotence, absorption, and reasoning from what is known."""

from __future__ import annotations

from operator import is_not

from jurist.languages.cql.normal_form.facts import Facts, independent
from jurist.languages.cql.normal_form.formulas import (
    FALSE,
    TRUE,
    Every,
    Formula,
    Literal,
    Some,
    every,
    negate,
)

_ABSORPTION_LIMIT = 200
"""Pairs of operands are compared for absorption only up to so many operands a junction."""
_MOST_STEPS = 4_000
"""Operands looked at again in one junction. It bounds the time that a hostile query can take;
a legal one, of at most 50 conditions, cannot need as many."""
_NOTHING_KNOWN = Facts()


def simplify(formula: Formula, given: Facts = _NOTHING_KNOWN) -> Formula:
    """An equivalent formula without what follows from the rest.

    Args:
        formula: In negation normal form.
        given: What holds wherever the formula's value matters.
    """
    if isinstance(formula, Literal):
        value = given.value(formula)
        return formula if value is None else TRUE if value else FALSE
    if isinstance(formula, Every):
        return _conjunction(formula, given)
    # A disjunct matters only where the others fail: the conjunction of the complements.
    complement = negate(formula)
    if not isinstance(complement, Every):
        return negate(simplify(complement, given))
    simple = _conjunction(complement, given)
    return formula if simple is complement else negate(simple)


def _conjunction(conjunction: Every, given: Facts) -> Formula:
    whole: Formula = conjunction
    steps = 0
    while steps < _MOST_STEPS:
        if not isinstance(whole, Every):
            return simplify(whole, given)
        units = [part for part in whole.parts if isinstance(part, Literal)]
        steps += len(whole.parts)
        facts = given.extended(units)
        if facts is None:
            return FALSE
        others = [part for part in whole.parts if not isinstance(part, Literal)]
        compounds = [simplify(part, facts) for part in others]
        kept = independent(units, given)
        if len(kept) != len(units) or any(map(is_not, compounds, others)):
            whole = every((*kept, *compounds))
        if all(isinstance(part, Some) and part is not FALSE for part in compounds):
            break
    return _absorb(whole)


def _absorb(whole: Formula) -> Formula:
    """Drop each disjunction that a stronger one of the same conjunction entails."""
    if not isinstance(whole, Every) or len(whole.parts) > _ABSORPTION_LIMIT:
        return whole
    sets = {
        part.rank: frozenset([one.rank for one in part.parts])
        for part in whole.parts
        if isinstance(part, Some)
    }
    if len(sets) < 2:
        return whole

    def absorbed(part: Formula) -> bool:
        own = sets.get(part.rank)
        return own is not None and any(other < own for other in sets.values())

    kept = [part for part in whole.parts if not absorbed(part)]
    return whole if len(kept) == len(whole.parts) else every(kept)

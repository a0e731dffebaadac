"""Boolean algebra: complement, idempotence, absorption, and reasoning from what is known."""

from __future__ import annotations

from collections.abc import Iterable

from jurist.languages.cql.normalizing.facts import Facts, independent
from jurist.languages.cql.normalizing.formulas import (
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
    match formula:
        case Literal():
            value = given.value(formula)
            return formula if value is None else TRUE if value else FALSE
        case Every(parts):
            return _conjunction(parts, given)
        case Some(parts):
            # A disjunct matters only where the others fail: the conjunction of the complements.
            return negate(_conjunction((negate(part) for part in parts), given))


def _conjunction(parts: Iterable[Formula], given: Facts) -> Formula:
    whole = every(parts)
    steps = 0
    while steps < _MOST_STEPS:
        if not isinstance(whole, Every):
            return simplify(whole, given)
        units = [part for part in whole.parts if isinstance(part, Literal)]
        steps += len(whole.parts)
        facts = given.extended(units)
        if facts is None:
            return FALSE
        compounds = [simplify(part, facts) for part in whole.parts if not isinstance(part, Literal)]
        whole = every((*independent(units, given), *compounds))
        if all(isinstance(part, Some) and part.parts for part in compounds):
            break
    return _absorb(whole)


def _absorb(whole: Formula) -> Formula:
    """Drop each disjunction that a stronger one of the same conjunction entails."""
    if not isinstance(whole, Every) or len(whole.parts) > _ABSORPTION_LIMIT:
        return whole
    sets = {
        part.rank: frozenset(one.rank for one in part.parts)
        for part in whole.parts
        if isinstance(part, Some)
    }

    def absorbed(part: Formula) -> bool:
        own = sets.get(part.rank)
        return own is not None and any(other < own for other in sets.values())

    return every(part for part in whole.parts if not absorbed(part))

"""Why nobody can be in an audience: the few of its conditions that rule each other out."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from jurist.languages.cql.boolean import Formula, conjunction
from jurist.languages.cql.prover.abstraction.critical_moments import critical_moments
from jurist.languages.cql.prover.analysis import Analysis
from jurist.languages.cql.prover.exploration import ProverContext, SubjectType
from jurist.languages.cql.prover.limits import TooWide
from jurist.languages.cql.syntax import And, Condition
from jurist.languages.effort import OutOfSteps

_MOST_NAMED = 3
_MOST_CONDITIONS = 12


def contradicting(
    query: Condition, context: ProverContext, kind: SubjectType
) -> tuple[Condition, ...]:
    """What an audience that is proved to be empty asks for in vain.

    Args:
        query: The audience, as it is written.
        context: Facts and readings.
        kind: Whom the query is about.

    Returns:
        Of what it joins with AND at most three conditions, themselves proved to have no
        members; none where the cause is not easily named.
    """

    def parts(_: object) -> tuple[Condition, ...]:
        return tuple(_contradicting(_operands(query), context, kind))

    with suppress(OutOfSteps, TooWide):
        return context.causes.get((query, kind), parts)
    return ()


def _operands(query: Condition) -> list[Condition]:
    if not isinstance(query, And):
        return [query]
    return [part for operand in query.operands for part in _operands(operand)]


def _contradicting(
    parts: list[Condition], context: ProverContext, kind: SubjectType
) -> list[Condition]:
    """What is left of the parts when all have gone without which nobody comes in.

    Raises:
        OutOfSteps: Where the steps did not suffice to see which.
        TooWide: Where the parts are too many to be seen together.
    """
    if not 1 < len(parts) <= _MOST_CONDITIONS:
        return []
    all_moments, are_all, _ = critical_moments(parts, context.schema)
    if not are_all:
        return []
    views: list[tuple[list[Formula], Analysis]] = []
    for now in all_moments:
        tables = context.tables(kind, now)
        formulas = [tables.translator.audience(part).formula for part in parts]
        # as if nothing were tied: what is impossible so is so indeed
        views.append((formulas, tables.analysis(formulas, relaxed=True)))

    def is_possible(chosen: Iterable[int]) -> bool:
        """Whether somebody may satisfy all of some parts at some moment."""
        return any(
            analysis.is_possible(conjunction([formulas[i] for i in chosen]))
            for formulas, analysis in views
        )

    kept = list(range(len(parts)))
    for i in range(len(parts)):
        others = [j for j in kept if j != i]
        if not is_possible(others):
            kept = others
    if len(kept) > _MOST_NAMED or is_possible(kept):
        return []
    return [parts[i] for i in kept]

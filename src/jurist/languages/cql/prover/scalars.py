"""Computed traits: equal where the same is reduced of the same items, else by example."""

from __future__ import annotations

from jurist.languages.cql.counterexamples.population import population
from jurist.languages.cql.counterexamples.witness import (
    evaluators,
    is_audience,
    is_different,
    replayed_witness,
)
from jurist.languages.cql.prover.abstraction.critical_moments import critical_moments
from jurist.languages.cql.prover.exploration import Pair
from jurist.languages.cql.prover.limits import OUT_OF_STEPS, Beyond, TooWide
from jurist.languages.cql.syntax import Reduction
from jurist.languages.effort import OutOfSteps, renew
from jurist.records import Relation, Witness

_BEYOND = "equal computed traits are recognised by equal streams and reducers only"


def compare_scalars(pair: Pair) -> tuple[Relation, tuple[Witness, ...], str]:
    """Whether two computed traits are equal: the relation, a witness, why it is open."""
    reference, candidate = pair.queries
    if is_audience(reference) != is_audience(candidate):
        return Relation.UNDECIDED, (), ""  # execution says that they are of different kinds
    if reference == candidate:
        return Relation.EQUIVALENT, (), ""
    reason = _BEYOND
    try:
        if _reduce_the_same(pair):
            return Relation.EQUIVALENT, (), ""
    except (Beyond, TooWide) as why:
        reason = str(why)
    except OutOfSteps:
        reason = OUT_OF_STEPS
    renew()
    people = population(reference, candidate, pair.schema)
    first, second = evaluators(reference, candidate, pair.schema)
    for who in people.subjects:
        if is_different(first(who, people.now), second(who, people.now)):
            witness = replayed_witness(who, people.now, reference, candidate, pair.schema)
            return Relation.DIFFERENT, (witness,), ""
    looked = f"no difference among {len(people.subjects)} seeded subjects"
    return Relation.UNDECIDED, (), f"{reason}; {looked}"


def _reduce_the_same(pair: Pair) -> bool:
    """Whether both reduce the same value in the same way, of streams with the same members."""
    reference, candidate = pair.queries
    if not isinstance(reference, Reduction) or not isinstance(candidate, Reduction):
        return False
    how, other_how = ((r.reducer, r.value, r.cast, r.minimum) for r in (reference, candidate))
    if how != other_how:
        return False
    all_moments, are_all, _ = critical_moments(pair.queries, pair.schema)
    if not are_all:
        raise Beyond("dates, and windows that move with now, tied by a funnel")
    for now in all_moments:
        tables = pair.context.tables(pair.kind, now)
        first, second = map(tables.translator.computed_trait, (reference, candidate))
        if first.items is not second.items:
            return False
        members = first.members, second.members
        regions = tables.analysis(members, first.items).regions(members)
        if any(region.mask not in (0, 3) for region in regions):
            return False
    return True

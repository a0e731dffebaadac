"""Computed traits: equal where the same is reduced of the same items, else by example."""

from __future__ import annotations

from jurist.languages.cql.counterexamples.population import population
from jurist.languages.cql.counterexamples.witness import (
    evaluators,
    is_audience,
    is_different,
    replayed_witness,
)
from jurist.languages.cql.prover.abstraction.critical_moments import moments
from jurist.languages.cql.prover.analysis import Analysis
from jurist.languages.cql.prover.context import workshop_of
from jurist.languages.cql.prover.limits import OUT_OF_STEPS, Beyond, TooWide
from jurist.languages.cql.prover.resources import Resources
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.subjects import Account, Customer
from jurist.languages.cql.syntax import CqlQuery, Reduction
from jurist.languages.effort import OutOfSteps, renew
from jurist.records import Relation, Witness

_BEYOND = "equal computed traits are recognised by equal streams and reducers only"


def compare_scalars(
    reference: CqlQuery,
    candidate: CqlQuery,
    schema: CqlSchema,
    kind: type[Customer] | type[Account],
    resources: Resources,
) -> tuple[Relation, tuple[Witness, ...], str]:
    """Whether two computed traits are equal: the relation, a witness, why it is open."""
    if is_audience(reference) != is_audience(candidate):
        return Relation.UNDECIDED, (), ""  # execution says that they are of different kinds
    if reference == candidate:
        return Relation.EQUIVALENT, (), ""
    reason = _BEYOND
    try:
        if _reduce_the_same(reference, candidate, schema, kind, resources):
            return Relation.EQUIVALENT, (), ""
    except (Beyond, TooWide) as why:
        reason = str(why)
    except OutOfSteps:
        reason = OUT_OF_STEPS
    renew()
    people = population(reference, candidate, schema)
    compiled = first, second = evaluators(reference, candidate, schema)
    for who in people.subjects:
        if is_different(first(who, people.now), second(who, people.now)):
            witness = replayed_witness(
                who, people.now, reference, candidate, schema, compiled=compiled
            )
            return Relation.DIFFERENT, (witness,), ""
    looked = f"no difference among {len(people.subjects)} seeded subjects"
    return Relation.UNDECIDED, (), f"{reason}; {looked}"


def _reduce_the_same(
    reference: CqlQuery,
    candidate: CqlQuery,
    schema: CqlSchema,
    kind: type[Customer] | type[Account],
    resources: Resources,
) -> bool:
    """Whether both reduce the same value in the same way, of streams with the same members."""
    if not isinstance(reference, Reduction) or not isinstance(candidate, Reduction):
        return False
    how, other_how = ((r.reducer, r.value, r.cast, r.minimum) for r in (reference, candidate))
    if how != other_how:
        return False
    listed, are_all, _ = moments((reference, candidate), schema)
    if not are_all:
        raise Beyond("dates, and windows that move with now, tied by a funnel")
    for now in listed:
        resources.now = now
        tables = workshop_of(schema).tables(schema, kind, now)
        first, second = map(tables.translator.computed_trait, (reference, candidate))
        if first.items is not second.items:
            return False
        members = first.members, second.members
        analysis = Analysis(first.items, members, {}, resources, tables.groups)
        if any(region.mask not in (0, 3) for region in analysis.regions(members)):
            return False
    return True

"""`decide`: evidence about a pair, with replayed witnesses, from a cache where it is known.

What is proved is how the normal forms relate: they mean the same, have fewer conditions,
and are alike for many spellings, which then share one cached answer. Witnesses are replayed
on the queries as they were written.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from time import perf_counter
from weakref import WeakKeyDictionary

from jurist.languages.cql.counterexamples.witness import evaluators, replayed_witness
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.normal_form.simplification import NOBODY
from jurist.languages.cql.prover.bounds import out_of_bounds
from jurist.languages.cql.prover.context import workshop_of
from jurist.languages.cql.prover.emptiness import cause_of_emptiness
from jurist.languages.cql.prover.exploration import (
    NOT_ASKED,
    Found,
    Pair,
    Part,
    explore,
    relation_of,
)
from jurist.languages.cql.prover.fast_paths import FastPath, is_on
from jurist.languages.cql.prover.limits import OUT_OF_STEPS
from jurist.languages.cql.prover.resources import Resources
from jurist.languages.cql.prover.scalars import compare_scalars
from jurist.languages.cql.schemas.schema import CqlSchema, schema_of_pair, subject_type
from jurist.languages.cql.syntax import Condition, CqlQuery
from jurist.languages.effort import STEPS, OutOfSteps, limited, renew
from jurist.languages.reasons import kind_is_open
from jurist.records import SIDES, Evidence, Method, Relation, Side

_Known = OrderedDict[tuple[CqlQuery, CqlQuery], Evidence]
_MOST_KNOWN = 4_096
_one_at_a_time = Lock()
"""Proofs share tables and the solver's context, which threads must not use together."""
_known: WeakKeyDictionary[CqlSchema, _Known] = WeakKeyDictionary()


def decide(
    reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema, *, steps: int = STEPS
) -> Evidence:
    """How the reference's subjects relate to the candidate's, for every possible subject.

    Args:
        reference: An audience or a computed trait.
        candidate: Another one of the same kind.
        schema: Facts and readings that the proof may use; they are listed with it.
        steps: Of work on the pair as a whole.

    Returns:
        Evidence by proof: a relation with a replayed witness for each side that differs,
        or undecided with the reason.

    Raises:
        InternalContradiction: Where a subject that the proof found does not replay.
        StoppedByClock: Where the clock ends what its steps did not.
    """
    beyond = out_of_bounds(reference) or out_of_bounds(candidate)
    if beyond:
        reason = f"not tried: {beyond}"
        return Evidence(Relation.UNDECIDED, Method.NONE, (), schema.assumptions, reason)
    schema = schema_of_pair(reference, candidate, schema)
    with _one_at_a_time, limited(steps):
        begin = perf_counter()
        known = _known.setdefault(schema, OrderedDict())
        key = reference, candidate
        if is_on(FastPath.NORMAL_FORM):
            key = normalize(reference, schema), normalize(candidate, schema)
        workshop_of(schema).resources.start()
        evidence = known.get(key) if is_on(FastPath.KNOWN_VERDICTS) else None
        if evidence is not None:
            known.move_to_end(key)
            return _explained(evidence, reference, candidate, schema)
        evidence = _decided(reference, candidate, key, schema, begin)
        if evidence.relation not in {Relation.UNDECIDED, Relation.DIFFERENT}:
            known[key] = evidence
            if len(known) > _MOST_KNOWN:
                known.popitem(last=False)
        return _explained(evidence, reference, candidate, schema)


def _decided(
    reference: CqlQuery,
    candidate: CqlQuery,
    normal: tuple[CqlQuery, CqlQuery],
    schema: CqlSchema,
    begin: float,
) -> Evidence:
    resources = workshop_of(schema).resources
    kind = subject_type(schema, reference, candidate)
    one, other = normal
    if not isinstance(one, Condition) or not isinstance(other, Condition):
        relation, witnesses, reason = compare_scalars(reference, candidate, schema, kind, resources)
        return Evidence(
            relation,
            Method.PROOF,
            witnesses,
            schema.assumptions,
            reason,
            timings_ms=_timings(begin, resources),
        )
    compiled = evaluators(reference, candidate, schema)
    pair = Pair(one, other, schema, kind, *compiled)
    found = explore(pair, resources)
    relation = relation_of(found)
    renew()
    try:
        witnesses = tuple(
            replayed_witness(
                *found.members[part],
                reference,
                candidate,
                schema,
                compiled=compiled,
                is_small=True,
            )
            for part in (Part.REFERENCE_ONLY, Part.CANDIDATE_ONLY)
            if part in found.members
        )
    except OutOfSteps:
        reason = f"a difference was found, but not shown: {OUT_OF_STEPS}"
        return Evidence(
            Relation.UNDECIDED,
            Method.PROOF,
            (),
            schema.assumptions,
            reason,
            timings_ms=_timings(begin, resources),
        )
    return Evidence(
        relation,
        Method.PROOF,
        witnesses,
        (*schema.assumptions, *found.facts),
        reason=_reason(relation, found),
        empty=_empty(found, normal),
        full=_full(found),
        behaviour=_behaviour(relation, found, normal),
        timings_ms=_timings(begin, resources),
    )


def _timings(begin: float, resources: Resources) -> dict[str, float]:
    return {"proof": (perf_counter() - begin) * 1_000, "proof_solver": resources.solver_ms}


def _behaviour(relation: Relation, found: Found, normal: tuple[CqlQuery, CqlQuery]) -> float | None:
    """How alike the two are: as far as is proved, else on the kinds at the first moment."""
    if relation is Relation.EQUIVALENT:
        return 1.0
    return 0.0 if NOBODY in normal or found.is_empty(Part.BOTH) else found.likeness


def _reason(relation: Relation, found: Found) -> str:
    """Why the relation, or which of the differences it is, is open."""
    if relation not in {Relation.UNDECIDED, Relation.DIFFERENT}:
        return ""
    reasons = [why for why in found.open.values() if why != NOT_ASKED]
    if found.beyond:
        reasons.append(f"a proof does not look into {', '.join(found.beyond)}")
    reason = "; ".join(dict.fromkeys(reasons))
    if relation is Relation.UNDECIDED:
        return reason
    return kind_is_open(reason or "a subject in both was not looked for to the end")


_ALONE = {Side.REFERENCE: Part.REFERENCE_ONLY, Side.CANDIDATE: Part.CANDIDATE_ONLY}
_OTHERS = {Side.REFERENCE: Part.CANDIDATE_ONLY, Side.CANDIDATE: Part.REFERENCE_ONLY}


def _empty(found: Found, normal: tuple[CqlQuery, CqlQuery]) -> dict[Side, str]:
    return {
        side: ""
        for side, query in zip(SIDES, normal, strict=True)
        if query == NOBODY or (found.is_empty(_ALONE[side]) and found.is_empty(Part.BOTH))
    }


def _full(found: Found) -> dict[Side, str]:
    return {
        side: "" for side in SIDES if found.is_empty(_OTHERS[side]) and found.is_empty(Part.NEITHER)
    }


def _explained(
    evidence: Evidence, reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema
) -> Evidence:
    """The evidence with why a side is empty.

    In the words of the query as it was written: evidence is shared by all spellings.
    """
    causes: dict[Side, str] = {}
    for side, query in zip(SIDES, (reference, candidate), strict=True):
        if side in evidence.empty and isinstance(query, Condition):
            kind = subject_type(schema, reference, candidate)
            causes[side] = cause_of_emptiness(query, schema, kind, workshop_of(schema).resources)
    return replace(evidence, empty={**evidence.empty, **causes}) if causes else evidence

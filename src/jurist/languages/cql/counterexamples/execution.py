"""The execution arm: both queries run over the population that is seeded with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from jurist.languages.cql.counterexamples.population import Population, population
from jurist.languages.cql.counterexamples.witness import (
    evaluators,
    is_audience,
    is_different,
    replayed_witness,
)
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.subjects import Account, Row, Subject
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.effort import OutOfSteps, share_of
from jurist.languages.reasons import kind_is_open
from jurist.records import Evidence, Method, Overlap, Relation, Side

_FEW = 48
"""Subjects that are enough to see how much two audiences have in common."""


def execute(reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema) -> Evidence:
    """Run both queries on a population seeded with their constants.

    Returns:
        `overlaps` where there are members of each query alone and of both; `different`
        where the queries differ otherwise; `undecided` where they agree on every subject,
        with how many those were. A difference carries one shrunk and replayed witness
        for each side that has one. `overlap` is always set; for computed traits a
        subject counts where the trait has a value: as `both` where the values are equal,
        for each side alone where they are not.
    """
    if is_audience(reference) != is_audience(candidate):
        return _of_unlike_kinds(reference, candidate, schema)
    audiences = is_audience(reference)
    seen = _seen(reference, candidate, schema, population(reference, candidate, schema))
    overlap = seen.overlap
    witnesses = tuple(
        replayed_witness(min(alone, key=_size), seen.now, reference, candidate, schema)
        for alone in (seen.reference_only, seen.candidate_only)
        if alone
    )
    relation = _relation(overlap, audiences=audiences)
    return Evidence(
        relation,
        Method.EXECUTION if witnesses else Method.NONE,
        witnesses,
        schema.assumptions,
        _reason(relation, overlap, audiences=audiences),
        overlap=overlap,
        behaviour=overlap.jaccard,
        unseen=_unseen(overlap) if audiences else (),
    )


def overlap(
    reference: CqlQuery,
    candidate: CqlQuery,
    schema: CqlSchema,
    *,
    seeds: tuple[CqlQuery, CqlQuery],
) -> Overlap:
    """How the two queries lie to each other on a small seeded population.

    The same as `execute` counts, on every so many of its subjects, without witnesses.

    Args:
        reference: An audience or a computed trait.
        candidate: Another one.
        schema: What they name, and how they are read.
        seeds: Queries of the same meanings, whose constants seed the population.
    """
    if is_audience(reference) != is_audience(candidate):
        return _members_of_one(reference, candidate, schema)
    people = population(*seeds, schema, most=_FEW)
    return _seen(reference, candidate, schema, people).overlap


_SHARE = 0.6
"""Of the steps that are left, to look at the population; witnesses take the rest."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A population as two queries sort it."""

    now: int
    overlap: Overlap
    reference_only: Sequence[Subject]
    candidate_only: Sequence[Subject]


def _seen(reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema, people: Population) -> _Seen:
    of_reference, of_candidate = evaluators(reference, candidate, schema)
    now = people.now
    audiences = is_audience(reference)
    alone: list[Subject] = []
    other_alone: list[Subject] = []
    both = 0
    looked_at = 0
    with suppress(OutOfSteps), share_of(_SHARE):
        for subject in people.subjects:
            result, other = of_reference(subject, now), of_candidate(subject, now)
            if not is_different(result, other):
                both += result is not None and result is not False
            elif result is True or (not audiences and result is not None):
                alone.append(subject)
            else:
                other_alone.append(subject)
            looked_at += 1
    neither = looked_at - both - len(alone) - len(other_alone)
    overlap = Overlap(both, len(alone), len(other_alone), neither)
    return _Seen(now, overlap, alone, other_alone)


def _of_unlike_kinds(reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema) -> Evidence:
    """An audience and a computed trait: only the audience has members."""
    overlap = _members_of_one(reference, candidate, schema)
    return Evidence(
        Relation.DIFFERENT,
        Method.EXECUTION,
        assumptions=schema.assumptions,
        notes=("one is an audience, the other a computed trait",),
        overlap=overlap,
        behaviour=overlap.jaccard,
    )


def _members_of_one(reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema) -> Overlap:
    audience = reference if is_audience(reference) else candidate
    seen = _seen(audience, audience, schema, population(audience, audience, schema)).overlap
    alone = (seen.both, 0) if audience is reference else (0, seen.both)
    return Overlap(0, *alone, seen.neither)


def _relation(overlap: Overlap, *, audiences: bool) -> Relation:
    if not overlap.reference_only and not overlap.candidate_only:
        return Relation.UNDECIDED
    if audiences and overlap.both and overlap.reference_only and overlap.candidate_only:
        return Relation.OVERLAPS
    return Relation.DIFFERENT


def _reason(relation: Relation, overlap: Overlap, *, audiences: bool) -> str:
    """Why the relation is open; of computed traits there is but one kind of difference."""
    seeded = overlap.both + overlap.reference_only + overlap.candidate_only + overlap.neither
    if relation is Relation.UNDECIDED:
        if not seeded:
            return "the steps ended before any seeded subject was tried"
        return f"both queries agree on all {seeded} seeded subjects"
    if relation is not Relation.DIFFERENT or not audiences:
        return ""
    parts = {
        "the reference only": overlap.reference_only,
        "the candidate only": overlap.candidate_only,
        "both": overlap.both,
    }
    unseen = " or in ".join(part for part, number in parts.items() if not number)
    return kind_is_open(f"none of {seeded} seeded subjects is in {unseen}, which proves nothing")


def _unseen(overlap: Overlap) -> tuple[Side, ...]:
    """The queries without a member."""
    alone = {Side.REFERENCE: overlap.reference_only, Side.CANDIDATE: overlap.candidate_only}
    return tuple(side for side, number in alone.items() if not (overlap.both or number))


def _size(subject: Subject) -> int:
    if isinstance(subject, Account):
        return len(subject.traits) + sum(10 + _size(user) for user in subject.users)
    events = sum(5 + len(event.properties) + len(event.context) for event in subject.events)
    return len(subject.traits) + events + _size_of_rows(subject.entities)


def _size_of_rows(entities: Mapping[str, tuple[Row, ...]]) -> int:
    return sum(
        5 + len(row.properties) + _size_of_rows(row.entities)
        for rows in entities.values()
        for row in rows
    )

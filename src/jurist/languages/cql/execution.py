"""The execution arm: both queries run over the population that is seeded with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jurist.languages.cql.customers import Account, Row, Subject
from jurist.languages.cql.population import population
from jurist.languages.cql.schema import CqlSchema
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.cql.witness import evaluators, is_audience, is_different, replayed_witness
from jurist.records import Evidence, Method, Overlap, Relation, Witness


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
    people = population(reference, candidate, schema)
    of_reference, of_candidate = evaluators(reference, candidate, schema)
    results = [
        (subject, of_reference(subject, people.now), of_candidate(subject, people.now))
        for subject in people.subjects
    ]
    if is_audience(reference):
        alone = [s for s, one, other in results if one and not other]
        other_alone = [s for s, one, other in results if other and not one]
    else:
        unlike = [(s, one) for s, one, other in results if is_different(one, other)]
        alone = [s for s, one in unlike if one is not None]
        other_alone = [s for s, one in unlike if one is None]

    def witness(subjects: Sequence[Subject]) -> Witness | None:
        if not subjects:
            return None
        smallest = min(subjects, key=_size)
        return replayed_witness(smallest, people.now, reference, candidate, schema)

    witnesses = tuple(w for w in (witness(alone), witness(other_alone)) if w is not None)
    both = sum(
        one is not None and one is not False and not is_different(one, other)
        for _, one, other in results
    )
    overlap = Overlap(
        both,
        len(alone),
        len(other_alone),
        len(results) - both - len(alone) - len(other_alone),
    )
    return Evidence(
        _relation(overlap, audiences=is_audience(reference)),
        Method.EXECUTION if witnesses else Method.NONE,
        witnesses,
        schema.assumptions,
        "" if witnesses else f"both queries agree on all {len(results)} seeded subjects",
        _notes(overlap),
        overlap,
    )


def _of_unlike_kinds(reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema) -> Evidence:
    """An audience and a computed trait: only the audience has members."""
    audience = reference if is_audience(reference) else candidate
    people = population(audience, audience, schema)
    is_in, _ = evaluators(audience, audience, schema)
    members = sum(is_in(subject, people.now) is True for subject in people.subjects)
    others = len(people.subjects) - members
    if audience is reference:
        overlap = Overlap(0, members, 0, others)
    else:
        overlap = Overlap(0, 0, members, others)
    return Evidence(
        Relation.DIFFERENT,
        Method.EXECUTION,
        assumptions=schema.assumptions,
        notes=("one is an audience, the other a computed trait",),
        overlap=overlap,
    )


def _relation(overlap: Overlap, *, audiences: bool) -> Relation:
    if not overlap.reference_only and not overlap.candidate_only:
        return Relation.UNDECIDED
    if audiences and overlap.both and overlap.reference_only and overlap.candidate_only:
        return Relation.OVERLAPS
    return Relation.DIFFERENT


def _notes(overlap: Overlap) -> tuple[str, ...]:
    reference = not (overlap.both or overlap.reference_only)
    candidate = not (overlap.both or overlap.candidate_only)
    if not reference and not candidate:
        return ()
    where = "either query" if reference and candidate else f"the {_empty_side(reference)}"
    return (f"nobody of the seeded population is in {where}",)


def _empty_side(reference: bool) -> str:  # noqa: FBT001 - which of two
    return "reference" if reference else "candidate"


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

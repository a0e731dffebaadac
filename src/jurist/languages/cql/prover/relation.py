"""The relation of two audiences, from the regions in which they differ and agree."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from jurist.languages.cql.meaning.customers import Account, Customer, Subject
from jurist.languages.cql.populating.contradictions import contradiction
from jurist.languages.cql.populating.witness import Evaluate
from jurist.languages.cql.prover.analysis import Analysis
from jurist.languages.cql.prover.clocks import Clock, Conflict
from jurist.languages.cql.prover.decode import subject
from jurist.languages.cql.prover.facts import schema_facts
from jurist.languages.cql.prover.formulas import (
    Formula,
    conjunction,
    disjunction,
    negation,
)
from jurist.languages.cql.prover.limits import TooWide
from jurist.languages.cql.prover.moments import moments
from jurist.languages.cql.prover.resources import OutOfTime, Resources
from jurist.languages.cql.prover.tables import workshop_of
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.syntax import Condition
from jurist.records import Relation

_MOST_SKELETONS = 12
_MOST_TRIES = 400
_CLOCKS = 24
"""Choices of times that are tried for each sample of a funnel."""


class Part(StrEnum):
    """A part of the world of all subjects."""

    REFERENCE_ONLY = "in the reference only"
    CANDIDATE_ONLY = "in the candidate only"
    BOTH = "in both"
    NEITHER = "in neither"


@dataclass(slots=True)
class Found:
    """What is known of each part: members, or that it is empty, or why that is open."""

    members: dict[Part, tuple[Subject, int]] = field(
        default_factory=dict[Part, "tuple[Subject, int]"]
    )
    facts: tuple[str, ...] = ()
    """What the schema says of the values that were looked at."""
    open: dict[Part, str] = field(default_factory=dict[Part, str])

    likeness: float | None = None
    """Of the kinds of subjects in either audience, the share that is in both."""

    tries: dict[Part, int] = field(default_factory=dict[Part, int])
    """Histories that were tried for each part, over all moments."""

    @property
    def all_three(self) -> bool:
        """Whether no further moment can change the relation."""
        return self.members.keys() >= {Part.REFERENCE_ONLY, Part.CANDIDATE_ONLY, Part.BOTH}

    def note(self, part: Part, who: Subject, now: int) -> None:
        """A member of a part, as the interpreter found it."""
        self.members.setdefault(part, (who, now))
        self.open.pop(part, None)

    def is_empty(self, part: Part) -> bool:
        """Whether it is proved that nobody is there."""
        return part not in self.members and part not in self.open


@dataclass(frozen=True, slots=True)
class Pair:
    """Two audiences to compare, compiled for replay."""

    reference: Condition
    candidate: Condition
    schema: CqlSchema
    kind: type[Customer] | type[Account]
    in_reference: Evaluate
    in_candidate: Evaluate

    def part_of(self, who: Subject, now: int) -> Part:
        """Where the interpreter finds a subject."""
        one, other = self.in_reference(who, now), self.in_candidate(who, now)
        if one:
            return Part.BOTH if other else Part.REFERENCE_ONLY
        return Part.CANDIDATE_ONLY if other else Part.NEITHER


def explore(pair: Pair, resources: Resources) -> Found:
    """Look for members of each part, over all moments that matter."""
    found = Found()
    try:
        for now in moments((pair.reference, pair.candidate), pair.schema):
            if found.all_three:
                break
            resources.now = now
            _explore_at(pair, now, resources, found)
    except TooWide as reason:
        _leave_open(found, str(reason))
    except OutOfTime:
        _leave_open(found, "the time for this pair was used up")
    return found


def _leave_open(found: Found, reason: str) -> None:
    for part in Part:
        if part not in found.members:
            found.open.setdefault(part, reason)


def _explore_at(pair: Pair, now: int, resources: Resources, found: Found) -> None:
    tables = workshop_of(pair.schema).tables(pair.schema, pair.kind, now)
    translator = tables.translator
    translator.looked_at = {}
    first, second = translator.audience(pair.reference), translator.audience(pair.candidate)
    found.facts = tuple(dict.fromkeys(schema_facts(translator.looked_at)))
    analysis = Analysis(translator.root, (first, second), {}, resources, tables.groups)
    if found.likeness is None:
        found.likeness = analysis.likeness(first, second)
    formulas = {
        Part.REFERENCE_ONLY: conjunction((first, negation(second))),
        Part.CANDIDATE_ONLY: conjunction((second, negation(first))),
        Part.BOTH: conjunction((first, second)),
        Part.NEITHER: negation(disjunction((first, second))),
    }
    for part, formula in formulas.items():
        if part in found.members:
            continue
        if part is Part.NEITHER:
            if analysis.is_possible(formula):
                found.open[part] = "nobody asked for an example"
        else:
            _search(pair, part, formula, analysis, now, found)


def _search(
    pair: Pair, part: Part, formula: Formula, analysis: Analysis, now: int, found: Found
) -> None:
    tries = found.tries.setdefault(part, 0)
    for skeleton, sample in enumerate(analysis.samples(formula)):
        if skeleton == _MOST_SKELETONS or tries >= _MOST_TRIES:
            break
        for clock in _clocks(now, several=analysis.blind, seed=skeleton):
            tries = found.tries[part] = tries + 1
            analysis.resources.tick()
            try:
                who = subject(sample, pair.kind, clock, pair.schema)
            except Conflict:
                continue
            actual = pair.part_of(who, now)
            found.note(actual, who, now)
            if actual is part:
                return
            if not analysis.blind:
                raise contradiction(
                    f"the prover expected a subject {part}, the interpreter found it {actual}",
                    who,
                    now,
                    pair.reference,
                    pair.candidate,
                    pair.schema,
                )
    if part not in found.members and analysis.is_possible(formula):
        found.open.setdefault(
            part, f"a subject {part} could neither be built nor ruled out ({tries} histories tried)"
        )


def _clocks(now: int, *, several: bool, seed: int) -> Iterator[Clock]:
    yield Clock(now)
    if several:
        rng = random.Random(seed)  # noqa: S311 - chance is no secret here
        for _ in range(_CLOCKS):
            yield Clock(now, rng)


def relation_of(found: Found) -> Relation:
    """The relation as far as the parts decide it."""
    left, right, both = Part.REFERENCE_ONLY, Part.CANDIDATE_ONLY, Part.BOTH
    if found.is_empty(left) and found.is_empty(right):
        return Relation.EQUIVALENT
    if left in found.members and found.is_empty(right):
        return Relation.CONTAINS
    if right in found.members and found.is_empty(left):
        return Relation.CONTAINED
    if left in found.members and right in found.members:
        if both in found.members:
            return Relation.OVERLAPS
        if found.is_empty(both):
            return Relation.DISJOINT
    if left in found.members or right in found.members:
        return Relation.DIFFERENT
    return Relation.UNDECIDED

"""The relation of two audiences, from the regions in which they differ and agree."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from jurist.languages.cql.boolean import (
    Formula,
    conjunction,
    disjunction,
    negation,
)
from jurist.languages.cql.counterexamples.contradictions import contradiction
from jurist.languages.cql.counterexamples.witness import Evaluate
from jurist.languages.cql.prover.abstraction.critical_moments import moments
from jurist.languages.cql.prover.analysis import Analysis
from jurist.languages.cql.prover.context import workshop_of
from jurist.languages.cql.prover.fast_paths import FastPath, is_on
from jurist.languages.cql.prover.limits import OUT_OF_STEPS, TooWide
from jurist.languages.cql.prover.models.clocks import Clock, Conflict
from jurist.languages.cql.prover.models.decoding import subject
from jurist.languages.cql.prover.resources import Resources
from jurist.languages.cql.schemas.conformance import violations
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.subjects import Account, Customer, Subject, subject_to_json
from jurist.languages.cql.syntax import Condition
from jurist.languages.effort import OutOfSteps
from jurist.records import Relation

NOT_ASKED = "nobody asked for an example"
"""Why a part is open that the relation does not depend on."""


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

    beyond: dict[str, None] = field(default_factory=dict[str, None])
    """Constructs that were not looked into where a part is open."""

    likeness: float | None = None
    """Of the kinds of subjects in either audience, the share that is in both."""

    tries: dict[Part, int] = field(default_factory=dict[Part, int])
    """Histories that were tried for each part, over all moments."""

    @property
    def wants_common_member(self) -> bool:
        """Whether the relation depends on a member of both audiences."""
        return self.members.keys() >= {Part.REFERENCE_ONLY, Part.CANDIDATE_ONLY}

    def asks_for(self, part: Part) -> bool:
        """Whether the relation depends on what is in a part, as far as is known."""
        if not is_on(FastPath.UNASKED_PARTS):
            return True
        return part is not Part.NEITHER and (part is not Part.BOTH or self.wants_common_member)

    @property
    def all_three(self) -> bool:
        """Whether no further moment can change the relation."""
        return self.wants_common_member and Part.BOTH in self.members

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
    """Look for members of each part, over all moments that matter.

    First as if each item had values and followers of its own: that is quick, and more than
    there is, so what it rules out is ruled out, and a member that replays is one. What it
    leaves open is looked at exactly.
    """
    found = Found()
    try:
        listed, are_all, assumption = moments((pair.reference, pair.candidate), pair.schema)
        found.facts = (assumption,) if assumption else ()
        _explore_all(pair, listed, resources, found)
        if found.wants_common_member and found.open.get(Part.BOTH) == NOT_ASKED:
            del found.open[Part.BOTH]
            _explore_all(pair, listed, resources, found)
        if not are_all:
            _leave_open(
                found,
                f"dates, and windows that move with now, are tied by a funnel: {len(listed)}"
                " moments were looked at, which may not stand for all",
            )
    except TooWide as reason:
        _leave_open(found, str(reason))
    except OutOfSteps:
        _leave_open(found, OUT_OF_STEPS)
    return found


def _explore_all(
    pair: Pair, all_moments: Sequence[int], resources: Resources, found: Found
) -> None:
    for now in all_moments:
        if found.all_three:
            return
        resources.now = now
        _explore_at(pair, now, resources, found)


def _leave_open(found: Found, reason: str) -> None:
    for part in Part:
        if part not in found.members:
            found.open.setdefault(part, reason)


def _explore_at(pair: Pair, now: int, resources: Resources, found: Found) -> None:
    tables = workshop_of(pair.schema).tables(pair.schema, pair.kind, now)
    translator = tables.translator
    reference, candidate = map(translator.audience, (pair.reference, pair.candidate))
    found.facts = tuple(dict.fromkeys((*found.facts, *reference.facts(), *candidate.facts())))
    first, second = reference.formula, candidate.formula
    formulas = {
        Part.REFERENCE_ONLY: conjunction((first, negation(second))),
        Part.CANDIDATE_ONLY: conjunction((second, negation(first))),
        Part.BOTH: conjunction((first, second)),
        Part.NEITHER: negation(disjunction((first, second))),
    }
    waiting = {part: each for part, each in formulas.items() if part not in found.members}
    quick = is_on(FastPath.QUICK_LOOK)
    relaxed = Analysis(
        translator.root, (first, second), {}, resources, tables.groups, relaxed=quick
    )
    if found.likeness is None:
        found.likeness = relaxed.likeness(first, second)
    waiting = _left_of(waiting, relaxed, _FEW if quick else _MANY, pair, now, found)
    for part in [part for part in waiting if not found.asks_for(part)]:
        del waiting[part]
        found.open.setdefault(part, NOT_ASKED)
    if waiting and relaxed.over_approximates and quick:
        exact = Analysis(translator.root, (first, second), {}, resources, tables.groups)
        waiting = _left_of(waiting, exact, _MANY, pair, now, found)
    if waiting:
        found.beyond.update(dict.fromkeys(relaxed.beyond))
    for part in waiting:
        tried = found.tries.get(part, 0)
        reason = f"a subject {part} could neither be built nor ruled out ({tried} histories tried)"
        found.open.setdefault(part, reason)


@dataclass(frozen=True, slots=True)
class _Effort:
    """How long a part's members are looked for, where a sample may not be what it seems."""

    skeletons: int
    clocks: int
    tries: int
    """Of all moments together."""


_FEW = _Effort(skeletons=3, clocks=3, tries=20)
_MANY = _Effort(skeletons=12, clocks=24, tries=400)


def _left_of(
    waiting: dict[Part, Formula],
    analysis: Analysis,
    effort: _Effort,
    pair: Pair,
    now: int,
    found: Found,
) -> dict[Part, Formula]:
    """The parts that are neither shown to have members nor to have none."""
    left: dict[Part, Formula] = {}
    for part, formula in waiting.items():
        if part in found.members:
            continue
        if not found.asks_for(part) and not analysis.over_approximates:
            if analysis.is_possible(formula):
                found.open.setdefault(part, NOT_ASKED)
            continue
        has_member = _search(pair, part, formula, analysis, now, found, effort)
        if not has_member and analysis.is_possible(formula):
            left[part] = formula
    return left


def _search(
    pair: Pair,
    part: Part,
    formula: Formula,
    analysis: Analysis,
    now: int,
    found: Found,
    effort: _Effort,
) -> bool:
    """Whether a member of a part was found."""
    tries = found.tries.setdefault(part, 0)
    for skeleton, sample in enumerate(analysis.samples(formula)):
        if skeleton == effort.skeletons or tries >= effort.tries:
            break
        clocks = _clocks(now, effort.clocks if analysis.over_approximates else 0, seed=skeleton)
        for clock in clocks:
            tries = found.tries[part] = tries + 1
            analysis.resources.tick()
            try:
                who = subject(sample, pair.kind, clock, pair.schema)
            except Conflict:
                continue
            actual = pair.part_of(who, now)
            broken = next(violations(subject_to_json(who, now), pair.schema), "")
            if not broken:
                found.note(actual, who, now)
            if actual is part and not broken:
                return True
            if not analysis.over_approximates:
                raise contradiction(
                    f"the prover expected a legal subject {part}, the interpreter found it {actual}"
                    f" ({broken or 'it breaks nothing of the schema'})",
                    who,
                    now,
                    pair.reference,
                    pair.candidate,
                    pair.schema,
                )
    return part in found.members


def _clocks(now: int, more: int, *, seed: int) -> Iterator[Clock]:
    yield Clock(now)
    if more:
        rng = random.Random(seed)  # noqa: S311 - chance is no secret here
        for _ in range(more):
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

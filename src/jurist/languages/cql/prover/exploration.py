"""The relation of two audiences, from the regions in which they differ and agree.

And what all explorations under one schema share. A reference is compared with many candidates,
and a candidate shares most of its conditions with its reference. So what a condition is
translated to, and which truths of a group's counts can go together, is found once and kept.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from jurist.languages.cql.boolean import (
    Formula,
    conjunction,
    disjunction,
    negation,
)
from jurist.languages.cql.counterexamples.contradictions import contradiction
from jurist.languages.cql.counterexamples.witness import evaluators
from jurist.languages.cql.prover.abstraction.critical_moments import critical_moments
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.abstraction.translation import Translator
from jurist.languages.cql.prover.analysis import Analysis, KnownGroups
from jurist.languages.cql.prover.context import FastPath, Resources, is_on
from jurist.languages.cql.prover.limits import MOST_SHOWN, OUT_OF_STEPS, TooWide
from jurist.languages.cql.prover.models import Clock, Conflict, subject
from jurist.languages.cql.schemas.conformance import violations
from jurist.languages.cql.schemas.schema import CqlSchema, Table
from jurist.languages.cql.semantics.subjects import Account, Customer, Subject, subject_to_json
from jurist.languages.cql.semantics.values import coercion_of
from jurist.languages.cql.syntax import Condition, CqlQuery
from jurist.languages.effort import OutOfSteps, spend
from jurist.records import Evidence, Relation

SubjectType = type[Customer] | type[Account]

_MOST_ATOMS = 2_000
"""Atoms of one root; tables that have grown beyond it are begun anew."""
_MOST_TABLES = 8
"""Moments whose tables are kept."""
_MOST_VERDICTS = 4_096
_MOST_CAUSES = 1_024


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables at one moment."""

    translator: Translator
    resources: Resources
    groups: KnownGroups = field(default_factory=KnownGroups)

    def analysis(
        self, formulas: Sequence[Formula], sort: Sort | None = None, *, relaxed: bool = False
    ) -> Analysis:
        """How formulas cut a sort of items, if not the subjects; see there for `relaxed`."""
        sort = sort or self.translator.root
        return Analysis(sort, formulas, {}, self.resources, self.groups, relaxed=relaxed)


class ProverContext:
    """What is kept of the proofs under one schema, which run one after another."""

    def __init__(self, schema: CqlSchema) -> None:
        self.schema = schema
        self.resources = Resources(coercion_of(schema.readings.number_like_text))
        self.verdicts = Table[tuple[CqlQuery, CqlQuery], Evidence](_MOST_VERDICTS)
        self.causes = Table[tuple[Condition, SubjectType], tuple[Condition, ...]](_MOST_CAUSES)
        """Why an audience is empty: a reference is explained once for all its candidates."""
        self._tables: dict[tuple[SubjectType, int], Tables] = {}

    def tables(self, kind: SubjectType, now: int) -> Tables:
        """The tables for subjects of a kind at a moment, which is that of the proof from now on."""
        self.resources.now = now
        key = (kind, now)
        tables = self._tables.pop(key, None) if is_on(FastPath.SHARED_TABLES) else None
        if tables is None or len(tables.translator.root.atoms) > _MOST_ATOMS:
            tables = Tables(Translator(self.schema, kind, now), self.resources)
        self._tables[key] = tables
        if len(self._tables) > _MOST_TABLES:
            del self._tables[next(iter(self._tables))]
        return tables


@dataclass(frozen=True, slots=True)
class Pair:
    """Two queries under comparison."""

    reference: CqlQuery
    candidate: CqlQuery
    context: ProverContext
    kind: SubjectType
    """Whom both are about."""

    @property
    def schema(self) -> CqlSchema:
        """Under which both are read."""
        return self.context.schema

    @property
    def queries(self) -> tuple[CqlQuery, CqlQuery]:
        """Both, as they are written."""
        return self.reference, self.candidate


# --- the parts ----------------------------------------------------------------------------------

NOT_ASKED = "nobody asked for an example"
"""Why a part is open that the relation does not depend on."""


class Part(StrEnum):
    """A part of the world of all subjects."""

    REFERENCE_ONLY = "in the reference only"
    CANDIDATE_ONLY = "in the candidate only"
    BOTH = "in both"
    NEITHER = "in neither"


_PARTS = {
    (True, False): Part.REFERENCE_ONLY,
    (False, True): Part.CANDIDATE_ONLY,
    (True, True): Part.BOTH,
    (False, False): Part.NEITHER,
}
"""By whether a subject is in the reference, and in the candidate."""


@dataclass(frozen=True, slots=True)
class _Effort:
    """How long a part's members are looked for, where a sample may not be what it seems."""

    skeletons: int
    clocks: int
    tries: int
    """Of all moments together."""


_FEW = _Effort(skeletons=3, clocks=3, tries=20)
_MANY = _Effort(skeletons=12, clocks=24, tries=400)


class Exploration:
    """What is known of each part: members, or that it is empty, or why that is open.

    At each moment that matters the regions are looked at first as if each item had values and
    followers of its own: that is quick, and more than there is, so what it rules out is ruled
    out, and a member that replays is one. What it leaves open is looked at exactly.

    Args:
        pair: The audiences, as subjects are replayed on them.
        reference: What is proved about instead of the one, of the same meaning.
        candidate: And of the other.
    """

    def __init__(self, pair: Pair, reference: Condition, candidate: Condition) -> None:
        self._pair = pair
        self._queries = reference, candidate
        self._evaluators = evaluators(*pair.queries, pair.schema)
        self.members: dict[Part, tuple[Subject, int]] = {}
        """Each with the moment at which it is in the part."""
        self.open: dict[Part, str] = {}
        self.facts: tuple[str, ...] = ()
        """What the schema says of the values that were looked at."""
        self.beyond: dict[str, None] = {}
        """Constructs that were not looked into where a part is open."""
        self.likeness: float | None = None
        """Of the kinds of subjects in either audience, the share that is in both."""
        self._tries = dict.fromkeys(Part, 0)
        """Histories that were tried for each part, over all moments."""
        try:
            self._explore()
        except TooWide as reason:
            self._leave_open(str(reason))
        except OutOfSteps:
            self._leave_open(OUT_OF_STEPS)

    def is_empty(self, part: Part) -> bool:
        """Whether it is proved that nobody is there."""
        return part not in self.members and part not in self.open

    @property
    def relation(self) -> Relation:
        """The relation as far as the parts decide it."""
        left, right, both = Part.REFERENCE_ONLY, Part.CANDIDATE_ONLY, Part.BOTH
        if self.is_empty(left) and self.is_empty(right):
            return Relation.EQUIVALENT
        if left in self.members and self.is_empty(right):
            return Relation.CONTAINS
        if right in self.members and self.is_empty(left):
            return Relation.CONTAINED
        if self._wants_common_member:
            if both in self.members:
                return Relation.OVERLAPS
            if self.is_empty(both):
                return Relation.DISJOINT
        if left in self.members or right in self.members:
            return Relation.DIFFERENT
        return Relation.UNDECIDED

    @property
    def _wants_common_member(self) -> bool:
        """Whether the relation depends on a member of both audiences."""
        return self.members.keys() >= {Part.REFERENCE_ONLY, Part.CANDIDATE_ONLY}

    def _asks_for(self, part: Part) -> bool:
        """Whether the relation depends on what is in a part, as far as is known."""
        if not is_on(FastPath.UNASKED_PARTS):
            return True
        return part is not Part.NEITHER and (part is not Part.BOTH or self._wants_common_member)

    def _explore(self) -> None:
        all_moments, are_all, assumption = critical_moments(self._queries, self._pair.schema)
        self.facts = (assumption,) if assumption else ()
        self._explore_all(all_moments)
        if self._wants_common_member and self.open.get(Part.BOTH) == NOT_ASKED:
            del self.open[Part.BOTH]
            self._explore_all(all_moments)
        if not are_all:
            self._leave_open(
                f"dates, and windows that move with now, are tied by a funnel: {len(all_moments)}"
                " moments were looked at, which may not stand for all",
            )

    def _leave_open(self, reason: str) -> None:
        for part in Part:
            if part not in self.members:
                self.open.setdefault(part, reason)

    def _explore_all(self, all_moments: Sequence[int]) -> None:
        for now in all_moments:
            if self._wants_common_member and Part.BOTH in self.members:
                return  # no further moment can change the relation
            self._explore_at(now)

    def _explore_at(self, now: int) -> None:
        tables = self._pair.context.tables(self._pair.kind, now)
        reference, candidate = map(tables.translator.audience, self._queries)
        self.facts = tuple(dict.fromkeys((*self.facts, *reference.facts(), *candidate.facts())))
        first, second = reference.formula, candidate.formula
        formulas = {
            Part.REFERENCE_ONLY: conjunction((first, negation(second))),
            Part.CANDIDATE_ONLY: conjunction((second, negation(first))),
            Part.BOTH: conjunction((first, second)),
            Part.NEITHER: negation(disjunction((first, second))),
        }
        quick = is_on(FastPath.QUICK_LOOK)
        analysis = relaxed = tables.analysis((first, second), relaxed=quick)
        if self.likeness is None:
            self.likeness = relaxed.likeness(first, second)
        undecided = self._undecided(formulas, relaxed, _FEW if quick else _MANY)
        for part in [part for part in undecided if not self._asks_for(part)]:
            del undecided[part]
            self.open.setdefault(part, NOT_ASKED)
        if undecided and relaxed.over_approximates and quick:
            analysis = tables.analysis((first, second))
            undecided = self._undecided(undecided, analysis, _MANY)
        if undecided:
            self.beyond.update(dict.fromkeys(analysis.beyond))
        for part in undecided:
            reason = (
                f"a subject {part} could neither be built nor ruled out"
                f" ({self._tries[part]} histories tried)"
            )
            if self._pair.context.resources.is_unshown and not self._tries[part]:
                many = f"over {MOST_SHOWN} items of a kind, too many to show"
                reason = f"a subject {part} takes {many}"
            self.open.setdefault(part, reason)

    def _undecided(
        self, formulas: Mapping[Part, Formula], analysis: Analysis, effort: _Effort
    ) -> dict[Part, Formula]:
        """The parts that are neither shown to have members nor to have none."""
        undecided: dict[Part, Formula] = {}
        for part, formula in formulas.items():
            if part in self.members:
                continue
            if not self._asks_for(part) and not analysis.over_approximates:
                if analysis.is_possible(formula):
                    self.open.setdefault(part, NOT_ASKED)
                continue
            has_member = self._has_member(part, formula, analysis, effort)
            if not has_member and analysis.is_possible(formula):
                undecided[part] = formula
        return undecided

    def _has_member(
        self, part: Part, formula: Formula, analysis: Analysis, effort: _Effort
    ) -> bool:
        """Whether a member of a part is built from the samples of its formula."""
        for skeleton, sample in enumerate(analysis.samples(formula)):
            if skeleton == effort.skeletons or self._tries[part] >= effort.tries:
                break
            clocks = effort.clocks if analysis.over_approximates else 0
            for clock in _clocks(analysis.resources.now, clocks, seed=skeleton):
                self._tries[part] += 1
                spend()
                try:
                    who = subject(sample, self._pair.kind, clock, self._pair.schema)
                except Conflict:
                    continue
                if self._is_member(who, analysis.resources.now, part, analysis):
                    return True
        return part in self.members

    def _is_member(self, who: Subject, now: int, part: Part, analysis: Analysis) -> bool:
        """Whether a legal subject is in a part; it is noted where it is.

        Raises:
            InternalContradiction: Where it must be there, and is not.
        """
        schema = self._pair.schema
        in_reference, in_candidate = self._evaluators
        actual = _PARTS[bool(in_reference(who, now)), bool(in_candidate(who, now))]
        broken = next(violations(subject_to_json(who, now), schema), "")
        if not broken:
            self.members.setdefault(actual, (who, now))
            self.open.pop(actual, None)
            if actual is part:
                return True
        if not analysis.over_approximates:
            raise contradiction(
                f"the prover expected a legal subject {part}, the interpreter found it {actual}"
                f" ({broken or 'it breaks nothing of the schema'})",
                who,
                now,
                *self._queries,
                schema,
            )
        return False


def _clocks(now: int, more: int, *, seed: int) -> Iterator[Clock]:
    yield Clock(now)
    if more:
        rng = random.Random(seed)  # noqa: S311 - chance is no secret here
        for _ in range(more):
            yield Clock(now, rng)

"""Evidence from cheap to dear: identical, normal form, proof, seeded execution.

Equality found by an early arm ends the search. A proof costs less than making up a
population, so it comes before execution. What a proof shows is replayed; one proof in 256,
chosen by the texts of its pair, is also held against a small population that it did not
choose. Where nothing is proved, execution looks for a difference itself. Arms that
disagree are a bug of ours and stop everything (`InternalContradiction`).
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from zlib import crc32

import msgspec

from jurist.errors import InternalContradiction, UnsupportedError
from jurist.evidence.shared import SideBySide, constant_note, side_by_side
from jurist.languages.base import Language, Query, Schema
from jurist.languages.effort import STEPS, OutOfSteps, limited
from jurist.languages.notes import kind_is_open, said_once
from jurist.records import Evidence, Method, Relation, Witness

_DIFFERENCES = frozenset(
    {
        Relation.CONTAINS,
        Relation.CONTAINED,
        Relation.OVERLAPS,
        Relation.DISJOINT,
        Relation.DIFFERENT,
    }
)

_ALIKENESS = frozenset({Relation.EQUIVALENT, Relation.DISJOINT})
"""What says by itself how much the two audiences have in common: all, or nothing."""
_TOO_LONG = "it takes more than the steps that a pair may take"
AUDITED_ONE_IN = 256
"""Of so many proofs one is held against a population."""


def decide(
    language: Language,
    reference: Query,
    candidate: Query,
    schema: Schema,
    *,
    steps: int = STEPS,
    prove: bool = True,
    cross_check: bool = False,
) -> Evidence:
    """How the candidate's audience relates to the reference's, and how that is known.

    Args:
        language: What both are written in.
        reference: The right query.
        candidate: The query to compare with it.
        schema: What both may name, and how they are read.
        steps: Of work, for each arm.
        prove: Whether to prove, or to leave it at execution.
        cross_check: Whether to execute everything in full, even what is equal, to test that.

    Raises:
        InternalContradiction: Where two arms cannot both be right.
        StoppedByClock: Where the clock ends what its steps did not.
    """
    schema = language.schema_of_pair(reference, candidate, schema)
    pair = _Pair(language, reference, candidate, schema, steps)
    with pair.timed("identical"):
        identical = reference == candidate
    if identical:
        notes = constant_note(language.conditions(reference, schema))
        return pair.told(Evidence(Relation.EQUIVALENT, Method.IDENTICAL, notes=notes, matched=1.0))
    try:
        with pair.timed("normal_form"):
            equal = pair.equal_in_normal_form()
            shared = side_by_side(
                language.conditions(reference, schema), language.conditions(candidate, schema)
            )
    except OutOfSteps:
        return pair.told(_undecided(f"not tried: {_TOO_LONG} to read"))
    if equal and not cross_check:
        return pair.told(pair.equal(shared))
    if equal:
        claim: Evidence | None = pair.equal(shared)
    elif prove:
        with pair.timed("proof"):
            claim = pair.proved()
    else:
        claim = None
    if claim is not None and pair.is_settled(claim) and not cross_check:
        joined = pair.measured(claim)
    else:
        with pair.timed("execution"):
            execution = pair.executed()
            joined = execution if claim is None else pair.joined(execution, claim)
    return pair.told(joined if equal else pair.explained(joined, shared))


def is_audited(reference: str, candidate: str) -> bool:
    """Whether a proof about two texts is held against a population, by chance but for good."""
    return crc32(f"{reference}\n{candidate}".encode("utf-8", "replace")) % AUDITED_ONE_IN == 0


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two queries under comparison, and how long each arm took with them."""

    language: Language
    reference: Query
    candidate: Query
    schema: Schema
    steps: int
    timings: dict[str, float] = field(default_factory=dict[str, float])

    @contextmanager
    def timed(self, arm: str) -> Generator[None]:
        start = time.perf_counter()
        try:
            with limited(self.steps):
                yield
        finally:
            self.timings[arm] = (time.perf_counter() - start) * 1000

    def told(self, evidence: Evidence) -> Evidence:
        """The evidence with the times of all arms, and each note once."""
        return replace(evidence, notes=said_once(evidence.notes), timings_ms=dict(self.timings))

    # --- arms ---

    def equal_in_normal_form(self) -> bool:
        normal = self.language.normalize(self.reference, self.schema)
        return normal == self.language.normalize(self.candidate, self.schema)

    def equal(self, shared: SideBySide) -> Evidence:
        return Evidence(
            Relation.EQUIVALENT,
            Method.NORMAL_FORM,
            assumptions=self.schema.assumptions,
            notes=shared.constants,
            matched=1.0,
        )

    def executed(self) -> Evidence:
        try:
            found = self.language.execute(self.reference, self.candidate, self.schema)
            return replace(found, behaviour=found.overlap.jaccard if found.overlap else None)
        except UnsupportedError as error:
            return _undecided(f"not executed: {error}")
        except OutOfSteps:
            return _undecided(f"not executed to the end: {_TOO_LONG}")

    def measured(self, claim: Evidence) -> Evidence:
        """The claim with how much the two have in common, and audited where its turn has come."""
        says_how_alike = claim.behaviour is not None or claim.relation in _ALIKENESS
        if says_how_alike and not self.is_audited():
            return claim
        with self.timed("execution"):
            return self._counted(claim)

    def is_audited(self) -> bool:
        return is_audited(
            self.language.format(self.reference), self.language.format(self.candidate)
        )

    def _counted(self, claim: Evidence) -> Evidence:
        """The claim with the overlap; executed in full where that would refute it."""
        try:
            overlap = self.language.overlap(self.reference, self.candidate, self.schema)
        except (UnsupportedError, OutOfSteps):
            return claim
        behaviour = overlap.jaccard if claim.behaviour is None else claim.behaviour
        measured = replace(claim, overlap=overlap, behaviour=behaviour)
        counted = replace(measured, witnesses=())
        if _refutation(claim, counted):
            self.hold_against(claim, self.executed())
            self.hold_against(claim, counted)
        return measured

    def proved(self) -> Evidence:
        try:
            return self.language.decide(
                self.reference, self.candidate, self.schema, steps=self.steps
            )
        except UnsupportedError as error:
            return _undecided(f"not proved: {error}")

    # --- joining them ---

    @staticmethod
    def is_settled(claim: Evidence) -> bool:
        """Whether execution can add no more than how large the difference is."""
        return claim.relation not in {Relation.UNDECIDED, Relation.DIFFERENT}

    def joined(self, execution: Evidence, proof: Evidence) -> Evidence:
        """What both arms know together."""
        notes = (*execution.notes, *proof.notes)
        if proof.relation is Relation.UNDECIDED:
            if execution.relation is Relation.UNDECIDED:
                reasons = dict.fromkeys([proof.reason, execution.reason])
                reason = "; ".join(one for one in reasons if one)
                return replace(execution, reason=reason, notes=notes)
            behaviour = execution.behaviour if proof.behaviour is None else proof.behaviour
            reason = execution.reason
            if execution.relation is Relation.DIFFERENT and proof.reason:
                reason = kind_is_open(proof.reason)
            return replace(execution, behaviour=behaviour, reason=reason, notes=notes)
        self.hold_against(proof, execution)
        relation = proof.relation
        if relation is Relation.DIFFERENT and execution.relation in _DIFFERENCES:
            relation = execution.relation
        return replace(
            proof,
            relation=relation,
            reason=proof.reason if relation is proof.relation else "",
            witnesses=_one_a_side((*proof.witnesses, *execution.witnesses)),
            notes=notes,
            overlap=execution.overlap,
            behaviour=execution.behaviour if proof.behaviour is None else proof.behaviour,
        )

    def hold_against(self, claim: Evidence, execution: Evidence) -> None:
        """Stop where what was executed shows a claim to be wrong."""
        found = _refutation(claim, execution)
        if not found:
            return
        by = claim.method.replace("_", " ")
        bundle: Mapping[str, object] = {
            "language": self.language.name,
            "reference": self.language.format(self.reference),
            "candidate": self.language.format(self.candidate),
            "schema": {"name": self.schema.name, "digest": self.schema.digest},
            "readings": self.schema.assumptions,
            "claim": claim,
            "execution": execution,
        }
        raise InternalContradiction(
            f"by {by} the two queries are {claim.relation}, but execution found {found}",
            bundle=msgspec.json.encode(bundle).decode(),
        )

    def explained(self, evidence: Evidence, shared: SideBySide) -> Evidence:
        """The same with what the normal forms have in common, and what they have not."""
        notes = (*evidence.notes, *shared.constants, *shared.differences)
        return replace(
            evidence,
            matched=shared.matched,
            edges_only=shared.edges_only,
            notes=notes,
        )


def _undecided(reason: str) -> Evidence:
    return Evidence(Relation.UNDECIDED, Method.NONE, reason=reason)


def _one_a_side(witnesses: tuple[Witness, ...]) -> tuple[Witness, ...]:
    """The first witness of each side."""
    sides: dict[tuple[bool, bool], Witness] = {}
    for witness in witnesses:
        sides.setdefault(_side(witness), witness)
    return tuple(sides.values())


def _side(witness: Witness) -> tuple[bool, bool]:
    """Which of the two queries has the subject as a member, or has a value for it."""
    is_in, is_in_other = (
        given is not None and given is not False for given in (witness.reference, witness.candidate)
    )
    return is_in, is_in_other


def _refutation(claim: Evidence, execution: Evidence) -> str:
    """What was executed that the claim rules out, in words; empty where nothing was."""
    overlap = execution.overlap
    sides = {_side(witness) for witness in execution.witnesses}
    reference_only = (True, False) in sides or (overlap is not None and overlap.reference_only > 0)
    candidate_only = (False, True) in sides or (overlap is not None and overlap.candidate_only > 0)
    both = overlap is not None and overlap.both > 0
    match claim.relation:
        case Relation.EQUIVALENT if execution.witnesses or reference_only or candidate_only:
            return "a subject that tells them apart"
        case Relation.CONTAINED if reference_only:
            return "a subject that is in the reference alone"
        case Relation.CONTAINS if candidate_only:
            return "a subject that is in the candidate alone"
        case Relation.DISJOINT if both:
            return "a subject that is in both"
        case _:
            return ""

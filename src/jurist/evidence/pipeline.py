"""Evidence from cheap to dear: the next arm is asked as long as something is open.

What an arm shows ends the search, unless it leaves open how large a difference is: that is
counted. One proof in 256, chosen by the texts of its pair, is also held against inputs that
it did not choose. Where nothing is proved, execution looks for a difference itself. Arms
that disagree are a bug of ours and stop everything (`InternalContradiction`).
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from zlib import crc32

import msgspec

from jurist.errors import InternalContradiction, UnsupportedError
from jurist.evidence.joining import is_settled, joined
from jurist.languages.base import Arm, Language, Query, Schema
from jurist.languages.effort import STEPS, OutOfSteps, limited
from jurist.languages.reasons import TOO_LONG
from jurist.records import Evidence, Method, Relation

_ALIKENESS = frozenset({Relation.EQUIVALENT, Relation.DISJOINT})
"""What says by itself how much the two have in common: all, or nothing."""
_TRIED = {Method.PROOF: "proved", Method.EXECUTION: "executed"}
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
    """How the candidate relates to the reference, and how that is known.

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
    pair = _Pair(language, reference, candidate, schema, steps)
    known = Evidence(Relation.UNDECIDED, Method.NONE)
    for arm in language.arms(reference, candidate, schema):
        if not is_settled(known):
            if prove or arm.method is not Method.PROOF:
                known = pair.asked(arm, known)
        elif cross_check:
            if arm.method is Method.EXECUTION:
                known = pair.asked(arm, known)
        elif pair.is_to_be_counted(known):
            known = pair.counted(arm, known)
        else:
            break
    return replace(known, timings_ms=dict(pair.timings))


def tells_apart(
    language: Language, reference: Query, candidate: Query, schema: Schema, *, steps: int = STEPS
) -> bool:
    """Whether a few inputs already tell two queries apart: cheaper than any proof.

    Args:
        language: See `decide`.
        reference: See `decide`.
        candidate: See `decide`.
        schema: See `decide`.
        steps: Of work, for each arm.
    """
    for arm in language.arms(reference, candidate, schema):
        with suppress(UnsupportedError, OutOfSteps), limited(steps):
            counted = arm.overlap()
            if counted is not None and (counted.reference_only or counted.candidate_only):
                return True
    return False


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
    arms: list[Arm] = field(default_factory=list[Arm])
    """Those that have said something."""

    @contextmanager
    def timed(self, arm: Arm) -> Generator[None]:
        start = time.perf_counter()
        try:
            with limited(self.steps):
                yield
        finally:
            spent = (time.perf_counter() - start) * 1000
            self.timings[arm.method] = self.timings.get(arm.method, 0.0) + spent

    def asked(self, arm: Arm, known: Evidence) -> Evidence:
        """What is known, with what an arm says."""
        with self.timed(arm):
            evidence = self._evidence(arm, self.steps)
            if isinstance(evidence, str):
                return joined(known, _undecided(evidence))
            self._hold_against(known, arm, evidence)
            for earlier in self.arms:
                self._hold_against(evidence, earlier, known)
        self.arms.append(arm)
        return joined(known, evidence)

    @staticmethod
    def _evidence(arm: Arm, steps: int) -> Evidence | str:
        """What an arm says, or why it says nothing."""
        tried = _TRIED.get(arm.method, "compared")
        try:
            return arm.evidence(steps)
        except UnsupportedError as error:
            return f"not {tried}: {error.problem}"
        except OutOfSteps:
            return f"not {tried} to the end: {TOO_LONG}"

    def is_to_be_counted(self, claim: Evidence) -> bool:
        """Whether the claim leaves open how alike the two are, or its turn to be audited has come.

        What is equal by its text or its normal form is neither.
        """
        if claim.behaviour is None and claim.relation not in _ALIKENESS:
            return True
        return claim.method is Method.PROOF and is_audited(
            self.language.format(self.reference), self.language.format(self.candidate)
        )

    def counted(self, arm: Arm, claim: Evidence) -> Evidence:
        """The claim with how much the two have in common, unless that refutes it."""
        if arm.method is not Method.EXECUTION:
            return claim
        with self.timed(arm):
            try:
                overlap = arm.overlap()
            except (UnsupportedError, OutOfSteps):
                return claim
            if overlap is None:
                return claim
            refuted = arm.refutes(claim)
            if refuted:
                evidence = self._evidence(arm, self.steps)
                seen = _undecided(evidence) if isinstance(evidence, str) else evidence
                raise self._contradiction(claim, refuted, seen)
        behaviour = overlap.jaccard if claim.behaviour is None else claim.behaviour
        return replace(claim, overlap=overlap, behaviour=behaviour)

    def _hold_against(self, claim: Evidence, arm: Arm, evidence: Evidence) -> None:
        """Stop where what an arm has seen shows a claim to be wrong."""
        refuted = "" if claim.relation is Relation.UNDECIDED else arm.refutes(claim)
        if refuted:
            raise self._contradiction(claim, refuted, evidence)

    def _contradiction(
        self, claim: Evidence, refuted: str, execution: Evidence
    ) -> InternalContradiction:
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
        return InternalContradiction(
            f"by {by} the two queries are {claim.relation}, but execution found {refuted}",
            bundle=msgspec.json.encode(bundle).decode(),
        )


def _undecided(reason: str) -> Evidence:
    return Evidence(Relation.UNDECIDED, Method.NONE, reason=reason)

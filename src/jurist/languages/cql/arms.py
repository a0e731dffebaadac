"""The arms of evidence of CQL: the same text, the same normal form, a proof, customers made up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from jurist.languages.base import Arm
from jurist.languages.claims import refutation
from jurist.languages.conditions import Part, side_by_side
from jurist.languages.cql.conditions import EVERYBODY, NOBODY, conditions
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.schemas.schema import CqlSchema, schema_of_pair
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.effort import OutOfSteps
from jurist.languages.quiet_arms import QuietArm
from jurist.languages.reasons import TOO_LONG
from jurist.records import SIDES, Evidence, Method, Overlap, Relation, Side


def arms(reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema) -> Iterator[Arm]:
    """The arms for a pair, each as it is asked for.

    A proof costs less than making up a population, so it comes before execution. What cannot
    even be read in the steps of one arm is left at that.
    """
    pair = _Pair(reference, candidate, schema_of_pair(reference, candidate, schema))
    yield _Identical(pair)
    if reference == candidate:
        return
    normal = _NormalForm(pair)
    yield normal
    if not normal.is_too_long:
        yield _Proof(pair)
        yield _Execution(pair)


@dataclass(frozen=True, slots=True)
class _Pair:
    reference: CqlQuery
    candidate: CqlQuery
    schema: CqlSchema
    """Under which each is read alone as both are read together."""


class _Identical(QuietArm[_Pair]):
    method = Method.IDENTICAL

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - it takes next to none
        """Equality of what was parsed."""
        pair = self._pair
        if pair.reference != pair.candidate:
            return Evidence(Relation.UNDECIDED, Method.NONE)
        made_of: frozenset[Part] = frozenset()
        with suppress(OutOfSteps):
            made_of = conditions(pair.reference, pair.schema)
        return Evidence(
            Relation.EQUIVALENT,
            Method.IDENTICAL,
            matched=1.0,
            empty=_constant(NOBODY, made_of),
            full=_constant(EVERYBODY, made_of),
        )


class _NormalForm(QuietArm[_Pair]):
    method = Method.NORMAL_FORM

    def __init__(self, pair: _Pair) -> None:
        super().__init__(pair)
        self.is_too_long = False

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - who asks limits them
        """Equality of the normal forms, and what these have in common."""
        pair = self._pair
        queries = pair.reference, pair.candidate
        try:
            left, right = (normalize(query, pair.schema) for query in queries)
            made_of = [conditions(query, pair.schema) for query in queries]
        except OutOfSteps:
            self.is_too_long = True
            reason = f"not tried: {TOO_LONG} to read"
            return Evidence(Relation.UNDECIDED, Method.NONE, reason=reason)
        empty, full = _constant(NOBODY, *made_of), _constant(EVERYBODY, *made_of)
        if left == right:
            return Evidence(
                Relation.EQUIVALENT,
                Method.NORMAL_FORM,
                assumptions=pair.schema.assumptions,
                matched=1.0,
                empty=empty,
                full=full,
            )
        shared = side_by_side(*made_of)
        return Evidence(
            Relation.UNDECIDED,
            Method.NONE,
            matched=shared.matched,
            edges_only=shared.edges_only,
            empty=empty,
            full=full,
            only_in_reference=shared.only_in_reference,
            only_in_candidate=shared.only_in_candidate,
        )


class _Proof(QuietArm[_Pair]):
    method = Method.PROOF

    def evidence(self, steps: int) -> Evidence:
        """How the two relate for every possible customer."""
        from jurist.languages.cql.prover import decide

        pair = self._pair
        return decide(pair.reference, pair.candidate, pair.schema, steps=steps)


@dataclass(slots=True)
class _Execution:
    pair: _Pair
    method: Method = field(default=Method.EXECUTION, init=False)
    executed: Evidence | None = field(default=None, init=False)
    counted: Overlap | None = field(default=None, init=False)

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - who asks limits them
        """What tells the two apart in a population that is seeded with their constants."""
        from jurist.languages.cql.counterexamples.execution import execute

        pair = self.pair
        self.executed = execute(pair.reference, pair.candidate, pair.schema)
        return self.executed

    def overlap(self) -> Overlap | None:
        """How the two lie to each other in a small population."""
        from jurist.languages.cql.counterexamples.execution import overlap

        pair = self.pair
        if self.counted is None:
            self.counted = overlap(pair.reference, pair.candidate, pair.schema)
        return self.counted

    def refutes(self, claim: Evidence) -> str:
        """A customer whom the claim rules out."""
        if self.executed is not None:
            return refutation(claim.relation, self.executed.overlap, self.executed.witnesses)
        return refutation(claim.relation, self.overlap(), ())


def _constant(constant: Part, *made_of: frozenset[Part]) -> dict[Side, str]:
    """The sides of which the normal form is a constant."""
    alone = frozenset({constant})
    return {side: "" for side, parts in zip(SIDES, made_of, strict=False) if parts == alone}

"""The arms of evidence of SQL: do both run, the same tree, databases, proofs, bounded search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from jurist.languages.base import Arm
from jurist.languages.quiet_arms import QuietArm
from jurist.languages.sql.algebra.converting import converted
from jurist.languages.sql.alikeness import compared
from jurist.languages.sql.outcomes.probes import is_volatile
from jurist.languages.sql.proving.proof import Proof, prove
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.searching.search import NoneUpTo, Refuted, search
from jurist.languages.sql.searching.small_model_proofs import prove_by_small_models
from jurist.languages.sql.text.collating import folded_schema, refuse_other_spelling
from jurist.languages.sql.witnesses.confirming import why_not_run
from jurist.languages.sql.witnesses.own import OwnDatabase
from jurist.languages.sql.witnesses.trials import Trials
from jurist.records import SIDES, DifferenceAspect, Evidence, Method, Overlap, Relation

FEW: Final = 14
"""Databases before a proof is tried: they see nine of ten differences."""
MANY: Final = 150
"""Databases after none was found."""
ROWS: Final = 3
"""Of a table, up to which the bounded search looks."""
_BAGS: Final = frozenset({DifferenceAspect.ROWS, DifferenceAspect.DUPLICATES})
_MAY_BE_EQUAL: Final = {
    Relation.CONTAINS: "that the reference has all rows of the candidate",
    Relation.CONTAINED: "that the candidate has all rows of the reference",
    Relation.DISJOINT: "that no row is ever common",
}
"""What holds of equal queries too (of ones that are always empty), and so needs a witness."""
_FURTHER: Final = 8
"""Databases after the first that tells the two apart: whether each has rows of its own."""


def arms(reference: SqlQuery, candidate: SqlQuery, schema: SqlSchema) -> Iterator[Arm]:
    """The arms for a pair, each as it is asked for.

    Databases come before a proof, since most differences cost less there than a proof that
    fails; what a proof then claims is held against all that they have shown.
    """
    pair = _Pair(reference, candidate, schema, Trials(reference, candidate, schema))
    runs = _Runs(pair)
    yield runs
    if runs.failed:
        return
    if reference == candidate and not is_volatile(reference.tree):
        yield _Identical(pair)
        return
    yield _Databases(pair, FEW)
    if _possible(pair.trials):
        yield _Proof(pair)
    if pair.trials.witness is None:
        yield _Databases(pair, MANY)
    if pair.trials.witness is None:
        yield _SmallModels(pair)
        yield _Search(pair)
    if pair.trials.witness is None and schema.database and schema.database.is_witness:
        yield OwnDatabase(reference, candidate, schema)


@dataclass(slots=True)
class _Pair:
    reference: SqlQuery
    candidate: SqlQuery
    schema: SqlSchema
    trials: Trials
    proof: Proof | None = None
    """Of what holds of two queries that a witness tells apart, or that are equal."""


class _Runs(QuietArm[_Pair]):
    method = Method.EXECUTION

    def __init__(self, pair: _Pair) -> None:
        super().__init__(pair)
        self.failed = False

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - two runs without a row
        """What does not run in its dialect's engine: of the candidate, a difference.

        There is no witness to it: the engine's message is the reason, on every database.
        """
        pair = self._pair
        why = why_not_run(pair.reference, pair.schema)
        if why:
            self.failed = True
            reason = f"the reference does not run in {why}"
            return Evidence(Relation.UNDECIDED, Method.NONE, reason=reason)
        why = why_not_run(pair.candidate, pair.schema)
        if why:
            self.failed = True
            return Evidence(
                Relation.DIFFERENT,
                Method.EXECUTION,
                assumptions=pair.schema.assumptions,
                reason=f"the candidate does not run in {why}",
                behaviour=0.0,
                aspects=(DifferenceAspect.ROWS,),
            )
        return Evidence(Relation.UNDECIDED, Method.NONE)


class _Identical(QuietArm[_Pair]):
    method = Method.IDENTICAL

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - it takes none
        """The same tree under the schema."""
        return Evidence(Relation.EQUIVALENT, Method.IDENTICAL, matched=1.0)


class _Proof(QuietArm[_Pair]):
    method = Method.PROOF

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - who asks limits them
        """How the two relate on every database that the schema allows."""
        pair = self._pair
        refuse_other_spelling(pair.schema, pair.reference, pair.candidate)
        possible = _possible(pair.trials)
        proof = prove(pair.reference, pair.candidate, pair.schema, possible=possible)
        if proof is None:
            return Evidence(Relation.UNDECIDED, Method.NONE, reason="no proof was found")
        if proof.relation in _MAY_BE_EQUAL and pair.trials.witness is None:
            pair.proof = proof
            reason = f"{_MAY_BE_EQUAL[proof.relation]} is proved, and not whether they are equal"
            return Evidence(Relation.UNDECIDED, Method.NONE, reason=reason)
        return _proved(pair, proof)


class _SmallModels(QuietArm[_Pair]):
    method = Method.PROOF

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - who asks limits them
        """That the two are equal, where a theorem says that few rows would tell them apart."""
        pair = self._pair
        refuse_other_spelling(pair.schema, pair.reference, pair.candidate)
        reference, candidate = converted(pair.schema, pair.reference, pair.candidate)
        proof = prove_by_small_models(reference, candidate, folded_schema(pair.schema))
        if proof is None:
            return Evidence(Relation.UNDECIDED, Method.NONE)
        rows = _rows(proof.rows)
        by = f"none up to {rows} a table, which is enough (small models: {proof.theorem})"
        return _proved(pair, Proof(Relation.EQUIVALENT, proof.facts, by))


@dataclass(slots=True)
class _Databases:
    """Made databases, up to so many of the pair's."""

    pair: _Pair
    number: int
    method: Method = field(default=Method.EXECUTION, init=False)

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - who asks limits them
        """A witness, or that there was none."""
        trials = self.pair.trials
        trials.run_to(self.number, further=_FURTHER)
        if trials.witness is None and self.number < MANY:
            return Evidence(Relation.UNDECIDED, Method.NONE)  # more of them will be asked
        return _from_databases(self.pair)

    def overlap(self) -> Overlap | None:
        """The databases, by which of the two gave what the other did not."""
        trials = self.pair.trials
        trials.run_to(FEW, further=FEW)
        return trials.tally.overlap

    def refutes(self, claim: Evidence) -> str:
        """A database that the claim rules out."""
        return _refuted(self.pair, claim)


@dataclass(slots=True)
class _Search:
    """Databases of few rows, looked for by a solver, run like all others."""

    pair: _Pair
    method: Method = field(default=Method.EXECUTION, init=False)

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - who asks limits them
        """A witness, or how many rows a table might have without there being one."""
        pair = self.pair
        result = search(pair.reference, pair.candidate, pair.schema, ROWS, pair.trials.differs)
        if isinstance(result, Refuted):
            return _from_databases(pair)
        if isinstance(result, NoneUpTo):
            left_out = f" ({result.reason})" if result.reason else ""
            reason = f"none up to {_rows(result.rows)} a table{left_out}"
        else:
            reached = f"none up to {_rows(result.rows)} a table, then " if result.rows else ""
            reason = f"{reached}the bounded search stopped: {result.reason}"
        return Evidence(Relation.UNDECIDED, Method.NONE, reason=reason)

    def overlap(self) -> Overlap | None:
        """What all databases of the pair said."""
        return self.pair.trials.tally.overlap

    def refutes(self, claim: Evidence) -> str:
        """A database that the claim rules out."""
        return _refuted(self.pair, claim)


def _proved(pair: _Pair, proof: Proof) -> Evidence:
    facts = tuple(f"rests on {fact}" for fact in proof.facts)
    return Evidence(
        proof.relation,
        Method.PROOF,
        assumptions=(*pair.schema.assumptions, *facts),
        notes=(f"proved by {proof.by}",) if proof.by else (),
    )


def _from_databases(pair: _Pair) -> Evidence:
    """What all databases so far say."""
    trials, seen = pair.trials, pair.trials.seen
    overlap = trials.tally.overlap
    has_rows = seen.has_reference, seen.has_candidate
    unseen = tuple(side for side, has_any in zip(SIDES, has_rows, strict=True) if not has_any)
    if trials.witness is not None:
        shared = compared(pair.reference, pair.candidate, pair.schema)
        found = Evidence(_relation(trials), Method.EXECUTION, assumptions=pair.schema.assumptions)
        # Now that they are not equal; where nothing but order differs, it says nothing.
        if pair.proof is not None and pair.proof.relation in _possible(trials):
            found = _proved(pair, pair.proof)
        return replace(
            found,
            witnesses=(trials.witness,),
            overlap=overlap,
            behaviour=trials.tally.behaviour,
            matched=None if shared is None else shared.matched,
            edges_only=shared is not None and shared.edges_only,
            only_in_reference=() if shared is None else shared.only_in_reference,
            only_in_candidate=() if shared is None else shared.only_in_candidate,
            unseen=unseen,
            aspects=tuple(trials.tally.aspects),
        )
    reason = f"{seen.databases} databases show no difference"
    if seen.finer:
        reason += f"; on {seen.finer} of them the candidate permits less than the reference"
    if seen.open:
        reason += f"; on {seen.open} of them something is left open"
    if seen.is_denied:
        reason += f"; what SQLite shows, {pair.schema.dialect} does not"
    return Evidence(Relation.UNDECIDED, Method.NONE, reason=reason, overlap=overlap, unseen=unseen)


def _relation(trials: Trials) -> Relation:
    """What databases alone settle: each has rows that the other lacks, and some are common."""
    seen = trials.seen
    if (
        DifferenceAspect.ROWS in trials.tally.aspects
        and seen.reference_only
        and seen.candidate_only
        and seen.both
    ):
        return Relation.OVERLAPS
    return Relation.DIFFERENT


def _possible(trials: Trials) -> frozenset[Relation]:
    """The relations that databases leave possible, and that a proof could show."""
    seen = trials.seen
    if trials.witness is None:
        return frozenset(Relation)
    if _BAGS.isdisjoint(trials.tally.aspects):
        return frozenset()
    ruled_out = {
        Relation.CONTAINS: seen.candidate_only,
        Relation.CONTAINED: seen.reference_only,
        # Of a query that is always empty, that the other one contains it says more.
        Relation.DISJOINT: seen.both or not (seen.has_reference and seen.has_candidate),
    }
    return frozenset(relation for relation, is_out in ruled_out.items() if not is_out)


def _refuted(pair: _Pair, claim: Evidence) -> str:
    """What the databases have shown that a relation rules out."""
    trials, seen = pair.trials, pair.trials.seen
    match claim.relation:
        case Relation.EQUIVALENT if trials.witness is not None or seen.finer:
            return "a database that tells them apart"
        case Relation.REFINES if trials.witness is not None:
            return "a database on which the candidate permits what the reference does not"
        case Relation.CONTAINED if seen.reference_only:
            return "a database with a row of the reference alone"
        case Relation.CONTAINS if seen.candidate_only:
            return "a database with a row of the candidate alone"
        case Relation.DISJOINT if seen.both:
            return "a database with a row of both"
        case _:
            return ""


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"

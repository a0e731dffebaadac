"""What a verdict rules out and must show, for judges that know nothing of the prover."""

from __future__ import annotations

from collections.abc import Iterator

from cql_oracle import evaluate
from json_documents import Json
from jurist.errors import JuristError
from jurist.languages.cql.counterexamples.witness import is_different
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.subjects import normalize_json, subject_from_json
from jurist.languages.cql.syntax import CqlQuery, Scalar
from jurist.records import Evidence, Relation, Side, Witness

Quadrant = tuple[bool, bool]
"""Whether somebody is in the reference, and in the candidate."""

ALONE: dict[Relation, set[Quadrant]] = {
    Relation.CONTAINS: {(True, False)},
    Relation.CONTAINED: {(False, True)},
    Relation.OVERLAPS: {(True, False), (False, True)},
    Relation.DISJOINT: {(True, False), (False, True)},
}
"""The sides that a relation must show a witness for."""
RAISED = (
    *(JuristError, ArithmeticError, LookupError, ValueError, TypeError, AttributeError),
    *(AssertionError, RecursionError),
)
"""What a fault of ours raises: never a verdict."""


def ruled_out(evidence: Evidence) -> set[Quadrant]:
    """Where nobody can be, by the verdict and its notes."""
    sides: set[Quadrant] = set()
    match evidence.relation:
        case Relation.EQUIVALENT:
            sides = {(True, False), (False, True)}
        case Relation.CONTAINS:
            sides = {(False, True)}
        case Relation.CONTAINED:
            sides = {(True, False)}
        case Relation.DISJOINT:
            sides = {(True, True)}
        case _:
            pass
    if Side.REFERENCE in evidence.empty:
        sides |= {(True, False), (True, True)}
    if Side.CANDIDATE in evidence.empty:
        sides |= {(False, True), (True, True)}
    if Side.REFERENCE in evidence.full:
        sides |= {(False, False), (False, True)}
    if Side.CANDIDATE in evidence.full:
        sides |= {(False, False), (True, False)}
    return sides


def unshown(evidence: Evidence, *, is_trait: bool) -> Iterator[str]:
    """The sides that a relation claims and shows nobody for."""
    if evidence.relation is Relation.DIFFERENT and not evidence.witnesses:
        yield "but there is no witness"
    if is_trait:
        return
    shown = [(one.reference, one.candidate) for one in evidence.witnesses]
    if not all(side in shown for side in ALONE.get(evidence.relation, set())):
        yield f"but its witnesses show only {shown}"


def replays(
    reference: CqlQuery,
    candidate: CqlQuery,
    witness: Witness,
    readings: Readings,
    document: Json | None = None,
) -> bool:
    """Whether the naive second reading finds of a witness what the verdict says."""
    subject, now = subject_from_json(witness.input)
    one, other = (
        evaluate(query, subject, now, readings, document) for query in (reference, candidate)
    )
    if isinstance(reference, Scalar):
        given = [normalize_json(each) for each in (witness.reference, witness.candidate)]
        return is_different(one, other) and not any(map(is_different, (one, other), given))
    return (one, other) == (witness.reference, witness.candidate)

"""What was run against what is claimed: whether a few inputs rule a relation out."""

from __future__ import annotations

from collections.abc import Sequence

from jurist.records import Overlap, Relation, Witness


def side_of(witness: Witness) -> tuple[bool, bool]:
    """Which of the two queries selects the input, or has a value for it."""
    is_in, is_in_other = (
        given is not None and given is not False for given in (witness.reference, witness.candidate)
    )
    return is_in, is_in_other


def refutation(relation: Relation, overlap: Overlap | None, witnesses: Sequence[Witness]) -> str:
    """What was run that a relation rules out, in words; empty where nothing was.

    Args:
        relation: What is claimed.
        overlap: What was counted, if anything was.
        witnesses: Inputs that tell the two queries apart.
    """
    sides = {side_of(witness) for witness in witnesses}
    reference_only = (True, False) in sides or (overlap is not None and overlap.reference_only > 0)
    candidate_only = (False, True) in sides or (overlap is not None and overlap.candidate_only > 0)
    both = overlap is not None and overlap.both > 0
    match relation:
        case Relation.EQUIVALENT if witnesses or reference_only or candidate_only:
            return "an input that tells them apart"
        case Relation.CONTAINED if reference_only:
            return "an input that only the reference gives"
        case Relation.CONTAINS if candidate_only:
            return "an input that only the candidate gives"
        case Relation.DISJOINT if both:
            return "an input that both give"
        case _:
            return ""

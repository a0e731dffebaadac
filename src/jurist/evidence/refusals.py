"""What is certain before two queries are compared, the same for every judge.

A reference that is no query is a fault of the dataset, so no answer to it is scored, be it a
refusal. A failed answer has no score. A refusal is right exactly when the case is unbuildable.
"""

from __future__ import annotations

from typing import Final

from jurist.evidence.reading import read_query
from jurist.languages.base import Language, Query, Schema
from jurist.records import Candidate, Failure, FailureKind, Verdict

_LONGEST_REASON: Final = 500


def rule_beforehand(
    judge: str,
    language: Language,
    schema: Schema,
    reference: str | None,
    candidate: Candidate,
) -> Verdict | Query:
    """The verdict where nothing need be compared, else the reference to compare a query with.

    Args:
        judge: The judge's name.
        language: What the reference is written in.
        schema: What it may name.
        reference: The right query; `None` where the right answer is a refusal.
        candidate: What the generator answered.
    """
    right = read_reference(judge, language, schema, reference)
    if isinstance(right, Verdict):
        return right
    if candidate.failure is not None:
        return Verdict(judge, None, "The generator gave no answer.", candidate.failure)
    if candidate.refusal is not None:
        if right is None:
            return Verdict(judge, 5.0, "The request cannot be built, and was rightly refused.")
        reason = candidate.refusal[:_LONGEST_REASON]
        return Verdict(judge, 1.0, f"The request can be built, but was refused: {reason}")
    if right is None:
        return Verdict(judge, 1.0, "The request cannot be built, but was answered with a query.")
    return right


def read_reference(
    judge: str, language: Language, schema: Schema, reference: str | None
) -> Verdict | Query | None:
    """The reference, `None` where there is none, or the verdict where it is no query.

    Args:
        judge: See `rule_beforehand`.
        language: See `rule_beforehand`.
        schema: See `rule_beforehand`.
        reference: See `rule_beforehand`.
    """
    right = None if reference is None else read_query(language, reference, schema)
    if not isinstance(right, str):
        return right
    failure = Failure(FailureKind.ERROR, f"the reference is no query of this workspace: {right}")
    return Verdict(judge, None, "There is no reference to compare with.", failure)

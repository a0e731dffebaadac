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
_NO_ANSWER: Final = "The generator gave no answer."
_NO_REFERENCE: Final = "There is no reference to compare with."
_RIGHTLY_REFUSED: Final = "The request cannot be built, and was rightly refused."
_WRONGLY_REFUSED: Final = "The request can be built, but was refused: "
_WRONGLY_ANSWERED: Final = "The request cannot be built, but was answered with a query."
_BEFOREHAND: Final = (
    _NO_ANSWER,
    _NO_REFERENCE,
    _RIGHTLY_REFUSED,
    _WRONGLY_REFUSED,
    _WRONGLY_ANSWERED,
)


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
        return Verdict(judge, None, _NO_ANSWER, candidate.failure)
    if candidate.refusal is not None:
        if right is None:
            return Verdict(judge, 5.0, _RIGHTLY_REFUSED)
        reason = candidate.refusal[:_LONGEST_REASON]
        return Verdict(judge, 1.0, _WRONGLY_REFUSED + reason)
    if right is None:
        return Verdict(judge, 1.0, _WRONGLY_ANSWERED)
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
    return Verdict(judge, None, _NO_REFERENCE, failure)


def settled_beforehand(verdict: Verdict) -> bool:
    """Whether a verdict is one of `rule_beforehand`'s: no judge was asked."""
    return verdict.reasoning.startswith(_BEFOREHAND)

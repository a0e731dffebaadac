"""Which verdicts came about without the judge being asked: they say nothing of it."""

from __future__ import annotations

from enum import StrEnum

from jurist.evidence.refusals import settled_beforehand
from jurist.evidence.verdicts import NO_QUERY
from jurist.records import Relation, Verdict


class Automatic(StrEnum):
    """Why nobody was asked."""

    NOTHING = "no answer, or no reference, to judge"
    REFUSAL = "a refusal, or a query where refusing is right"
    NO_QUERY = "not a query of the workspace"
    PROOF = "settled by proof"


SETTLED = frozenset({Automatic.REFUSAL, Automatic.NO_QUERY})
"""What has its score by the rubric: neither a judge nor a person is asked about it."""


def automatic(verdict: Verdict) -> Automatic | None:
    """Why the judge was not asked for this verdict; `None` where it was.

    Of several judges in one those count that gave the score: a cascade's verdict is the proof's own
    where a proof ended it. A proof that stands alone *is* the judge, and was asked.
    """
    if verdict.members:
        scored = [member for member in verdict.members if member.score is not None]
        reasons = [_not_asked(member) for member in scored or verdict.members]
        return reasons[0] if all(reasons) else None
    return _beforehand(verdict)


def _not_asked(member: Verdict) -> Automatic | None:
    return automatic(member) or (Automatic.PROOF if proved(member) else None)


def _beforehand(verdict: Verdict) -> Automatic | None:
    if verdict.cost.calls or verdict.cost.cached_calls:
        return None
    if verdict.reasoning.startswith(NO_QUERY):
        return Automatic.NO_QUERY
    if settled_beforehand(verdict):
        return Automatic.NOTHING if verdict.score is None else Automatic.REFUSAL
    return None


def proved(verdict: Verdict) -> bool:
    """Whether the score is evidence's own, also as the member that settled a cascade."""
    evidence = verdict.evidence
    return (
        verdict.score is not None
        and evidence is not None
        and evidence.relation is not Relation.UNDECIDED
    )

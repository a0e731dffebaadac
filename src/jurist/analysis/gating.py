"""Whether a change may pass: each criterion decided by an interval, never by a bare number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from jurist.analysis.intervals import Estimate


class Decision(StrEnum):
    """What a criterion says."""

    PASS = "pass"  # noqa: S105 - a decision, no password
    FAIL = "fail"
    NOT_ENOUGH_DATA = "not enough data"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that had to hold, what was measured, and the decision."""

    name: str
    subject: str
    """Generator and judge, or operator."""
    estimate: Estimate
    limit: float
    decision: Decision


def at_least(limit: float, *, name: str, subject: str, estimate: Estimate) -> Criterion:
    """Holds where the whole interval is at `limit` or above, fails where it is wholly below."""
    if estimate.low >= limit:
        decision = Decision.PASS
    elif estimate.high < limit:
        decision = Decision.FAIL
    else:  # also where there is no interval
        decision = Decision.NOT_ENOUGH_DATA
    return Criterion(name, subject, estimate, limit, decision)


def at_most(limit: float, *, name: str, subject: str, estimate: Estimate) -> Criterion:
    """Holds where the whole interval is at `limit` or below, fails where it is wholly above."""
    if estimate.high <= limit:
        decision = Decision.PASS
    elif estimate.low > limit:
        decision = Decision.FAIL
    else:
        decision = Decision.NOT_ENOUGH_DATA
    return Criterion(name, subject, estimate, limit, decision)


def overall(criteria: Iterable[Criterion]) -> Decision:
    """Fail where one fails; else not enough data where one is undecided; else pass."""
    decisions = {each.decision for each in criteria}
    for decision in (Decision.FAIL, Decision.NOT_ENOUGH_DATA):
        if decision in decisions:
            return decision
    return Decision.PASS

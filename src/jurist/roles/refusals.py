"""What follows from a refusal or a failure alone, the same for every judge.

A refusal is right exactly when the case is unbuildable. A failed answer has no score.
"""

from __future__ import annotations

from jurist.records import Candidate, Case, Verdict


def rule_on_refusal(judge: str, case: Case, candidate: Candidate) -> Verdict | None:
    """The verdict where a refusal, a failure or an unbuildable case settles it, else `None`."""
    if candidate.failure is not None:
        return Verdict(judge, None, unscored=candidate.failure)
    if candidate.refusal is not None:
        if case.unbuildable:
            return Verdict(judge, 5.0, reasoning="refused, and the request cannot be built")
        return Verdict(
            judge, 1.0, reasoning=f"refused a request that can be built: {candidate.refusal}"
        )
    if case.unbuildable:
        return Verdict(judge, 1.0, reasoning="answered a request that cannot be built")
    return None

"""What follows from a refusal or a failure alone, the same for every judge.

A refusal is right exactly when the case is unbuildable. A failed answer has no score.
"""

from __future__ import annotations

from typing import Final

from jurist.records import Candidate, Verdict

_LONGEST_REASON: Final = 500


def rule_on_refusal(judge: str, candidate: Candidate, *, buildable: bool) -> Verdict | None:
    """The verdict where a refusal, a failure or an unbuildable case settles it, else `None`.

    Args:
        judge: The judge's name.
        candidate: What the generator answered.
        buildable: Whether there is a query that answers the request.
    """
    if candidate.failure is not None:
        return Verdict(judge, None, "The generator gave no answer.", candidate.failure)
    if candidate.refusal is not None:
        if not buildable:
            return Verdict(judge, 5.0, "The request cannot be built, and was rightly refused.")
        reason = candidate.refusal[:_LONGEST_REASON]
        return Verdict(judge, 1.0, f"The request can be built, but was refused: {reason}")
    if not buildable:
        return Verdict(judge, 1.0, "The request cannot be built, but was answered with a query.")
    return None

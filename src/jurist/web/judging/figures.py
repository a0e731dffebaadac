"""What the service did, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from jurist.records import Relation, Verdict
from jurist.web.metrics import Histogram


@dataclass(slots=True)
class Figures:
    """Counted since the server started."""

    refused: int = 0
    """Requests that were told to come again, for all places were taken."""
    remembered: int = 0
    """Verdicts that were given before."""
    verdicts: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])
    """By judge, relation and outcome: scored, or the kind of failure."""
    seconds: Histogram = field(default_factory=Histogram)
    """From a request to its verdict, of those that were not given before."""

    def count(self, judge: str, verdict: Verdict, ms: float, *, cached: bool) -> None:
        """Count a verdict."""
        relation = verdict.evidence.relation if verdict.evidence else Relation.UNDECIDED
        outcome = verdict.unscored.kind.value if verdict.unscored else "scored"
        self.verdicts[judge, relation.value, outcome] += 1
        if cached:
            self.remembered += 1
        else:
            self.seconds.add(ms / 1000)

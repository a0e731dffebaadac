"""How alike two queries behave, counted over databases: what a score needs of a difference."""

from __future__ import annotations

from dataclasses import dataclass, field

from jurist.languages.sql.outcomes.comparing import Agreement, Comparison
from jurist.records import DifferenceAspect, Overlap


@dataclass(slots=True)
class Tally:
    """Comparisons of one pair, one database after the other."""

    shares: list[float] = field(default_factory=list[float])
    """Of the rows on a database that either gives, the part that both give, each as often as
    it comes; databases on which neither gives any say nothing."""
    aspects: dict[DifferenceAspect, None] = field(default_factory=dict[DifferenceAspect, None])
    """All that differed anywhere."""
    same: int = 0
    reference_only: int = 0
    candidate_only: int = 0
    empty: int = 0

    def add(self, comparison: Comparison) -> None:
        """Count one more database."""
        if comparison.agreement is Agreement.DIFFERS:
            self.aspects |= dict.fromkeys(comparison.aspects)
        both = comparison.in_both.total()
        gone, new = comparison.only_in_reference.total(), comparison.only_in_candidate.total()
        if not both + gone + new:
            self.empty += 1
            return
        self.shares.append(both / (both + gone + new))
        if comparison.agreement is Agreement.DIFFERS:
            self.reference_only += gone > 0
            self.candidate_only += new > 0 or not gone
        else:
            self.same += 1

    @property
    def behaviour(self) -> float | None:
        """The mean share of rows that both give; `None` where no database had any."""
        return sum(self.shares) / len(self.shares) if self.shares else None

    @property
    def overlap(self) -> Overlap:
        """The databases, counted by which of the two gives what the other does not."""
        return Overlap(self.same, self.reference_only, self.candidate_only, self.empty)

"""What a set of literals entails about other literals, by local rules only.

Three rules: a literal entails itself; at least n entails at least m for m <= n; a
comparison that holds entails that both its sides exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jurist.languages.cql.normal_form.formulas import Claim, Literal


@dataclass(slots=True, eq=False)
class Facts:
    """A consistent set of known literals: those of this layer and of the `outer` ones.

    `least` and `most` bound counts, inclusively. All is known by what is said in full.
    """

    outer: Facts | None = None
    known: dict[str, bool] = field(default_factory=dict[str, bool])
    least: dict[str, int] = field(default_factory=dict[str, int])
    most: dict[str, int] = field(default_factory=dict[str, int])

    def extended(self, literals: Sequence[Literal]) -> Facts | None:
        """These facts and the literals; `None` where they contradict each other."""
        if not literals:
            return self
        facts = Facts(self)
        for literal in literals:
            value = facts.value(literal)
            if value is False:
                return None
            if value is None:
                facts._add(literal)
        return facts

    def value(self, literal: Literal) -> bool | None:
        """Whether the literal must be true, must be false, or may be either."""
        claim = literal.claim
        if claim.count is None:
            holds = self._claim_holds(claim)
        else:
            holds = self._count_reaches(claim.count, claim.least)
        return None if holds is None else holds is literal.holds

    def _count_reaches(self, count: str, n: int) -> bool | None:
        layer: Facts | None = self
        while layer is not None:
            if layer.least.get(count, 0) >= n:
                return True
            if layer.most.get(count, n) < n:
                return False
            layer = layer.outer
        return None

    def _claim_holds(self, claim: Claim) -> bool | None:
        layer: Facts | None = self
        while layer is not None:
            known = layer.known
            if known:
                value = known.get(claim.said)
                if value is not None:
                    return value
                for other in claim.entailed:
                    if known.get(other) is False:
                        return False
            layer = layer.outer
        return None

    def _add(self, literal: Literal) -> None:
        claim = literal.claim
        if claim.count is None:
            self.known[claim.said] = literal.holds
            if literal.holds:
                for other in claim.entailed:
                    self.known[other] = True
        elif literal.holds:
            self.least[claim.count] = claim.least
        else:
            self.most[claim.count] = claim.least - 1


def independent(literals: Sequence[Literal], given: Facts) -> Sequence[Literal]:
    """The literals without those that the others or `given` entail, in their order.

    Args:
        literals: Literals that do not contradict each other or `given`, none twice.
        given: What is known already.
    """
    kept = [one for one in literals if given.value(one) is None]
    if len(kept) < 2:
        return kept
    highest: dict[str, int] = {}
    lowest: dict[str, int] = {}
    entailed: set[str] = set()
    refuted: set[str] = set()
    for one in kept:
        claim = one.claim
        if claim.count is not None:
            if one.holds:
                highest[claim.count] = max(highest.get(claim.count, claim.least), claim.least)
            else:
                lowest[claim.count] = min(lowest.get(claim.count, claim.least), claim.least)
        elif one.holds:
            entailed.update(claim.entailed)
        else:
            refuted.add(claim.said)

    def stands(one: Literal) -> bool:
        claim = one.claim
        if claim.count is not None:
            return (highest if one.holds else lowest)[claim.count] == claim.least
        if one.holds:
            return claim.said not in entailed
        return refuted.isdisjoint(claim.entailed)

    return [one for one in kept if stands(one)]

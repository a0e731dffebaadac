"""Whether what one group's labels say of the judge holds for another group's answers.

A correction learnt on some systems holds for another where people's scores of its answers lie, at
each level of the judge, where theirs do. The audit is that of CJE (2025): the mean residual of
the system's own labels, against the correction learnt from the others', must be shown to lie
within a margin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from jurist.analysis.bounded import SCORES
from jurist.analysis.corrected import LEAST_LABELS, Labels, level_cuts, mixture_of
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.melding import Mixture, meld
from jurist.analysis.tables import Ints

MARGIN = 1 / 8
"""Of the scale, within which a correction holds: half a point of 1 to 5."""


class Holds(StrEnum):
    """Whether a correction may be carried over."""

    YES = "holds"
    NO = "does not hold"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Transport:
    """How far the correction learnt from others misses this system, and what follows.

    `residual` is people's mean minus the transported correction on this system's answers:
    above 0 the judge is harder on it than on the others. `labels` are its own, `others` theirs.
    """

    holds: Holds
    residual: Estimate
    margin: float
    labels: int
    others: int

    @property
    def misses(self) -> bool:
        """Whether it misses at all: the interval of the residual excludes 0."""
        return _misses(self.residual)


def transport(
    labels: Labels,
    clusters: Ints,
    others: Sequence[tuple[Labels, Ints]],
    *,
    scale: tuple[float, float] = SCORES,
    claimed: float = float("inf"),
    confidence: float = CONFIDENCE,
) -> Transport | None:
    """Audit whether the correction that others' labels give holds for one system.

    It holds where the interval of the mean residual lies within the margin, and does not where
    that interval lies on one side of 0 and leaves the margin. With fewer than `LEAST_LABELS`
    labels on either side it is unknown.

    Args:
        labels: The system's answers under one judge.
        clusters: Cluster number of each.
        others: The other systems' answers under the same judge, with their clusters in the same
            numbering.
        scale: The least and the greatest value.
        claimed: A difference that is said to be there: a miss that is no smaller than it could be
            all of it, so the margin is at most this.
        confidence: Of the interval.

    Returns:
        `None` where there is no other system with a drawn label.
    """
    margin = min(MARGIN * (scale[1] - scale[0]), claimed)
    theirs = [(each[each.drawn], groups[each.drawn]) for each, groups in others if each.drawn.any()]
    if not theirs:
        return None
    pooled = _stack([each for each, _ in theirs])
    owners = np.concatenate([groups for _, groups in theirs])
    own, here = labels[~labels.known], clusters[~labels.known]
    mine, learnt = int(own.drawn.sum()), len(owners)
    nan = float("nan")
    if min(mine, learnt) < LEAST_LABELS:
        nothing = Estimate(nan, nan, nan, mine, len(np.unique(here[own.drawn])), "residual")
        return Transport(Holds.UNKNOWN, nothing, margin, mine, learnt)
    ours = mixture_of(own, here, cuts := level_cuts(own))
    carried = mixture_of(pooled, owners, cuts)
    if not all(len(level.people) for level in carried.levels):
        ours, carried = (
            mixture_of(own, here, np.empty(0)),
            mixture_of(pooled, owners, np.empty(0)),
        )
    moved = Mixture(carried.levels, carried.known, ours.parts)
    melded = meld([(1.0, ours), (-1.0, moved)], here, scale=scale)
    bounds = melded.interval(confidence)
    residual = Estimate(melded.value, *bounds, mine, len(np.unique(here[own.drawn])), "residual")
    return Transport(_verdict(residual, margin), residual, margin, mine, learnt)


def _verdict(residual: Estimate, margin: float) -> Holds:
    if -margin <= residual.low and residual.high <= margin:
        return Holds.YES
    return Holds.NO if _misses(residual) else Holds.UNKNOWN


def _misses(residual: Estimate) -> bool:
    return residual.low > 0 or residual.high < 0


def _stack(labels: Sequence[Labels]) -> Labels:
    return Labels(
        np.concatenate([each.judged for each in labels]),
        np.concatenate([each.people for each in labels]),
        np.concatenate([each.chance for each in labels]),
        np.concatenate([each.known for each in labels]),
    )

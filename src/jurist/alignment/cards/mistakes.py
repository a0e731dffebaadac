"""How often a judge errs, kind of mistake by kind of mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jurist.alignment.cards.rated import Rated
from jurist.alignment.disagreements.finding import disagree
from jurist.analysis.bounded import SHARES, bounded_mean
from jurist.analysis.intervals import Estimate
from jurist.analysis.tables import Floats, cluster_indices


@dataclass(frozen=True, slots=True)
class MistakeErrors:
    """A judge on the answers that make one kind of mistake."""

    kind: str
    errors: int
    """Answers on which it disagrees with the yardstick."""
    answers: int
    """That the yardstick rated and the judge scored."""
    rate: Estimate
    """Of errors, weighed, over references."""


def errors_by_kind(rated: Rated, judge: str, kinds: Mapping[str, str]) -> tuple[MistakeErrors, ...]:
    """The judge's errors by kind of mistake, those with the highest upper bound first.

    Args:
        rated: The yardstick's scores and all judges' rulings.
        judge: Whose errors.
        kinds: The kind of each answer's mistake, by its task; answers without one are left out.
    """
    scores = rated.scores_of(judge)
    clusters, _ = cluster_indices(rated.clusters)
    names = np.asarray([kinds.get(task, "") for task in rated.tasks], dtype=object)
    wrong = errors_among(rated.gold, scores)
    known = ~np.isnan(scores)
    found: list[MistakeErrors] = []
    for kind in dict.fromkeys(name for name in names.tolist() if name):
        here = known & (names == kind)
        if here.any():
            rate = bounded_mean(
                wrong[here].astype(np.float64),
                clusters[here],
                scale=SHARES,
                weights=rated.weights[here],
            )
            found.append(MistakeErrors(kind, int(wrong[here].sum()), int(here.sum()), rate))
    return tuple(sorted(found, key=lambda each: (-each.rate.high, -each.rate.value, each.kind)))


def errors_among(gold: Floats, scores: Floats) -> NDArray[np.bool_]:
    """On which answers a judge disagrees with a yardstick; a score that is missing is no error."""
    pairs = zip(gold.tolist(), scores.tolist(), strict=True)
    wrong = np.asarray([disagree(one, other) for one, other in pairs], dtype=np.bool_)
    return wrong & ~np.isnan(scores)

"""How often a judge errs, kind of mistake by kind of mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from jurist.alignment.cards.rated import Rated
from jurist.alignment.disagreements.finding import disagree
from jurist.analysis.bounded import SHARES, bounded_mean
from jurist.analysis.intervals import Estimate
from jurist.analysis.tables import cluster_indices


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
    pairs = zip(rated.gold.tolist(), scores.tolist(), strict=True)
    wrong = np.asarray([disagree(gold, said) for gold, said in pairs], dtype=np.float64)
    known = ~np.isnan(scores)
    found: list[MistakeErrors] = []
    for kind in dict.fromkeys(name for name in names.tolist() if name):
        here = known & (names == kind)
        if here.any():
            rate = bounded_mean(
                wrong[here], clusters[here], scale=SHARES, weights=rated.weights[here]
            )
            found.append(MistakeErrors(kind, int(wrong[here].sum()), int(here.sum()), rate))
    return tuple(sorted(found, key=lambda each: (-each.rate.high, -each.rate.value, each.kind)))

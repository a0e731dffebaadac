"""A judge among the people who labelled: both measured the same way, one left out at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jurist.alignment.against import Yardstick
from jurist.alignment.cards.rated import Rated
from jurist.analysis.bounded import SHARES, bounded_mean
from jurist.analysis.intervals import Estimate
from jurist.analysis.reliability import leave_one_out_gaps, leave_one_out_hits
from jurist.analysis.tables import Floats, Ints, cluster_indices


@dataclass(frozen=True, slots=True)
class Peers:
    """How often the majority of the other annotators is met: by a person, and by the judge.

    For each annotator in turn, the annotator and the judge are held against the others, on the
    tasks that all of them scored. A judge that scores as the annotators do reaches `person`, the
    human ceiling, in the mean.
    """

    judge: Estimate
    person: Estimate
    gap: Estimate
    """The judge less a person, on the same tasks."""


def peers(rated: Rated, scores: Floats, clusters: Ints) -> Peers | None:
    """The judge beside a person; `None` where no task has two annotators.

    Args:
        rated: What people said.
        scores: The judge's, shape (tasks,), NaN where there is none.
        clusters: Cluster number of each task.
    """
    if rated.yardstick is not Yardstick.PEOPLE or rated.people.shape[1] < 2:
        return None
    people, judge = rated.scale.positions(rated.people), rated.scale.positions(scores)
    of_judge = leave_one_out_hits(people, judge)
    counted = ~np.isnan(of_judge)
    if not counted.any():
        return None
    of_people = np.where(counted, leave_one_out_hits(people), np.nan)
    times = counted.sum(1).astype(np.float64)
    here = times > 0
    weights = rated.weights[here] * times[here]
    judged, human = (np.nansum(x[here], axis=1) / times[here] for x in (of_judge, of_people))
    return Peers(
        bounded_mean(judged, clusters[here], scale=SHARES, weights=weights),
        bounded_mean(human, clusters[here], scale=SHARES, weights=weights),
        bounded_mean(judged - human, clusters[here], scale=(-1.0, 1.0), weights=weights),
    )


@dataclass(frozen=True, slots=True)
class Rater:
    """One annotator beside the others, on the tasks that they share."""

    name: str
    tasks: int
    severity: Estimate | None
    """Their score less the mean of the others'; below 0: sterner. `None` on a nominal scale."""
    agreement: Estimate
    """How often they meet the majority of the others."""


def raters(rated: Rated) -> tuple[Rater, ...]:
    """Every annotator who shares tasks with another; none where the yardstick is a proof."""
    if rated.yardstick is not Yardstick.PEOPLE or rated.people.shape[1] < 2:
        return ()
    clusters, _ = cluster_indices(rated.clusters)
    hits = leave_one_out_hits(rated.scale.positions(rated.people))
    gaps = leave_one_out_gaps(rated.people)
    found: list[Rater] = []
    for column, name in enumerate(rated.annotators):
        here = ~np.isnan(hits[:, column])
        weights, groups = rated.weights[here], clusters[here]
        if here.any():
            severity = bounded_mean(
                gaps[here, column], groups, scale=rated.scale.gaps, weights=weights
            )
            met = bounded_mean(hits[here, column], groups, scale=SHARES, weights=weights)
            ordered = rated.scale.ordered
            found.append(Rater(name, int(here.sum()), severity if ordered else None, met))
    return tuple(found)

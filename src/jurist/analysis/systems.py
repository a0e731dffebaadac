"""Whether two raters order systems alike: agreement on what a leaderboard is read for.

Over systems, correlations are far higher than over tasks (SummEval: .83 to .97 against .29 to .44),
since a mean over tasks hides what is wrong on each: never to be quoted for the judge of an answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jurist.analysis.bootstrap import bootstrap_sums
from jurist.analysis.intervals import Estimate, cluster_sums
from jurist.analysis.tables import Floats, Ints, ratio


@dataclass(frozen=True, slots=True)
class SystemAgreement:
    """Two raters' means of each system, and how alike these order the systems.

    `ordered_alike` is the share of pairs of systems that the second rater's means order as the
    first's do, of those that the first tells apart; where the second ties, half. Correlations need
    three systems. Intervals draw whole references: they hold for these systems on requests like
    these, not for other systems.
    """

    systems: tuple[str, ...]
    first: tuple[float, ...]
    second: tuple[float, ...]
    ordered_alike: Estimate
    kendall: Estimate
    spearman: Estimate


def system_agreement(
    first: Floats,
    second: Floats,
    systems: tuple[str, ...],
    *,
    weights: Floats,
    clusters: Ints,
    resamples: int = 2000,
    seed: int = 0,
) -> SystemAgreement | None:
    """How two raters of the same items order the systems that these come from.

    Args:
        first: One rater's scores, shape (n,), no NaN.
        second: The other's.
        systems: Of each item.
        weights: Of each item.
        clusters: Cluster number of each item.
        resamples: Of the bootstrap.
        seed: Of the bootstrap.

    Returns:
        `None` for fewer than two systems.
    """
    names = tuple(dict.fromkeys(systems))
    if len(names) < 2:
        return None
    here = np.asarray([[system == name for name in names] for system in systems]) * weights[:, None]
    columns = np.concatenate([here * first[:, None], here * second[:, None], here], axis=1)
    sums = cluster_sums(columns, clusters)
    total = sums.sum(0)
    estimates = [
        bootstrap_sums(sums, statistic, items=len(first), resamples=resamples, seed=seed)
        for statistic in (_ordered_alike, _kendall, _spearman)
    ]
    means = _means(total)
    return SystemAgreement(names, tuple(means[0].tolist()), tuple(means[1].tolist()), *estimates)


def _means(sums: Floats) -> tuple[Floats, Floats]:
    first, second, weights = np.split(sums, 3, axis=-1)
    return ratio(first, weights), ratio(second, weights)


def _signs(sums: Floats) -> tuple[Floats, Floats]:
    """For each ordered pair of systems which is higher, by either rater; 0 where unknown."""
    signs: list[Floats] = []
    for means in _means(sums):
        gaps = np.nan_to_num(means[..., :, None] - means[..., None, :])
        signs.append(np.sign(np.where(np.abs(gaps) < 1e-9, 0.0, gaps)))
    return signs[0], signs[1]


def _ordered_alike(sums: Floats) -> Floats:
    first, second = _signs(sums)
    apart = (first != 0).sum((-2, -1)).astype(np.float64)
    alike = np.where(second == 0, 0.5, first == second) * (first != 0)
    return ratio(alike.sum((-2, -1)), apart)


def _kendall(sums: Floats) -> Floats:
    first, second = _signs(sums)
    apart = np.abs(first).sum((-2, -1)) * np.abs(second).sum((-2, -1))
    return _if_three(sums, ratio((first * second).sum((-2, -1)), np.sqrt(apart)))


def _spearman(sums: Floats) -> Floats:
    # midranks less their mean are half the sums of signs
    first, second = (signs.sum(-1) for signs in _signs(sums))
    spread = (first**2).sum(-1) * (second**2).sum(-1)
    return _if_three(sums, ratio((first * second).sum(-1), np.sqrt(spread)))


def _if_three(sums: Floats, values: Floats) -> Floats:
    return values if sums.shape[-1] >= 9 else np.full_like(values, np.nan)

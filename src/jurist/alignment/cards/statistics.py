"""The statistics of a report card, on any scale: what each is, and its interval.

Each is a function of the two sides' scores as they were given, with no rounding that the other
does not share. What passes is decided on unrounded scores. Levels enter tables as
`tables.roundings` says, which keeps both sides' means. Everything is weighed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jurist.analysis import agreement
from jurist.analysis.bounded import SHARES, bounded_mean
from jurist.analysis.correlations import kendall_tau_b, spearman
from jurist.analysis.intervals import Estimate
from jurist.analysis.jackknife import FISHER, LOGIT, Link, jackknife_sums
from jurist.analysis.scales import Scale
from jurist.analysis.tables import Floats, Ints, cluster_tables, contingency, roundings

EXACT = "exact agreement"


@dataclass(frozen=True, slots=True)
class Paired:
    """A judge's scores beside a yardstick's on the same items, none of them missing.

    `gold`, `scores`, `weights` and `clusters` have the shape (n,).
    """

    scale: Scale
    gold: Floats
    scores: Floats
    weights: Floats
    clusters: Ints

    def rounded(self) -> tuple[Ints, Ints, Ints, Floats]:
        """Item, both sides' level indices and chance of every way of rounding both alike."""
        sides = np.stack([self.gold, self.scores], axis=1)
        items, levels, chances = roundings(self.scale.positions(sides))
        whole = levels.astype(np.int64)
        return items, whole[:, 0], whole[:, 1], chances

    def tables(self) -> Floats:
        """One flattened table of levels a cluster, weighed, shape (C, K * K)."""
        items, rows, columns, chances = self.rounded()
        size = self.scale.size
        weights = self.weights[items] * chances
        tables, _ = cluster_tables(
            rows, columns, self.clusters[items], (size, size), weights=weights
        )
        return tables

    def counts(self) -> Floats:
        """The table of both sides' levels, each item counting once, shape (K, K)."""
        _, rows, columns, chances = self.rounded()
        return contingency(rows, columns, (self.scale.size, self.scale.size), weights=chances)

    def within(self, steps: int) -> Floats:
        """For each item the chance that both sides' levels are at most so far apart."""
        items, rows, columns, chances = self.rounded()
        near = chances * (np.abs(rows - columns) <= steps)
        return np.bincount(items, weights=near, minlength=len(self.gold)).astype(np.float64)

    def share(
        self, hits: Floats | NDArray[np.bool_], of: NDArray[np.bool_] | None = None
    ) -> Estimate:
        """The weighed share of items (of those in `of`), with an interval that covers."""
        weights = self.weights if of is None else self.weights * of
        return bounded_mean(
            np.asarray(hits, dtype=np.float64), self.clusters, scale=SHARES, weights=weights
        )

    def of_table(
        self, tables: Floats, statistic: Callable[[Floats], Floats], link: Link = FISHER
    ) -> Estimate:
        """A statistic of the table of levels, with an interval over references."""
        size = round(tables.shape[1] ** 0.5)

        def of_sums(sums: Floats) -> Floats:
            return statistic(sums.reshape(*sums.shape[:-1], size, size))

        return jackknife_sums(tables, of_sums, link, items=len(self.gold)).estimate


def card_statistics(paired: Paired) -> tuple[tuple[str, Estimate], ...]:
    """All statistics that mean something on this scale, by name, in the order of a card."""
    return tuple(_statistics(paired))


def _statistics(paired: Paired) -> Iterator[tuple[str, Estimate]]:
    scale = paired.scale
    graded = scale.ordered and scale.size > 2
    tables = paired.tables()
    yield EXACT, paired.share(paired.within(0))
    if graded:
        yield "within one", paired.share(paired.within(1))
    yield "agreement by chance", paired.of_table(tables, agreement.chance, LOGIT)
    yield "Cohen kappa", paired.of_table(tables, agreement.cohen_kappa)
    if graded:
        yield "weighted kappa", paired.of_table(tables, agreement.weighted_kappa)
    yield "Gwet AC1", paired.of_table(tables, agreement.gwet_ac1)
    if graded:
        alpha = agreement.krippendorff_alpha_ordinal
        yield "Krippendorff alpha (ordinal)", paired.of_table(tables, alpha)
        yield from _correlations(paired)
    else:
        alpha = agreement.krippendorff_alpha_nominal
        yield "Krippendorff alpha (nominal)", paired.of_table(tables, alpha)
    if scale.ordered:
        yield "bias (judge minus yardstick)", bias(paired)
    if scale.passing is not None:
        yield from _on_pass(paired, told=graded)
    if graded and scale.passing != scale.levels[-1]:
        yield from _at_the_top(paired)


def bias(paired: Paired) -> Estimate:
    """Mean of the judge's score minus the yardstick's, as they were given."""
    gaps = paired.scores - paired.gold
    return bounded_mean(gaps, paired.clusters, scale=paired.scale.gaps, weights=paired.weights)


def _correlations(paired: Paired) -> Iterator[tuple[str, Estimate]]:
    pairs, place = np.unique(
        np.stack([paired.gold, paired.scores], axis=1), axis=0, return_inverse=True
    )
    shape = (1, max(1, len(pairs)))
    sums, _ = cluster_tables(
        np.zeros(len(place), dtype=np.int64),
        place.reshape(-1).astype(np.int64),
        paired.clusters,
        shape,
        weights=paired.weights,
    )
    gold, scores = (pairs[:, 0], pairs[:, 1]) if len(pairs) else (np.zeros(1), np.zeros(1))
    for name, statistic in (("Spearman rho", spearman), ("Kendall tau-b", kendall_tau_b)):

        def of_weights(weights: Floats, statistic: Callable[..., Floats] = statistic) -> Floats:
            return statistic(weights, gold, scores)

        yield (
            f"{name} (tasks pooled)",
            jackknife_sums(sums, of_weights, FISHER, items=len(paired.gold)).estimate,
        )


def _on_pass(paired: Paired, *, told: bool) -> Iterator[tuple[str, Estimate]]:
    right, said = paired.scale.passes(paired.gold), paired.scale.passes(paired.scores)
    if told:  # with two levels these are the exact agreement and its kappa
        yield "agreement on pass", paired.share(right == said)
        tables, _ = cluster_tables(
            right.astype(np.int64),
            said.astype(np.int64),
            paired.clusters,
            (2, 2),
            weights=paired.weights,
        )
        yield "kappa on pass", paired.of_table(tables, agreement.cohen_kappa)
    yield "true-positive rate", paired.share(said, right)
    yield "true-negative rate", paired.share(~said, ~right)
    yield "leniency (passes what fails)", paired.share(said, ~right)


def _at_the_top(paired: Paired) -> Iterator[tuple[str, Estimate]]:
    top = paired.scale.levels[-1]
    right, said = paired.gold >= top, paired.scores >= top
    best = paired.scale.called(paired.scale.size - 1)
    yield f"says {best} where it is less", paired.share(said, ~right)
    yield f"says less where it is {best}", paired.share(~said, right)

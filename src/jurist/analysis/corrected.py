"""A mean quality from many judged and few labelled answers, corrected for the judge's errors.

Answers fall into a known stratum, where people's values count as they are, and the rest, where
the judge's scores stand for what people said of answers with such scores:

    theta = (sum of known Y + sum over levels s of N_s mean(Y | s)) / N.

Within a level labels weigh by the inverse of their chance. This is stratified prediction-powered
inference (Fisch et al. 2024) with the judge's score as stratum, the efficient estimator for a
judge with few levels: with one level it is the labels' mean, so a judge that knows nothing costs
nothing but the fineness of its levels. What is estimated is the mean over answers to *requests
like these*: the references are draws. The interval is `melding`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, nan

import numpy as np
from numpy.typing import NDArray

from jurist.analysis.intervals import Estimate, cluster_standard_error
from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.melding import Level, Mixture, meld, values_of
from jurist.analysis.tables import Floats, Ints

Flags = NDArray[np.bool_]
LEAST_LABELS = 10
"""Drawn labels of a system below which nothing is corrected."""
LEAST_IN_LEVEL = 5
"""A level of the judge with fewer labels is merged with its neighbour."""
MOST_LEVELS = 10
"""Distinct scores up to which each may be a level."""
_NORMAL = 1.96
METHOD = "people's mean at each level of the judge, melded"


@dataclass(frozen=True, slots=True)
class Labels:
    """One system's answers in columns, shape (answers,).

    `judged` is the judge's value, NaN where it gave none; `people` people's, NaN without a label.
    A label is *known* where it was not drawn to measure the judge (it chose or tuned it, or came
    with the answer): it counts as it is. Of the others `chance` is how likely the answer was to
    be drawn, in (0, 1].
    """

    judged: Floats
    people: Floats
    chance: Floats
    known: Flags

    @property
    def drawn(self) -> Flags:
        """Which answers have a label that measures the judge."""
        return ~np.isnan(self.people) & ~self.known

    def __getitem__(self, chosen: Ints | Flags) -> Labels:
        """The same columns of some answers."""
        return Labels(
            self.judged[chosen], self.people[chosen], self.chance[chosen], self.known[chosen]
        )


@dataclass(frozen=True, slots=True)
class Worth:
    """What the judge's scores from `low` to `high` are worth: `mean`, by `labels` labels.

    `share` is the share of all answers that are not known. NaN bounds: answers without a score.
    """

    low: float
    high: float
    share: float
    labels: int
    mean: float


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected mean beside what it corrects.

    `labels_only` is what people's labels say without the judge, `known` how many answers count
    as people scored them, `labels` how many labels the correction was learnt from,
    `effective_labels` how many of them alone would give an interval as narrow. `floor` is about
    the half width that would be left if people had labelled every answer. `p_at_most` and
    `p_at_least` are one-sided p-values of what was claimed of the mean; NaN without a claim.
    """

    estimate: Estimate
    labels_only: Estimate
    labels: int
    known: int
    levels: tuple[Worth, ...]
    floor: float
    p_at_most: float = nan
    p_at_least: float = nan

    @property
    def judge_adds(self) -> bool:
        """Whether the interval is narrower than that of the labels alone."""
        return self.estimate.half_width < self.labels_only.half_width

    @property
    def labels_to_halve(self) -> int | None:
        """More labels that would halve the interval; `None`: the answers are too few for that.

        Squared widths fall as one over the labels, down to the floor's.
        """
        here, floor = self.estimate.half_width**2, self.floor**2
        if not here / 4 > floor:
            return None
        return ceil(self.labels * ((here - floor) / (here / 4 - floor) - 1))

    @property
    def effective_labels(self) -> float:
        """Labels alone that would give as narrow an interval: widths fall with their root."""
        ratio = self.labels_only.half_width / self.estimate.half_width
        return self.labels * ratio**2


def corrected_mean(
    labels: Labels,
    clusters: Ints,
    *,
    scale: tuple[float, float],
    confidence: float = CONFIDENCE,
    claimed: float = nan,
) -> Corrected:
    """What people would say of all answers on average, from those they labelled and the judge.

    Args:
        labels: Of all answers.
        clusters: Cluster number of each.
        scale: The least and the greatest value that people give.
        confidence: Of the interval.
        claimed: A mean whose p-values are wanted.

    Raises:
        ValueError: No label was drawn, and not all answers are known.
    """
    mixture = mixture_of(labels, clusters, level_cuts(labels))
    alone = mixture_of(labels, clusters, np.empty(0))
    return _corrected(
        [(1.0, mixture)], [(1.0, alone)], [labels], clusters, scale, confidence, claimed
    )


def corrected_difference(
    first: Labels,
    second: Labels,
    clusters: Ints,
    *,
    scale: tuple[float, float],
    confidence: float = CONFIDENCE,
    claimed: float = 0.0,
) -> Corrected | None:
    """Second minus first of what people would say of two systems' answers to the same questions.

    Where most labels are of questions with both answers labelled, these pairs are corrected as
    one: differences of people at each level of the judge's difference. Else both means are
    corrected, each by its own labels, and their errors put together. So it is too where an answer
    is known and the other system's is not: a label that followed an unchanged answer makes a pair
    of equal answers, and such pairs say nothing of the answers that did change.

    Args:
        first: Answers of one system, shape (questions,).
        second: The other's to the same questions, in the same order.
        clusters: Cluster number of each question.
        scale: The least and the greatest value of an answer.
        confidence: Of the interval.
        claimed: A difference whose p-values are wanted.

    Returns:
        Values on the scale of differences; `None` where a system has fewer than `LEAST_LABELS`
        labels of these questions: then nothing is corrected.
    """
    low, high = scale
    pairs = _pairs(first, second)
    paired, drawn = int(pairs.drawn.sum()), int(first.drawn.sum() + second.drawn.sum())
    alike = np.array_equal(first.known, second.known)
    if alike and paired >= LEAST_LABELS and 4 * paired >= drawn:
        gaps = (low - high, high - low)
        return corrected_mean(pairs, clusters, scale=gaps, confidence=confidence, claimed=claimed)
    if not (_enough(first) and _enough(second)):
        return None
    sides = [(-1.0, first), (1.0, second)]
    mixtures, alone = (
        [
            (factor, mixture_of(labels, clusters, level_cuts(labels) if judged else np.empty(0)))
            for factor, labels in sides
        ]
        for judged in (True, False)
    )
    return _corrected(mixtures, alone, [first, second], clusters, scale, confidence, claimed)


def _corrected(
    mixtures: Sequence[tuple[float, Mixture]],
    alone: Sequence[tuple[float, Mixture]],
    labels: Sequence[Labels],
    clusters: Ints,
    scale: tuple[float, float],
    confidence: float,
    claimed: float,
) -> Corrected:
    drawn = sum(int(each.drawn.sum()) for each in labels)
    known = np.logical_and.reduce([each.known for each in labels])
    corrected, unaided = (meld(each, clusters, scale=scale) for each in (mixtures, alone))
    groups = len(np.unique(clusters))
    return Corrected(
        Estimate(corrected.value, *corrected.interval(confidence), drawn, groups, METHOD),
        Estimate(unaided.value, *unaided.interval(confidence), drawn, groups, "labels only"),
        drawn,
        int(known.sum()),
        _worths(labels[0], mixtures[0][1]) if len(labels) == 1 else (),
        _floor(mixtures, clusters),
        nan if claimed != claimed else corrected.p_at_most(claimed),
        nan if claimed != claimed else corrected.p_at_least(claimed),
    )


def _enough(labels: Labels) -> bool:
    return int(labels.drawn.sum()) >= LEAST_LABELS or bool(labels.known.all())


def _pairs(first: Labels, second: Labels) -> Labels:
    """Differences, where both have a label; the chance of both is the product."""
    chances = [np.where(each.known, 1.0, each.chance) for each in (first, second)]
    return Labels(
        second.judged - first.judged,
        second.people - first.people,
        chances[0] * chances[1],
        first.known & second.known,
    )


def level_cuts(labels: Labels) -> Floats:
    """The least score of each level but the lowest; answers without a score come lowest.

    The level with the fewest labels is merged with the poorer of its neighbours, until each has
    `LEAST_IN_LEVEL`.
    """
    drawn = labels.judged[labels.drawn]
    scores = np.where(np.isnan(drawn), -np.inf, drawn)
    distinct, counts = np.unique(scores, return_counts=True)
    starts, sizes = distinct.tolist(), counts.tolist()
    if len(starts) > MOST_LEVELS:  # a judge of fine scores: as many levels of as many labels
        share = np.cumsum(counts) - counts
        _, firsts = np.unique(share * MOST_LEVELS // len(scores), return_index=True)
        starts, sizes = distinct[firsts].tolist(), np.add.reduceat(counts, firsts).tolist()
    while len(sizes) > 1 and min(sizes) < LEAST_IN_LEVEL:
        poorest = sizes.index(min(sizes))
        below, above = sizes[poorest - 1 : poorest], sizes[poorest + 1 : poorest + 2]
        lower = poorest - 1 if below and (not above or below < above) else poorest
        sizes[lower : lower + 2] = [sum(sizes[lower : lower + 2])]
        del starts[lower + 1]
    return np.asarray(starts[1:])


def mixture_of(labels: Labels, clusters: Ints, cuts: Floats) -> Mixture:
    """The answers as a mixture of the judge's levels between the cuts, and of known values."""
    drawn, rest = labels.drawn, ~labels.known
    if rest.any() and not drawn.any():
        msg = "a corrected mean needs labels that were drawn"
        raise ValueError(msg)
    scores = np.where(np.isnan(labels.judged), -np.inf, labels.judged)
    level = np.searchsorted(cuts, scores, side="right")
    levels = (
        [
            Level(labels.people[here], 1 / labels.chance[here], clusters[here])
            for here in (drawn & (level == number) for number in range(len(cuts) + 1))
        ]
        if rest.any()
        else []
    )
    values, place = np.unique(labels.people[labels.known], return_inverse=True)
    parts = level.astype(np.int64)
    parts[labels.known] = len(levels) + place
    return Mixture(levels, values, parts)


def _floor(mixtures: Sequence[tuple[float, Mixture]], clusters: Ints) -> float:
    error, _ = cluster_standard_error(values_of(mixtures), clusters)
    within = sum(
        float((mixture.parts == number).mean() * level.variance)
        for _, mixture in mixtures
        for number, level in enumerate(mixture.levels)
    )
    return _NORMAL * float(np.sqrt(error**2 + within / len(clusters)))


def _worths(labels: Labels, mixture: Mixture) -> tuple[Worth, ...]:
    rest = mixture.parts < len(mixture.levels)
    found: list[Worth] = []
    for number, level in enumerate(mixture.levels):
        here = mixture.parts == number
        scores = labels.judged[here]
        scores = scores[~np.isnan(scores)]
        low, high = (float(scores.min()), float(scores.max())) if len(scores) else (np.nan, np.nan)
        share = float(here.sum() / rest.sum())
        found.append(Worth(low, high, share, len(level.people), level.mean))
    return tuple(found)

"""The interval of a corrected mean: draws of what each level of the judge is worth, put together.

People labelled a sample of what the judge gave each level. What the level is worth, its mean, has
Gaffke's interval (see `bounded`): weigh the labels by the gaps of uniform draws, put what was not
seen at the scale's end. Several levels are melded (Fay, Proschan & Brittain 2015): draw the upper
(lower) end of each, put the draws together as the levels are mixed, and take the quantile. One
label more at the worst is added in all, shared among the levels as the answers are: so the
interval of a judge without an error on its labels has a width, a single level gives Gaffke's own
interval, and for passes that is Clopper and Pearson's. Coverage is simulated in the tests.

Answers of one reference hang together: each weighs as much less as the cluster-robust variance
exceeds that of independent answers, with Student's quantile where references are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jurist.analysis.effective import widening
from jurist.analysis.tables import Floats, Ints

DRAWS = 8_000
"""Of the quantiles: what their error costs is a fiftieth of the width."""
_SEED = 0


@dataclass(frozen=True, slots=True)
class Level:
    """Neighbouring scores of the judge, and the labels of answers that got one of them.

    Arrays have the shape (labels,): people's value, what each label stands for, its cluster.
    """

    people: Floats
    weights: Floats
    clusters: Ints

    @property
    def mean(self) -> float:
        """What people say of such answers."""
        return float((self.weights * self.people).sum() / self.weights.sum())

    @property
    def variance(self) -> float:
        """How much people's values of such answers vary."""
        return float((self.weights * (self.people - self.mean) ** 2).sum() / self.weights.sum())


@dataclass(frozen=True, slots=True)
class Mixture:
    """Answers of which each has people's value or is worth what its level is.

    `parts` has the shape (answers,): the number of the answer's level or, from `len(levels)` on,
    that of its known value.
    """

    levels: Sequence[Level]
    known: Floats
    """The distinct values that people gave to known answers."""
    parts: Ints

    @property
    def worth(self) -> Floats:
        """The value of each part."""
        return np.append([level.mean for level in self.levels], self.known)


@dataclass(frozen=True, slots=True)
class Melded:
    """A mean, and draws of its lower and its upper end, from the least to the most it can be."""

    value: float
    lows: Floats
    highs: Floats

    def interval(self, confidence: float) -> tuple[float, float]:
        """Each bound is missed with a chance of (1 - confidence) / 2."""
        tail = _drawn_tail(0.5 - confidence / 2, len(self.lows))
        low, high = np.quantile(self.lows, tail), np.quantile(self.highs, 1 - tail)
        return min(self.value, float(low)), max(self.value, float(high))

    def p_at_most(self, claimed: float) -> float:
        """One-sided p-value of "the mean is at most this", by inversion of the lower bound."""
        return _p_of(int((self.lows <= claimed).sum()), len(self.lows))

    def p_at_least(self, claimed: float) -> float:
        """One-sided p-value of "the mean is at least this", by inversion of the upper bound."""
        return _p_of(int((self.highs >= claimed).sum()), len(self.highs))


def _p_of(count: int, draws: int) -> float:
    """The chance of which `count` of `draws` came out, two standard errors above what was seen.

    A share of draws is as often below the chance as above: decided by it alone, a drop at the
    limit passes in 2.9 % and not in 2.5 %.
    """
    return min(1.0, (count**0.5 + 1) ** 2 / (draws + 1))


def _drawn_tail(tail: float, draws: int) -> float:
    """The share of draws that has just this p-value: interval and p cannot contradict."""
    return max(0.0, (tail * (draws + 1)) ** 0.5 - 1) ** 2 / draws


def meld(
    mixtures: Sequence[tuple[float, Mixture]], clusters: Ints, *, scale: tuple[float, float]
) -> Melded:
    """The mean of a sum of mixtures over the same answers.

    Args:
        mixtures: With the factor of each: 1 of one mixture, or -1 and 1 for a difference.
        clusters: Cluster number of each answer.
        scale: The least and the greatest value of an answer in a mixture.

    Returns:
        Nothing but the scale where fewer than two clusters were labelled.
    """
    values = values_of(mixtures)
    mean = float(values.mean())
    least = sum(min(factor * end for end in scale) for factor, _ in mixtures)
    most = sum(max(factor * end for end in scale) for factor, _ in mixtures)
    independent = _independence(mixtures, values - mean, clusters)
    if independent is None:
        return Melded(mean, np.array([least]), np.array([most]))
    draws = _Draws(mixtures, scale, independent)
    lows, highs = draws.means(top=False), draws.means(top=True)
    return Melded(mean, np.clip(lows, least, most), np.clip(highs, least, most))


def values_of(mixtures: Sequence[tuple[float, Mixture]]) -> Floats:
    """What each answer is worth in a sum of mixtures."""
    terms = [factor * mixture.worth[mixture.parts] for factor, mixture in mixtures]
    return np.sum(terms, axis=0)


def _independence(
    mixtures: Sequence[tuple[float, Mixture]], gaps: Floats, clusters: Ints
) -> float | None:
    """What share of an independent answer each is worth; `None` where nothing can be said."""
    influences, owners = [gaps / len(gaps)], [clusters]
    labelled: list[Ints] = []
    for factor, mixture in mixtures:
        for number, level in enumerate(mixture.levels):
            share = float((mixture.parts == number).mean())
            weights = level.weights / level.weights.sum()
            influences.append(factor * share * weights * (level.people - level.mean))
            owners.append(level.clusters)
            labelled.append(level.clusters)
    seen = np.concatenate(labelled) if labelled else clusters
    groups = len(np.unique(seen))
    if groups < 2:
        return None
    influence = np.concatenate(influences)
    _, place = np.unique(np.concatenate(owners), return_inverse=True)
    alone = float((influence**2).sum())
    if alone <= 0:
        return groups / len(seen)
    together = float((np.bincount(place, weights=influence) ** 2).sum())
    if groups < len(seen):  # else Gaffke's bound heeds by itself that labels are few
        together *= groups / (groups - 1) * widening(groups - 1)
    return min(1.0, alone / together) if together > 0 else 1.0


class _Draws:
    """Random weights of labels and answers, the same for both ends."""

    def __init__(
        self,
        mixtures: Sequence[tuple[float, Mixture]],
        scale: tuple[float, float],
        independent: float,
    ) -> None:
        self._random = np.random.default_rng(_SEED)
        self._independent = independent
        self._scale = scale
        self._mixtures = mixtures
        codes = np.stack([mixture.parts for _, mixture in mixtures])
        self._combinations, counts = np.unique(codes, axis=1, return_counts=True)
        self._answers = self._gammas(counts)
        self._unseen = self._random.standard_gamma(1.0, DRAWS) / independent
        self._levels = [
            [self._level(level, number, mixture) for number, level in enumerate(mixture.levels)]
            for _, mixture in mixtures
        ]

    def _gammas(self, counts: Ints, independent: float | None = None) -> Floats:
        share = independent or self._independent
        drawn = self._random.standard_gamma(counts * share, (DRAWS, len(counts)))
        return drawn / share

    def _level(self, level: Level, number: int, mixture: Mixture) -> tuple[Floats, Floats, Floats]:
        """Weighted sum and weight of the labels, and the weight of what was not seen."""
        share = self._independent
        if np.ptp(level.people) == 0:  # what was never seen to vary may hang together wholly
            share = min(share, len(np.unique(level.clusters)) / len(level.people))
        pairs, counts = np.unique(
            np.stack([level.people, level.weights]), axis=1, return_counts=True
        )
        weights = self._gammas(counts, share) * pairs[1]
        of_labels = (mixture.parts < len(mixture.levels)).sum()
        unseen = float((mixture.parts == number).sum() / of_labels)
        more = self._random.standard_gamma(unseen, DRAWS) / share * level.weights.max()
        return weights @ pairs[0], weights.sum(1), more

    def means(self, *, top: bool) -> Floats:
        """Draws of the mean with what was not seen at the worst on one side."""
        total = np.zeros((DRAWS, self._combinations.shape[1]))
        extreme = np.zeros(DRAWS)
        for place, (factor, mixture) in enumerate(self._mixtures):
            upper = top == (factor > 0)
            end = self._scale[upper]
            worth = [
                (sums + more * end) / (weight + more) for sums, weight, more in self._levels[place]
            ]
            columns = np.column_stack([*worth, *(np.full(DRAWS, value) for value in mixture.known)])
            total += factor * columns[:, self._combinations[place]]
            rest = float((mixture.parts < len(mixture.levels)).mean())
            means = [level.mean for level in mixture.levels]
            farthest = int(np.argmax(means) if upper else np.argmin(means)) if means else 0
            beyond = worth[farthest] if means else end
            extreme += factor * ((1 - rest) * end + rest * beyond)
        weighted = (self._answers * total).sum(1) + self._unseen * extreme
        return weighted / (self._answers.sum(1) + self._unseen)

"""What a decision will say of a true difference: its chances, by simulating the very decision.

Differences between two systems are drawn reference by reference from a distribution on the scale
from -4 to 4 whose mean is the true difference. Each drawn sample is decided by the p-values that
`gate` and `compare` use (`spacings`), many samples at once, so a stated chance is that of the
decision itself and not of a normal one that resembles it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from jurist.analysis.bounded import GAPS
from jurist.analysis.levels import LEVEL
from jurist.analysis.samples import MOST_NEEDED
from jurist.analysis.spacings import p_at_least, p_at_most
from jurist.analysis.tables import Floats

TRIALS = 3_000
"""Samples a stated chance is taken from: its standard error is at most 0.9 points."""
_TRIALS_TO_SEARCH = 1_000
_SEED = 0
_STEP = 0.25
_MOST_LEVELS = 64


@dataclass(frozen=True, slots=True)
class Gaps:
    """A distribution of the difference of two systems on one reference, as it would be at 0."""

    levels: Floats
    chances: Floats

    @property
    def sd(self) -> float:
        """Its standard deviation at a mean of 0."""
        levels, chances = self.at(0.0)
        return float(np.sqrt(chances @ (levels - chances @ levels) ** 2))

    def at(self, mean: float) -> tuple[Floats, Floats]:
        """Levels and chances with this mean.

        The chances are tilted exponentially, which changes them as little as can be (in relative
        entropy) for the mean that is wanted.
        """
        low, high = float(self.levels.min()), float(self.levels.max())
        if not low < mean < high:
            return np.array([mean]), np.ones(1)

        def tilted(by: float) -> Floats:
            weights = np.log(np.maximum(self.chances, 1e-300)) + by * self.levels
            weights = np.exp(weights - weights.max())
            return weights / weights.sum()

        by = optimize.brentq(lambda by: float(tilted(by) @ self.levels) - mean, -400, 400)
        return self.levels, tilted(float(by))


def normal_gaps(sd: float) -> Gaps:
    """Differences of which only the standard deviation is known: normal ones, on a grid."""
    if sd == 0:
        return Gaps(np.zeros(1), np.ones(1))
    levels = np.arange(GAPS[0], GAPS[1] + _STEP / 2, _STEP)
    chances = np.exp(-0.5 * (levels / sd) ** 2)
    return Gaps(levels, chances / chances.sum())


def seen_gaps(differences: Floats) -> Gaps:
    """Differences like those of a pilot, with one more that may have been any.

    Without that one a pilot in which nothing changed would say that nothing ever can.
    """
    rounded = differences
    if len(np.unique(differences)) > _MOST_LEVELS:
        rounded = np.round(differences / _STEP) * _STEP
    grid = np.arange(GAPS[0], GAPS[1] + 0.5)
    levels, place = np.unique(np.concatenate([rounded, grid]), return_inverse=True)
    weights = np.concatenate([np.ones(len(rounded)), np.full(len(grid), 1 / len(grid))])
    chances = np.asarray(np.bincount(place, weights=weights), dtype=np.float64)
    return Gaps(levels, chances / chances.sum())


@dataclass(frozen=True, slots=True)
class Chances:
    """Of what is decided where the true difference is `difference`."""

    difference: float
    passes: float
    """That it is shown to lie above the limit."""
    fails: float
    """That it is shown to lie below."""

    @property
    def undecided(self) -> float:
        """That there is not enough data to say."""
        return max(0.0, 1 - self.passes - self.fails)


def chances_of(
    gaps: Gaps,
    difference: float,
    references: int,
    *,
    limit: float,
    level: float = LEVEL,
    trials: int = TRIALS,
) -> Chances:
    """How often a true difference is shown to lie above and below a limit.

    Args:
        gaps: How differences are spread.
        difference: The true mean.
        references: How many are drawn.
        limit: Minus the largest drop of a gate, or 0 where two systems are compared.
        level: One-sided; of comparisons that are corrected together what is left of it.
        trials: Samples to draw.
    """
    levels, chances = gaps.at(difference)
    counts = np.random.default_rng(_SEED).multinomial(references, chances, size=trials)
    drawn = counts.any(0)
    distinct, times = np.unique(counts[:, drawn], axis=0, return_counts=True)
    shapes = distinct.astype(np.float64)
    above = p_at_most(levels[drawn], shapes, limit, scale=GAPS) <= level
    below = p_at_least(levels[drawn], shapes, limit, scale=GAPS) <= level
    return Chances(
        difference, float(times[above].sum() / trials), float(times[below].sum() / trials)
    )


def references_to_pass(gaps: Gaps, limit: float, wanted: float) -> int | None:
    """References with which an unchanged system passes with a chance of `wanted`."""
    return _least(
        lambda references, trials: (
            chances_of(gaps, 0.0, references, limit=limit, trials=trials).passes >= wanted
        )
    )


def references_to_find(
    gaps: Gaps, difference: float, wanted: float, *, level: float = LEVEL
) -> int | None:
    """References with which a comparison finds a true difference with a chance of `wanted`."""
    return _least(
        lambda references, trials: (
            chances_of(
                gaps,
                -abs(difference),
                references,
                limit=0.0,
                level=level,
                trials=trials,
            ).fails
            >= wanted
        )
    )


def _least(enough: Callable[[int, int], bool]) -> int | None:
    """The least number of references for which something holds, to 2 %; `None`: ten million.

    Searched by few samples, then raised until it holds by those that a stated chance comes from.
    """
    high = 8
    while not enough(high, _TRIALS_TO_SEARCH):
        high *= 2
        if high > MOST_NEEDED:
            return None
    low = high // 2
    while high - low > max(1, high // 50):
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle, _TRIALS_TO_SEARCH) else (middle, high)
    while not enough(high, TRIALS):
        high += max(1, high // 100)
    return high

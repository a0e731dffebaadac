"""Whether a judge qualifies: its errors in all, and no kind of change on which it is bad.

Items are variants of references. An operator has at most one item of a reference, so its items
are as independent as the references are, and counts of them are binomial. All operators together
have many items of each reference, and these hang together: a judge may fail on everything that
is said of a long query. So the total error is a mean of *references*, each with the share of its
items that were judged wrongly: the chance of an error on a random item of a random reference.

Two claims are tested, the other way round from each other:

- *total*: "the total error is `max_error` or more" must be refuted, at 2.5 %, by Gaffke's bound
  over references. Whatever hangs together within a reference, and however the errors are spread,
  a judge that errs so often qualifies in at most 2.5 % of all draws of references.
- *operators*: "no operator errs more often than `max_operator_error`" must *not* be refuted, at
  2.5 % over all tested operators together (Holm on exact binomial tails). A judge that keeps the
  limit on each operator is failed for one in at most 2.5 %. An operator on which it is always
  wrong is found for certain (`least_that_shows`), one that errs less often with the chance that
  `detectable_rate` states.

What is not tested is not known: operators with fewer than `least` items are counted, and may be
at most the share `max_untested` of a language's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor, log

import numpy as np
from numpy.typing import NDArray
from scipy import special

from jurist.analysis.bounded import SHARES, gaffke_bounds
from jurist.analysis.comparison import adjust
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE, LEVEL
from jurist.analysis.spacings import p_at_least, p_at_most
from jurist.analysis.tables import Floats, Ints

TRIALS = 400
"""Challenges that are simulated for one chance: it is right to 1.5 points near .9."""


@dataclass(frozen=True, slots=True)
class Demands:
    """What a judge has to keep to qualify, as shares from 0 to 1, and what is asked of the data."""

    max_error: float
    """Its total error lies below, by the upper bound."""
    max_operator_error: float
    """It errs on no operator significantly more often."""
    least: int
    """Items of an operator from which on it is tested."""
    max_untested: float
    """Share of a language's operators that may have fewer."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which items there are: each one's operator and reference, as numbers from 0, shape (n,)."""

    operators: Ints
    references: Ints

    @property
    def sizes(self) -> Ints:
        """Items of each operator."""
        return np.bincount(self.operators)


def total_error(wrong: Floats, references: Ints) -> Estimate:
    """The chance of an error on a random item of a random reference, with Gaffke's interval.

    Args:
        wrong: 1 where the judge erred, shape (n,).
        references: Number of each item's reference.
    """
    shares = _shares(wrong[None], references)[0]
    groups = len(shares)
    if groups == 0:
        nan = float("nan")
        return Estimate(nan, nan, nan, 0, 0, "Gaffke over references", "there are no items")
    low, high = gaffke_bounds(shares, np.ones(groups), scale=SHARES)
    return Estimate(float(shares.mean()), low, high, len(wrong), groups, "Gaffke over references")


def total_p_value(wrong: Floats, references: Ints, max_error: float) -> float:
    """One-sided p-value of "the total error is at most `max_error`"; 1 where there is no item."""
    shares, counts = np.unique(_shares(wrong[None], references)[0], return_counts=True)
    if not len(shares):
        return 1.0
    return float(p_at_most(shares, counts[None].astype(np.float64), max_error, scale=SHARES)[0])


def operator_p_values(errors: Floats, trials: Floats, demands: Demands) -> Floats:
    """p-values of "it errs at most `max_operator_error`", corrected over the tested operators.

    Args:
        errors: Of each operator, shape (k,).
        trials: Its items.
        demands: The limit, and the least number of items; operators with fewer get NaN.
    """
    tails = _tails(errors, trials, demands.max_operator_error)
    raw = np.where(trials >= demands.least, tails, np.nan)
    return np.asarray(adjust(raw.tolist()))


def least_that_shows(demands: Demands, operators: int) -> int:
    """Items on which a judge that is wrong on all is significantly so, among so many operators."""
    if demands.max_operator_error >= 1:
        return demands.least  # nothing can lie above it
    return max(1, ceil(log(LEVEL / max(1, operators)) / log(demands.max_operator_error) - 1e-12))


def fitted(demands: Demands, operators: int) -> Demands:
    """The demands, with so many items an operator that one which is always wrong is significant."""
    return replace(demands, least=max(demands.least, least_that_shows(demands, operators)))


def references_needed(max_error: float) -> int:
    """References without an error that show a total error of at most `max_error`."""
    return 1 if max_error >= 1 else ceil(log(LEVEL) / log(1 - max_error) - 1e-12)


def detectable_rate(trials: int, demands: Demands, operators: int) -> float:
    """The rate of errors from which on an operator is found significant in 95 % (NaN: at none).

    Args:
        trials: Its items.
        demands: The limit.
        operators: Over how many it is corrected (the first step of Holm's).
    """
    critical = _critical(trials, demands.max_operator_error, LEVEL / max(1, operators))
    if critical > trials:
        return float("nan")
    return float(special.betaincinv(critical, trials - critical + 1, CONFIDENCE))


def untested_allowed(operators: int, demands: Demands) -> int:
    """How many of so many operators may have too few items."""
    return floor(operators * demands.max_untested + 1e-9)


def chance_to_qualify(
    layout: Layout, rate: float, demands: Demands, *, trials: int = TRIALS, seed: int = 0
) -> float:
    """How often a judge qualifies that errs on each item with the same chance, independently.

    That operators with too few items are not too many is left to the caller.
    """
    rng = np.random.default_rng(seed)
    wrong = (rng.random((trials, len(layout.operators))) < rate).astype(np.float64)
    return float(qualifies(layout, wrong, demands).mean())


def qualifies(layout: Layout, wrong: Floats, demands: Demands) -> NDArray[np.bool_]:
    """Whether each of many simulated judges keeps both limits, by the very decisions of one.

    Args:
        layout: The items.
        wrong: 1 where a judge erred, shape (judges, n).
        demands: What it has to keep.
    """
    shares = _shares(wrong, layout.references)
    levels, place = np.unique(shares, return_inverse=True)
    rows = np.arange(len(shares))[:, None] * len(levels) + place.reshape(shares.shape)
    counts = np.bincount(rows.ravel(), minlength=len(shares) * len(levels))
    counts = counts.reshape(len(shares), len(levels)).astype(np.float64)
    in_all = p_at_least(levels, counts, demands.max_error, scale=SHARES) <= LEVEL
    sizes = layout.sizes
    tested = sizes >= demands.least
    critical = np.asarray(
        [
            _critical(size, demands.max_operator_error, LEVEL / max(1, int(tested.sum())))
            for size in sizes.tolist()
        ]
    )
    errors = _sums(wrong, layout.operators)
    return in_all & ~((errors >= critical) & tested).any(1)


def _critical(trials: int, limit: float, alpha: float) -> int:
    """The fewest errors that are significantly more often than `limit`."""
    errors = np.arange(trials + 1, dtype=np.float64)
    return int((_tails(errors, np.full(trials + 1, float(trials)), limit) > alpha).sum())


def _tails(errors: Floats, trials: Floats, rate: float) -> Floats:
    """The chance of so many errors or more in so many trials."""
    tails = special.betainc(np.maximum(errors, 1), trials - errors + 1, rate)
    return np.where(errors > 0, tails, 1.0)


def _shares(wrong: Floats, references: Ints) -> Floats:
    """The share of wrong items of each reference, (judges, n) to (judges, references)."""
    _, compact = np.unique(references, return_inverse=True)
    return _sums(wrong, compact) / np.bincount(compact)


def _sums(values: Floats, groups: Ints) -> Floats:
    """Sums within each group, (judges, n) to (judges, groups)."""
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(int(groups.max(initial=-1)) + 1))
    return np.add.reduceat(values[:, order], starts, axis=1) if len(order) else values

"""What people would say of these answers on average, known at any time while they label them.

The answers are a fixed population of which strata are labelled in a random order, each stratum at
a pace of its own. Nothing is drawn but that order, so the interval speaks of *these answers*, not
of requests like these; when all are labelled its width is 0. It is a confidence sequence: the
chance that it misses the truth at *any* look is at most 1 - confidence, so whoever labels may look
after each label and stop whenever the width suffices.

**The bet.** Values are put on [0, 1]. Before a label is drawn from a stratum of which r answers
are left, f(j) predicts each (from the judge's score and earlier labels: the control variate), and
a gambler stakes s, with s f(j) < 1 for all. Drawn is i, and the wealth is multiplied by

    (1 + s (y_i - f_i)) exp(-s (m - f)),   m and f: the means of y and f over the r answers.

Its expectation is (1 + z) exp(-z) <= 1 with z = s (m - f): a supermartingale, whatever the judge
is worth, so (Ville 1939) it ever reaches 1 / a with a chance of at most a. This is the bet of
Waudby-Smith & Ramdas (2020, 2024) without replacement, but linear in what is unknown: the log of
the wealth is A - sum over strata of G_h U_h, with U_h the sum of the values not yet seen. Sums of
U_h are what is asked for, so stakes are s = c r (g - G_h) / c up to the limit: each stratum that
is drawn from catches up with one common pace g, which weighs labels by the inverse of how densely
their stratum is labelled. Then only U = sum U_h matters, up to what lags behind, and there the
worst composition counts (a linear program: the strata with most at stake are filled first). No
level of the judge and no stratum costs more confidence. Wealth is the average over several c.
The lower bound is the least U that has not been refuted; the upper one is the same, flipped.

What must hold: which answer of a stratum comes next does not depend on its value. From which
stratum, and when to stop, may depend on all that was seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, nan

import numpy as np

from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.tables import Floats, Ints

METHOD = "confidence sequence over these answers"
_STAKES = np.array([0.2, 0.4, 0.7, 1.2, 2.5])
"""Paces that wealth is spread over: from residuals as large as the scale to small ones."""
_MOST = 0.95
"""Of all that could be staked without risking everything on one label."""
_PRIOR = 3.0
"""Labels that the mean of all labels counts for in the prediction of a level."""
_STEPS = 30
"""Of bisection."""
_LEAST_TO_FORECAST = 10
"""Labels below which nothing is said of how many more there should be."""


@dataclass(frozen=True, slots=True)
class Labelling:
    """Answers as far as they are labelled.

    `values`, `strata` and `levels` are of the labels that were drawn, in the order in which they
    came, shape (labels,); `known` are the values of answers that were not drawn and count as they
    are. `sizes` has the shape (strata, levels): how many answers could be drawn of each stratum
    that got each level of the judge, labelled ones included. `guesses` are a first prediction for
    each level, on the scale.
    """

    values: Floats
    strata: Ints
    levels: Ints
    sizes: Ints
    guesses: Floats
    known: Floats
    scale: tuple[float, float]

    @property
    def answers(self) -> int:
        """How many the mean is over."""
        return int(self.sizes.sum()) + len(self.known)


@dataclass(frozen=True, slots=True)
class KnownSoFar:
    """A mean over all `answers` of which `labels` were drawn and `known` count as they are.

    The estimate's interval holds whenever one looks.
    """

    estimate: Estimate
    answers: int
    labels: int
    known: int

    @property
    def left(self) -> int:
        """Answers without a label."""
        return self.answers - self.labels - self.known

    def labels_for(self, half_width: float) -> int | None:
        """About how many more labels make the interval so narrow; `None`: too few say it.

        Squared widths fall as 1 / labels - 1 / answers does.
        """
        if not self.left or self.estimate.half_width <= half_width:
            return 0
        if self.labels < _LEAST_TO_FORECAST:
            return None
        drawable = self.labels + self.left
        shrunk = (half_width / self.estimate.half_width) ** 2
        wanted = 1 / (1 / drawable + (1 / self.labels - 1 / drawable) * shrunk)
        return min(self.left, max(1, ceil(wanted - self.labels)))

    @property
    def labels_to_halve(self) -> int | None:
        """About how many more labels make the interval half as wide."""
        return self.labels_for(self.estimate.half_width / 2)


def known_so_far(labelling: Labelling, *, confidence: float = CONFIDENCE) -> KnownSoFar:
    """The mean over all answers, with an interval that holds at every look."""
    drawn, all_ = len(labelling.values), labelling.answers
    if not all_:
        nothing = Estimate(nan, *labelling.scale, 0, 0, METHOD, "there are no answers")
        return KnownSoFar(nothing, 0, 0, 0)
    lows, highs = bounds_at(labelling, np.array([drawn]), confidence=confidence)
    low, high = float(lows[0]), float(highs[0])
    value = float(np.clip(_value(labelling), low, high)) if drawn else nan
    estimate = Estimate(value, low, high, drawn, drawn, METHOD)
    return KnownSoFar(estimate, all_, drawn, len(labelling.known))


def bounds_at(
    labelling: Labelling, looks: Ints, *, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats]:
    """Lower and upper bounds after so many labels, shape (looks,).

    Over all looks together each side misses with a chance of at most (1 - confidence) / 2.

    Args:
        labelling: With at least as many labels as the last look.
        looks: Each from 0 to the number of labels.
        confidence: Of both sides and all looks together.
    """
    low, high = labelling.scale
    shares = (labelling.values - low) / (high - low)
    predicted = _predictions(labelling, shares)
    need = log(2 / (1 - confidence)) + log(len(_STAKES))
    least, most = _least_unseen(
        labelling, np.stack([shares, 1 - shares]), np.stack([predicted, 1 - predicted]), looks, need
    )
    known = float(((labelling.known - low) / (high - low)).sum())
    seen = known + np.append(0.0, np.cumsum(shares))[looks]
    left = labelling.sizes.sum() - looks
    ends = np.stack([seen + least, seen + left - most]) / labelling.answers
    return low + (high - low) * ends[0], low + (high - low) * ends[1]


def _predictions(labelling: Labelling, shares: Floats) -> Floats:
    """What answers of each level are predicted to be, by earlier labels: (labels + 1, levels)."""
    low, high = labelling.scale
    guesses = (labelling.guesses - low) / (high - low)
    here = np.eye(len(guesses))[labelling.levels]
    counts = _before(here)
    sums = _before(here * shares[:, None])
    overall = (sums.sum(1, keepdims=True) + guesses) / (counts.sum(1, keepdims=True) + 1)
    return (sums + _PRIOR * overall) / (counts + _PRIOR)


def _before(rows: Floats) -> Floats:
    return np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)])


def _least_unseen(
    labelling: Labelling, shares: Floats, predicted: Floats, looks: Ints, need: float
) -> tuple[Floats, Floats]:
    """The least sum of all values not yet seen that is not refuted at each look.

    Args:
        labelling: Where each label was drawn.
        shares: Values of the labels, and flipped ones, shape (2, labels).
        predicted: Of each level before each label, and flipped, shape (2, labels + 1, levels).
        looks: After how many labels.
        need: Log of the summed wealth that refutes.
    """
    left = labelling.sizes.astype(np.float64)
    rest = left.sum(axis=1)
    steps, kinds = shares.shape[1] + 1, (2, len(_STAKES))
    at_stake = np.zeros((len(left), *kinds))
    wealths, stakes = np.zeros((steps, *kinds)), np.zeros((steps, *at_stake.shape))
    rests = np.zeros((steps, len(rest)))
    rests[0] = rest
    errors = shares - predicted[:, np.arange(steps - 1), labelling.levels]
    gains, total, pace = np.zeros(kinds), rest.sum(), 0.0
    for step, (stratum, level) in enumerate(
        zip(labelling.strata.tolist(), labelling.levels.tolist(), strict=True)
    ):
        guessed, there = predicted[:, step], left[stratum]
        pace += 1 / total
        limit = _MOST / guessed[:, there > 0].max(axis=1, keepdims=True)
        stake = np.minimum(rest[stratum] * (_STAKES * pace - at_stake[stratum]), limit)
        at_stake[stratum] += stake / rest[stratum]
        gains += stake * (guessed @ there / rest[stratum])[:, None]
        gains += np.log1p(stake * errors[:, step, None])
        gains -= shares[:, step, None] * at_stake[stratum]
        left[stratum, level] -= 1
        rest[stratum] -= 1
        total -= 1
        wealths[step + 1], stakes[step + 1], rests[step + 1] = gains, at_stake, rest
    return (
        _refuted(wealths[looks, 0], stakes[looks, :, 0], rests[looks], need),
        _refuted(wealths[looks, 1], stakes[looks, :, 1], rests[looks], need),
    )


def _refuted(wealths: Floats, stakes: Floats, rests: Floats, need: float) -> Floats:
    """Below which sum of unseen values the wealth suffices, even where it is composed at worst."""
    order = np.argsort(-stakes, axis=1)
    stakes = np.take_along_axis(stakes, order, axis=1)
    room = np.take_along_axis(np.repeat(rests[:, :, None], stakes.shape[2], axis=2), order, axis=1)
    before = np.cumsum(room, axis=1) - room

    def suffices(unseen: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        filled = np.clip(unseen[:, None, None] - before, 0, room)
        evidence = wealths - (stakes * filled).sum(axis=1)
        most = evidence.max(axis=1)
        return most + np.log(np.exp(evidence - most[:, None]).sum(axis=1)) > need

    low = np.zeros(len(wealths))
    width = np.asarray(rests.sum(axis=1), dtype=np.float64)
    for _ in range(_STEPS):
        width = width / 2
        low = low + width * suffices(low + width)
    return low


def _value(labelling: Labelling) -> float:
    """Predictions of the last look, corrected in each stratum by what its labels show."""
    low, high = labelling.scale
    guessed = (
        low + (high - low) * _predictions(labelling, (labelling.values - low) / (high - low))[-1]
    )
    left = labelling.sizes.astype(np.float64)
    np.subtract.at(left, (labelling.strata, labelling.levels), 1)
    counts = np.bincount(labelling.strata, minlength=len(left))
    errors = np.bincount(
        labelling.strata, labelling.values - guessed[labelling.levels], minlength=len(left)
    )
    unseen = (left @ guessed).sum() + (left.sum(1) * errors / np.maximum(counts, 1)).sum()
    return float((labelling.known.sum() + labelling.values.sum() + unseen) / labelling.answers)

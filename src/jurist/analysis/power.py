"""How much data a wanted precision of a mean score takes, by the intervals that will be shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

from jurist.analysis.bounded import SCORES, bounded_mean, gaffke_bounds
from jurist.analysis.effective import widening
from jurist.analysis.samples import MOST_NEEDED

_HARDLY = 1.05
"""Labels without the judge, over those with it, up to which it is not worth twice the cases."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to collect with so many questions a case: references, and people's labels.

    `judged` references give the judge's own mean the wanted half width, without any label.
    `references` and `labels` together give it to the mean that is corrected by people; each has
    half of the variance; but where the judge saves hardly a label of single questions,
    labelling each of fewer cases does, and they are as many. `half_width` is what comes out then.
    """

    questions: int
    judged: int
    references: int
    labels: int
    half_width: float


@dataclass(frozen=True, slots=True)
class Spread:
    """What a pilot says of the spread of scores.

    `sd` of single scores; `within` the share of their variance that lies between questions of
    one reference, 0 to 1; `correlation` of judge and people.
    """

    sd: float
    within: float
    correlation: float


def plan_precision(spread: Spread, *, half_width: float, questions: int) -> Plan:
    """Sizes for a mean score known to +- `half_width`, by a 95 % interval.

    The judge's mean: `bounded_mean`'s width on scores with just this spread. The corrected mean
    has the variance

        sd^2 (1 - rho^2) (1 / labels - 1 / answers) + sd^2 effect / answers,

    of what the judge does not know of the labelled answers, and of all answers had people
    labelled them (rho: correlation, effect: of answers that share references); its width is
    that of as many independent labels with this variance, since one label more at the worst is
    part of the interval however good the judge is.

    Raises:
        ValueError: Where the half width is not above 0.
    """
    if half_width <= 0:
        msg = f"the wanted half width must be above 0, it is {half_width}"
        raise ValueError(msg)
    judged = _least(lambda references: judged_half_width(spread, references, questions), half_width)
    size = _least(lambda labels: _half_width_at(spread.sd, labels), half_width)
    effect = 1 + (questions - 1) * (1 - spread.within)
    references = max(judged, ceil(2 * size * effect / questions))
    while corrected_half_width(spread, references, questions, references * questions) > half_width:
        references = ceil(1.1 * references)
    labels = _least(
        lambda labels: corrected_half_width(spread, references, questions, labels), half_width
    )
    labels = min(labels, references * questions)
    if questions == 1 and size <= _HARDLY * labels:  # labelling each takes no judge
        return Plan(questions, judged, size, size, _half_width_at(spread.sd, size))
    width = corrected_half_width(spread, references, questions, labels)
    return Plan(questions, judged, references, labels, width)


def corrected_half_width(spread: Spread, references: int, questions: int, labels: int) -> float:
    """Half the width of the interval of a mean that so many people's labels correct.

    That of as many labels with the variance that `plan_precision` says, each worth as much less as
    answers that share references make of it (as `melding` counts them).
    """
    answers = references * questions
    labels = min(labels, answers)
    effect = 1 + (questions - 1) * (1 - spread.within)
    unknown = 1 - spread.correlation**2
    alone = unknown * (1 / labels - 1 / answers) + 1 / answers
    variance = alone + (effect - 1) / answers
    if questions > 1:
        groups = max(2.0, references * (1 - (1 - 1 / references) ** labels))
        variance *= groups / (groups - 1) * widening(groups - 1)
    worth = labels * min(1.0, alone / variance)
    return _half_width_at(spread.sd * sqrt(worth * variance), worth)


def judged_half_width(spread: Spread, references: int, questions: int) -> float:
    """Half the width of the interval of the judge's mean, on scores with just this spread."""
    between = spread.sd**2 * (1 - spread.within)
    within = spread.sd**2 * spread.within
    means = _pattern(references) * sqrt(between + within / questions)
    scores = means[:, None] + _pattern(questions) * sqrt(within)
    middle = sum(SCORES) / 2
    estimate = bounded_mean(
        np.clip(middle + scores, *SCORES).ravel(),
        np.repeat(np.arange(references), questions),
        scale=SCORES,
    )
    return estimate.half_width


def _pattern(size: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """So many values, half up and half down, with mean 0 and variance 1 (with n - 1); 0 for one."""
    if size == 1:
        return np.zeros(1)
    values = np.resize(np.array([-1.0, 1.0]), size)
    values = values - values.mean()
    return np.asarray(values / values.std(ddof=1), dtype=np.float64)


def _half_width_at(sd: float, size: float) -> float:
    """Half the width of Gaffke's interval of so many independent scores with this spread."""
    values = np.clip(sum(SCORES) / 2 + sd * np.array([-1.0, 1.0]), *SCORES)
    low, high = gaffke_bounds(values, np.full(2, size / 2), scale=SCORES)
    return (high - low) / 2


def _least(width: Callable[[int], float], wanted: float) -> int:
    """The least number from 2 on that makes a width as small as wanted."""
    high = 2
    while width(high) > wanted and high < MOST_NEEDED:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if width(middle) <= wanted else (middle, high)
    return high

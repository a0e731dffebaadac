"""How much data a wanted precision takes."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

from jurist.analysis.levels import CONFIDENCE


@dataclass(frozen=True, slots=True)
class Plan:
    """What to collect: references, questions for each, and people's labels.

    `half_width` is the interval's expected half width with that much.
    """

    references: int
    questions: int
    labels: int
    half_width: float


@dataclass(frozen=True, slots=True)
class Spread:
    """What a pilot says of the spread of scores.

    `sd` of single scores; `within` the share of their variance that lies between questions
    of one reference, 0 to 1; `correlation` of judge and people; `half_width` of a labels
    budget follows from these.
    """

    sd: float
    within: float
    correlation: float


def plan_precision(
    spread: Spread, *, half_width: float, questions: int, confidence: float = CONFIDENCE
) -> Plan:
    """Sizes for a mean score known to +- `half_width`.

    var(mean) = sd^2 ((1 - within) + within / K) / R for R references with K questions;
    labels from the scaling law n_eff = n / (1 - rho^2) (Chen 2026; Dorner 2025).

    Raises:
        ValueError: Where the half width is not above 0.
    """
    if half_width <= 0:
        msg = f"the wanted half width must be above 0, it is {half_width}"
        raise ValueError(msg)
    z = _quantile(0.5 + confidence / 2)
    per_reference = spread.sd**2 * ((1 - spread.within) + spread.within / questions)
    references = max(2, ceil(per_reference * (z / half_width) ** 2))
    alone = spread.sd**2 * (z / half_width) ** 2
    labels = max(2, ceil(alone * (1 - spread.correlation**2)))
    return Plan(references, questions, labels, z * sqrt(per_reference / references))


def plan_difference(
    *, delta: float, sd_question: float, sd_first: float, sd_second: float, repeats: int,
    alpha: float = 0.05, power: float = 0.8,
) -> int:  # fmt: skip
    """Questions needed to find a difference `delta` between two systems (Miller 2024).

    n = (z_{alpha/2} + z_beta)^2 (omega^2 + sA^2 / K + sB^2 / K) / delta^2.

    Args:
        delta: True difference of mean scores to be found, not 0.
        sd_question: omega, spread over questions of the expected paired difference.
        sd_first: Spread of the first system's repeats on one question.
        sd_second: The same of the second system.
        repeats: K, answers a question.
        alpha: Two-sided level.
        power: Chance of finding it.
    """
    z = _quantile(1 - alpha / 2) + _quantile(power)
    noise = sd_question**2 + (sd_first**2 + sd_second**2) / repeats
    return max(2, ceil(z**2 * noise / delta**2))


def label_split(
    judged_pass_rate: float, sensitivity: float, specificity: float, *, labels: int, pilot: int
) -> tuple[int, int]:
    """How to split labels between items the judge passes and fails (Lee 2025's allocation).

    kappa = (m (1 - q0) + 1) / (m (1 - q1) + 1), m1 = labels / (1 + (1/p - 1) sqrt(kappa)).

    Returns:
        Labels for true passes and for true fails.
    """
    kappa = (pilot * (1 - specificity) + 1) / (pilot * (1 - sensitivity) + 1)
    passes = labels / (1 + (1 / judged_pass_rate - 1) * sqrt(kappa))
    return round(passes), labels - round(passes)


def _quantile(share: float) -> float:
    """Of the normal distribution; the standard library's, so that a plan loads nothing heavy."""
    return NormalDist().inv_cdf(share)

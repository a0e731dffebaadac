"""Biases of a judge: order, position, length; and its stability over repeats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jurist.analysis.intervals import Estimate, proportion
from jurist.analysis.tables import Floats


@dataclass(frozen=True, slots=True)
class OrderEffect:
    """What happens to a pairwise judge's choice when the two sides change places.

    `consistency` is the share of pairs with the same winner both ways; `first_rate` how
    often the side shown first wins, over both orders; `preference` is (flips towards the
    first - flips towards the second) / flips, NaN without flips.
    """

    consistency: Estimate
    first_rate: float
    preference: float


def order_effect(first_order: Floats, second_order: Floats) -> OrderEffect:
    """Order effect from winners named by content (1 or 2) in both orders, shape (n,).

    In the first order content 1 stands first, in the second content 2 does.
    """
    same = first_order == second_order
    n = len(same)
    shown_first = np.concatenate([first_order == 1, second_order == 2])
    to_first = int(((first_order == 1) & (second_order == 2)).sum())
    to_second = int(((first_order == 2) & (second_order == 1)).sum())
    flips = to_first + to_second
    return OrderEffect(
        proportion(int(same.sum()), n),
        float(shown_first.mean()) if n else float("nan"),
        (to_first - to_second) / flips if flips else float("nan"),
    )


def repetition_stability(samples: list[tuple[float, ...]]) -> float:
    """Mean share of the commonest score among each item's repeats; NaN without repeats."""
    shares = [
        max(repeats.count(value) for value in set(repeats)) / len(repeats)
        for repeats in samples
        if len(repeats) >= 2
    ]
    return float(np.mean(shares)) if shares else float("nan")


def verbosity_bias(
    judge_prefers_longer: Floats, people_prefer_longer: Floats
) -> tuple[float, float]:
    """P(judge picks the longer) - P(people pick the longer), and its paired standard error.

    Args:
        judge_prefers_longer: 0/1 on items whose sides differ in length, shape (n,).
        people_prefer_longer: The same of people.
    """
    gaps = judge_prefers_longer - people_prefer_longer
    n = len(gaps)
    if n < 2:
        return (float(gaps.mean()) if n else float("nan")), float("nan")
    return float(gaps.mean()), float(gaps.std(ddof=1) / np.sqrt(n))


def length_effect(errors: Floats, lengths: Floats) -> float:
    """Correlation of the judge's signed error with the candidate's length; NaN if constant.

    Args:
        errors: Judge's score minus people's, shape (n,).
        lengths: Characters of the candidate, shape (n,); their logarithm is used.
    """
    if len(errors) < 3 or np.ptp(errors) == 0 or np.ptp(lengths) == 0:
        return float("nan")
    return float(np.corrcoef(errors, np.log1p(lengths))[0, 1])

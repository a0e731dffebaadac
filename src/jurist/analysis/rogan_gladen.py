"""The pass rate of another mix of answers, from a judge's error rates alone."""

from __future__ import annotations

import numpy as np

from jurist.analysis.bounded import clopper_pearson
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.tables import Floats

METHOD = "Rogan-Gladen, melded"
_DRAWS = 4_000
_SEED = 0


def rogan_gladen(
    judged_passes: float,
    n: float,
    *,
    true_passes: tuple[float, float],
    true_fails: tuple[float, float],
    confidence: float = CONFIDENCE,
) -> Estimate:
    """The true pass rate from the judge's, its sensitivity and its specificity.

    theta = (p + q0 - 1) / (q0 + q1 - 1) (Rogan & Gladen 1978). It needs the judge's error rates
    to carry over to the answers, not that labels were drawn from them, so it is for label shift.
    The interval melds the exact ones of the three shares (Fay, Proschan & Brittain 2015): theta
    grows with p and q0 and falls with q1.

    Args:
        judged_passes: Answers that the judge passes, of `n`; counts may be effective ones.
        n: Answers whose true pass rate is wanted.
        true_passes: (judged pass, labelled) among those that people pass.
        true_fails: (judged fail, labelled) among those that people fail.
        confidence: Of the interval.

    Returns:
        NaN with a note where sensitivity + specificity - 1 is not clearly above 0: such a
        judge says nothing about the rate.
    """
    (hits, m1), (rejections, m0) = true_passes, true_fails
    nan = float("nan")
    labelled = round(m0 + m1)
    if n == 0 or m0 == 0 or m1 == 0:
        return Estimate(nan, nan, nan, labelled, labelled, METHOD, "a class has no labels")
    least = (
        clopper_pearson(hits, m1, confidence)[0],
        clopper_pearson(rejections, m0, confidence)[0],
    )
    if sum(least) <= 1:
        note = "the judge is uninformative: it may do no better than chance on these labels"
        return Estimate(nan, nan, nan, labelled, labelled, METHOD, note)
    passed, q1, q0 = judged_passes / n, hits / m1, rejections / m0
    value = float(np.clip((passed + q0 - 1) / (q0 + q1 - 1), 0, 1))
    random = np.random.default_rng(_SEED)

    def draws(successes: float, trials: float, *, upper: bool) -> Floats:
        more = random.standard_gamma(successes + upper, _DRAWS)
        fewer = random.standard_gamma(trials - successes + (not upper), _DRAWS)
        return more / (more + fewer)

    tail = 0.5 - confidence / 2
    bounds: list[float] = []
    for upper in (False, True):
        p_, q0_ = draws(judged_passes, n, upper=upper), draws(rejections, m0, upper=upper)
        slope = q0_ + draws(hits, m1, upper=not upper) - 1
        rates = np.where(slope > 0, (p_ + q0_ - 1) / np.where(slope > 0, slope, 1.0), float(upper))
        bounds.append(float(np.quantile(np.clip(rates, 0, 1), 1 - tail if upper else tail)))
    return Estimate(value, min(value, bounds[0]), max(value, bounds[1]), labelled, labelled, METHOD)

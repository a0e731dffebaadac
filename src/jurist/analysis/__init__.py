"""Statistics of verdicts: plain functions from arrays to records, with no store and no model.

Items that come from one reference hang together, so intervals are cluster-robust or draw whole
references. `score_table` makes the arrays of a run's results; `Board` its leaderboard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jurist.deferred import public_names

if TYPE_CHECKING:
    from jurist.analysis.bounded import (
        GAPS,
        SCORES,
        SHARES,
        bounded_mean,
        clopper_pearson,
        proportion,
    )
    from jurist.analysis.comparison import (
        Difference,
        VarianceShares,
        adjust,
        mcnemar_exact,
        missing_bounds,
        paired_difference,
    )
    from jurist.analysis.contrasts import Contrast, System, pairs_of_systems, shares_of_variance
    from jurist.analysis.corrected import Corrected, rogan_gladen
    from jurist.analysis.gating import Criterion, Decision, at_least, at_most, overall
    from jurist.analysis.intervals import Estimate
    from jurist.analysis.leaderboard import Board, Standing
    from jurist.analysis.levels import CONFIDENCE, PASS, POWER
    from jurist.analysis.power import Plan, Spread, plan_difference, plan_precision
    from jurist.analysis.scores import ScoreTable, score_table
    from jurist.analysis.spread import spread_of
    from jurist.analysis.weighted import weighted_post_stratified, weighted_prediction_powered

__all__ = [
    "CONFIDENCE",
    "GAPS",
    "PASS",
    "POWER",
    "SCORES",
    "SHARES",
    "Board",
    "Contrast",
    "Corrected",
    "Criterion",
    "Decision",
    "Difference",
    "Estimate",
    "Plan",
    "ScoreTable",
    "Spread",
    "Standing",
    "System",
    "VarianceShares",
    "adjust",
    "at_least",
    "at_most",
    "bounded_mean",
    "clopper_pearson",
    "mcnemar_exact",
    "missing_bounds",
    "overall",
    "paired_difference",
    "pairs_of_systems",
    "plan_difference",
    "plan_precision",
    "proportion",
    "rogan_gladen",
    "score_table",
    "shares_of_variance",
    "spread_of",
    "weighted_post_stratified",
    "weighted_prediction_powered",
]

__getattr__ = public_names(
    __name__,
    {
        "bounded": (
            "GAPS",
            "SCORES",
            "SHARES",
            "bounded_mean",
            "clopper_pearson",
            "proportion",
        ),
        "comparison": (
            "Difference",
            "VarianceShares",
            "adjust",
            "mcnemar_exact",
            "missing_bounds",
            "paired_difference",
        ),
        "contrasts": ("Contrast", "System", "pairs_of_systems", "shares_of_variance"),
        "corrected": ("Corrected", "rogan_gladen"),
        "gating": ("Criterion", "Decision", "at_least", "at_most", "overall"),
        "intervals": ("Estimate",),
        "leaderboard": ("Board", "Standing"),
        "levels": ("CONFIDENCE", "PASS", "POWER"),
        "power": ("Plan", "Spread", "plan_difference", "plan_precision"),
        "scores": ("ScoreTable", "score_table"),
        "spread": ("spread_of",),
        "weighted": ("weighted_post_stratified", "weighted_prediction_powered"),
    },
)

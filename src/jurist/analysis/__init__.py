"""Statistics of verdicts: plain functions from arrays to records, with no store and no model.

Items that come from one reference hang together, so intervals are cluster-robust or draw whole
references. `score_table_of` and `standings_of` make the arrays and the leaderboard of a run's
columns, `score_table` and `Board` those of any results.
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
        adjust,
        missing_bounds,
        paired_difference,
    )
    from jurist.analysis.contrasts import Contrast, pairs_of_systems
    from jurist.analysis.corrected import (
        Corrected,
        Labels,
        Worth,
        corrected_difference,
        corrected_mean,
    )
    from jurist.analysis.estimands import About, Looks, Needed
    from jurist.analysis.gating import Criterion, Decision, at_least, decide
    from jurist.analysis.intervals import Estimate
    from jurist.analysis.labelling import KnownSoFar, Labelling, known_so_far
    from jurist.analysis.leaderboard import Board, standings_of
    from jurist.analysis.levels import CONFIDENCE, PASS, POWER
    from jurist.analysis.pairing import System
    from jurist.analysis.power import Plan, Spread, plan_precision
    from jurist.analysis.rogan_gladen import rogan_gladen
    from jurist.analysis.scores import ScoreTable, score_table, score_table_of
    from jurist.analysis.sequences import anytime_mean
    from jurist.analysis.spread import spread_of
    from jurist.analysis.standings import Standing
    from jurist.analysis.transport import Holds, Transport, transport
    from jurist.analysis.variance import VarianceShares, shares_of_variance

__all__ = [
    "CONFIDENCE",
    "GAPS",
    "PASS",
    "POWER",
    "SCORES",
    "SHARES",
    "About",
    "Board",
    "Contrast",
    "Corrected",
    "Criterion",
    "Decision",
    "Difference",
    "Estimate",
    "Holds",
    "KnownSoFar",
    "Labelling",
    "Labels",
    "Looks",
    "Needed",
    "Plan",
    "ScoreTable",
    "Spread",
    "Standing",
    "System",
    "Transport",
    "VarianceShares",
    "Worth",
    "adjust",
    "anytime_mean",
    "at_least",
    "bounded_mean",
    "clopper_pearson",
    "corrected_difference",
    "corrected_mean",
    "decide",
    "known_so_far",
    "missing_bounds",
    "paired_difference",
    "pairs_of_systems",
    "plan_precision",
    "proportion",
    "rogan_gladen",
    "score_table",
    "score_table_of",
    "shares_of_variance",
    "spread_of",
    "standings_of",
    "transport",
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
            "adjust",
            "missing_bounds",
            "paired_difference",
        ),
        "contrasts": ("Contrast", "pairs_of_systems"),
        "corrected": (
            "Corrected",
            "Labels",
            "Worth",
            "corrected_difference",
            "corrected_mean",
        ),
        "estimands": ("About", "Looks", "Needed"),
        "gating": ("Criterion", "Decision", "at_least", "decide"),
        "intervals": ("Estimate",),
        "labelling": ("KnownSoFar", "Labelling", "known_so_far"),
        "leaderboard": ("Board", "standings_of"),
        "levels": ("CONFIDENCE", "PASS", "POWER"),
        "pairing": ("System",),
        "power": ("Plan", "Spread", "plan_precision"),
        "rogan_gladen": ("rogan_gladen",),
        "scores": ("ScoreTable", "score_table", "score_table_of"),
        "sequences": ("anytime_mean",),
        "spread": ("spread_of",),
        "standings": ("Standing",),
        "transport": ("Holds", "Transport", "transport"),
        "variance": ("VarianceShares", "shares_of_variance"),
    },
)

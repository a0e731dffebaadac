"""Judging the judge, and what its verdicts are worth; beside the numbers always their intervals.

Every function here takes a store and a run (its id, its study's name, how its id begins) and is
what a command does: `align_judges` measures judges against people and proofs, `challenge` ones
(`draw_challenge`, `judge_challenge`) need no label, `tune_judge` and `tune_generator` improve a
role, `open_desk` asks people. `estimate_scores`, `compare_runs`, `transfer_scores`, `plan_sizes`
and `decide_gate` say how good generators are, and how sure that is. `find_disagreements` lists
where judges are contradicted; `settle_disagreement` rules on it. Nothing is printed:
`jurist.report` shows the results.

Each has its room: `cards` (judges against people and proofs), `challenge` (without labels),
`labels` (drawn, given, corrected, read), `disagreements`, `tuning`, `comparison`, `gate` and
`planning`; `plain` does the same for tables that come without a run. Beside them stands what serves
several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jurist.deferred import public_names

if TYPE_CHECKING:
    from jurist.alignment.against import Against, Yardstick
    from jurist.alignment.cards.aligning import Alignment, MeasuredJudges, align_judges
    from jurist.alignment.challenge.challenging import (
        DEMANDS,
        Challenge,
        draw_challenge,
        judge_challenge,
    )
    from jurist.alignment.challenge.planning import ChallengePlan, plan_challenge
    from jurist.alignment.challenge.results import ChallengeResult, OperatorResult, write_result
    from jurist.alignment.comparison.comparing import Comparison, compare_runs
    from jurist.alignment.defaults import TuningMethod
    from jurist.alignment.disagreements.finding import Disagreement, UnfaithfulQuestion
    from jurist.alignment.disagreements.reviewing import (
        find_disagreements,
        find_unfaithful_questions,
    )
    from jurist.alignment.disagreements.settling import find_disagreement, settle_disagreement
    from jurist.alignment.disagreements.suspicion import Suspicion, suspicions_of
    from jurist.alignment.estimates import GeneratorEstimate, RunEstimates, estimate_scores
    from jurist.alignment.gate.challenges import read_challenge
    from jurist.alignment.gate.deciding import GateResult, Limits, Terms, decide_gate
    from jurist.alignment.labels.desk import Desk, open_desk
    from jurist.alignment.planning.sizes import SizePlan, plan_sizes
    from jurist.alignment.transfer import Transfer, transfer_scores
    from jurist.alignment.tuning.files import TunedRole, read_memory, write_tuned
    from jurist.alignment.tuning.guidelines import JudgeMemory
    from jurist.alignment.tuning.roles import tune_generator, tune_judge

__all__ = [
    "DEMANDS",
    "Against",
    "Alignment",
    "Challenge",
    "ChallengePlan",
    "ChallengeResult",
    "Comparison",
    "Desk",
    "Disagreement",
    "GateResult",
    "GeneratorEstimate",
    "JudgeMemory",
    "Limits",
    "MeasuredJudges",
    "OperatorResult",
    "RunEstimates",
    "SizePlan",
    "Suspicion",
    "Terms",
    "Transfer",
    "TunedRole",
    "TuningMethod",
    "UnfaithfulQuestion",
    "Yardstick",
    "align_judges",
    "compare_runs",
    "decide_gate",
    "draw_challenge",
    "estimate_scores",
    "find_disagreement",
    "find_disagreements",
    "find_unfaithful_questions",
    "judge_challenge",
    "open_desk",
    "plan_challenge",
    "plan_sizes",
    "read_challenge",
    "read_memory",
    "settle_disagreement",
    "suspicions_of",
    "transfer_scores",
    "tune_generator",
    "tune_judge",
    "write_result",
    "write_tuned",
]

__getattr__ = public_names(
    __name__,
    {
        "against": ("Against", "Yardstick"),
        "cards.aligning": ("Alignment", "MeasuredJudges", "align_judges"),
        "challenge.results": ("ChallengeResult", "OperatorResult", "write_result"),
        "challenge.planning": ("ChallengePlan", "plan_challenge"),
        "challenge.challenging": ("DEMANDS", "Challenge", "draw_challenge", "judge_challenge"),
        "comparison.comparing": ("Comparison", "compare_runs"),
        "defaults": ("TuningMethod",),
        "labels.desk": ("Desk", "open_desk"),
        "disagreements.finding": ("Disagreement", "UnfaithfulQuestion"),
        "disagreements.settling": ("find_disagreement", "settle_disagreement"),
        "estimates": ("GeneratorEstimate", "RunEstimates", "estimate_scores"),
        "gate.deciding": ("GateResult", "Limits", "Terms", "decide_gate"),
        "gate.challenges": ("read_challenge",),
        "tuning.guidelines": ("JudgeMemory",),
        "planning.sizes": ("SizePlan", "plan_sizes"),
        "disagreements.reviewing": ("find_disagreements", "find_unfaithful_questions"),
        "disagreements.suspicion": ("Suspicion", "suspicions_of"),
        "transfer": ("Transfer", "transfer_scores"),
        "tuning.files": ("TunedRole", "read_memory", "write_tuned"),
        "tuning.roles": ("tune_generator", "tune_judge"),
    },
)

"""Judging the judge, and what its verdicts are worth; beside the numbers always their intervals.

Every function here takes a store and a run (its id, its study's name, how its id begins) and is
what a command does: `align_judges` measures judges against people and proofs, `challenge` ones
(`draw_challenge`, `judge_challenge`) need no label, `tune_judge` and `tune_generator` improve a
role, `open_desk` asks people. `estimate_scores`, `compare_runs`, `transfer_scores`, `plan_sizes`
and `decide_gate` say how good generators are, and how sure that is. `find_disagreements` lists
where judges are contradicted; `settle_disagreement` rules on it. Nothing is printed:
`jurist.report` shows the results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jurist.deferred import public_names

if TYPE_CHECKING:
    from jurist.alignment.against import Against, Yardstick
    from jurist.alignment.aligning import Alignment, MeasuredJudges, align_judges
    from jurist.alignment.challenge import ChallengeResult, OperatorResult, write_result
    from jurist.alignment.challenge_plan import ChallengePlan, plan_challenge
    from jurist.alignment.challenging import (
        DEMANDS,
        Challenge,
        draw_challenge,
        judge_challenge,
    )
    from jurist.alignment.comparing import Comparison, compare_runs
    from jurist.alignment.defaults import TuningMethod
    from jurist.alignment.desk import Desk, open_desk
    from jurist.alignment.disagreements import Disagreement, UnfaithfulQuestion
    from jurist.alignment.disagreements_settling import find_disagreement, settle_disagreement
    from jurist.alignment.estimates import GeneratorEstimate, RunEstimates, estimate_scores
    from jurist.alignment.gate import GateResult, Limits, Terms, decide_gate
    from jurist.alignment.gate_challenges import read_challenge
    from jurist.alignment.guidelines import JudgeMemory
    from jurist.alignment.planning import SizePlan, plan_sizes
    from jurist.alignment.reviewing import find_disagreements, find_unfaithful_questions
    from jurist.alignment.suspicion import Suspicion, suspicions_of
    from jurist.alignment.transfer import Transfer, transfer_scores
    from jurist.alignment.tuning_files import TunedRole, read_memory, write_tuned
    from jurist.alignment.tuning_roles import tune_generator, tune_judge

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
        "aligning": ("Alignment", "MeasuredJudges", "align_judges"),
        "challenge": ("ChallengeResult", "OperatorResult", "write_result"),
        "challenge_plan": ("ChallengePlan", "plan_challenge"),
        "challenging": ("DEMANDS", "Challenge", "draw_challenge", "judge_challenge"),
        "comparing": ("Comparison", "compare_runs"),
        "defaults": ("TuningMethod",),
        "desk": ("Desk", "open_desk"),
        "disagreements": ("Disagreement", "UnfaithfulQuestion"),
        "disagreements_settling": ("find_disagreement", "settle_disagreement"),
        "estimates": ("GeneratorEstimate", "RunEstimates", "estimate_scores"),
        "gate": ("GateResult", "Limits", "Terms", "decide_gate"),
        "gate_challenges": ("read_challenge",),
        "guidelines": ("JudgeMemory",),
        "planning": ("SizePlan", "plan_sizes"),
        "reviewing": ("find_disagreements", "find_unfaithful_questions"),
        "suspicion": ("Suspicion", "suspicions_of"),
        "transfer": ("Transfer", "transfer_scores"),
        "tuning_files": ("TunedRole", "read_memory", "write_tuned"),
        "tuning_roles": ("tune_generator", "tune_judge"),
    },
)

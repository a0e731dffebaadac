"""Jurist from Python: workspaces, datasets, studies and runs as objects."""

from jurist.api.datasets import Dataset
from jurist.api.leaderboards import Leaderboard
from jurist.api.outcomes import Outcome
from jurist.api.pairs import Comparison, Judgement
from jurist.api.production import Measured, ingest, measure
from jurist.api.running import run, run_async
from jurist.api.runs import Run, open_run
from jurist.api.studies import Study
from jurist.api.tables import align, compare, estimate
from jurist.api.told import pseudonymised
from jurist.api.workspaces import Variant, Workspace, workspace
from jurist.report.rows import COLUMNS

__all__ = [
    "COLUMNS",
    "Comparison",
    "Dataset",
    "Judgement",
    "Leaderboard",
    "Measured",
    "Outcome",
    "Run",
    "Study",
    "Variant",
    "Workspace",
    "align",
    "compare",
    "estimate",
    "ingest",
    "measure",
    "open_run",
    "pseudonymised",
    "run",
    "run_async",
    "workspace",
]

"""Running studies: plan, tasks, the engine that does them, the results."""

from jurist.runs.bulk import BadLine, Judged, as_line, judge_all, judge_pairs, read_lines
from jurist.runs.case_files import read_cases
from jurist.runs.cases import Dataset
from jurist.runs.datasets import load_dataset, load_workspace, shipped_datasets
from jurist.runs.engine import execute
from jurist.runs.outcomes import Ending, Outcome
from jurist.runs.plan import Plan, plan
from jurist.runs.preparing import prepare
from jurist.runs.progress import Progress, StageProgress
from jurist.runs.results import Result, Writing, results, rulings, workspaces, writings
from jurist.runs.session import run_study, run_study_async
from jurist.runs.study import Study, StudyFile, make_study, parse_study, read_study

__all__ = [
    "BadLine",
    "Dataset",
    "Ending",
    "Judged",
    "Outcome",
    "Plan",
    "Progress",
    "Result",
    "StageProgress",
    "Study",
    "StudyFile",
    "Writing",
    "as_line",
    "execute",
    "judge_all",
    "judge_pairs",
    "load_dataset",
    "load_workspace",
    "make_study",
    "parse_study",
    "plan",
    "prepare",
    "read_cases",
    "read_lines",
    "read_study",
    "results",
    "rulings",
    "run_study",
    "run_study_async",
    "shipped_datasets",
    "workspaces",
    "writings",
]

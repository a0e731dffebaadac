"""Running studies: plan, tasks, the engine that does them, the results."""

from jurist.run.bench import ProcessBench
from jurist.run.bulk import BadLine, Judged, as_line, judge_all, judge_pairs, read_lines
from jurist.run.case_files import read_cases
from jurist.run.datasets import Dataset, load_dataset, load_workspace, shipped_datasets
from jurist.run.engine import Ending, Outcome, execute, prepare
from jurist.run.plan import Plan, plan
from jurist.run.progress import Progress, StageProgress
from jurist.run.results import Result, Writing, results, rulings, workspaces, writings
from jurist.run.session import run_study
from jurist.run.study import Study, StudyFile, parse_study, read_study

__all__ = [
    "BadLine",
    "Dataset",
    "Ending",
    "Judged",
    "Outcome",
    "Plan",
    "ProcessBench",
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
    "parse_study",
    "plan",
    "prepare",
    "read_cases",
    "read_lines",
    "read_study",
    "results",
    "rulings",
    "run_study",
    "shipped_datasets",
    "workspaces",
    "writings",
]

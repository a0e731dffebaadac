"""What a whole run holds in memory, as users start it, at three sizes: it must not grow.

`jurist run` over recorded answers that a model judges (a local server without latency), in a
fresh folder and process: cases and answers from files, tasks planned and claimed, calls under
a budget, replies and verdicts committed, the table at the end. Then `jurist report` on it, to
HTML. The figure is the peak of the largest process of each command.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.canned_server import serving
from benchmarks.measuring import is_quick, shipped
from jurist import data
from jurist.records import Case, Origin, Question

STUDY = """\
name: bench
datasets: [{{name: bench, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: real}}
generators: [{{recorded: said.jsonl}}]
judges: [{{llm: "{url}#canned"}}]
concurrency: 150
budget: {{tokens: 1000000000000}}
"""


def write_study(folder: Path, url: str, count: int) -> None:
    """A study of so many cases, each with a question, a recorded answer, and a verdict to come."""
    _, cases = shipped("shop")
    (folder / "study.yaml").write_text(STUDY.format(url=url))
    (folder / "schema.yaml").write_bytes(data.schema_path("shop").read_bytes())
    with (folder / "cases.jsonl").open("wb") as asked, (folder / "said.jsonl").open("wb") as said:
        for number in range(count):
            question = Question("q", f"customers wanted by request {number}", Origin.REAL)
            case = Case(str(number), cases[number % len(cases)].reference, questions=(question,))
            answer = {"case": case.id, "query": cases[(number + 1) % len(cases)].reference}
            asked.write(msgspec.json.encode(case) + b"\n")
            said.write(msgspec.json.encode(answer) + b"\n")


def peak_of(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Run a command; peak megabytes (10^6 bytes) of its largest process, and its CPU seconds."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    scale = 1 if sys.platform == "darwin" else 1024
    return used.ru_maxrss * scale / 1e6, used.ru_utime + used.ru_stime


def bench() -> dict[str, float]:
    """Peaks at each size, and by how much the largest is above the smallest."""
    sizes = (500, 1000, 2000) if is_quick() else (10_000, 50_000, 100_000)
    figures: dict[str, float] = {}
    runs: list[float] = []
    jurist = [sys.executable, "-m", "jurist"]
    with serving() as url:
        for count in sizes:
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place)
                write_study(folder, url, count)
                began = time.perf_counter()
                peak, spent = peak_of([*jurist, "run", "study.yaml", "--quiet"], folder)
                runs.append(peak)
                figures[f"run_of_{count}_peak_mb"] = peak
                figures[f"run_of_{count}_cpu_ms_each"] = 1000 * spent / count
                figures[f"run_of_{count}_per_s"] = count / (time.perf_counter() - began)
                report = [*jurist, "report", "bench", "--out", "report.html", "--quiet"]
                figures[f"report_of_{count}_peak_mb"], spent = peak_of(report, folder)
                figures[f"report_of_{count}_cpu_s"] = spent
    return figures | {"run_growth_mb": runs[-1] - runs[0]}

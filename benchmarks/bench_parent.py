"""What a session's own process spends on a case: asking, claiming, storing, not judging.

Processes that prove, and the server, are not counted. The start and the end of a command are taken
away: it is run with few cases, too. Beside a proof stands a function that only compares texts; the
reference of each of its cases is read and checked in the session's process.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.bench_sessions import running_server, write_study
from benchmarks.measuring import is_quick

_STUDY: Final = """
name: parent
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {use: authored}
generators: [{callable: "spread_answers:answer", name: g}]
judges: [JUDGE]
"""
_JUDGES: Final = {"function": '{callable: "spread_answers:judge", name: same}', "proof": "proof"}
_ANSWERS: Final = """
import atexit, os, resource

async def answer(question):
    return question

async def judge(question, reference, candidate, workspace):
    return 5 if reference == candidate else 2

def tell():
    used = resource.getrusage(resource.RUSAGE_SELF)
    with open(os.environ["SPENT"], "w") as file:
        file.write(str(1_000 * (used.ru_utime + used.ru_stime)))

atexit.register(tell)
"""
_FEW: Final = 20


def bench() -> dict[str, float]:
    """Milliseconds of CPU that a case takes in the parent, by judge and database."""
    cases = 400 if is_quick() else 6_000
    figures: dict[str, float] = {}
    with running_server() as server:
        for judge in _JUDGES:
            for name in ("sqlite", "postgresql"):
                many, few = (
                    _spent_ms(judge, number, server.new_database() if name != "sqlite" else "s.db")
                    for number in (cases, _FEW)
                )
                figures[f"parent_cpu_ms_a_case_{judge}_{name}"] = (many - few) / (cases - _FEW)
    return figures


def _spent_ms(judge: str, cases: int, store: str) -> float:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        write_study(folder, cases, _STUDY.replace("JUDGE", _JUDGES[judge]), _ANSWERS)
        subprocess.run(
            [sys.executable, "-m", "jurist", "run", "study.yaml", "--store", store],
            cwd=folder,
            env={**os.environ, "SPENT": str(folder / "spent")},
            check=True,
            capture_output=True,
        )
        return float(json.loads((folder / "spent").read_text()))
    finally:
        shutil.rmtree(folder)

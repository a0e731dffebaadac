"""Small tools of the benchmarks: repeating, timing, memory, the shipped data."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from jurist import data
from jurist.languages import get_language
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.records import Case
from jurist.roles.protocols import Workspace

QUICK = "JURIST_BENCH_QUICK"
WORKSPACES = ("shop", "b2b", "streaming")


def is_quick() -> bool:
    """Whether smaller sizes are asked for (`--quick`)."""
    return bool(os.environ.get(QUICK))


def per_second(work: Callable[[], int], *, at_least_s: float = 1.0) -> float:
    """Things a second: `work` does some and says how many; the best of the rounds that fit.

    The best, not the mean: what else runs on the machine only ever makes a round slower.
    """
    if is_quick():
        at_least_s /= 5
    best, began = 0.0, time.perf_counter()
    while True:
        started = time.perf_counter()
        count = work()
        ended = time.perf_counter()
        best = max(best, count / (ended - started))
        if ended - began > at_least_s:
            return best


def peak_mb() -> float:
    """Most memory that this process ever held, in megabytes (10^6 bytes)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def now_mb() -> float:
    """Memory of this process now, where the system tells it; else the most it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return peak_mb()
    return pages * resource.getpagesize() / 1e6


@dataclass(frozen=True, slots=True)
class Spent:
    """What a whole process took, in milliseconds: medians over several runs."""

    wall_ms: float
    cpu_ms: float


def run_process(command: Sequence[str], *, times: int = 7, codes: tuple[int, ...] = (0,)) -> Spent:
    """Run a command several times, its output thrown away; `codes`: what it may end with."""
    walls: list[float] = []
    cpus: list[float] = []
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        done = subprocess.run(
            command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        walls.append(time.perf_counter() - started)
        if done.returncode not in codes or b"Traceback" in done.stderr:
            raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr!r}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return Spent(1000 * statistics.median(walls), 1000 * statistics.median(cpus))


def shipped(name: str) -> tuple[Workspace, tuple[Case, ...]]:
    """A shipped workspace and its cases that have a reference."""
    language = get_language("cql")
    workspace = Workspace(language, read_schema(data.schema_path(name)), name)
    lines = data.cases_path(name).read_bytes().splitlines()
    cases = (msgspec.json.decode(line, type=Case) for line in lines)
    return workspace, tuple(case for case in cases if case.reference is not None)


def shipped_references() -> tuple[str, ...]:
    """The texts of all shipped reference queries."""
    return tuple(
        case.reference for name in WORKSPACES for case in shipped(name)[1] if case.reference
    )

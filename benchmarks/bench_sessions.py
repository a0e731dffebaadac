"""Pairs a second by sessions of one run on PostgreSQL, and what that means for more cores.

Server, sessions and their processes share this machine's cores, so more sessions than cores show
only what sharing costs. The projection takes the cores' time that a pair took in each place as it
was measured here, and assumes: cores as quick as these that do not slow each other; sessions on
16 or 128 of them, so many that no parent is the bound; the server on 8 cores of its own, which
share its work evenly.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.measuring import is_quick
from postgres import Server, binaries_of_postgres

_SESSIONS: Final = (1, 2, 4)
_CLUSTERS: Final = (16, 128)
_SERVER_CORES: Final = 8
_STUDY: Final = """
name: spread
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {use: authored}
generators: [{callable: "spread_answers:answer", name: g, threads: 4}]
judges: [proof]
"""
_SCHEMA: Final = """
name: Small
language: cql
events:
  Order Completed: {properties: {total: {type: number}, plan: {type: string}}}
  Signed In: {}
traits: {properties: {age: {type: integer}}}
"""
_ANSWERS: Final = """
def answer(question):
    return question
"""
_JURIST: Final = (sys.executable, "-m", "jurist")


def bench() -> dict[str, float]:
    """Pairs a second by sessions, the cores' time of a pair, and the projection."""
    with running_server() as server:
        return _measured(server)


@contextmanager
def running_server() -> Generator[Server]:
    """A PostgreSQL of our own."""
    binaries = binaries_of_postgres()
    if binaries is None:
        raise RuntimeError("there is no PostgreSQL that this user can run")
    with tempfile.TemporaryDirectory(prefix="pg") as place:
        if os.geteuid() == 0:
            os.chown(place, 65534, 65534)
        server = Server(binaries, Path(place))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _measured(server: Server) -> dict[str, float]:
    pairs = 300 if is_quick() else 6_000
    figures: dict[str, float] = {}
    for sessions in _SESSIONS:
        spent = _spent(server, pairs, sessions)
        starting = sessions * spent["start_ms"]
        figures["start_of_a_session_cpu_ms"] = spent["start_ms"]
        figures[f"pairs_per_s_{sessions}_sessions"] = pairs / spent["s"]
        figures[f"cpu_ms_per_pair_{sessions}_sessions"] = (spent["cpu_ms"] - starting) / pairs
        figures[f"server_cpu_ms_per_pair_{sessions}_sessions"] = spent["server_ms"] / pairs
    alone = figures["cpu_ms_per_pair_1_sessions"]
    figures["overhead_of_2_sessions_percent"] = (
        100 * figures["cpu_ms_per_pair_2_sessions"] / alone - 100
    )
    of_server = figures["server_cpu_ms_per_pair_4_sessions"]
    of_sessions = figures["cpu_ms_per_pair_4_sessions"]
    for cores in _CLUSTERS:
        bound = min(cores / of_sessions, _SERVER_CORES / of_server)
        figures[f"projected_pairs_per_s_{cores}_cores"] = 1_000 * bound
    return figures


def _spent(server: Server, pairs: int, sessions: int) -> dict[str, float]:
    """Seconds, and the processors' milliseconds of sessions and server, for so many pairs."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        write_study(folder, pairs, _STUDY, _ANSWERS)
        environment = {**os.environ, "JURIST_STORE": server.new_database()}
        prepared = subprocess.run(
            [*_JURIST, "run", "study.yaml", "--prepare"],
            cwd=folder, env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        command = [*_JURIST, "work", prepared.stdout.strip(), "--workers", "1", "--quiet"]
        before, of_server, began = _children_ms(), server.cpu_ms(), time.perf_counter()
        working = [subprocess.Popen(command, cwd=folder, env=environment) for _ in range(sessions)]
        codes = [process.wait() for process in working]
        seconds = time.perf_counter() - began
        if any(codes):
            raise RuntimeError(f"sessions ended with {codes}")
        after, of_server = _children_ms(), server.cpu_ms() - of_server
        subprocess.run(command, cwd=folder, env=environment, check=True)  # finds nothing to do
        return {
            "s": seconds,
            "cpu_ms": after - before,
            "server_ms": of_server,
            "start_ms": _children_ms() - after,
        }
    finally:
        shutil.rmtree(folder)


def write_study(folder: Path, pairs: int, study: str, answers: str) -> None:
    """A study `study.yaml` of so many cases, with its module `spread_answers`."""
    (folder / "schema.yaml").write_text(_SCHEMA)
    (folder / "study.yaml").write_text(study)
    (folder / "spread_answers.py").write_text(answers)
    with (folder / "cases.jsonl").open("w") as file:
        for number in range(pairs):
            days, least = 2 + number % 83, 1 + number // 83
            stream = f"event('Order Completed').where(property('total') >= {least})"
            answer = f"{stream}.within({days} days).count() >= 2 AND trait('age') > {number}"
            reference = f"{stream}.within({days} days).count() > 1 AND trait('age') > {number + 1}"
            question = {"id": f"{number}-q", "text": answer, "origin": "authored"}
            case = {"id": str(number), "reference": reference, "questions": [question]}
            file.write(json.dumps(case) + "\n")


def _children_ms() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1_000 * (used.ru_utime + used.ru_stime)

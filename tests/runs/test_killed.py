"""Sessions that are killed, interrupted or run side by side: nothing lost, nothing done twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from jurist.runs import results
from jurist.store import open_store
from jurist.store.runs import get_run
from studies import write_dataset

CHILD = Path(__file__).with_name("session_child.py")
SOURCE = """
import asyncio, os, time

def note(what):
    with open(os.environ["CALLS"], "a") as file:
        file.write(what + "\\n")

def ask(case, workspace):
    time.sleep(0.001)
    return [f"at least {case.id}", f"at most {case.id}"]

async def answer(question):
    await asyncio.sleep(0.004 + len(question) % 5 / 1000)
    note(question)
    return None if "7" in question else question.replace("older", "trait")

def judge(question, reference, candidate, workspace):
    time.sleep(0.001)
    return (1 + len(candidate or "") % 5, f"{reference} {candidate}")
"""
STUDY = """
name: killed
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {generator: "killed_plugin:ask", ask_unchecked: true}
generators: [{callable: "killed_plugin:answer", name: g}]
judges: [{callable: "killed_plugin:judge", name: j}]
concurrency: 4
"""


def test_killed_and_resumed_it_ends_the_same_and_repeats_nothing(
    tmp_path: Path, store_url: str
) -> None:
    _kill_and_compare(tmp_path, store_url, cases=30, kills=2)


@pytest.mark.long
def test_killed_twenty_times_it_ends_the_same_and_repeats_nothing(
    tmp_path: Path, store_url: str
) -> None:
    _kill_and_compare(tmp_path, store_url, cases=300, kills=20)


def test_interrupted_it_says_so_and_goes_on_later(tmp_path: Path) -> None:
    study = _write(tmp_path, cases=100)
    calls = tmp_path / "calls"
    child = _start(study, str(tmp_path / "s.db"), calls)
    _wait_for_calls(calls, 5, child)
    child.send_signal(signal.SIGINT)
    output, _ = child.communicate(timeout=30)
    assert output.decode().startswith("interrupted")
    assert child.returncode == 0
    assert _finish(study, str(tmp_path / "s.db"), calls).startswith("finished")
    assert set(Counter(calls.read_text().splitlines()).values()) == {1}


@pytest.mark.postgres
def test_several_processes_share_a_run_and_do_each_task_once(
    tmp_path: Path, postgres_url: str
) -> None:
    study = _write(tmp_path, cases=80)
    children = [_start(study, postgres_url, tmp_path / f"calls-{n}") for n in range(2)]
    outputs = [child.communicate(timeout=60)[0].decode().split() for child in children]
    assert [output[0] for output in outputs] == ["finished", "finished"]
    done = [int(output[1]) for output in outputs]
    assert all(done)
    assert sum(done) == _count_tasks(postgres_url)
    calls = [line for n in range(2) for line in (tmp_path / f"calls-{n}").read_text().splitlines()]
    assert set(Counter(calls).values()) == {1}


def _kill_and_compare(folder: Path, url: str, *, cases: int, kills: int) -> None:
    rng = random.Random(cases)
    study = _write(folder, cases=cases)
    untouched = str(folder / "untouched.db")
    assert _finish(study, untouched, folder / "calls-untouched").startswith("finished")
    killed = 0
    for session in range(kills):
        stored = _answered(url) if session else set[str]()
        calls = folder / f"calls-{session}"
        child = _start(study, url, calls)
        _wait_for_calls(calls, rng.randrange(cases // 8), child)
        time.sleep(rng.uniform(0, 0.05))
        child.kill()
        child.communicate(timeout=30)
        killed += child.returncode == -signal.SIGKILL
        again = set(calls.read_text().splitlines()) if calls.exists() else set[str]()
        assert not stored & again, "asked again, although the answer was stored"
    assert killed >= kills - 1, "the run ended before it could be killed"
    stored = _answered(url)
    calls = folder / "calls-last"
    assert _finish(study, url, calls).startswith("finished")
    assert not stored & set(calls.read_text().splitlines() if calls.exists() else [])
    assert _rows(url) == _rows(untouched)


def _write(folder: Path, *, cases: int) -> Path:
    write_dataset(folder, cases=cases)
    (folder / "killed_plugin.py").write_text(SOURCE)
    (folder / "study.yaml").write_text(STUDY)
    return folder / "study.yaml"


def _start(study: Path, url: str, calls: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, CHILD, study, url, calls], stdout=subprocess.PIPE)


def _finish(study: Path, url: str, calls: Path) -> str:
    return _start(study, url, calls).communicate(timeout=120)[0].decode()


def _wait_for_calls(calls: Path, number: int, child: subprocess.Popen[bytes]) -> None:
    while child.poll() is None:
        if calls.exists() and len(calls.read_text().splitlines()) >= number:
            return
        time.sleep(0.005)


def _answered(url: str) -> set[str]:
    """The questions whose answers are stored."""
    store = open_store(url)
    query = "SELECT question FROM tasks WHERE stage = 'candidates' AND finished IS NOT NULL"
    import json

    with store.read() as connection:
        found = {json.loads(row[0])["text"] for row in connection.execute(text(query))}
    store.close()
    return found


def _count_tasks(url: str) -> int:
    store = open_store(url)
    with store.read() as connection:
        number = int(connection.scalar(text("SELECT count(*) FROM tasks")) or 0)
    store.close()
    return number


def _rows(url: str) -> Sequence[tuple[object, ...]]:
    store = open_store(url)
    run = get_run(store, "killed").id
    rows = [
        (
            r.dataset, r.case, r.question, r.generator, r.judge, r.task, r.candidate.query,
            r.candidate.refusal, r.candidate.failure, r.verdict.score, r.verdict.reasoning,
        )
        for r in results(store, run)
    ]  # fmt: skip
    store.close()
    assert rows
    return rows

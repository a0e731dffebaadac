"""Tasks that end the session that does them: a failure in the end, and nothing else is harmed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from jurist.records import Candidate, FailureKind
from jurist.runs import results
from jurist.store import open_store
from jurist.store.failures import reopen_failures
from jurist.store.runs import get_run
from studies import write_dataset

CHILD = Path(__file__).with_name("session_child.py")
SOURCE = """
import os, pathlib, signal

def ask(case, workspace):
    return [f"at least {case.id}"]

def answer(question):
    with open(os.environ["CALLS"], "a") as file:
        file.write(question + "\\n")
    if question == "at least case-3" and not pathlib.Path("mended").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return "trait('age') > 1"

def judge(question, reference, candidate, workspace):
    return 4
"""
STUDY = """
name: lost
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {use: synthetic, generator: "lost_plugin:ask", ask_unchecked: true}
generators: [{callable: "lost_plugin:answer", name: g}]
judges: [{callable: "lost_plugin:judge", name: j}]
concurrency: 4
"""


def test_a_task_that_kills_each_session_is_a_failure_after_three(
    tmp_path: Path, store_url: str
) -> None:
    write_dataset(tmp_path, cases=30)
    (tmp_path / "lost_plugin.py").write_text(SOURCE)
    (tmp_path / "study.yaml").write_text(STUDY)
    for number in range(3):
        assert run(tmp_path, store_url, number)[0] == -signal.SIGKILL
    # The second session did one task at a time of those that might have killed the first; the
    # third that one alone, after all others.
    for number in (1, 2):
        assert len(set(calls(tmp_path, number))) == len(calls(tmp_path, number))
        assert calls(tmp_path, number)[-1] == "at least case-3"
    code, said = run(tmp_path, store_url, 3)
    assert (code, said.split()[0]) == (0, "finished")
    assert "at least case-3" not in calls(tmp_path, 3)
    assert not {*calls(tmp_path, 1)[:-1]} & {*calls(tmp_path, 2), *calls(tmp_path, 3)}
    found = answers(store_url)
    assert len(found) == 27  # of three cases nobody asks anything
    failed = found.pop("case-3").failure
    assert failed is not None
    assert failed.kind is FailureKind.ERROR
    assert failed.reason == (
        "3 sessions ended while they were at it, all but the first with nothing else under way"
    )
    assert {answer.query for answer in found.values()} == {"trait('age') > 1"}

    (tmp_path / "mended").touch()
    store = open_store(store_url)
    assert str(reopen_failures(store, get_run(store, "lost").id)) == "1 answer"
    store.close()
    assert run(tmp_path, store_url, 4)[0] == 0
    assert answers(store_url)["case-3"].query == "trait('age') > 1"


def run(folder: Path, url: str, number: int) -> tuple[int, str]:
    child = subprocess.run(
        [sys.executable, CHILD, folder / "study.yaml", url, folder / f"calls-{number}"],
        capture_output=True, check=False, cwd=folder, timeout=60,
    )  # fmt: skip
    return child.returncode, child.stdout.decode()


def calls(folder: Path, number: int) -> list[str]:
    path = folder / f"calls-{number}"
    return path.read_text().splitlines() if path.exists() else []


def answers(url: str) -> dict[str, Candidate]:
    store = open_store(url)
    found = {row.case.id: row.candidate for row in results(store, get_run(store, "lost").id)}
    store.close()
    return found

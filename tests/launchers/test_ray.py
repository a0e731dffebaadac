"""A real Ray cluster of two nodes on this machine, one of which is taken away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from jurist.runs import results
from jurist.store import open_store
from jurist.store.counters import count_tasks
from jurist.store.runs import get_run
from studies import write_dataset

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(find_spec("ray") is None, reason="the extra 'ray' is not installed"),
]

TOKEN = "0123456789abcdef" * 4
STUDY = """
name: spread
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {use: authored}
generators: [{callable: "spread_plugin:answer", name: g}]
judges: [proof, {callable: "spread_plugin:judge", name: j}]
"""
PLUGIN = """
import time

def answer(question):
    time.sleep(0.005)
    number = int(question.split()[-1])
    return None if number % 10 == 9 else f"trait('age') >= {number + number % 3}"

def judge(question, reference, candidate, workspace):
    return 5 if reference == candidate else 2
"""
CASES = 1_500


@dataclass(frozen=True)
class RayCluster:
    """Two nodes with a core each, behind a head without any, in a process of their own."""

    process: subprocess.Popen[str]
    address: str
    client: str
    """How it is reached from a machine that is no node of it."""

    def lose_a_node(self) -> None:
        """Without any warning."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print("lose", file=self.process.stdin, flush=True)
        assert self.process.stdout.readline() == "lost\n"


@pytest.fixture
def ray_cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[RayCluster]:
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", TOKEN)
    nodes = Path(__file__).with_name("ray_nodes.py")
    with subprocess.Popen(
        [sys.executable, nodes], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        addresses = process.stdout.readline().split()
        assert addresses, "the cluster did not start"
        yield RayCluster(process, f"ray:{addresses[0]}", f"ray://{addresses[1]}")


def start(folder: Path, url: str, on: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "jurist", "run", "study.yaml", "--on", on, "--folder", str(folder)],
        cwd=folder,
        env={**os.environ, "JURIST_STORE": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(what: Callable[[], bool], *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.2)


def finished(url: str) -> int:
    store = open_store(url)
    try:
        run = get_run(store, "spread").id
        return sum(count.finished for count in count_tasks(store, run))
    finally:
        store.close()


def rows(url: str) -> Sequence[tuple[object, ...]]:
    store = open_store(url)
    found = [
        (row.case.id, row.question.id, row.judge, row.candidate.query, row.candidate.refusal,
         row.verdict.score, row.verdict.reasoning, row.verdict.evidence.relation
         if row.verdict.evidence else None)
        for row in results(store, get_run(store, "spread").id)
    ]  # fmt: skip
    store.close()
    return found


def undisturbed(folder: Path) -> Sequence[tuple[object, ...]]:
    place = str(folder / "alone.db")
    ended = subprocess.run(
        [sys.executable, "-m", "jurist", "run", "study.yaml", "--store", place, "--quiet"],
        cwd=folder, check=False, capture_output=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return rows(place)


def sessions() -> list[psutil.Process]:
    """The processes of `jurist work` on this machine."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
        except psutil.Error:
            continue
        if "work" in words and "--stop-at-eof" in words:
            found.append(process)
    return found


def write_study(folder: Path) -> None:
    write_dataset(folder, cases=CASES)
    (folder / "spread_plugin.py").write_text(PLUGIN)
    (folder / "study.yaml").write_text(STUDY)


def test_through_the_client_a_run_is_the_same(
    tmp_path: Path, ray_cluster: RayCluster, postgres_url: str
) -> None:
    write_study(tmp_path)
    driver = start(tmp_path, postgres_url, ray_cluster.client)
    wait_for(lambda: len(sessions()) == 2, seconds=90)
    wait_for(lambda: finished(postgres_url) > 100, seconds=60)
    sessions()[0].kill()
    wait_for(lambda: len(sessions()) == 2, seconds=60)
    said, notes = driver.communicate(timeout=300)
    assert driver.returncode == 0, notes
    assert "scored" in said
    assert "2 nodes worked on the run" in notes
    found = rows(postgres_url)
    assert len(found) == len(set(found)) == 2 * CASES
    assert sorted(map(repr, found)) == sorted(map(repr, undisturbed(tmp_path)))
    assert sessions() == []


def test_ctrl_c_through_the_client_ends_the_sessions_in_order(
    tmp_path: Path, ray_cluster: RayCluster, postgres_url: str
) -> None:
    write_study(tmp_path)
    driver = start(tmp_path, postgres_url, ray_cluster.client)
    stop_with_ctrl_c(driver, postgres_url)


def test_a_node_is_lost_and_sessions_are_killed(
    tmp_path: Path, ray_cluster: RayCluster, postgres_url: str
) -> None:
    write_study(tmp_path)
    driver = start(tmp_path, postgres_url, ray_cluster.address)
    wait_for(lambda: len(sessions()) == 2, seconds=90)
    wait_for(lambda: finished(postgres_url) > 100, seconds=60)
    for process in sessions():
        process.kill()
        wait_for(lambda: len(sessions()) == 2, seconds=60)  # the actor starts it again
    before = finished(postgres_url)
    wait_for(lambda: finished(postgres_url) > before + 100, seconds=60)
    ray_cluster.lose_a_node()
    said, notes = driver.communicate(timeout=300)
    assert driver.returncode == 0, notes
    assert "scored" in said
    found = rows(postgres_url)
    assert len(found) == len(set(found)) == 2 * CASES
    assert sorted(map(repr, found)) == sorted(map(repr, undisturbed(tmp_path)))
    assert finished(postgres_url) == 3 * CASES
    assert sessions() == []


def test_ctrl_c_ends_the_sessions_in_order(
    tmp_path: Path, ray_cluster: RayCluster, postgres_url: str
) -> None:
    write_study(tmp_path)
    driver = start(tmp_path, postgres_url, ray_cluster.address)
    stop_with_ctrl_c(driver, postgres_url)


def stop_with_ctrl_c(driver: subprocess.Popen[str], postgres_url: str) -> None:
    wait_for(lambda: len(sessions()) == 2, seconds=90)
    wait_for(lambda: finished(postgres_url) > 50, seconds=60)
    driver.send_signal(signal.SIGINT)
    _, notes = driver.communicate(timeout=60)
    assert driver.returncode == 3, notes
    assert "jurist run study.yaml" in notes
    wait_for(lambda: sessions() == [], seconds=20)
    assert 0 < finished(postgres_url) < 3 * CASES

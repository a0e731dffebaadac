"""A real Ray cluster of two nodes on this machine, one of which is taken away."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from jurist.store import open_store
from jurist.store.counters import count_tasks
from jurist.store.runs import get_run
from model_studies import Rows, rows_of
from studies import write_dataset
from waiting import wait_for

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


def start(folder: Path, url: str, address: str) -> subprocess.Popen[str]:
    """`jurist run --on` a cluster, in a folder of its own, with a session on each node."""
    write_dataset(folder, cases=CASES)
    (folder / "spread_plugin.py").write_text(PLUGIN)
    (folder / "study.yaml").write_text(STUDY)
    command = ["run", "study.yaml", "--on", address, "--folder", str(folder)]
    driver = subprocess.Popen(
        [sys.executable, "-m", "jurist", *command],
        cwd=folder,
        env={**os.environ, "JURIST_STORE": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: len(sessions(url)) == 2, seconds=90)
    return driver


def finished(url: str) -> int:
    store = open_store(url)
    try:
        run = get_run(store, "spread").id
        return sum(count.finished for count in count_tasks(store, run))
    finally:
        store.close()


def rows(url: str) -> Rows:
    store = open_store(url)
    try:
        return rows_of(store, get_run(store, "spread").id)
    finally:
        store.close()


def undisturbed(folder: Path) -> Rows:
    place = str(folder / "alone.db")
    ended = subprocess.run(
        [sys.executable, "-m", "jurist", "run", "study.yaml", "--store", place, "--quiet"],
        cwd=folder, check=False, capture_output=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return rows(place)


def sessions(url: str) -> list[psutil.Process]:
    """The processes of `jurist work` on one store; those of others are left alone."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):  # it ended, or is another user's
            if "--stop-at-eof" in process.cmdline() and (
                process.environ().get("JURIST_STORE") == url
            ):
                found.append(process)
    return found


def test_through_the_client_a_run_is_the_same(
    tmp_path: Path, ray_cluster: RayCluster, postgres_url: str
) -> None:
    driver = start(tmp_path, postgres_url, ray_cluster.client)
    wait_for(lambda: finished(postgres_url) > 100)
    sessions(postgres_url)[0].kill()
    wait_for(lambda: len(sessions(postgres_url)) == 2)
    table, notes = driver.communicate(timeout=300)
    assert driver.returncode == 0, notes
    assert "scored" in table
    assert "2 nodes worked on the run" in notes
    assert len(rows(postgres_url)) == 2 * CASES
    assert rows(postgres_url) == undisturbed(tmp_path)
    assert sessions(postgres_url) == []


def test_a_node_is_lost_and_sessions_are_killed(
    tmp_path: Path, ray_cluster: RayCluster, postgres_url: str
) -> None:
    driver = start(tmp_path, postgres_url, ray_cluster.address)
    wait_for(lambda: finished(postgres_url) > 100)
    for process in sessions(postgres_url):
        process.kill()
        process.wait(30)
        wait_for(lambda: len(sessions(postgres_url)) == 2)  # the actor starts it again
    before = finished(postgres_url)
    wait_for(lambda: finished(postgres_url) > before + 100)
    ray_cluster.lose_a_node()
    table, notes = driver.communicate(timeout=300)
    assert driver.returncode == 0, notes
    assert "scored" in table
    assert len(rows(postgres_url)) == 2 * CASES
    assert rows(postgres_url) == undisturbed(tmp_path)
    assert finished(postgres_url) == 3 * CASES
    assert sessions(postgres_url) == []


@pytest.mark.parametrize("is_by_client", [True, False])
def test_ctrl_c_ends_the_sessions_in_order(
    tmp_path: Path, ray_cluster: RayCluster, postgres_url: str, is_by_client: bool
) -> None:
    address = ray_cluster.client if is_by_client else ray_cluster.address
    driver = start(tmp_path, postgres_url, address)
    wait_for(lambda: finished(postgres_url) > 50)
    driver.send_signal(signal.SIGINT)
    _, notes = driver.communicate(timeout=60)
    assert driver.returncode == 3, notes
    assert "jurist run study.yaml" in notes
    wait_for(lambda: sessions(postgres_url) == [], seconds=20)
    assert 0 < finished(postgres_url) < 3 * CASES

"""Sessions that are killed, stopped and cut off from their server at random, side by side.

Whatever happens, the results are those of one undisturbed session, row by row (times and costs
apart): none lost, none twice; no counter is wrong, and nothing is left claimed.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from jurist.errors import StoreError
from jurist.runs import read_study, results, run_study
from jurist.runs.session import prepare_study
from jurist.store import Store, open_store
from jurist.store.counters import audit_counts, count_tasks
from jurist.store.lock import hold_store
from jurist.store.patience import patiently
from jurist.store.queue import workers_of
from jurist.store.sent import count_repeats
from model_server import ModelServer
from model_studies import Rows, model_study, play, read_rows, rows_of, run_beside, told
from postgres import Server
from studies import write_dataset
from waiting import wait_for

pytestmark = pytest.mark.postgres
SOURCE = """
import asyncio, os, time

def ask(case, workspace):  # other questions each time: only those of the first result may be asked
    return [f"at least {case.id}"]

async def answer(question):
    await asyncio.sleep(float(os.environ.get("ANSWER_S", "0.02")))
    return None if "7" in question else "trait('age') > " + str(len(question) % 9)
"""
STUDY = """
name: chaos
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {generator: "chaos_plugin:ask", ask_unchecked: true}
generators: [rules, {callable: "chaos_plugin:answer", name: g}]
concurrency: 8
"""


class Sessions:
    """Processes that work on one run."""

    def __init__(self, folder: Path, url: str, run: str) -> None:
        self._command = [sys.executable, "-m", "jurist", "work", run, "--workers", "1", "--quiet"]
        self._folder = folder
        self._environment = os.environ | {"JURIST_STORE": url}
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            self._command, cwd=self._folder, env=self._environment, stderr=subprocess.PIPE
        )
        self.running.append(child)
        return child

    def kill(self, child: subprocess.Popen[bytes]) -> None:
        child.kill()
        child.communicate(timeout=30)
        self.running.remove(child)

    def end(self) -> None:
        """Wait until all have done what there is to do."""
        for child in self.running:
            said = child.communicate(timeout=200)[1].decode()
            assert child.returncode == 0, said

    def __enter__(self) -> Sessions:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.running:
            if child.poll() is None:
                child.kill()
                child.communicate(timeout=30)


def test_killed_sessions_leave_no_trace_in_the_results(tmp_path: Path, postgres_url: str) -> None:
    chaos(tmp_path, postgres_url, cases=60, kills=2, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_many_killed_sessions_leave_no_trace_in_the_results(
    tmp_path: Path, postgres_url: str, seed: int
) -> None:
    chaos(tmp_path, postgres_url, cases=1000, kills=12, seed=seed)


def test_late_results_of_a_session_that_was_stopped_change_nothing(
    tmp_path: Path, postgres_url: str
) -> None:
    """Stopped past its lease; another does its tasks; then it goes on."""
    store, run, whole = begun(tmp_path, postgres_url, cases=60)
    with Sessions(tmp_path, postgres_url, run) as sessions:
        stopped = sessions.start()
        wait_for(lambda: done(store, run) > 20)
        stopped.send_signal(signal.SIGSTOP)
        before = done(store, run)
        with store.write() as connection:  # as after two leases
            connection.execute(text("UPDATE tasks SET claimed_until = 0 WHERE status = 'claimed'"))
        assert sessions.start().wait(100) == 0
        assert done(store, run) > before
        at_end = rows_of(store, run)
        stopped.send_signal(signal.SIGCONT)
        sessions.end()
    assert rows_of(store, run) == at_end
    require_whole(store, run, whole)
    store.close()


@pytest.mark.long
def test_stopped_past_two_real_leases(tmp_path: Path, postgres_url: str) -> None:
    store, run, whole = begun(tmp_path, postgres_url, cases=300)
    with Sessions(tmp_path, postgres_url, run) as sessions:
        stopped = sessions.start()
        wait_for(lambda: done(store, run) > 100)
        stopped.send_signal(signal.SIGSTOP)
        other = sessions.start()
        time.sleep(26)
        stopped.send_signal(signal.SIGCONT)
        assert other.wait(100) == 0
        sessions.end()
    require_whole(store, run, whole)
    store.close()


def test_lost_connections_and_a_server_that_restarts_are_borne(
    tmp_path: Path, postgres_server: Server, postgres_url: str
) -> None:
    store, run, whole = begun(tmp_path, postgres_url, cases=80)
    with Sessions(tmp_path, postgres_url, run) as sessions:
        sessions.start()
        for least in (30, 80):
            wait_for(lambda least=least: done(store, run) > least)
            with store.write() as connection:
                connection.execute(text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                ))  # fmt: skip
        wait_for(lambda: done(store, run) > 120)
        postgres_server.stop(signal.SIGQUIT)
        time.sleep(1)
        postgres_server.start()
        sessions.end()
    store.close()
    store = open_store(postgres_url)
    require_whole(store, run, whole)
    store.close()


@pytest.mark.long
def test_sessions_that_go_on_with_a_server_that_restarted_have_the_store_still(
    tmp_path: Path, postgres_server: Server, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, run, whole = begun(tmp_path, postgres_url, cases=100)
    monkeypatch.setenv("ANSWER_S", "1.5")
    with Sessions(tmp_path, postgres_url, run) as sessions:
        sessions.start()
        sessions.start()
        wait_for(lambda: len(workers_of(store, run)) == 2 and done(store, run) > 110)
        postgres_server.stop(signal.SIGQUIT)
        postgres_server.start()
        with pytest.raises(StoreError, match="somebody is at work"), hold_store(store):
            pass
        assert patiently(store, lambda: len(workers_of(store, run))) == 2
        sessions.end()
    with hold_store(store):
        require_whole(store, run, whole)
    store.close()


async def test_calls_of_killed_sessions_are_repeated_and_counted(
    tmp_path: Path, postgres_url: str
) -> None:
    async with ModelServer(reply=play, delay_s=0.05) as server:
        study = model_study(tmp_path, server.url, cases=15)
        store = open_store(postgres_url)
        run = await asyncio.to_thread(prepare_study, read_study(study), store)
        with Sessions(tmp_path, postgres_url, run) as sessions:
            for least in (10, 30):
                child = sessions.start()
                await asyncio.to_thread(
                    wait_for, lambda least=least: len(server.counts.bodies) > least
                )
                sessions.kill(child)
            sessions.start()
            sessions.start()
            await asyncio.to_thread(sessions.end)
        sent = [told(body) for body in server.counts.bodies]
        repeats = len(sent) - len(set(sent))
        whole = await run_beside(read_study(study), tmp_path / "whole.db")
    assert await asyncio.to_thread(read_rows, postgres_url, run) == read_rows(
        tmp_path / "whole.db", whole.run
    )
    # What a session was about to send when it was killed may have left it, so it counts as well:
    # up to what the two that were killed had under way, four calls of each.
    counted = count_repeats(store, run)
    audit_counts(store, run)
    store.close()
    assert 0 < repeats <= counted <= repeats + 2 * 4


def chaos(folder: Path, url: str, *, cases: int, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    store, run, whole = begun(folder, url, cases=cases)
    total = len(whole)
    with Sessions(folder, url, run) as sessions:
        sessions.start()
        sessions.start()
        for number in range(kills):
            least = total * (number + 1) // (2 * kills)
            wait_for(lambda least=least: done(store, run) >= least)
            time.sleep(rng.uniform(0, 0.2))
            sessions.kill(rng.choice(sessions.running))
            sessions.start()
        sessions.end()
    require_whole(store, run, whole)
    store.close()


def begun(folder: Path, url: str, *, cases: int) -> tuple[Store, str, Rows]:
    """A run that is prepared, and its rows as an undisturbed session has them."""
    write_dataset(folder, cases=cases)
    (folder / "chaos_plugin.py").write_text(SOURCE)
    (folder / "study.yaml").write_text(STUDY)
    alone = open_store(folder / "whole.db")
    outcome = run_study(read_study(folder / "study.yaml"), alone, workers=1)
    assert outcome.ending == "finished"
    whole = rows_of(alone, outcome.run)
    alone.close()
    store = open_store(url)
    return store, prepare_study(read_study(folder / "study.yaml"), store), whole


def require_whole(store: Store, run: str, whole: Rows) -> None:
    assert len(list(results(store, run))) == len(whole)
    for here, there in zip(rows_of(store, run), whole, strict=True):
        assert here == there
    audit_counts(store, run)
    assert workers_of(store, run) == ()


def done(store: Store, run: str) -> int:
    counts = patiently(store, lambda: count_tasks(store, run))  # the tests' own connections go too
    return sum(count.finished for count in counts)

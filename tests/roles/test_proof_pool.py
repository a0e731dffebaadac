"""Proofs on a pool of processes: same verdicts, and nothing a pair does can spoil the others."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from jurist.errors import UnsupportedError, WorkerError
from jurist.languages.base import Schema
from jurist.languages.documents import parse_document
from jurist.languages.effort import STEPS, limited
from jurist.records import Cost, FailureKind, Method, Relation, Verdict
from jurist.roles import Workspace
from jurist.roles.offline.proof import rule_by_evidence
from jurist.roles.offline.proof_pool import ProofPool, Rehearsal
from jurist.roles.offline.proof_process import ProofProcess
from jurist.runs import load_workspace
from studies import SCHEMA

SAME = (
    "trait('age') > 3 AND trait('plan') = 'pro'",
    "trait('plan') = 'pro' AND trait('age') > 3",
)


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load_workspace("small", parse_document(SCHEMA, where="test"), where="test")


async def test_verdicts_are_those_of_one_process(workspace: Workspace) -> None:
    pairs = [(f"trait('age') > {n}", f"trait('age') >= {n % 4}") for n in range(40)]
    pairs += [("trait('age') > 1", "no query"), ("trait('ag') > 1", "trait('age') > 1")]
    async with ProofPool(2) as pool:
        found = await asyncio.gather(*(pool.rule(*pair, workspace) for pair in pairs))
    assert list(map(_timeless, found)) == [
        _timeless(rule_by_evidence(*pair, workspace)) for pair in pairs
    ]
    assert [verdict.score for verdict in found[-2:]] == [1.0, None]


async def test_a_killed_worker_costs_no_verdict(workspace: Workspace) -> None:
    async with ProofPool(2) as pool:
        await pool.rule(*SAME, workspace)  # so that the pool is there
        tasks = [
            asyncio.create_task(pool.rule(f"trait('age') > {n}", "trait('age') > 5", workspace))
            for n in range(60)
        ]
        await asyncio.sleep(0)
        victims = _workers(os.getpid())
        assert victims
        os.kill(victims[0], signal.SIGKILL)
        found = await asyncio.gather(*tasks)
    assert all(verdict.score is not None for verdict in found)
    assert found[5].score == 5


async def test_a_pair_that_ends_its_process_twice_is_a_failure(workspace: Workspace) -> None:
    async with ProofPool(1, limit_s=1e-6) as pool:  # so every pair takes too long
        found = await asyncio.gather(*(pool.rule(*SAME, workspace) for _ in range(2)))
    for verdict in found:
        assert verdict.score is None
        assert verdict.unscored is not None
        assert verdict.unscored.kind is FailureKind.ERROR
        assert verdict.unscored.reason == "its proof ended the process twice (it took too long)"


async def test_a_caller_that_gives_up_spoils_nothing(workspace: Workspace) -> None:
    async with ProofPool(1) as pool:
        impatient = asyncio.create_task(pool.rule(*SAME, workspace))
        await asyncio.sleep(0)
        impatient.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await impatient
        verdict = await pool.rule(*SAME, workspace)
    assert verdict.evidence is not None
    assert verdict.evidence.relation is Relation.EQUIVALENT
    assert verdict.evidence.method is not Method.NONE


async def test_leaving_it_gives_up_what_is_under_way(workspace: Workspace) -> None:
    async with ProofPool(1) as pool:
        tasks = [asyncio.create_task(pool.rule(*SAME, workspace)) for _ in range(200)]
        await asyncio.sleep(0.05)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    given_up = [outcome for outcome in outcomes if isinstance(outcome, asyncio.CancelledError)]
    assert given_up
    assert all(isinstance(o, Verdict) for o in outcomes if o not in given_up)


async def test_one_pair_starts_one_process(workspace: Workspace) -> None:
    async with ProofPool(2) as pool:
        assert _workers(os.getpid()) == []
        await pool.rule(*SAME, workspace)
        assert len(_workers(os.getpid())) == 1
    assert _workers(os.getpid()) == []


async def test_where_no_process_can_be_started_no_pair_is_blamed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no module of that name >&2\nexit 1\n")
    broken.chmod(0o700)
    for executable, said in (
        (broken, "no module of that name"),
        (tmp_path / "none", "No such file"),
    ):
        monkeypatch.setattr(sys, "executable", str(executable))
        async with ProofPool(2) as pool:
            for _ in range(2):
                with pytest.raises(WorkerError, match=f"(?s){said}.*{executable} -P -m jurist"):
                    await asyncio.wait_for(pool.rule(*SAME, workspace), 20)


async def test_a_language_of_the_script_itself_is_refused_by_name(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part, problem in (
        (workspace.language, "the language 'cql' is defined in the script"),
        (workspace.schema, "the schema 'Small' is defined in the script"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(type(part), "__module__", "__main__")
            async with ProofPool(1) as pool:
                with pytest.raises(UnsupportedError, match=problem):
                    await pool.rule(*SAME, workspace)


class Connected(Schema):
    """A schema that holds what no other process can be given."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    @property
    def name(self) -> str:
        """Of any."""
        return "Connected"

    @property
    def digest(self) -> str:
        """Of any."""
        return "d"


async def test_a_workspace_that_cannot_be_pickled_is_refused_by_name(workspace: Workspace) -> None:
    """It hung for ever: the error was raised where nobody waited for it."""
    async with ProofPool(1) as pool:
        with pytest.raises(UnsupportedError, match=r"'small' cannot be pickled: TypeError"):
            await asyncio.wait_for(pool.rule(*SAME, replace(workspace, schema=Connected())), 10)
        assert (await pool.rule(*SAME, workspace)).score == 5


async def test_a_process_that_ends_after_others_did_not_start_has_a_successor(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its pairs waited for ever: two failed starts were remembered while it was there."""
    log = tmp_path / "started"
    broken = tmp_path / "python"
    broken.write_text(f"#!/bin/sh\necho x >> {log}\nexit 1\n")
    broken.chmod(0o700)
    async with ProofPool(2) as pool:
        await pool.rule(*SAME, workspace)
        (victim,) = _workers(os.getpid())
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", str(broken))
            for _ in range(100):
                await asyncio.gather(*(pool.rule(*SAME, workspace) for _ in range(40)))
                if log.exists() and len(log.read_text().split()) >= 2:
                    break
            else:
                pytest.fail("no second process was started")
            await asyncio.sleep(0.2)  # until the end of the last is known
        os.kill(victim, signal.SIGKILL)
        assert (await asyncio.wait_for(pool.rule(*SAME, workspace), 20)).score == 5


async def test_a_pair_is_left_undecided_by_the_callers_clock(workspace: Workspace) -> None:
    reference, candidate = (
        " AND ".join(
            f"event('Order Completed').within({n} days).where(property('total') {operator} {n})"
            ".count() >= 2"
            for n in range(1, 19)
        )
        for operator in (">", ">=")
    )
    async with ProofPool(1) as pool:
        with limited(STEPS, wall_s=0):
            late = await pool.rule(reference, candidate, workspace)
        patient = await pool.rule(reference, candidate, workspace)
    assert late.unscored is not None
    assert late.unscored.kind is FailureKind.TIMEOUT
    assert patient.score is not None


async def test_what_nobody_waits_for_any_more_is_not_begun(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    send = ProofProcess.send

    def recorded(process: ProofProcess, message: bytes) -> None:
        sent.extend(pair.reference for pair in pickle.loads(message).pairs)  # noqa: S301 - ours
        send(process, message)

    monkeypatch.setattr(ProofProcess, "send", recorded)
    async with ProofPool(1, batch=1, ahead=1) as pool:
        gone = [
            asyncio.create_task(pool.rule(f"trait('age') > {n}", SAME[1], workspace))
            for n in range(3)
        ]
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()
        assert (await pool.rule(*SAME, workspace)).score == 5
    assert all(task.cancelled() for task in gone)
    assert sent == [SAME[0]]


async def test_processes_that_rehearse_are_there_before_anybody_asks_and_after_an_end(
    workspace: Workspace,
) -> None:
    async def becomes(ready: int) -> None:
        for _ in range(3000):
            if pool.ready == ready:
                return
            await asyncio.sleep(0.01)
        pytest.fail(f"{pool.ready} processes are ready, not {ready}")

    async with ProofPool(1, rehearsal=Rehearsal(*SAME, workspace)) as pool:
        pool.start()
        await becomes(1)
        (victim,) = _workers(os.getpid())
        os.kill(victim, signal.SIGKILL)
        await becomes(0)
        await becomes(1)
        assert (await pool.rule(*SAME, workspace)).score == 5


async def test_more_workspaces_than_a_process_holds_are_brought_again(
    workspace: Workspace,
) -> None:
    many = [replace(workspace, name=f"w{number}") for number in range(70)]
    async with ProofPool(1) as pool:
        for each in (*many, *many[:5]):
            assert (await pool.rule(*SAME, each)).score == 5


def test_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import asyncio, sys\n"
        "from jurist.languages.documents import parse_document\n"
        "from jurist.roles.offline.proof_pool import ProofPool\n"
        "from jurist.runs import load_workspace\n"
        "async def main():\n"
        f"    document = parse_document({SCHEMA!r}, where='')\n"
        "    workspace = load_workspace('small', document, where='')\n"
        "    async with ProofPool(1) as pool:\n"
        f"        await pool.rule(*{SAME!r}, workspace)\n"
        "        print('ready', flush=True)\n"
        "        await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        workers = _workers(parent.pid)
        assert workers
        parent.kill()
    for _ in range(200):
        if not any(map(_is_alive, workers)):
            return
        time.sleep(0.05)
    pytest.fail("a worker outlived its parent")


def _workers(parent: int) -> list[int]:
    return [
        process.pid
        for process in psutil.Process(parent).children()
        if "jurist.roles.offline.proof_worker" in _command(process)
    ]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has just ended
        return []


def _is_alive(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _timeless(verdict: Verdict) -> Verdict:
    evidence = verdict.evidence
    still = None if evidence is None else replace(evidence, timings_ms={})
    return replace(verdict, cost=Cost(), evidence=still)

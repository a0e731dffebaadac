"""Runs whose roles are models: ended by budgets, kills and faults, and gone on with."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from fast_clock import FastClock
from jurist.models import Budget, BudgetLimits, Models
from jurist.runs import execute, plan, read_study, results, writings
from jurist.store import open_store
from model_server import Fault, ModelServer
from model_studies import model_study, play, read_rows, run_beside, stored_requests, told

CHILD = Path(__file__).with_name("session_child.py")


async def test_a_run_ends_with_its_budget_and_goes_on_with_a_larger_one(tmp_path: Path) -> None:
    async with ModelServer(reply=play) as server:
        small = model_study(tmp_path, server.url, cases=12, extra="budget: {calls: 20}")
        first = await run_beside(read_study(small), tmp_path / "s.db")
        assert first.ending == "out_of_budget"
        assert first.open > 0
        assert "20" in first.reason
        assert server.counts.requests <= 20
        stuck = await run_beside(read_study(small), tmp_path / "s.db")
        assert stuck.ending == "out_of_budget"
        assert server.counts.requests <= 20
        larger = model_study(tmp_path, server.url, cases=12, extra="budget: {calls: 1000}")
        last = await run_beside(read_study(larger), tmp_path / "s.db")
        assert (last.ending, last.open, last.run) == ("finished", 0, first.run)
        assert set(server.counts.by_body.values()) == {1}
        free = model_study(tmp_path, server.url, cases=12)
        whole = await run_beside(read_study(free), tmp_path / "whole.db")
    rows = read_rows(tmp_path / "s.db", last.run)
    assert all(row[6].unscored is None for row in rows)  # type: ignore[attr-defined]
    assert rows == read_rows(tmp_path / "whole.db", whole.run)


async def test_a_budget_in_money_holds_to_the_cent(tmp_path: Path) -> None:
    async with ModelServer(reply=play) as server:
        model = f"{server.url}#test-model"
        extra = (
            f'models: {{prices: {{"{model}": {{input: 1000, output: 5000}}}}}}\nbudget: {{usd: 40}}'
        )
        study = model_study(tmp_path, server.url, cases=12, extra=extra)
        outcome = await run_beside(read_study(study), tmp_path / "s.db")
        counts = server.counts
        billed = (
            Decimal(counts.input_tokens) * 1000 + Decimal(counts.output_tokens) * 5000
        ) / 10**6
    assert outcome.ending == "out_of_budget"
    assert 0 < billed <= 40


FAULTS = tuple(set(Fault) - {Fault.HUGE})  # 12 MB each: `test_calls` has one


@pytest.mark.parametrize("seed", range(2))
async def test_with_faults_of_all_kinds_every_case_has_a_verdict_or_a_reason(
    tmp_path: Path, seed: int
) -> None:
    budget = Budget(BudgetLimits(tokens=3_000_000))
    store = open_store(str(tmp_path / "s.db"))
    server = ModelServer(reply=play, fault_rate=0.1, faults=FAULTS, seed=seed, slow_s=0.01)
    async with server, Models(clock=FastClock(), rng=random.Random(seed), budget=budget) as models:
        file = read_study(model_study(tmp_path, server.url, cases=40))
        outcome = await asyncio.wait_for(execute(plan(file, models=models), store), 60)
        assert outcome.ending == "finished"
        assert server.counts.requests > server.counts.replies  # there were faults
        assert server.counts.input_tokens + server.counts.output_tokens <= 3_000_000
    rows = list(results(store, outcome.run))
    wrote = list(writings(store, outcome.run))
    store.close()
    assert {row.case.id for row in rows} == {f"case-{n}" for n in range(40)}
    assert len(rows) == 40 + sum(len(each.questions) for each in wrote)
    assert len(wrote) == 36
    assert all(each.questions or (each.failure and each.failure.reason) for each in wrote)
    for row in rows:
        if row.verdict.score is None:
            assert row.verdict.unscored is not None
            assert row.verdict.unscored.reason
    kinds = Counter(row.verdict.unscored.kind for row in rows if row.verdict.unscored)
    assert 0 < sum(kinds.values()) < len(rows) / 2


async def test_killed_and_resumed_no_reply_that_arrived_is_asked_for_again(tmp_path: Path) -> None:
    await _kill_and_compare(tmp_path, cases=20, kills=2)


@pytest.mark.long
async def test_killed_twenty_times_no_reply_that_arrived_is_asked_for_again(
    tmp_path: Path,
) -> None:
    await _kill_and_compare(tmp_path, cases=200, kills=20)


async def _kill_and_compare(folder: Path, *, cases: int, kills: int) -> None:
    rng = random.Random(kills)
    place = folder / "s.db"
    async with ModelServer(reply=play, delay_s=0.01) as server:
        counts = server.counts
        study = model_study(folder, server.url, cases=cases)
        whole = await run_beside(read_study(study), folder / "whole.db")
        calls = counts.requests
        assert set(counts.by_body.values()) == {1}
        counts.bodies.clear()
        killed = 0
        for session in range(kills):
            stored = stored_requests(place) if session else set[str]()
            begun = len(counts.bodies)
            until = begun + rng.randrange(1, max(2, calls // (kills + 2)))
            child = await _start(study, place, folder)
            for _ in range(10_000):
                if len(counts.bodies) >= until or child.returncode is not None:
                    break
                await asyncio.sleep(0.002)
            await asyncio.sleep(rng.uniform(0, 0.02))
            if child.returncode is None:
                child.kill()
            killed += await child.wait() == -signal.SIGKILL
            again = {told(body) for body in counts.bodies[begun:]}
            assert not stored & again, "asked again, although the reply was stored"
        assert killed == kills
        stored, begun = stored_requests(place), len(counts.bodies)
        last = await run_beside(read_study(study), place)
        assert last.ending == "finished"
        assert not stored & {told(body) for body in counts.bodies[begun:]}
        repeated = len(counts.bodies) - calls
    assert 0 <= repeated <= kills * (4 + 4 + 2 * 4), "more asked again than was in flight"
    assert read_rows(place, last.run) == read_rows(folder / "whole.db", whole.run)


async def _start(study: Path, place: Path, folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, CHILD, study, place, folder / "calls", stdout=asyncio.subprocess.DEVNULL
    )

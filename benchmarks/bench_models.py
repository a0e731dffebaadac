"""What a judged sample costs where a model judges, against a local server without latency.

Everything on: prompt rendered, request keyed, ledger asked, budget reserved, reply committed
to SQLite with full synchronisation before it is used, read and validated. Beside it, in turns
in the same process, the same request as a bare aiohttp call.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp

from benchmarks.canned_server import serving
from benchmarks.measuring import is_quick, peak_mb, shipped
from jurist.models import Budget, BudgetLimits, Models
from jurist.records import Candidate, Case, Origin, Question
from jurist.roles.llm.judge import JudgeOptions, ModelJudge
from jurist.roles.protocols import Workspace
from jurist.store import open_store
from jurist.store.ledger import SqlLedger

IN_FLIGHT = 50
"""Calls that the server answers at once."""
UNDER_WAY = 3 * IN_FLIGHT
"""Samples at once: while some wait for the server, others wait for the disk."""
TOKENS = 10**12  # a budget that is reserved from and never ends
PART = "--part"


@dataclass(frozen=True, slots=True)
class Bench:
    """A judge with everything behind it."""

    judge: ModelJudge
    models: Models
    workspace: Workspace
    cases: tuple[Case, ...]

    async def judge_sample(self, number: int) -> None:
        """Judge one of endlessly many samples: each number is another question."""
        case = self.cases[number % len(self.cases)]
        other = self.cases[(number + 1) % len(self.cases)]
        question = Question(f"q{number}", f"customers wanted by request {number}", Origin.REAL)
        candidate = Candidate(query=other.reference)
        verdict = await self.judge.judge(question, case, candidate, self.workspace)
        if verdict.score != 3:
            raise RuntimeError(f"not the canned verdict: {verdict}")


class Unrecorded:
    """A ledger that keeps replies as another does, and nothing of what is sent."""

    def __init__(self, ledger: SqlLedger) -> None:
        self.get = ledger.get
        self.put = ledger.put


@asynccontextmanager
async def a_bench(url: str, database: Path, *, recorded: bool = True) -> AsyncGenerator[Bench]:
    """A judge on a server, its ledger and its run's account in a database."""
    workspace, cases = shipped("shop")
    store = open_store(database)
    ledger = SqlLedger(store)
    budget = Budget(BudgetLimits(tokens=TOKENS), account=ledger, run="bench")
    try:
        kept = ledger if recorded else Unrecorded(ledger)
        async with Models(kept, budget=budget, concurrency=IN_FLIGHT) as models:
            options = JudgeOptions(f"{url}#canned")
            yield Bench(ModelJudge("judge", options, models), models, workspace, cases)
    finally:
        await ledger.close()
        store.close()


async def in_flight(
    work: Callable[[int], Awaitable[None]], first: int, count: int, *, under_way: int = UNDER_WAY
) -> None:
    """Do `work` for each number, some at a time, in flat memory."""
    numbers = iter(range(first, first + count))

    async def worker() -> None:
        for number in numbers:
            await work(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(under_way):
            group.create_task(worker())


async def _cpu_ms(work: Callable[[int], Awaitable[None]], first: int, count: int) -> float:
    """CPU milliseconds of this process, all its threads, for each of `count`."""
    started = time.process_time()
    await in_flight(work, first, count)
    return 1000 * (time.process_time() - started) / count


async def _cost_of_a_sample(folder: Path, rounds: int, count: int) -> dict[str, float]:
    jurist: list[float] = []
    bare: list[float] = []
    walls: list[float] = []
    with serving() as url:
        async with a_bench(url, folder / "cpu.db") as bench, aiohttp.ClientSession() as session:
            body = await _body_of_a_sample(bench)

            async def call(_: int) -> None:
                async with session.post(f"{url}/chat/completions", json=body) as response:
                    (await response.json())["choices"][0]["message"]["content"]

            await in_flight(call, 0, IN_FLIGHT)
            await in_flight(bench.judge_sample, 0, 4 * IN_FLIGHT)
            for turn in range(1, rounds + 1):
                bare.append(await _cpu_ms(call, 0, count))
                began = time.perf_counter()
                jurist.append(await _cpu_ms(bench.judge_sample, turn * 100_000, count))
                walls.append(count / (time.perf_counter() - began))
    return {
        "judged_cpu_ms": median(jurist),
        "bare_aiohttp_cpu_ms": median(bare),
        "judged_to_bare_aiohttp": median(jurist) / median(bare),
        "judged_per_s": median(walls),
    }


async def _body_of_a_sample(bench: Bench) -> dict[str, object]:
    """The JSON that goes out for a sample, as the ledger keeps it."""
    await bench.judge_sample(10**9)
    ledger = bench.models.ledger
    assert isinstance(ledger, SqlLedger)
    async for exchange in ledger.exchanges():
        kept = json.loads(bytes(exchange.request))
        return {
            "model": "canned",
            "messages": kept["messages"],
            "max_tokens": kept["max_tokens"],
            "temperature": kept["temperature"],
        }
    raise RuntimeError("the ledger is empty")


async def _at_latency(folder: Path) -> dict[str, float]:
    """The wall time of 1,000 samples that each take 50 ms on the server: 1.0 s at best."""
    took: list[float] = []
    with serving(0.05) as url:
        async with a_bench(url, folder / "latency.db") as bench:
            await in_flight(bench.judge_sample, 10**6, IN_FLIGHT)
            for turn in range(1, 4):
                began = time.perf_counter()
                await in_flight(bench.judge_sample, turn * 2000, 1000)
                took.append(time.perf_counter() - began)
            body = await _body_of_a_sample(bench)
        async with aiohttp.ClientSession() as session:

            async def call(_: int) -> None:
                async with session.post(f"{url}/chat/completions", json=body) as response:
                    await response.read()

            await in_flight(call, 0, IN_FLIGHT, under_way=IN_FLIGHT)
            began = time.perf_counter()
            await in_flight(call, 0, 1000, under_way=IN_FLIGHT)
            bare = time.perf_counter() - began
    return {
        "at_50ms_with_50_in_flight_1000_s": median(took),
        "bare_aiohttp_at_50ms_1000_s": bare,
    }


async def _rerun(folder: Path) -> dict[str, float]:
    """The same 10,000 samples again in a new engine, from the ledger."""
    count = 10_000
    with serving() as url:
        async with a_bench(url, folder / "rerun.db") as bench:
            await in_flight(bench.judge_sample, 0, count)
        async with a_bench(url, folder / "rerun.db") as bench:
            began, cpu = time.perf_counter(), time.process_time()
            await in_flight(bench.judge_sample, 0, count)
            took, spent = time.perf_counter() - began, time.process_time() - cpu
            if bench.models.totals.calls:
                raise RuntimeError("the rerun called the server")
    return {"rerun_of_10000_s": took, "rerun_cpu_ms": 1000 * spent / count}


async def _record(folder: Path, rounds: int, count: int) -> dict[str, float]:
    """What it costs that each request is on record before it leaves, in turns with none."""
    per_s: dict[bool, list[float]] = {True: [], False: []}
    with serving() as url:
        async with (
            a_bench(url, folder / "record.db") as recorded,
            a_bench(url, folder / "none.db", recorded=False) as unrecorded,
        ):
            for turn in range(rounds + 1):
                for bench in (recorded, unrecorded):
                    began = time.perf_counter()
                    await in_flight(bench.judge_sample, turn * 100_000, count)
                    if turn:  # the first warms up
                        per_s[bench is recorded].append(count / (time.perf_counter() - began))
    return {"recorded_to_unrecorded_per_s": median(per_s[True]) / median(per_s[False])}


async def _memory(folder: Path, count: int) -> dict[str, float]:
    with serving() as url:
        async with a_bench(url, folder / "memory.db") as bench:
            await in_flight(bench.judge_sample, 0, min(count, 1000))
            before = peak_mb()
            await in_flight(bench.judge_sample, 1000, count - 1000)
    return {f"judged_{count}_peak_mb": peak_mb(), f"judged_{count}_growth_mb": peak_mb() - before}


async def _part(name: str, folder: Path) -> dict[str, float]:
    match name:
        case "cpu":
            return await _cost_of_a_sample(folder, *((3, 500) if is_quick() else (7, 2000)))
        case "latency":
            return await _at_latency(folder)
        case "rerun":
            return await _rerun(folder)
        case "record":
            return await _record(folder, *((3, 500) if is_quick() else (9, 1000)))
        case "memory":
            return await _memory(folder, 10_000 if is_quick() else 100_000)
        case _:
            raise ValueError(name)


def bench() -> dict[str, float]:
    """Each part in a process of its own: memory has no way down."""
    figures: dict[str, float] = {}
    for part in ("cpu", "latency", "rerun", "record", "memory"):
        command = [sys.executable, "-m", __spec__.name, PART, part]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        figures |= json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        wanted = sys.argv[sys.argv.index(PART) + 1]
        done = asyncio.run(_part(wanted, Path(place)))
        print(json.dumps(done))

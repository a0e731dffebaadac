"""What a call through `jurist proxy` costs more than the same call to the server itself.

Three processes: a canned server without latency, the proxy with everything on (ledger in SQLite
with full synchronisation, budget, record of what was sent), and this one, a bare client. One
call after the other for what is added to each; some at a time for how many go through.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp
import psutil

from benchmarks.bench_models import IN_FLIGHT, TOKENS, UNDER_WAY, in_flight
from benchmarks.canned_server import serving
from benchmarks.measuring import is_quick


@dataclass(frozen=True, slots=True)
class Way:
    """A way to the model: where it begins, and what must be shown there."""

    url: str
    headers: dict[str, str]
    session: aiohttp.ClientSession

    async def call(self, number: int) -> None:
        """Make one of endlessly many calls."""
        body = {
            "model": "canned",
            "max_tokens": 100,
            "messages": [
                {"role": "user", "content": f"request {number} " + "of a usual length " * 50}
            ],
        }
        url = f"{self.url}/chat/completions"
        async with self.session.post(url, json=body, headers=self.headers) as response:
            reply = await response.json()
            if response.status != 200 or not reply["choices"][0]["message"]["content"]:
                raise RuntimeError(f"no reply: {reply}")


def bench() -> dict[str, float]:
    """Milliseconds that the proxy adds to a call, and calls a second through it."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_bench(Path(folder)))


async def _bench(folder: Path) -> dict[str, float]:
    count, many = (50, 300) if is_quick() else (400, 4_000)
    with serving() as url, _proxy(url, folder) as (process, access):
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            direct = Way(url, {}, session)
            headers = {"Authorization": f"Bearer {access['OPENAI_API_KEY']}"}
            proxied = Way(access["OPENAI_BASE_URL"], headers, session)
            await in_flight(proxied.call, 10**9, IN_FLIGHT)
            direct_ms: list[float] = []
            new_ms: list[float] = []
            for number in range(count):  # in turns, so that a busy moment meets both
                direct_ms.append(await _timed(direct, number))
                new_ms.append(await _timed(proxied, number))
            known_ms = [await _timed(proxied, number) for number in range(count)]
            before = _cpu_s(process)
            new = await _a_second(proxied, 10**6, many)
            used = _cpu_s(process) - before
            known = await _a_second(proxied, 10**6, many)
            bare = await _a_second(direct, 10**6, many)
    return {
        "direct_ms": median(direct_ms),
        "added_ms": median(new_ms) - median(direct_ms),
        "from_ledger_ms": median(known_ms),
        "proxy_cpu_ms": 1000 * used / many,
        "calls_per_s": new,
        "from_ledger_calls_per_s": known,
        "direct_calls_per_s": bare,
    }


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


async def _timed(way: Way, number: int) -> float:
    began = time.perf_counter()
    await way.call(number)
    return 1000 * (time.perf_counter() - began)


async def _a_second(way: Way, first: int, count: int) -> float:
    began = time.perf_counter()
    await in_flight(way.call, first, count, under_way=UNDER_WAY)
    return count / (time.perf_counter() - began)


@contextmanager
def _proxy(url: str, folder: Path) -> Generator[tuple[psutil.Process, dict[str, str]]]:
    """A proxy in a process of its own, and the variables that lead to it."""
    options = ("--model", f"canned={url}#canned", "--port", "0", "--tokens", str(TOKENS))
    place = ("--store", str(folder / "proxy.db"))
    process = subprocess.Popen(
        [sys.executable, "-m", "jurist", "proxy", "--json", *options, *place],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield psutil.Process(process.pid), json.loads(process.stdout.readline())["environment"]
    finally:
        process.terminate()
        process.communicate()

"""Judging over HTTP: the real server, its provers and the load generator on the same cores.

Each pair that is timed as new is sent once in the server's life, so no verdict is remembered.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.request import urlopen

import psutil

from benchmarks.bench_verdicts import pairs_of
from benchmarks.http_load import Connection, Load, load
from benchmarks.measuring import WORKSPACES, is_quick, shipped
from jurist.records import Method
from jurist.roles.offline.proof import rule_by_evidence

JUDGE: Final = "/v1/judge"
MANY: Final = "/v1/judge/many"
Triple = dict[str, str]
_STARTED: Final = re.compile(r"http://127\.0\.0\.1:(\d+)/\?token=(\S+)")


def bench() -> dict[str, float]:
    """New proofs one by one and eight at a time, remembered ones, many in one, 200 at once."""
    new = [triple for triple in _triples() if _is_proved(triple)]
    size = 100 if is_quick() else 300
    with serving() as server:
        return asyncio.run(
            _measured(server, new[:size], new[size : 3 * size], new[3 * size : 4 * size])
        )


@dataclass(frozen=True, slots=True)
class Served:
    """A server under way."""

    port: int
    token: str
    process: psutil.Process

    def cpu_ms(self) -> tuple[float, float]:
        """What the server, and what its provers took of the cores so far."""
        provers = sum(map(_cpu_ms, self.process.children(recursive=True)))
        return _cpu_ms(self.process), provers


def _cpu_ms(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return 1000 * (spent.user + spent.system)


async def _measured(
    server: Served, single: list[Triple], eight: list[Triple], others: list[Triple]
) -> dict[str, float]:
    async def sent(triples: list[Triple], concurrency: int) -> Load:
        return await load(server.port, server.token, JUDGE, triples, concurrency=concurrency)

    one = await sent(single, 1)
    before, own = server.cpu_ms(), time.process_time()
    new = await sent(eight, 8)
    after, own = server.cpu_ms(), time.process_time() - own
    again = await sent([*eight, *single], 8)
    again_cpu = server.cpu_ms()[0] - after[0]
    once = await sent(others, 200)
    refused = await _while_full(server)
    started = time.perf_counter()
    lines = b"".join(json.dumps(triple).encode() + b"\n" for triple in eight[:100])
    connection = await Connection.open(server.port, server.token)
    many = await connection.post(MANY, lines, "application/x-ndjson")
    many_s = time.perf_counter() - started
    assert many.body.count(b'"judged"') == len(eight[:100])
    for each in (one, new, again):
        assert each.of(200) == len(each.answers), {answer.status for answer in each.answers}
    return {
        "cores": len(os.sched_getaffinity(0)),
        "new_proofs": len(single) + len(eight),
        "one_at_a_time_p50_ms": one.percentile(50),
        "one_at_a_time_p99_ms": one.percentile(99),
        "eight_at_a_time_new_per_s": new.per_s,
        "eight_at_a_time_p50_ms": new.percentile(50),
        "eight_at_a_time_p99_ms": new.percentile(99),
        "server_cpu_ms_a_new": (after[0] - before[0]) / len(eight),
        "provers_cpu_ms_a_new": (after[1] - before[1]) / len(eight),
        "generator_cpu_ms_a_new": 1000 * own / len(eight),
        "remembered_per_s": again.per_s,
        "remembered_p50_ms": again.percentile(50),
        "remembered_p99_ms": again.percentile(99),
        "server_cpu_ms_a_remembered": again_cpu / len(again.answers),
        "refused_when_full": len(refused),
        "refused_when_full_p50_ms": statistics.median(refused),
        "refused_when_full_p99_ms": sorted(refused)[int(len(refused) * 0.99)],
        "many_remembered_per_s": len(eight[:100]) / many_s,
        "of_200_at_once_answered": once.of(200),
        "of_200_at_once_refused": once.of(503),
        "of_200_at_once_refused_p50_ms": once.percentile(50, status=503),
        "of_200_at_once_refused_p99_ms": once.percentile(99, status=503),
    }


async def _while_full(server: Served) -> list[float]:
    """How long, in milliseconds, it takes to be refused while all places are taken."""
    hard = [
        {
            "workspace": "shop",
            "question": str(number),
            **{
                name: " AND ".join(
                    f"event('Order Completed').within({days} days).where(property('total') "
                    f"{operator} {days + number}).count() >= 3"
                    for days in range(1, 19)
                )
                for name, operator in (("reference", ">"), ("candidate", ">="))
            },
        }
        for number in range(600)
    ]
    holding = asyncio.create_task(load(server.port, server.token, JUDGE, hard, concurrency=80))
    await asyncio.sleep(0.1)  # until all places are taken
    connection = await Connection.open(server.port, server.token)
    body = json.dumps(hard[-1]).encode()
    refused: list[float] = []
    while not holding.done() and len(refused) < 100:
        answer = await connection.post(JUDGE, body)
        if answer.status == 503:
            refused.append(answer.ms)
        await asyncio.sleep(0.005)
    await holding
    return refused


def _triples() -> Iterator[Triple]:
    """Shipped references against what replacements make of them, no two alike."""
    for name in WORKSPACES:
        for reference, candidate in dict.fromkeys(pairs_of(shipped(name)[1])):
            yield {"workspace": name, "reference": reference, "candidate": candidate}


def _is_proved(triple: Triple) -> bool:
    workspace = _places[triple["workspace"]]
    evidence = rule_by_evidence(triple["reference"], triple["candidate"], workspace).evidence
    return evidence is not None and evidence.method is Method.PROOF


_places = {name: shipped(name)[0] for name in WORKSPACES}


@contextmanager
def serving() -> Generator[Served]:
    """`jurist serve --no-store` on a free port, once its provers are warm."""
    command = (sys.executable, "-m", "jurist", "serve", "--no-store", "--port", "0")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            assert server.stdout is not None
            found = _STARTED.search(server.stdout.readline().decode())
            assert found is not None, "the server did not start"
            port = int(found[1])
            _await_readiness(port)
            yield Served(port, found[2], psutil.Process(server.pid))
        finally:
            server.terminate()


def _await_readiness(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError("the server is not ready after a minute")


if __name__ == "__main__":
    for figure, number in bench().items():
        print(f"{figure:36} {number:12,.1f}")

"""Adaptive concurrency: on the gate alone, and against a server that bears only so much."""

from __future__ import annotations

import asyncio
import random

from fast_clock import FastClock
from jurist.models import Message, Models, Request
from jurist.models.gate import Gate
from model_server import Fault, ModelServer


async def _round(gate: Gate) -> None:
    """As many calls as there are places, all of which go well."""
    entered = [await gate.enter() for _ in range(int(gate.limit))]
    for _ in entered:
        gate.succeeded()
    for _ in entered:
        gate.leave()


async def test_places_double_each_round_until_the_first_429() -> None:
    gate = Gate(4, 100, FastClock())
    limits = [gate.limit]
    for _ in range(6):
        await _round(gate)
        limits.append(gate.limit)
    assert limits == [4, 8, 16, 32, 64, 100, 100]


async def test_after_a_429_successes_open_the_gate_by_one_per_round() -> None:
    clock = FastClock()
    gate = Gate(8, 100, clock)
    gate.throttle(clock.now(), 0.0)
    await _round(gate)
    assert 4.8 < gate.limit <= 5.0
    for _ in range(100_000):
        gate.succeeded()
    assert gate.limit == 100.0


async def test_places_that_stand_empty_open_no_more() -> None:
    gate = Gate(32, 256, FastClock())
    for _ in range(1_000):
        await gate.enter()
        gate.succeeded()
        gate.leave()
    assert gate.limit == 32


async def test_a_429_halves_it_once_per_generation() -> None:
    clock = FastClock()
    gate = Gate(16, 100, clock)
    entered = [await gate.enter() for _ in range(16)]
    clock.time += 1
    for moment in entered:  # all were sent before anything was known
        gate.throttle(moment, 0.0)
    assert gate.limit == 8.0
    later = clock.now() + 1
    clock.time = later
    gate.throttle(later, 0.0)
    assert gate.limit == 4.0
    for _ in range(20):
        clock.time += 1
        gate.throttle(clock.now(), 0.0)
    assert gate.limit == 1.0


async def test_a_closed_gate_lets_nobody_in_until_its_time() -> None:
    clock = FastClock()
    gate = Gate(4, 4, clock)
    gate.throttle(clock.now(), 30.0)
    before = clock.now()
    await gate.enter()
    assert clock.now() - before >= 30.0


async def test_a_cancelled_waiter_does_not_take_the_place_with_it() -> None:
    gate = Gate(1, 1, FastClock())
    await gate.enter()
    waiting = [asyncio.ensure_future(gate.enter()) for _ in range(3)]
    await asyncio.sleep(0)
    gate.leave()
    waiting[0].cancel()  # after it was woken
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert waiting[1].done()
    gate.leave()
    await waiting[2]


async def test_the_limit_settles_under_what_the_server_bears() -> None:
    async with ModelServer(capacity=8, retry_after=0, delay_s=0.003) as server:
        model = f"{server.url}#m"
        async with Models(clock=FastClock(), rng=random.Random(0)) as models:
            await asyncio.gather(
                *(models.call(Request(model, (Message("user", f"{n}"),))) for n in range(400))
            )
            gate = models._live.servers[server.url].gate  # pyright: ignore[reportPrivateUsage]
        assert server.counts.replies == 400
        assert server.counts.throttled > 0
        assert gate.limit < 24  # it began with 32 and the server bears 8
        assert server.counts.throttled < 250


async def test_ordinary_errors_do_not_slow_the_run() -> None:
    async with ModelServer(fault_rate=0.4, faults=(Fault.ERROR, Fault.OVERLOADED)) as server:
        model = f"{server.url}#m"
        async with Models(clock=FastClock(), rng=random.Random(0)) as models:
            await asyncio.gather(
                *(models.call(Request(model, (Message("user", f"{n}"),))) for n in range(100)),
                return_exceptions=True,
            )
            gate = models._live.servers[server.url].gate  # pyright: ignore[reportPrivateUsage]
        assert gate.limit > 32
        assert gate.throttled == 0


async def test_concurrency_that_is_given_is_kept() -> None:
    async with ModelServer(delay_s=0.01) as server:
        model = f"{server.url}#m"
        async with Models(concurrency=5) as models:
            await asyncio.gather(
                *(models.call(Request(model, (Message("user", f"{n}"),))) for n in range(40))
            )
        assert server.counts.most_in_flight == 5

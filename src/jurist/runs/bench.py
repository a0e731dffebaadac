"""Proofs on all cores: a pool of processes that survives whatever a pair does to one of them.

Pairs are collected into batches, so that a call between processes is paid once for
many. When a process dies (a crash in the solver, memory, a pair beyond its time), the pool
is built anew and all pairs that were under way are ruled on one by one, each alone: the one
that breaks the pool again is a failure, the others are not its victims.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import pickle
from collections import deque
from collections.abc import Generator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import Final, cast

import msgspec

from jurist.errors import InternalContradiction
from jurist.interrupts import withheld
from jurist.records import Failure, FailureKind, Verdict
from jurist.roles.protocols import Workspace
from jurist.runs.worker import Pair, Ruled, rule_batch, set_up

_BATCH: Final = 16
_LIMIT_S: Final = 60.0

_decoder: Final = msgspec.json.Decoder(Verdict)


@dataclass(frozen=True, slots=True)
class _Item:
    pair: Pair
    workspace: Workspace
    future: asyncio.Future[Verdict]


class ProcessBench:
    """A `Bench` on processes; an asynchronous context manager, used from one event loop.

    Args:
        workers: How many processes; `None`: one a core that this process may use.
        limit_s: Seconds after which a pair is given up and its process ended.
    """

    def __init__(self, workers: int | None = None, *, limit_s: float = _LIMIT_S) -> None:
        self.workers = workers or _cores()
        self._limit_s = limit_s
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: deque[_Item] = deque()
        self._suspects: deque[_Item] = deque()
        self._under_way: set[asyncio.Task[None]] = set()
        self._isolation: asyncio.Task[None] | None = None
        self._schemas: dict[str, bytes] = {}
        self._promised: set[asyncio.Future[Verdict]] = set()
        self._lifelines: list[Connection] = []
        self._closed = False

    @property
    def window(self) -> int:
        """How many pairs keep all processes busy."""
        return 3 * _BATCH * self.workers

    async def __aenter__(self) -> ProcessBench:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed = True
        for future in tuple(self._promised):
            future.cancel()
        tasks = [*self._under_way, *([self._isolation] if self._isolation else [])]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        for lifeline in self._lifelines:  # whatever a process is at, nobody waits for it
            lifeline.close()
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)

    async def rule(self, reference: str, candidate: str, workspace: Workspace) -> Verdict:
        """The verdict of evidence on a pair.

        Raises:
            InternalContradiction: Two methods of ours disagree about it.
        """
        future: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._promised.add(future)
        future.add_done_callback(self._promised.discard)
        self._waiting.append(_Item(Pair(reference, candidate), workspace, future))
        # Not at once: callers of this turn of the loop may share a batch.
        asyncio.get_running_loop().call_soon(self._pump)
        return await future

    def _pump(self) -> None:
        """Hand out batches while processes can take them."""
        while (
            self._waiting
            and not self._closed
            and not self._suspects
            and self._isolation is None
            and len(self._under_way) < 2 * self.workers
        ):
            task = asyncio.create_task(self._run(self._next_batch()))
            self._under_way.add(task)
            task.add_done_callback(self._finish)

    def _next_batch(self) -> list[_Item]:
        """Pairs of one workspace; small batches where there is little, so all cores get some."""
        most = min(_BATCH, -(-len(self._waiting) // self.workers))
        batch = [self._waiting.popleft()]
        workspace = batch[0].workspace
        while self._waiting and len(batch) < most and self._waiting[0].workspace is workspace:
            batch.append(self._waiting.popleft())
        return batch

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if self._closed:
            return
        if self._suspects and not self._under_way and self._isolation is None:
            self._isolation = asyncio.create_task(self._isolate())
        else:
            self._pump()

    async def _run(self, batch: list[_Item]) -> None:
        outcome = await self._call(batch)
        if isinstance(outcome, BaseException):
            self._suspects.extend(batch)
            return
        for item, ruled in zip(batch, outcome, strict=True):
            _settle(item, ruled)

    async def _isolate(self) -> None:
        """Rule on suspects one by one, alone in the pool: who breaks it again is guilty."""
        while self._suspects:
            item = self._suspects[0]
            outcome = await self._call([item])
            if isinstance(outcome, BrokenExecutor):
                reason = (
                    f"its proof ended the process twice (a crash, or more than {self._limit_s:g} s)"
                )
                _fail(item, reason)
            elif isinstance(outcome, BaseException):
                _fail(item, f"a bug in Jurist: {type(outcome).__name__}: {outcome}")
            else:
                _settle(item, outcome[0])
            self._suspects.popleft()
        self._isolation = None
        self._pump()

    async def _call(self, batch: list[_Item]) -> list[Ruled] | BaseException:
        """What the pool made of a batch; an exception as a value, the broken pool taken away."""
        workspace = batch[0].workspace
        if self._pool is None:
            self._pool = self._new_pool()
        pool = self._pool
        try:
            future = pool.submit(
                rule_batch,
                [item.pair for item in batch],
                workspace.name,
                workspace.language.name,
                self._pickle(workspace),
                self._limit_s,
            )
        except BrokenExecutor as error:
            self._drop(pool)
            return error
        wrapped = asyncio.wrap_future(future)
        await asyncio.wait([wrapped])
        error = wrapped.exception()
        if error is None:
            return wrapped.result()
        if isinstance(error, BrokenExecutor):
            self._drop(pool)
        return error

    def _new_pool(self) -> ProcessPoolExecutor:
        context = _context()
        theirs, ours = cast("tuple[Connection, Connection]", context.Pipe(duplex=False))
        self._lifelines += [theirs, ours]
        if context.get_start_method() == "forkserver":
            with withheld(), _tracked_in_silence():
                forkserver.ensure_running()
        return ProcessPoolExecutor(self.workers, context, set_up, (theirs,))

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
            pool.shutdown(wait=False, cancel_futures=True)

    def _pickle(self, workspace: Workspace) -> bytes:
        digest = workspace.schema.digest
        if digest not in self._schemas:
            self._schemas[digest] = pickle.dumps(workspace.schema)
        return self._schemas[digest]


def _settle(item: _Item, ruled: Ruled) -> None:
    if item.future.done():  # its caller was cancelled
        return
    if ruled.contradiction is not None:
        message, bundle = ruled.contradiction
        item.future.set_exception(InternalContradiction(message, bundle=bundle))
    else:
        item.future.set_result(_decoder.decode(ruled.verdict))


def _fail(item: _Item, reason: str) -> None:
    if not item.future.done():
        failure = Failure(FailureKind.ERROR, reason[:500])
        item.future.set_result(Verdict("proof", None, unscored=failure))


@contextlib.contextmanager
def _tracked_in_silence() -> Generator[None]:
    """Within, the tracker of shared resources starts, and will not speak of what it clears away.

    It does so where this process is ended by force, which is no news to whoever asked for it.
    """
    before = os.environ.get("PYTHONWARNINGS")
    ours = "ignore:resource_tracker:UserWarning"
    os.environ["PYTHONWARNINGS"] = f"{before},{ours}" if before else ours
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before


def _context() -> BaseContext:
    """Processes that share no threads or locks with this one (a plain fork would)."""
    methods = multiprocessing.get_all_start_methods()
    context: BaseContext = multiprocessing.get_context(
        "forkserver" if "forkserver" in methods else "spawn"
    )
    if "forkserver" in methods:
        context.set_forkserver_preload(["jurist.runs.worker"])
    return context


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

"""Proofs on all cores: a pool of processes that survives whatever a pair does to one of them.

Each process is a module of ours, spoken to over pipes: none imports the user's main module, so
that a script needs no guard. Pairs are collected into batches, so that a message is paid once
for many. When a process ends (a crash in the solver, memory, a pair beyond its time), the
pairs that it was ruling on are ruled on again, each alone: the one that ends its process again
is a failure, the others are not its victims.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final

import msgspec

from jurist.errors import InternalContradiction, UnsupportedError, WorkerError
from jurist.languages.effort import left
from jurist.records import Failure, FailureKind, Verdict
from jurist.roles.offline.proof_process import COMMAND, ProofProcess
from jurist.roles.offline.proof_worker import Batch, Pair, Ruled
from jurist.roles.protocols import Workspace

_BATCH: Final = 16
_AHEAD: Final = 2
_LIMIT_S: Final = 60.0
_MOST_WORKSPACES: Final = 64
"""That a process, and this one for it, holds at a time; others are brought again."""
_STARTS: Final = 2
"""Processes in a row that may end before they are ready."""

_decoder: Final = msgspec.json.Decoder(list[Ruled])


@dataclass(slots=True, eq=False)
class _Item:
    pair: Pair
    workspace: str
    """What its workspace goes by."""
    pickled: bytes
    """The workspace itself."""
    future: asyncio.Future[Verdict]
    ends: float | None = None
    """When whoever asked waits no more, by the loop's clock; `None`: they wait."""
    ended: bool = False
    """Whether a process ended while it ruled on this pair, or on others beside it."""

    @property
    def is_late(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.ends is not None and asyncio.get_running_loop().time() > self.ends


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, and what it was given."""

    process: ProofProcess
    under_way: deque[list[_Item]] = field(default_factory=deque[list[_Item]])
    known: dict[str, None] = field(default_factory=dict[str, None])
    """The workspaces that it holds, the one that was used last at the end."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A pair that each process rules on before it is given others: by then it is warm."""

    reference: str
    candidate: str
    workspace: Workspace


class ProofPool:
    """Processes that prove; an asynchronous context manager, used from one event loop.

    Where `languages.effort` limits the caller by the clock, a pair is left undecided by then.

    Args:
        workers: How many processes, each started when it is needed; `None`: one a core.
        limit_s: Seconds after which a pair is given up and its process ended.
        batch: Most pairs of a message: many for throughput, one where each is waited for.
        ahead: Batches that a process is given at once, so that it need not wait for the next.
        rehearsal: What makes a process warm; with it, all are started and kept from `start` on.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        limit_s: float = _LIMIT_S,
        batch: int = _BATCH,
        ahead: int = _AHEAD,
        rehearsal: Rehearsal | None = None,
    ) -> None:
        self.workers = workers or usable_cores()
        self._limit_s = limit_s
        self._batch = batch
        self._ahead = ahead
        self._rehearsal = rehearsal
        self._waiting: deque[_Item] = deque()
        self._promised: set[asyncio.Future[Verdict]] = set()
        self._ready: set[_Worker] = set()
        self._starting = 0
        self._failed_starts = 0
        self._workers: set[_Worker] = set()
        self._keepers: set[asyncio.Task[None]] = set()
        self._pickled: dict[str, bytes] = {}
        self._closed = False

    @property
    def window(self) -> int:
        """How many pairs keep all processes busy."""
        return 3 * self._batch * self.workers

    @property
    def ready(self) -> int:
        """How many processes can be given a pair now, or after the one that they are at."""
        return len(self._ready)

    def start(self) -> None:
        """Start all processes that are not there, without waiting for them."""
        while len(self._ready) + self._starting < self.workers and self._failed_starts < _STARTS:
            self._start_another()

    async def __aenter__(self) -> ProofPool:
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
        for worker in self._workers:  # whatever it is at, nobody waits for it
            worker.process.hang_up()
        await asyncio.gather(*self._keepers)

    async def rule(self, reference: str, candidate: str, workspace: Workspace) -> Verdict:
        """The verdict of evidence on a pair.

        Raises:
            InternalContradiction: Two methods of ours disagree about it.
            UnsupportedError: The workspace cannot be taken to another process.
            WorkerError: No process can be started.
        """
        key, pickled = self._introduced(workspace)
        future: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._promised.add(future)
        future.add_done_callback(self._promised.discard)
        pair = Pair(reference, candidate)
        self._waiting.append(_Item(pair, key, pickled, future, _end_of_caller()))
        # Not at once: callers of this turn of the loop may share a batch.
        asyncio.get_running_loop().call_soon(self._pump)
        return await future

    def _introduced(self, workspace: Workspace) -> tuple[str, bytes]:
        """What a workspace goes by, and itself pickled; the caller hears where that fails."""
        _refuse_unreachable(workspace)
        key = f"{workspace.language.name} {workspace.schema.digest} {workspace.name}"
        pickled = self._pickled.get(key)
        if pickled is None:
            try:
                pickled = pickle.dumps(workspace)
            except Exception as error:  # what an object does to be pickled may raise anything
                reason = f"{type(error).__name__}: {error}"[:300]
                raise UnsupportedError(
                    f"the workspace {workspace.name!r} cannot be pickled: {reason}",
                    expected="a language and a schema that can be sent to other processes",
                    fix="define their classes in a module, and let them hold nothing like a"
                    " connection, a lock or a lambda",
                ) from error
            if len(self._pickled) == _MOST_WORKSPACES:
                del self._pickled[next(iter(self._pickled))]
            self._pickled[key] = pickled
        return key, pickled

    def _pump(self) -> None:
        """Hand out batches while processes can take them; start one where all have work."""
        while self._is_awaited() and not self._closed:
            worker = min(self._ready, key=lambda each: len(each.under_way), default=None)
            if worker is None or worker.under_way:
                self._start_if_needed()
            if worker is None or len(worker.under_way) == self._ahead:
                return
            self._give(worker, self._next_batch())

    def _is_awaited(self) -> bool:
        """Whether a pair waits that somebody still waits for; others before it are dropped."""
        while self._waiting and self._waiting[0].future.done():
            self._waiting.popleft()
        return bool(self._waiting)

    def _next_batch(self) -> list[_Item]:
        """Pairs of one workspace; small batches where there is little, so all cores get some."""
        most = min(self._batch, -(-len(self._waiting) // self.workers))
        batch = [self._waiting.popleft()]
        while (
            self._waiting
            and len(batch) < most
            and self._waiting[0].workspace == batch[0].workspace
            and not (self._waiting[0].ended or batch[0].ended)
        ):
            batch.append(self._waiting.popleft())
        return batch

    def _give(self, worker: _Worker, batch: list[_Item]) -> None:
        worker.under_way.append(batch)
        now = asyncio.get_running_loop().time()
        pairs = [
            item.pair if item.ends is None else item.pair._replace(wall_s=item.ends - now)
            for item in batch
        ]
        self._send(worker, pairs, batch[0].workspace, batch[0].pickled)

    def _send(self, worker: _Worker, pairs: list[Pair], key: str, pickled: bytes) -> None:
        forgotten = None
        introduced = None if key in worker.known else pickled
        worker.known.pop(key, None)
        if len(worker.known) == _MOST_WORKSPACES:
            forgotten = next(iter(worker.known))
            del worker.known[forgotten]
        worker.known[key] = None
        request = Batch(pairs, key, introduced, forgotten, self._limit_s)
        worker.process.send(pickle.dumps(request))

    def _start_if_needed(self) -> None:
        if (
            len(self._ready) + self._starting < self.workers
            and self._starting < len(self._waiting)
            and self._failed_starts < _STARTS
        ):
            self._start_another()

    def _start_another(self) -> None:
        self._starting += 1
        keeper = asyncio.create_task(self._keep())
        self._keepers.add(keeper)
        keeper.add_done_callback(self._keeper_ended)

    async def _keep(self) -> None:
        """A process from its start to its end, and what its end means to the others."""
        try:
            worker = _Worker(await ProofProcess.start())
        except OSError as error:
            self._starting -= 1
            self._failed_to_start(str(error))
            return
        self._workers.add(worker)
        is_ready = (
            not self._closed
            and await worker.process.receive() is not None
            and await self._is_rehearsed(worker)
        )
        self._starting -= 1
        if is_ready:
            self._failed_starts = 0
            self._ready.add(worker)
            self._pump()
            while (reply := await worker.process.receive()) is not None:
                batch = worker.under_way.popleft()
                for item, ruled in zip(batch, _decoder.decode(reply), strict=True):
                    _settle(item, ruled)
                self._pump()
            self._ready.discard(worker)
        how = await worker.process.end()
        self._workers.discard(worker)
        if is_ready:
            self._give_back(worker, how)
        else:
            self._failed_to_start(how)
        if self._rehearsal is not None and not self._closed:
            self.start()

    async def _is_rehearsed(self, worker: _Worker) -> bool:
        """Make a process warm; whether it is still there."""
        if self._rehearsal is None:
            return True
        part = self._rehearsal
        pairs = [Pair(part.reference, part.candidate)]
        self._send(worker, pairs, *self._introduced(part.workspace))
        return await worker.process.receive() is not None

    def _keeper_ended(self, keeper: asyncio.Task[None]) -> None:
        self._keepers.discard(keeper)
        error = None if keeper.cancelled() else keeper.exception()
        if error is not None:  # a bug of ours: nobody is left waiting
            for future in tuple(self._promised):
                future.set_exception(error)

    def _give_back(self, worker: _Worker, how: str) -> None:
        """Of a process that has ended: the pairs it was at are suspects, the others wait again."""
        suspects, *others = worker.under_way or [[]]
        if len(suspects) == 1 and suspects[0].is_late:
            _fail(suspects.pop(), FailureKind.TIMEOUT, how)
        if len(suspects) == 1 and suspects[0].ended:
            reason = f"its proof ended the process twice ({how})"
            _fail(suspects.pop(), FailureKind.ERROR, reason)
        for item in suspects:
            item.ended = True
        for batch in (suspects, *others)[::-1]:
            self._waiting.extendleft(reversed(batch))
        if not self._ready:  # what did not start beside it says nothing of its successor
            self._failed_starts = 0
        self._pump()

    def _failed_to_start(self, how: str) -> None:
        self._failed_starts += 1
        if self._closed or self._ready or self._starting:
            return
        if self._failed_starts < _STARTS:
            self._pump()
            return
        error = WorkerError(
            f"no process for proofs can be started ({how})",
            expected=f"`{sys.executable} {' '.join(COMMAND)}` to run",
            fix="run it by hand to see what it lacks, then run the command again",
        )
        while self._waiting:
            item = self._waiting.popleft()
            if not item.future.done():
                item.future.set_exception(error)
        self._failed_starts = 0


def _end_of_caller() -> float | None:
    """When whoever asks waits no more, by the loop's clock; `None`: nothing limits them."""
    effort = left()
    return None if effort is None else asyncio.get_running_loop().time() + effort[1]


def _refuse_unreachable(workspace: Workspace) -> None:
    for part, name in (("language", workspace.language.name), ("schema", workspace.schema.name)):
        if type(getattr(workspace, part)).__module__ == "__main__":
            raise UnsupportedError(
                f"the {part} {name!r} is defined in the script that runs",
                expected="a module that other processes can import",
                fix="move it into a file of its own, and import it",
            )


def _settle(item: _Item, ruled: Ruled) -> None:
    if item.future.done():  # its caller was cancelled
        return
    if ruled.contradiction is not None:
        message, bundle = ruled.contradiction
        item.future.set_exception(InternalContradiction(message, bundle=bundle))
    elif ruled.verdict is not None:
        item.future.set_result(ruled.verdict)


def _fail(item: _Item, kind: FailureKind, reason: str) -> None:
    if not item.future.done():
        failure = Failure(kind, reason[:500])
        item.future.set_result(Verdict("proof", None, unscored=failure))


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

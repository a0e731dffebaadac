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
from jurist.records import Failure, FailureKind, Verdict
from jurist.roles.offline.proof_process import COMMAND, ProofProcess
from jurist.roles.offline.proof_worker import Batch, Pair, Ruled
from jurist.roles.protocols import Workspace

_BATCH: Final = 16
_AHEAD: Final = 2
"""Batches that a process is given at once, so that it need not wait for the next."""
_LIMIT_S: Final = 60.0
_STARTS: Final = 2
"""Processes in a row that may end before they are ready."""

_decoder: Final = msgspec.json.Decoder(list[Ruled])


@dataclass(slots=True, eq=False)
class _Item:
    pair: Pair
    workspace: str
    """What its workspace goes by."""
    future: asyncio.Future[Verdict]
    ended: bool = False
    """Whether a process ended while it ruled on this pair, or on others beside it."""


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, and what it was given."""

    process: ProofProcess
    under_way: deque[list[_Item]] = field(default_factory=deque[list[_Item]])
    known: set[str] = field(default_factory=set[str])
    """The workspaces that it was given."""


class ProofPool:
    """Processes that prove; an asynchronous context manager, used from one event loop.

    Args:
        workers: How many processes, each started when it is needed; `None`: one a core.
        limit_s: Seconds after which a pair is given up and its process ended.
    """

    def __init__(self, workers: int | None = None, *, limit_s: float = _LIMIT_S) -> None:
        self.workers = workers or _cores()
        self._limit_s = limit_s
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
        return 3 * _BATCH * self.workers

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
        key = self._introduced(workspace)
        future: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._promised.add(future)
        future.add_done_callback(self._promised.discard)
        self._waiting.append(_Item(Pair(reference, candidate), key, future))
        # Not at once: callers of this turn of the loop may share a batch.
        asyncio.get_running_loop().call_soon(self._pump)
        return await future

    def _introduced(self, workspace: Workspace) -> str:
        """What a workspace goes by, once it is pickled; the caller hears where that fails."""
        _refuse_unreachable(workspace)
        key = f"{workspace.language.name} {workspace.schema.digest} {workspace.name}"
        if key not in self._pickled:
            try:
                self._pickled[key] = pickle.dumps(workspace)
            except Exception as error:  # what an object does to be pickled may raise anything
                reason = f"{type(error).__name__}: {error}"[:300]
                raise UnsupportedError(
                    f"the workspace {workspace.name!r} cannot be pickled: {reason}",
                    expected="a language and a schema that can be sent to other processes",
                    fix="define their classes in a module, and let them hold nothing like a"
                    " connection, a lock or a lambda",
                ) from error
        return key

    def _pump(self) -> None:
        """Hand out batches while processes can take them; start one where all have work."""
        while self._waiting and not self._closed:
            worker = min(self._ready, key=lambda each: len(each.under_way), default=None)
            if worker is None or worker.under_way:
                self._start_another()
            if worker is None or len(worker.under_way) == _AHEAD:
                return
            self._give(worker, self._next_batch())

    def _next_batch(self) -> list[_Item]:
        """Pairs of one workspace; small batches where there is little, so all cores get some."""
        most = min(_BATCH, -(-len(self._waiting) // self.workers))
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
        key = batch[0].workspace
        introduced = None if key in worker.known else self._pickled[key]
        worker.known.add(key)
        worker.under_way.append(batch)
        request = Batch([item.pair for item in batch], key, introduced, self._limit_s)
        worker.process.send(pickle.dumps(request))

    def _start_another(self) -> None:
        if (
            len(self._ready) + self._starting < self.workers
            and self._starting < len(self._waiting)
            and self._failed_starts < _STARTS
        ):
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
        is_ready = not self._closed and await worker.process.receive() is not None
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

    def _keeper_ended(self, keeper: asyncio.Task[None]) -> None:
        self._keepers.discard(keeper)
        error = None if keeper.cancelled() else keeper.exception()
        if error is not None:  # a bug of ours: nobody is left waiting
            for future in tuple(self._promised):
                future.set_exception(error)

    def _give_back(self, worker: _Worker, how: str) -> None:
        """Of a process that has ended: the pairs it was at are suspects, the others wait again."""
        suspects, *others = worker.under_way or [[]]
        if len(suspects) == 1 and suspects[0].ended:
            _fail(suspects.pop(), f"its proof ended the process twice ({how})")
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


def _fail(item: _Item, reason: str) -> None:
    if not item.future.done():
        failure = Failure(FailureKind.ERROR, reason[:500])
        item.future.set_result(Verdict("proof", None, unscored=failure))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

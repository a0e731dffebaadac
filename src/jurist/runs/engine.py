"""Doing a run's tasks: asynchronously, in bounded memory, so that nothing can spoil it.

A lane a role claims open tasks from the store, a window at a time, and does them. One
writer commits results together with the tasks that follow from them: whatever was going
on when a process dies, each result is either in the store with its successors, or open.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from jurist.errors import BudgetExceeded, StoreError
from jurist.models.sent import on_errand
from jurist.roles.entering import entered
from jurist.runs.acting import do, give_up
from jurist.runs.lanes import GIVEN_UP_AT, PAGE, Lane, Share, lanes_of, share_of
from jurist.runs.outcomes import Ending, Outcome
from jurist.runs.plan import Plan
from jurist.runs.preparing import prepare
from jurist.runs.progress import Progress, Silence, Tally
from jurist.runs.shards import WHOLE, Shard
from jurist.store import Store
from jurist.store.counters import audit_counts, count_tasks
from jurist.store.lost_claims import LEASE_MS, open_lost
from jurist.store.patience import patiently
from jurist.store.queue import (
    Claim,
    Done,
    Stage,
    claim,
    finish,
    has_open,
    release,
    renew,
    workers_of,
)
from jurist.store.workers import is_dead, new_worker

_GATHER_S: Final = 0.01
_GATHERINGS: Final = 5
"""So many times results are waited for, as long as others are under way: a commit costs as much
as many results."""
_POLL_S: Final = 0.5
_GRACE_S: Final = 10.0
"""How long what is under way may take where the budget has ended."""
_LAST_MOMENT_S: Final = 0.6
"""How long where somebody waits for the end."""
_TELL_S: Final = 0.1

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def execute(
    plan: Plan,
    store: Store,
    *,
    progress: Progress | None = None,
    stop: asyncio.Event | None = None,
    proofs: int = 64,
    lease_ms: int = LEASE_MS,
    only: Sequence[str] = (),
    shard: Shard = WHOLE,
) -> Outcome:
    """Do all of a run that is open, then say how it ended.

    Its caller holds the run (`hold_run`), and says that it is finished.

    Args:
        plan: The study with its data and roles.
        store: Where the run is kept; prepared if it is not there yet.
        progress: Is told how far it is.
        stop: When set, no new work is begun; what is under way gets a moment to end.
        proofs: Proofs under way at once.
        lease_ms: How long a claim on a shared store outlives its worker.
        only: What of it this session does, see `share_of`; empty: all of it.
        shard: Which of its cases the store has.

    Raises:
        StudyError: There is nothing in the run of what it is to do.
        StoreError: The store failed; all that was committed is safe.
        InternalContradiction: Two methods of ours disagree.
    """
    run = await asyncio.to_thread(prepare, plan, store, None, shard)
    roles = (
        role
        for cast in plan.casts.values()
        for role in (cast.questions, cast.user, *cast.generators.values(), *cast.judges.values())
    )
    async with entered(roles):
        lanes = lanes_of(plan, proofs)
        share = share_of(lanes, only)
        session = _Session(plan, store, run, progress or Silence(), lanes, share, lease_ms)
        return await session.run(stop or asyncio.Event())


class _Session:
    """One process's share of a run, from its start or its resumption to its end."""

    def __init__(
        self,
        plan: Plan,
        store: Store,
        run: str,
        progress: Progress,
        lanes: Sequence[Lane],
        share: Share,
        lease_ms: int,
    ) -> None:
        self._plan = plan
        self._store = store
        self._run = run
        self._progress = progress
        self._lease_ms = lease_ms
        self._worker = new_worker()
        self._known = {(lane.stage, lane.role) for lane in lanes}
        self._lanes = share.lanes
        self._awaited = share.awaited
        self._under_way = max(lane.most_begun for lane in lanes)
        self._results: asyncio.Queue[tuple[Lane, Done] | None] = asyncio.Queue(2 * PAGE)
        self._held: set[str] = set()  # claimed by this session, and not committed yet
        self._begun: set[str] = set()  # of those, what was begun
        self._claiming = asyncio.Lock()
        self._doubting = False  # whether what is under way was lost with another session
        self._done = 0
        self._over = asyncio.Event()
        self._out_of_budget = asyncio.Event()
        self._reason = ""
        self._database = ThreadPoolExecutor(1, "jurist-store")

    async def run(self, stop: asyncio.Event) -> Outcome:
        started = time.perf_counter()
        await self._in_store(self._open_what_the_dead_held)
        self._tally = await self._count()
        writer = asyncio.create_task(self._write())
        keepers = [asyncio.create_task(self._tell()), asyncio.create_task(self._renew())]
        feeders = [asyncio.create_task(self._feed(lane)) for lane in self._lanes]
        crew = [
            asyncio.create_task(self._serve(lane))
            for lane in self._lanes
            for _ in range(lane.window)
        ]
        events = [
            asyncio.create_task(event.wait()) for event in (self._over, self._out_of_budget, stop)
        ]
        try:
            ended, _ = await asyncio.wait(
                [*events, writer, *keepers, *feeders, *crew], return_when=asyncio.FIRST_COMPLETED
            )
            await _cancel(feeders)
            _raise_first(ended)
            await self._wind_down(crew, stop)
            _raise_first(task for task in crew if task.done() and not task.cancelled())
        finally:
            await _cancel([*feeders, *crew, *events, *keepers])
            await asyncio.shield(self._close(writer))
        return await self._outcome(time.perf_counter() - started)

    def _open_what_the_dead_held(self) -> None:
        """Open at once what workers claimed that died here; other claims run out by themselves."""
        dead = None  # the lock says that no other worker is alive
        if self._store.shared:
            dead = [worker for worker in workers_of(self._store, self._run) if is_dead(worker)]
        open_lost(self._store, self._run, dead, under_way=self._under_way, lease_ms=self._lease_ms)

    async def _outcome(self, seconds: float) -> Outcome:
        counts = await asyncio.to_thread(
            patiently, self._store, lambda: count_tasks(self._store, self._run)
        )
        left = sum(count.total - count.finished for count in counts)
        ending = Ending.INTERRUPTED
        if left == 0:
            await asyncio.to_thread(
                patiently, self._store, lambda: audit_counts(self._store, self._run)
            )
        if left == 0 or (self._awaited and self._over.is_set()):
            ending = Ending.FINISHED
        elif self._reason:
            ending = Ending.OUT_OF_BUDGET
        return Outcome(self._run, ending, self._done, left, self._reason, seconds)

    async def _feed(self, lane: Lane) -> None:
        """Claim tasks for a lane, page by page, until nothing is open in the whole run."""
        while True:
            lane.wake.clear()
            claims = await self._claim(lane)
            for item in claims:
                await lane.queue.put(item)
            if claims:
                continue
            if not self._held and not await self._in_store(
                has_open, self._store, self._run, self._awaited
            ):
                self._over.set()
            with contextlib.suppress(TimeoutError):  # what other workers leave needs a look
                # Not `wait_for`: Python 3.11's can swallow a cancellation.
                async with asyncio.timeout(_POLL_S):
                    await lane.wake.wait()

    async def _claim(self, lane: Lane) -> tuple[Claim, ...]:
        """The next tasks of a lane: those that were lost with a session last, and by themselves.

        Of a shared run only what it does soon, so that others get their share.
        """
        lane.measure()
        most = lane.page(self._tally.open(lane.stage)) if self._store.shared else PAGE
        async with self._claiming:
            if self._doubting:
                return ()
            claimed = await self._claim_some(lane, most, 0 if lane.careful else None)
            if lane.careful and not claimed and not self._held:
                claimed = await self._claim_some(lane, 1, GIVEN_UP_AT)
                self._doubting = bool(claimed)
            self._held.update(item.task.key for item in claimed)
            return claimed

    async def _claim_some(self, lane: Lane, most: int, most_lost: int | None) -> tuple[Claim, ...]:
        held = tuple(self._held)
        tried = False

        def work() -> tuple[Claim, ...]:
            nonlocal tried
            if tried:  # what was claimed before the connection was lost, nobody knows of
                release(self._store, self._run, worker=self._worker, but=held)
            tried = True
            return claim(
                self._store,
                self._run,
                lane.stage,
                lane.role,
                worker=self._worker,
                most=most,
                lease_ms=self._lease_ms,
                under_way=self._under_way,
                most_lost=most_lost,
            )

        return await self._in_store(work)

    async def _serve(self, lane: Lane) -> None:
        """Do a lane's tasks, one after the other, until there is a `None` among them."""
        casts, level = self._plan.casts, self._plan.study.privacy.level
        with on_errand(run=self._run, role=lane.role, privacy=level):
            while await lane.room.acquire() and (item := await lane.queue.get()) is not None:
                self._begun.add(item.task.key)
                cast = casts[item.task.dataset]
                try:
                    lost = lane.careful and item.lost >= GIVEN_UP_AT
                    done = give_up(item, cast) if lost else await do(item, cast)
                except BudgetExceeded as error:
                    self._reason = str(error)
                    self._out_of_budget.set()
                    return
                lane.done += 1
                await self._results.put((lane, done))

    async def _write(self) -> None:
        """Commit results in groups: each as soon as the commit before it is through."""
        ending = False
        while not ending:
            first = await self._results.get()
            if first is None:
                return
            batch = [first]
            for _ in range(_GATHERINGS):
                await asyncio.sleep(_GATHER_S)
                here = 1 + self._results.qsize()
                if here >= min(len(self._begun), PAGE):  # or the end
                    break
            while len(batch) < PAGE and not self._results.empty():
                item = self._results.get_nowait()
                if item is None:
                    ending = True
                    break
                batch.append(item)
            results = [done for _, done in batch]
            first = await self._in_store(finish, self._store, self._run, results)
            self._commit(batch, first)

    def _commit(self, batch: list[tuple[Lane, Done]], first: frozenset[str]) -> None:
        """What a commit means to the rest of the session.

        Args:
            batch: Lanes and results.
            first: Keys of the results that nobody had given before.
        """
        keys = {done.key for _, done in batch}
        self._held -= keys
        self._begun -= keys
        self._done += len(first)
        if not self._held:
            self._doubting = False
        woken: set[tuple[Stage, str]] = set()
        for lane, done in batch:
            lane.room.release()
            if done.key not in first:
                continue
            self._tally.finished(lane.stage)
            for task in done.successors:
                self._tally.added(task.stage, 1)
                woken.add((task.stage, task.role))
        for lane in self._lanes:
            if not self._held or (lane.stage, lane.role) in woken:
                lane.wake.set()

    async def _wind_down(self, crew: list[asyncio.Task[None]], stop: asyncio.Event) -> None:
        """Let what is under way end, within a moment; begin nothing new."""
        for lane in self._lanes:
            while not lane.queue.empty():
                lane.queue.get_nowait()
        for lane in self._lanes:
            for _ in range(lane.window):
                lane.queue.put_nowait(None)
        if self._store.shared:  # others need not wait for what is under way here
            begun = tuple(self._begun)
            await self._in_store(
                lambda: release(self._store, self._run, worker=self._worker, but=begun)
            )
        ending = asyncio.gather(*crew, return_exceptions=True)
        hurry = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait(
                [ending, hurry], timeout=_GRACE_S, return_when=asyncio.FIRST_COMPLETED
            )
            if hurry.done():
                await asyncio.wait([ending], timeout=_LAST_MOMENT_S)
        finally:
            await _cancel([hurry])

    async def _close(self, writer: asyncio.Task[None]) -> None:
        """Commit what is done, open again what is not."""
        try:
            if not writer.done():
                await self._results.put(None)
            await writer
            await self._in_store(lambda: release(self._store, self._run, worker=self._worker))
        finally:
            self._progress.update(self._tally.stages())
            self._database.shutdown()

    async def _tell(self) -> None:
        while True:
            self._progress.update(self._tally.stages())
            await asyncio.sleep(_TELL_S)

    async def _renew(self) -> None:
        """On a shared store: keep our claims, and see what other workers did."""
        while True:
            await asyncio.sleep(self._lease_ms / 3000)
            if self._store.shared:
                await self._in_store(
                    lambda: renew(
                        self._store, self._run, worker=self._worker, lease_ms=self._lease_ms
                    )
                )
                self._tally.recount(await self._in_store(count_tasks, self._store, self._run))

    async def _count(self) -> Tally:
        counts = await self._in_store(count_tasks, self._store, self._run)
        for count in counts:
            if (count.stage, count.role) not in self._known and count.finished < count.total:
                raise StoreError(
                    f"the run {self._run} has tasks of {count.role!r}, which is not in the study",
                    expected="the study as it was when the run began",
                    fix="name the role so again, or begin anew under another study name",
                )
        asking = self._plan.study.questions
        return Tally(
            counts,
            questions_per_task=len(asking.styles) * asking.per_case,
            generators=max((cast.answers for cast in self._plan.casts.values()), default=0),
            judges=len(self._plan.study.judges),
        )

    async def _in_store(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._database, lambda: patiently(self._store, lambda: work(*args, **kwargs))
        )


async def _cancel(tasks: Sequence[asyncio.Task[object]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _raise_first(tasks: Iterable[asyncio.Task[object]]) -> None:
    for task in tasks:
        error = task.exception()
        if error is not None:
            raise error

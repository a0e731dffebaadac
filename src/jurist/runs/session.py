"""From a study file to a finished run: opens what is needed, closes it, minds Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jurist.errors import StoreError
from jurist.event_loops import run_to_end
from jurist.interrupts import listening
from jurist.roles.offline.proof_pool import ProofPool
from jurist.runs.comparing_answers import compare_answers
from jurist.runs.differing import require_run
from jurist.runs.engine import execute
from jurist.runs.joining import joined
from jurist.runs.lanes import lanes_of, share_of
from jurist.runs.means import Others
from jurist.runs.outcomes import Ending, Outcome
from jurist.runs.plan import Plan, asking, plan
from jurist.runs.preparing import prepare
from jurist.runs.progress import Progress, Silence
from jurist.runs.proxying import with_proxy
from jurist.runs.reaching import idle_models, needs_models, reach_models, sketch
from jurist.runs.shards import WHOLE, Shard, with_its_budget
from jurist.runs.study import StudyFile
from jurist.store import Store
from jurist.store.failures import reopen_failures
from jurist.store.lock import hold_run
from jurist.store.patience import patiently
from jurist.store.queue import Stage
from jurist.store.runs import RunState, datasets_of, get_run, set_state

if TYPE_CHECKING:
    from jurist.models import Models

_BATCHED: Final = 2000
"""Calls under way at once where they go out in batches."""

Planner = Callable[[StudyFile, ProofPool, "Models | None"], Plan]
"""Makes a plan of a study, given where proofs are computed and how models are reached."""


def run_study(
    file: StudyFile,
    store: Store,
    *,
    progress: Progress | None = None,
    workers: int | None = None,
    retry_failures: bool = False,
    shard: Shard = WHOLE,
) -> Outcome:
    """Run a study, or go on with its run where an earlier session ended.

    Also where an event loop runs already, such as in a notebook, and in several threads at once.
    Ctrl-C ends it cleanly: no new work is begun, what is done is stored; pressed again,
    what is under way is given up at once. Either way the next call goes on from there.

    Args:
        file: The study.
        store: Where the run is kept.
        progress: Is told how far it is.
        workers: Processes for proofs; `None`: one a core.
        retry_failures: First ask again where there was no result, but for what a retry cannot mend.
        shard: Only these of its cases, with their part of its budget; see `merge_shares`.

    Raises:
        InputError: The study, its data or a role cannot be used.
        StoreError: The store failed; all that was committed is safe.
        InternalContradiction: Two methods of ours disagree.
    """
    how = _How(
        _plan_of_study,
        progress,
        workers,
        retry_failures=retry_failures,
        joinable=file,
        shard=shard,
    )
    return _run_to_end(with_its_budget(file, shard), store, how)


async def run_study_async(
    file: StudyFile,
    store: Store,
    *,
    progress: Progress | None = None,
    workers: int | None = None,
    retry_failures: bool = False,
) -> Outcome:
    """Do what `run_study` does, in the event loop that runs.

    Cancelled, it gives up what is under way; what is done is stored, and the next call goes on
    from there. Ctrl-C is its caller's affair.

    Args:
        file: See `run_study`.
        store: See `run_study`.
        progress: See `run_study`.
        workers: See `run_study`.
        retry_failures: See `run_study`.
    """
    how = _How(_plan_of_study, progress, workers, retry_failures=retry_failures, joinable=file)
    return await _run(file, store, how, asyncio.Event())


def run_plan(
    file: StudyFile,
    store: Store,
    make_plan: Planner,
    *,
    progress: Progress | None = None,
    workers: int | None = None,
    retry_failures: bool = False,
) -> Outcome:
    """Do what `run_study` does with a plan that is not a study file's own.

    Args:
        file: How models are reached, and what they may cost.
        store: Where the run is kept.
        make_plan: Is given the file as it is run, which may differ in its concurrency.
        progress: See `run_study`.
        workers: See `run_study`.
        retry_failures: See `run_study`.
    """
    how = _How(make_plan, progress, workers, retry_failures=retry_failures)
    return _run_to_end(file, store, how)


def prepare_study(file: StudyFile, store: Store, *, retry_failures: bool = False) -> str:
    """Store what a run of a study is made of, so that sessions can join it; returns its id.

    Args:
        file: The study.
        store: Where the run is kept.
        retry_failures: See `run_study`.

    Raises:
        InputError: The study, its data or a role cannot be used.
        StoreError: The store failed, or keeps runs in a file, which nobody can join.
    """
    if not store.shared:
        raise nobody_joins(store.place)
    the_plan = sketch(file)
    with hold_run(store, the_plan.run_id):
        run = prepare(the_plan, store, file)
        if retry_failures:
            patiently(store, lambda: reopen_failures(store, run))
        return run


def nobody_joins(place: str) -> StoreError:
    """Why a run in a file cannot be prepared for others."""
    return StoreError(
        f"{place} is a file, and a run in a file has one session at a time",
        expected="a store on PostgreSQL, which sessions join with `jurist work`",
        fix="name one: --store postgresql://USER:PASSWORD@HOST/DATABASE",
    )


def join_run(
    run: str,
    store: Store,
    *,
    folder: Path,
    only: Sequence[str] = (),
    progress: Progress | None = None,
    workers: int | None = None,
) -> Outcome:
    """Do of a run what is open, beside other sessions, with nothing but its store.

    Ctrl-C and its like end it as they end `run_study`.

    Args:
        run: Its id, the beginning of one, or a study's name.
        store: Where it was prepared.
        folder: Where modules, commands and files stand here that the store does not hold.
        only: What of it this session does, as `stage:role` or `stage`; empty: all.
        progress: See `run_study`.
        workers: See `run_study`.

    Raises:
        InputError: It cannot be joined from here, and why: a file that is missing, a role that
            is another here.
        StoreError: The store failed; all that was committed is safe.
    """
    record = get_run(store, run)
    datasets = datasets_of(store, record.id)

    def make_plan(file: StudyFile, pool: ProofPool, models: Models | None) -> Plan:
        others = None
        if only:
            idle = idle_models(file)
            whole = plan(file, models=idle)
            lanes = share_of(lanes_of(whole, 1), only).lanes
            own = {lane.role for lane in lanes}
            if any(lane.stage is Stage.CANDIDATES for lane in lanes):  # generators may ask them
                own |= {cast.user.name for cast in whole.casts.values() if cast.user is not None}
            others = Others(idle, own)
        return require_run(plan(file, pool=pool, models=models, others=others), record, datasets)

    with joined(store, record, folder) as file:
        return _run_to_end(file, store, _How(make_plan, progress, workers, only=tuple(only)))


@dataclass(frozen=True, slots=True)
class _How:
    """How a session goes about its run."""

    make_plan: Planner
    progress: Progress | None
    workers: int | None
    retry_failures: bool = False
    joinable: StudyFile | None = None
    """The study that other sessions may join; `None`: they cannot, or it is kept already."""
    only: tuple[str, ...] = ()
    shard: Shard = WHOLE


def _run_to_end(file: StudyFile, store: Store, how: _How) -> Outcome:
    async def work() -> Outcome:
        stop = asyncio.Event()
        with _minding_interrupts(stop):
            return await _run(file, store, how, stop)

    return run_to_end(work)


async def _run(file: StudyFile, store: Store, how: _How, stop: asyncio.Event) -> Outcome:
    file = file.kept_in(store.place)
    progress = how.progress or Silence()
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(ProofPool(how.workers))
        if file.study.models.batch != "never" and needs_models(
            file
        ):  # a batch is what is under way
            study = file.study.model_copy(update={"concurrency": _BATCHED})
            file = replace(file, study=study)
        models = await stack.enter_async_context(reach_models(file, store))
        the_plan = how.make_plan(file, pool, models)
        run = the_plan.run_id
        stack.enter_context(hold_run(store, run))
        reopened = None
        if how.retry_failures:
            reopened = await asyncio.to_thread(
                patiently, store, lambda: reopen_failures(store, run)
            )
        if how.joinable is not None:
            await asyncio.to_thread(prepare, the_plan, store, how.joinable, how.shard)
        the_plan = await stack.enter_async_context(with_proxy(file, the_plan, models))
        outcome = await execute(
            the_plan,
            store,
            progress=progress,
            stop=stop,
            proofs=pool.window,
            only=how.only,
            shard=how.shard,
        )
        outcome = replace(outcome, reopened=reopened)
        if outcome.ending is not Ending.FINISHED or outcome.open:
            return outcome
        left = await compare_answers(the_plan, store, pool, progress=progress, stop=stop)
        if left:
            return replace(outcome, ending=Ending.INTERRUPTED, open=left)
        await asyncio.to_thread(patiently, store, lambda: set_state(store, run, RunState.FINISHED))
        return outcome


def _plan_of_study(study: StudyFile, pool: ProofPool, models: Models | None) -> Plan:
    return asking(plan(study, pool=pool, models=models))


@contextmanager
def _minding_interrupts(stop: asyncio.Event) -> Generator[None]:
    """The first Ctrl-C asks to stop, the second cancels."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def interrupted() -> None:
        if stop.is_set() and task is not None:
            task.cancel()
        stop.set()

    with listening(lambda: loop.call_soon_threadsafe(interrupted)):
        yield

"""From a study file to a finished run: opens what is needed, closes it, minds Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jurist.event_loops import run_to_end
from jurist.interrupts import listening
from jurist.roles.offline.proof_pool import ProofPool
from jurist.runs.comparing_answers import compare_answers
from jurist.runs.engine import execute
from jurist.runs.outcomes import Ending, Outcome
from jurist.runs.plan import Plan, asking, plan
from jurist.runs.progress import Progress, Silence
from jurist.runs.proxying import with_proxy
from jurist.runs.reaching import needs_models, reach_models
from jurist.runs.study import StudyFile
from jurist.store import Store
from jurist.store.failures import reopen_failures
from jurist.store.lock import hold_run
from jurist.store.runs import RunState, set_state

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

    Raises:
        InputError: The study, its data or a role cannot be used.
        StoreError: The store failed; all that was committed is safe.
        InternalContradiction: Two methods of ours disagree.
    """
    return run_plan(
        file,
        store,
        _plan_of_study,
        progress=progress,
        workers=workers,
        retry_failures=retry_failures,
    )


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
    return await _run(
        file,
        store,
        _plan_of_study,
        progress=progress,
        workers=workers,
        retry_failures=retry_failures,
        stop=asyncio.Event(),
    )


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

    async def work() -> Outcome:
        stop = asyncio.Event()
        with _minding_interrupts(stop):
            return await _run(
                file,
                store,
                make_plan,
                progress=progress,
                workers=workers,
                retry_failures=retry_failures,
                stop=stop,
            )

    return run_to_end(work)


async def _run(
    file: StudyFile,
    store: Store,
    make_plan: Planner,
    *,
    progress: Progress | None,
    workers: int | None,
    retry_failures: bool,
    stop: asyncio.Event,
) -> Outcome:
    file = file.kept_in(store.place)
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(ProofPool(workers))
        if file.study.models.batch != "never" and needs_models(
            file
        ):  # a batch is what is under way
            study = file.study.model_copy(update={"concurrency": _BATCHED})
            file = replace(file, study=study)
        models = await stack.enter_async_context(reach_models(file, store))
        the_plan = make_plan(file, pool, models)
        run = the_plan.run_id
        stack.enter_context(hold_run(store, run))
        reopened = await asyncio.to_thread(reopen_failures, store, run) if retry_failures else None
        the_plan = await stack.enter_async_context(with_proxy(file, the_plan, models))
        outcome = await execute(the_plan, store, progress=progress, stop=stop, proofs=pool.window)
        outcome = replace(outcome, reopened=reopened)
        if outcome.ending is not Ending.FINISHED:
            return outcome
        left = await compare_answers(
            the_plan, store, pool, progress=progress or Silence(), stop=stop
        )
        if left:
            return replace(outcome, ending=Ending.INTERRUPTED, open=left)
        await asyncio.to_thread(set_state, store, run, RunState.FINISHED)
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

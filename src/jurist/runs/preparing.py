"""Storing what a run is made of, before anything of it is done."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice, starmap
from typing import Final

from jurist.runs.joining import keep_study
from jurist.runs.plan import Plan
from jurist.runs.shards import WHOLE, Shard, require_shard, shard_text
from jurist.runs.study import StudyFile
from jurist.store import Store
from jurist.store.queue import add_tasks
from jurist.store.runs import RunState, add_cases, create_run, find_run, set_state

_BATCH: Final = 500


def prepare(plan: Plan, store: Store, file: StudyFile | None = None, shard: Shard = WHOLE) -> str:
    """Store the plan's data and tasks, unless they are there; returns the run's id.

    May be cut off anywhere and called again.

    Args:
        plan: What is done.
        store: Where the run is kept.
        file: The study, as sessions may join it that have nothing but the store.
        shard: Only these cases of it.

    Raises:
        StoreError: The store has another share of the run.
    """
    run = plan.run_id
    record = find_run(store, run)
    if record is not None:
        require_shard(record, shard, store.place)
    begins = record is None or record.state is RunState.PLANNING
    if begins:
        begun = replace(plan.record(), shard=shard_text(shard))
        create_run(store, begun, plan.dataset_records())
    if file is not None:
        keep_study(store, run, file)
    if begins:
        cases = (case for case in plan.cases() if shard.has(case[0]))
        while some := list(islice(cases, _BATCH)):  # one pass over files of any length
            add_cases(store, run, some)
            add_tasks(store, run, chain.from_iterable(starmap(plan.tasks_of, some)))
        set_state(store, run, RunState.RUNNING)
    return run

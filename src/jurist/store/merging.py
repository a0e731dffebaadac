"""One run whose shares were done in stores of their own, put together in a new one.

Equal work has equal keys in every store, so to merge is to copy: what any share has done is done,
and what none has done is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, func, insert, select, update

from jurist.errors import StoreError
from jurist.store.accounts import ACCOUNTS
from jurist.store.counters import recount
from jurist.store.engine import A_PAGE_AT_A_TIME, Store
from jurist.store.inserting import insert_absent
from jurist.store.ledger import BATCHES, EXCHANGES
from jurist.store.runs import RunState, get_run
from jurist.store.stages import Status
from jurist.store.tables import (
    ANNOTATIONS,
    CASES,
    CONSISTENCY,
    CORRECTIONS,
    DATASETS,
    RUNS,
    SENT,
    SENT_OUTCOMES,
    SETTLEMENTS,
    TASKS,
)

_PAGE: Final = 500
_OF_A_RUN: Final = (DATASETS, CASES, CONSISTENCY, ANNOTATIONS, CORRECTIONS, SETTLEMENTS, SENT)
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of the shares of a run."""

    run: str
    finished: int
    """Tasks that have a result."""
    open: int
    """Tasks that no share has done."""


def merge_shares(shares: Sequence[Store], into: Store, run: str) -> Merged:
    """Put the shares of a run together.

    What they spent is summed; nothing that was done is done again. The replies of models and
    their batches under way are taken over too, whichever run they were made for.

    Args:
        shares: Where each share is, none twice; nobody may be at work on them.
        into: A store that does not have the run.
        run: Its id, the same in all.

    Raises:
        StoreError: They are not all the shares of one run, each once.
    """
    _require_all(shares, run)
    with into.write() as target:
        for store in shares:
            with store.read() as source:
                _copy_all(source, target, RUNS, select(RUNS).where(RUNS.c.id == run))
                for table in _OF_A_RUN:
                    _copy_all(source, target, table, select(table).where(table.c.run == run))
                for table in (EXCHANGES, BATCHES):
                    _copy_all(source, target, table, select(table))
                outcomes = select(SENT_OUTCOMES).join(SENT, SENT.c.id == SENT_OUTCOMES.c.id)
                _copy_all(source, target, SENT_OUTCOMES, outcomes.where(SENT.c.run == run))
                _copy_tasks(source, target, run)
                _add_account(source, target, run)
        state = {"shard": "", "state": RunState.RUNNING.value}
        target.execute(update(RUNS).where(RUNS.c.id == run).values(state))
        recount(target, run)
        total = select(func.count(), func.count(TASKS.c.finished)).where(TASKS.c.run == run)
        tasks, finished = target.execute(total).one()
    return Merged(run, finished, tasks - finished)


def _require_all(shares: Sequence[Store], run: str) -> None:
    """Raise where a share is missing: its cases would be in no store, and nobody would notice."""
    held: dict[str, str] = {}
    numbers: list[int] = []
    sizes: set[int] = set()
    for store in shares:
        record = get_run(store, run)
        if record.state is RunState.PLANNING:
            raise StoreError(
                f"{store.place} has not all of its tasks yet: it was cut off when it began",
                expected="shares that were begun",
                fix="start it again with its --shard, then merge",
            )
        number, _, of = (record.shard or "1/1").partition("/")
        held[store.place] = f"{number}/{of}"
        numbers.append(int(number))
        sizes.add(int(of))
    if len(sizes) != 1 or sorted(numbers) != list(range(1, sizes.copy().pop() + 1)):
        listed = ", ".join(f"{place} is {shard}" for place, shard in held.items())
        raise StoreError(
            f"these are not all the shares of the run, each once: {listed}",
            expected="1/N, 2/N, ... N/N of one N: a case that is in no share would be missing",
            fix="name the files of all shares; one that has nothing to do has a file, too",
        )


def _pages(source: Connection, query: Select[Any]) -> Iterator[list[_Row]]:
    rows = source.execute(query.execution_options(**A_PAGE_AT_A_TIME)).mappings()
    for page in rows.partitions(_PAGE):
        yield [dict(row) for row in page]


def _copy_all(source: Connection, target: Connection, table: Table, query: Select[Any]) -> None:
    for page in _pages(source, query):
        insert_absent(target, table, page)


def _copy_tasks(source: Connection, target: Connection, run: str) -> None:
    """The tasks of a share, which no other has; what was claimed of them is open."""
    query = select(TASKS).where(TASKS.c.run == run).order_by(TASKS.c.key)
    for page in _pages(source, query):
        rows = [row | (_OPEN if row["finished"] is None else {}) for row in page]
        target.execute(insert(TASKS), rows)


_OPEN: Final = {"status": Status.PENDING.value, "claimed_by": None, "claimed_until": None}


def _add_account(source: Connection, target: Connection, run: str) -> None:
    """What a share spent, on top of what those before it did."""
    spent = source.execute(select(ACCOUNTS).where(ACCOUNTS.c.run == run)).mappings().one_or_none()
    if spent is None:
        return
    nothing = {"run": run, "pico": 0, "tokens": 0, "calls": 0}
    insert_absent(target, ACCOUNTS, [nothing])
    target.execute(
        update(ACCOUNTS)
        .where(ACCOUNTS.c.run == run)
        .values({name: ACCOUNTS.c[name] + spent[name] for name in ("pico", "tokens", "calls")})
    )

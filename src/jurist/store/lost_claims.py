"""Claims of sessions that are gone: opened again, and of what they may have been at it is counted.

A session that was killed says nothing about which task did it, if any. What it had claimed and not
begun did not; nor did any where its server went before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from jurist.store.engine import Store
from jurist.store.stages import Status
from jurist.store.tables import TASKS

LEASE_MS: Final = 12_000
"""How long a claim on a shared store outlives its worker."""
UNDER_WAY: Final = 64
"""So many of a worker's claims of a stage and role may have been begun, where it is not said."""
IN_ORDER: Final = (TASKS.c.position, TASKS.c.ordinal, TASKS.c.generator)
"""In which a worker begins what it claimed."""
_BATCH: Final = 500


def open_lost(
    store: Store,
    run: str,
    workers: Collection[str] | None = None,
    *,
    under_way: int = UNDER_WAY,
    lease_ms: int = LEASE_MS,
) -> int:
    """Open the claims of workers that were lost; how many there were.

    Args:
        store: Where the run is.
        run: Its id.
        workers: Those that are known to have gone; `None`: all, for nobody is at work.
        under_way: So many of a worker's claims of a stage and role may have been begun: the first
            ones. They were lost once more.
        lease_ms: How long claims last. Where the server started after one was renewed, that is
            reason enough for a worker's end.
    """
    whose = TASKS.c.claimed_by.is_not(None) if workers is None else TASKS.c.claimed_by.in_(workers)
    with store.write() as connection:
        return open_lost_in(connection, run, whose, under_way=under_way, lease_ms=lease_ms)


def open_lost_in(
    connection: Connection,
    run: str,
    whose: ColumnElement[bool],
    *,
    under_way: int,
    lease_ms: int,
) -> int:
    """See `open_lost`.

    Args:
        connection: To its store, in a transaction that writes.
        run: See `open_lost`.
        whose: Which claims.
        under_way: See `open_lost`.
        lease_ms: See `open_lost`.
    """
    tasks = TASKS.c
    claimed = connection.execute(
        select(tasks.key, tasks.claimed_by, tasks.stage, tasks.role, tasks.claimed_until)
        .where(tasks.run == run, tasks.status == Status.CLAIMED.value, whose)
        .order_by(*IN_ORDER)
        .with_for_update(skip_locked=True)  # others open them as well
    ).all()
    if not claimed:
        return 0
    started = _server_started_ms(connection)
    opened: dict[int, list[str]] = {0: [], 1: []}
    places = Counter[tuple[str, str, str]]()
    for key, worker, stage, role, until in claimed:
        places[worker, stage, role] += 1
        may_be_begun = places[worker, stage, role] <= under_way
        opened[int(may_be_begun and until - lease_ms >= started)].append(key)
    for times, keys in opened.items():
        for at in range(0, len(keys), _BATCH):
            chosen = {"of_run": run, "times": times, "chosen": keys[at : at + _BATCH]}
            connection.execute(_OPEN, chosen)
    return len(claimed)


_OPEN: Final = (
    update(TASKS)
    .where(TASKS.c.run == bindparam("of_run"), TASKS.c.key.in_(bindparam("chosen", expanding=True)))
    .values(
        status=Status.PENDING.value,
        claimed_by=None,
        claimed_until=None,
        lost=TASKS.c.lost + bindparam("times"),
    )
)


def _server_started_ms(connection: Connection) -> int:
    """Since when the server runs, by its own clock; 0: there is none."""
    if connection.dialect.name != "postgresql":
        return 0
    started = select(func.extract("epoch", func.pg_postmaster_start_time()) * 1000)
    return int(connection.scalar(started) or 0)

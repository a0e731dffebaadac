"""How many tasks a run has and how many are finished, kept in the transactions that change them.

To count the tasks of a large run takes a second, and every session and every look asks again
and again. Sessions on a server each add to rows of their own slot, so that no transaction waits
for another's; a reader sums them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, func, insert, literal, or_, select, union_all

from jurist.errors import InternalContradiction
from jurist.store.engine import Store
from jurist.store.inserting import insert_absent, insert_adding
from jurist.store.stages import Stage
from jurist.store.tables import TASK_COUNTS, TASKS


@dataclass(frozen=True, slots=True)
class Count:
    """How many tasks of a stage and role there are."""

    stage: Stage
    role: str
    finished: int
    total: int


_KEPT: Final = (
    TASK_COUNTS.c.stage,
    TASK_COUNTS.c.role,
    func.sum(TASK_COUNTS.c.finished).label("finished"),
    func.sum(TASK_COUNTS.c.total).label("total"),
)
_COUNTED: Final = (
    TASKS.c.stage,
    TASKS.c.role,
    func.count(TASKS.c.finished).label("finished"),
    func.count().label("total"),
)


def count_tasks(store: Store, run: str) -> tuple[Count, ...]:
    """How many tasks there are, and how many are finished, by stage and role."""
    columns = TASK_COUNTS.c
    query = (
        select(*_KEPT)
        .where(columns.run == run)
        .group_by(columns.stage, columns.role)
        .having(func.sum(columns.total) > 0)
    ).order_by(columns.stage, columns.role)
    with store.read() as connection:
        return tuple(_count(*row) for row in connection.execute(query))


def insert_counted(
    connection: Connection, slot: int, run: str, rows: Iterable[Mapping[str, object]]
) -> None:
    """Insert tasks that are not there yet, and count them.

    In the order of their stages, roles and keys: else two transactions could wait for each other.
    """
    ordered = sorted(rows, key=_order)
    added: Counter[tuple[str, str]] = Counter()
    for (stage, role), some in groupby(ordered, key=lambda row: _order(row)[:2]):
        added[stage, role] = insert_absent(connection, TASKS, list(some))
    _add(connection, slot, run, added, Counter())


def count_finished(
    connection: Connection, slot: int, run: str, finished: Sequence[tuple[str, str]]
) -> None:
    """Count tasks that were finished, given by stage and role."""
    _add(connection, slot, run, Counter(), Counter(finished))


def uncount(
    connection: Connection,
    slot: int,
    run: str,
    *,
    removed: Iterable[tuple[str, str]],
    opened: Iterable[tuple[str, str]],
) -> None:
    """Count less, while others may be at work: these counters bear what others add meanwhile.

    Args:
        connection: In whose transaction the tasks change.
        slot: The store's own.
        run: Whose tasks.
        removed: Stage and role of each task that was removed.
        opened: Stage and role of each that has no result any more, those removed among them.
    """
    total, finished = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    total.subtract(removed)
    finished.subtract(opened)
    _add(connection, slot, run, total, finished)


def recount(connection: Connection, run: str) -> None:
    """Count a run's tasks anew, where some were removed or opened again and nobody works on it."""
    connection.execute(delete(TASK_COUNTS).where(TASK_COUNTS.c.run == run))
    counted = (
        select(TASKS.c.run, TASKS.c.stage, TASKS.c.role, literal(0), *_COUNTED[2:])
        .where(TASKS.c.run == run)
        .group_by(TASKS.c.run, TASKS.c.stage, TASKS.c.role)
    )
    names = ["run", "stage", "role", "slot", "finished", "total"]
    connection.execute(insert(TASK_COUNTS).from_select(names, counted))


def audit_counts(store: Store, run: str) -> None:
    """Count all tasks, and hold that against what was kept.

    Raises:
        InternalContradiction: They differ.
    """
    kept = select(literal("kept").label("how"), *_KEPT).where(TASK_COUNTS.c.run == run)
    counted = select(literal("counted").label("how"), *_COUNTED).where(TASKS.c.run == run)
    both = union_all(  # one statement: other sessions may be at work, and it sees one moment
        kept.group_by(TASK_COUNTS.c.stage, TASK_COUNTS.c.role).having(
            or_(func.sum(TASK_COUNTS.c.total) != 0, func.sum(TASK_COUNTS.c.finished) != 0)
        ),
        counted.group_by(TASKS.c.stage, TASKS.c.role),
    )
    found: dict[str, set[Count]] = {"kept": set(), "counted": set()}
    with store.read() as connection:
        for how, *row in connection.execute(both):
            found[how].add(_count(*row))
    if found["kept"] != found["counted"]:
        raise InternalContradiction(
            f"the counters of the run {run} do not agree with its tasks. Its results are whole; "
            "only how far it is was said wrongly",
            bundle=msgspec.json.encode(
                {"run": run} | {how: sorted(map(str, each)) for how, each in found.items()}
            ).decode(),
        )


def _add(
    connection: Connection,
    slot: int,
    run: str,
    total: Counter[tuple[str, str]],
    finished: Counter[tuple[str, str]],
) -> None:
    rows = [
        {
            "run": run,
            "stage": place[0],
            "role": place[1],
            "slot": slot,
            "total": total[place],
            "finished": finished[place],
        }
        for place in sorted({*total, *finished})
        if total[place] or finished[place]
    ]
    if rows:
        connection.execute(insert_adding(connection, TASK_COUNTS), rows)


def _order(row: Mapping[str, object]) -> tuple[str, str, str]:
    return str(row["stage"]), str(row["role"]), str(row["key"])


def _count(stage: str, role: str, finished: int, total: int) -> Count:
    return Count(Stage(stage), role, int(finished), int(total))

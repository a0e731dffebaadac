"""What is asked of the queue once a page: statements that are built once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, func, select

from jurist.store.inserting import is_chosen
from jurist.store.stages import Status
from jurist.store.tables import CASE_OF_TASK, CASES, TASKS

_PARENTS: Final = TASKS.alias("parents")
_OF_PARENT: Final = and_(_PARENTS.c.run == TASKS.c.run, _PARENTS.c.key == TASKS.c.parent)


@lru_cache
def unfinished(dialect: str) -> Select[Any, Any, Any, Any]:
    """Key, stage, role and `answered` of those tasks in `chosen` that have no result, locked."""
    return (
        select(TASKS.c.key, TASKS.c.stage, TASKS.c.role, _PARENTS.c.finished)
        .outerjoin(_PARENTS, _OF_PARENT)
        .where(
            TASKS.c.run == bindparam("of_run"),
            is_chosen(dialect, TASKS.c.key),
            TASKS.c.finished.is_(None),
        )
        .order_by(TASKS.c.key)  # else two could wait for each other
        .with_for_update(of=TASKS)
    )


OPEN: Final = (
    select(
        TASKS.c.key,
        TASKS.c.stage,
        TASKS.c.position,
        TASKS.c.dataset,
        TASKS.c.case_id,
        TASKS.c.role,
        TASKS.c.ordinal,
        TASKS.c.generator,
        TASKS.c.parent,
        TASKS.c.sample,
        TASKS.c.lost,
        func.coalesce(TASKS.c.question, _PARENTS.c.question),
        CASES.c.payload,
        _PARENTS.c.payload,
        _PARENTS.c.finished,
    )
    .join(CASES, CASE_OF_TASK)
    .outerjoin(_PARENTS, _OF_PARENT)
    .where(
        TASKS.c.run == bindparam("of_run"),
        TASKS.c.stage == bindparam("of_stage"),
        TASKS.c.role == bindparam("of_role"),
        TASKS.c.status == Status.PENDING.value,
        TASKS.c.lost <= bindparam("most_lost"),
    )
    .order_by(TASKS.c.position)
    .limit(bindparam("most"))
    .with_for_update(of=TASKS, skip_locked=True)  # SQLite has one writer at a time and ignores it
)
OPEN_ONCE_LOST: Final = OPEN.order_by(None).order_by(TASKS.c.lost, TASKS.c.position)

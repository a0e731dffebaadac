"""What of a run can have changed since something was computed from it: a few numbers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from jurist.store.engine import Store
from jurist.store.queue import Stage
from jurist.store.runs import RunState
from jurist.store.tables import ANNOTATIONS, CORRECTIONS, RUNS, SETTLEMENTS, TASKS


@dataclass(frozen=True, slots=True)
class Marks:
    """Equal marks: the same verdicts, labels and rulings."""

    latest: int | None
    """When the latest verdict was given, in milliseconds since 1970; `None`: there is none."""
    finished: bool
    """Whether the run is."""
    labels: tuple[int, ...]
    """Of all runs, whose labels may be carried: how many, corrected and settled, and how lately."""


def marks_of(store: Store, run: str) -> Marks:
    """The marks of a run as it is now; a few milliseconds however many verdicts it has."""
    latest = select(func.max(TASKS.c.finished)).where(
        TASKS.c.run == run, TASKS.c.stage == Stage.VERDICTS.value
    )
    with store.read() as connection:
        labels = [
            number or 0
            for table in (ANNOTATIONS, CORRECTIONS, SETTLEMENTS)
            for number in connection.execute(
                select(func.count(), func.max(table.c.created)).select_from(table)
            ).one()
        ]
        state = connection.scalar(select(RUNS.c.state).where(RUNS.c.id == run))
        return Marks(connection.scalar(latest), state == RunState.FINISHED.value, tuple(labels))

"""How far a run is, seen from beside it: counts, speed, what is left. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import func, select

from jurist.runs.progress import StageProgress, Tally
from jurist.store import Store
from jurist.store.counters import Count, count_tasks
from jurist.store.engine import now_ms
from jurist.store.lock import state_of
from jurist.store.queue import Stage, Status
from jurist.store.runs import RunRecord, RunState
from jurist.store.tables import TASKS

_RECENT_MS: Final = 20_000
"""How far back the speed is looked for: a run's steps come in bursts."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A run at a moment."""

    state: str
    """planning, running, finished, or open: nobody is at work on it."""
    stages: tuple[StageProgress, ...]
    """`fresh` counts what was finished in the last seconds; stages without a task are left out."""
    failed: int
    """Results that are missing for a reason that another try might mend."""
    begun: int
    """Milliseconds since 1970, UTC."""
    seconds: float
    """From its beginning to its latest result."""
    seconds_left: float | None
    """At the speed of the last seconds; `None` where nothing moves, or nothing is left."""

    @property
    def done(self) -> int:
        """Finished tasks of all stages."""
        return sum(stage.done for stage in self.stages)

    @property
    def total(self) -> int:
        """All tasks, those estimated that are still to follow from others."""
        return sum(stage.total for stage in self.stages)

    @property
    def live(self) -> bool:
        """Whether somebody is at work on it."""
        return self.state in {RunState.PLANNING.value, RunState.RUNNING.value}


def watch(store: Store, record: RunRecord) -> Watched:
    """Count a run's tasks; 70 ms for 300,000 of them, so ask once for everybody who watches."""
    state = state_of(store, record)
    if state == "running" and record.state is RunState.PLANNING:
        state = record.state.value
    counts = count_tasks(store, record.id)
    moved, failed, latest = _recent(store, record.id)
    stages = tuple(
        StageProgress(stage.stage, stage.done, stage.total, moved.get(stage.stage, 0))
        for stage in _tally(record, counts).stages()
        if stage.total
    )
    left = sum(stage.total - stage.done for stage in stages)
    speed = sum(moved.values()) / (_RECENT_MS / 1000)
    return Watched(
        state,
        stages,
        failed,
        record.created,
        max(0, latest - record.created) / 1000,
        left / speed if left and speed and state != RunState.FINISHED.value else None,
    )


def _recent(store: Store, run: str) -> tuple[dict[str, int], int, int]:
    """What was finished lately, by stage; what failed at all; when the latest was finished."""
    of_run = TASKS.c.run == run
    with store.read() as connection:
        since = now_ms(connection) - _RECENT_MS
        latest = [
            connection.scalar(
                select(func.max(TASKS.c.finished)).where(of_run, TASKS.c.stage == stage.value)
            )
            for stage in Stage
        ]
        moved = {
            stage.value: connection.scalar(
                select(func.count()).where(
                    of_run, TASKS.c.stage == stage.value, TASKS.c.finished > since
                )
            )
            or 0
            for stage in Stage
        }
        failed = connection.scalar(
            select(func.count()).where(of_run, TASKS.c.status == Status.FAILED.value)
        )
    return moved, failed or 0, max((each for each in latest if each is not None), default=0)


class _Named(msgspec.Struct):
    samples: int = 1


class _Asking(msgspec.Struct):
    styles: tuple[str, ...] = ("",)
    per_case: int = 1


class _Study(msgspec.Struct):
    """What of a study says how many tasks follow from one."""

    questions: _Asking = msgspec.field(default_factory=_Asking)
    generators: list[object] = msgspec.field(default_factory=list[object])
    judges: list[object] = msgspec.field(default_factory=list[object])


def _tally(record: RunRecord, counts: tuple[Count, ...]) -> Tally:
    study = _studies.decode(record.study)
    return Tally(
        counts,
        questions_per_task=len(study.questions.styles) * study.questions.per_case,
        generators=sum(map(_samples, study.generators)),
        judges=len(study.judges),
    )


def _samples(role: object) -> int:
    """Answers that a generator gives to one question, as its study has it."""
    return msgspec.convert(role, _Named).samples if isinstance(role, dict) else 1


_studies = msgspec.json.Decoder(_Study)

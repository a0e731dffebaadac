"""How far a run is, for whoever draws it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from jurist.store.counters import Count
from jurist.store.queue import Stage


@dataclass(frozen=True, slots=True)
class StageProgress:
    """One stage of a run."""

    stage: str
    """A `Stage`, or what comes after all of them."""
    done: int
    """Finished tasks, those of earlier sessions included."""
    total: int
    """Of all tasks; those that are still to follow from others are estimated."""
    fresh: int
    """Finished in this session: what a speed or an ETA is computed from."""


class Progress(Protocol):
    """Is told now and then, from the event loop; must be quick."""

    def update(self, stages: tuple[StageProgress, ...]) -> None:
        """The state of all stages, in their order."""
        ...


class Silence:
    """Progress that nobody watches."""

    def update(self, stages: tuple[StageProgress, ...]) -> None:
        """Do nothing."""


class Tally:
    """Counts tasks as they come and go.

    Args:
        counts: Of the tasks at the start.
        questions_per_task: Questions that one task of the first stage brings, at a guess.
        generators: How many answer each.
        judges: How many rule on each answer.
    """

    def __init__(
        self,
        counts: Iterable[Count],
        *,
        questions_per_task: int,
        generators: int,
        judges: int,
    ) -> None:
        self.recount(counts)
        self._fresh = dict.fromkeys(Stage, 0)
        self._per_task = questions_per_task
        self._generators = generators
        self._judges = judges

    def recount(self, counts: Iterable[Count]) -> None:
        """Take over what the store says; other workers may be at it, too."""
        self._done = dict.fromkeys(Stage, 0)
        self._total = dict.fromkeys(Stage, 0)
        for count in counts:
            self._done[count.stage] += count.finished
            self._total[count.stage] += count.total

    def finished(self, stage: Stage) -> None:
        """One task is done."""
        self._done[stage] += 1
        self._fresh[stage] += 1

    def added(self, stage: Stage, number: int) -> None:
        """So many tasks followed from another."""
        self._total[stage] += number

    def open(self, stage: Stage) -> int:
        """How many tasks are known and not done."""
        return self._total[stage] - self._done[stage]

    def stages(self) -> tuple[StageProgress, ...]:
        """The state of all stages."""
        asking, answering, judging = Stage.QUESTIONS, Stage.CANDIDATES, Stage.VERDICTS
        total = dict(self._total)
        unasked = total[asking] - self._done[asking]
        total[answering] += unasked * self._per_task * self._generators
        total[judging] += (total[answering] - self._done[answering]) * self._judges
        return tuple(
            StageProgress(stage, self._done[stage], total[stage], self._fresh[stage])
            for stage in Stage
        )

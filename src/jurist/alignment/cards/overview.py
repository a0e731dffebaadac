"""The judges of a run with all that a page shows of them, and the answers behind each number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from jurist.alignment.against import Yardstick
from jurist.alignment.cards.aligning import Alignment, align_rated, rated_by
from jurist.alignment.cards.mistakes import MistakeErrors, errors_by_kind
from jurist.alignment.cards.rated import Rated
from jurist.analysis.tables import Floats
from jurist.records import LabelRole
from jurist.store import Store
from jurist.store.runs import get_run


@dataclass(frozen=True, slots=True)
class Beside:
    """A judge's scores beside a yardstick's, answer by answer."""

    tasks: tuple[str, ...]
    gold: Floats
    said: Mapping[str, Floats]
    """By judge; NaN where it gave none, or was not asked."""

    def answers(self, judge: str, gold: int, said: int) -> tuple[str, ...]:
        """The tasks with these levels, each score rounded to the nearest."""
        here = (np.floor(self.gold + 0.5) == gold) & (np.floor(self.said[judge] + 0.5) == said)
        return tuple(self.tasks[place] for place in np.flatnonzero(here).tolist())


@dataclass(frozen=True, slots=True)
class Overview:
    """A run's judges: report cards, errors by kind of mistake, scores beside each other."""

    alignment: Alignment
    mistakes: Mapping[Yardstick, Mapping[str, tuple[MistakeErrors, ...]]]
    """By yardstick, then judge."""
    beside: Mapping[Yardstick, Beside]


def overview_of(
    store: Store, run: str, kinds_of: Callable[[], Mapping[str, str]], *, role: LabelRole
) -> Overview:
    """Measure a run's judges.

    Args:
        store: Where the run is kept.
        run: Its id.
        kinds_of: Gives the kind of each answer's mistake, by task.
        role: Whose labels measure.

    Raises:
        InputError: There is no such run, or its labels cannot measure a judge.
    """
    record = get_run(store, run)
    rated = {each: rated_by(store, record.id, each, role=role) for each in Yardstick}
    kinds: Mapping[str, str] = {}
    if any(each.tasks for each in rated.values()):
        kinds = kinds_of()
    return Overview(
        align_rated(store, record, rated, role=role),
        {
            yardstick: {judge: errors_by_kind(each, judge, kinds) for judge in each.rulings}
            for yardstick, each in rated.items()
        },
        {yardstick: _beside(each) for yardstick, each in rated.items()},
    )


def _beside(rated: Rated) -> Beside:
    said = {judge: rated.scores_of(judge) for judge in rated.rulings}
    return Beside(rated.tasks, rated.gold, said)

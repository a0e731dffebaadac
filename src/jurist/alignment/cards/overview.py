"""The judges of a run with all that a page shows of them, and the answers behind each number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jurist.alignment.against import Yardstick
from jurist.alignment.cards.aligning import Alignment, align_rated, rated_by
from jurist.alignment.cards.mistakes import MistakeErrors, errors_among, errors_by_kind
from jurist.alignment.cards.rated import Rated
from jurist.analysis.scales import Scale
from jurist.analysis.tables import Floats, Ints, roundings
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
    kinds: NDArray[np.str_]
    """The kind of each answer's mistake; empty where it has none."""
    scale: Scale

    def answers(self, judge: str, gold: int, said: int) -> tuple[str, ...]:
        """The tasks that a card's table counts, wholly or in part, where these levels meet."""
        known = np.flatnonzero(~np.isnan(self.said[judge]))
        sides = np.stack([self.gold[known], self.said[judge][known]], axis=1)
        items, levels, _ = roundings(self.scale.positions(sides))
        here = (levels[:, 0] == gold - 1) & (levels[:, 1] == said - 1)
        return self._named(known[items[here]])

    def of_kind(self, judge: str, kind: str) -> tuple[str, ...]:
        """The tasks with this kind of mistake that the judge scored."""
        return self._named(np.flatnonzero(self._scored(judge, kind)))

    def errors_of_kind(self, judge: str, kind: str) -> tuple[str, ...]:
        """Those of them on which it errs."""
        wrong = errors_among(self.gold, self.said[judge])
        return self._named(np.flatnonzero(wrong & self._scored(judge, kind)))

    def _scored(self, judge: str, kind: str) -> NDArray[np.bool_]:
        return (self.kinds == kind) & ~np.isnan(self.said[judge])

    def _named(self, places: Ints) -> tuple[str, ...]:
        wanted: list[int] = places.tolist()
        return tuple(self.tasks[place] for place in wanted)


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
        {yardstick: _beside(each, kinds) for yardstick, each in rated.items()},
    )


def _beside(rated: Rated, kinds: Mapping[str, str]) -> Beside:
    said = {judge: rated.scores_of(judge) for judge in rated.rulings}
    named = np.asarray([kinds.get(task, "") for task in rated.tasks], dtype=np.str_)
    return Beside(rated.tasks, rated.gold, said, named, rated.scale)

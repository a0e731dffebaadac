"""What a stored draw was made from, counted: chances and progress follow without the run.

A desk knows the stratum and the judges' level of every answer of its run. Chances and what is
known so far need only how many answers of each stratum got each level, and where the labelled ones
lie; so a queue keeps the counts, and the few labelled answers are looked up one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
import numpy as np

from jurist.alignment.labels.columns import labelled_tasks, with_settled
from jurist.alignment.labels.desk import Desk
from jurist.alignment.labels.progress import LEVELS, labelling_of, level_of
from jurist.alignment.labels.sampling import score_strata, stratify, tag_of
from jurist.analysis.bounded import SHARES
from jurist.analysis.labelling import KnownSoFar, known_so_far
from jurist.records import Annotation, LabelRole
from jurist.runs.results import results
from jurist.store import Store
from jurist.store.carrying import is_carried


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer lies."""

    stratum: str
    level: int
    """What its judges said; 0: nothing."""
    settled: float | None
    """Its score by the rubric."""


Places = Callable[[str], Place]
"""By an answer's task."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The answers of a run that may be drawn for a role."""

    sizes: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    """By stratum, how many got each level of the judges; those that other roles took included."""
    settled: tuple[tuple[float, int], ...] = ()
    """Scores by the rubric, and how many answers have each."""
    carried: Mapping[str, float] = field(default_factory=dict[str, float])
    """Answers whose labels came from other runs when this was drawn, with their scores."""

    def as_json(self) -> str:
        """For the store."""
        return msgspec.json.encode(self).decode()


def read_frame(text: str) -> Frame:
    """A frame as the store keeps it."""
    return msgspec.json.decode(text, type=Frame)


def frame_of(desk: Desk, places: Places) -> Frame:
    """Count what a desk draws from."""
    levels = desk.answers.chosen(None, None)
    sizes: dict[str, list[int]] = {}
    for task, stratum in desk.strata.items():
        sizes.setdefault(stratum, [0] * LEVELS)[levels[task]] += 1
    carried = [label for label in desk.labels if is_carried(label)]
    scores = {task: each.score for task, each in labelled_tasks(carried).items()}
    for task in {label.task for label in desk.labels} - desk.strata.keys() - scores.keys():
        place = places(task)  # a label of another role took it, which may be withdrawn
        if task in levels and place.settled is None:
            sizes.setdefault(place.stratum, [0] * LEVELS)[place.level] += 1
    return Frame(
        {stratum: tuple(counts) for stratum, counts in sorted(sizes.items())},
        tuple(sorted(Counter(desk.answers.settled.values()).items())),
        {task: score for task, score in scores.items() if task not in desk.answers.settled},
    )


def places_in(store: Store, run: str, role: LabelRole) -> Places:
    """Looks up single answers of a run, by their verdicts alone; what was looked up is kept."""
    return lambda task: _place(store, run, role, task)


@lru_cache(maxsize=1 << 16)
def _place(store: Store, run: str, role: LabelRole, task: str) -> Place:
    verdicts = list(results(store, run, task=task))
    by = score_strata if role is LabelRole.TEST else stratify
    settled = with_settled({}, verdicts).get(task)
    scores = {row.judge: row.verdict.score for row in verdicts if row.verdict.score is not None}
    return Place(
        by(verdicts).get(task, ""), level_of(scores.values()), settled.score if settled else None
    )


def chances(
    frame: Frame, labels: Iterable[Annotation], role: LabelRole, strata: Callable[[str], str | None]
) -> dict[str, float]:
    """The chance of each answer that was drawn for a role and labelled, as `Desk.refresh` has it.

    Args:
        frame: Of a draw for the role.
        labels: The run's own.
        role: What the draw was for.
        strata: Of an answer; `None`: it has its score by the rubric, and is not drawn.
    """
    given = list(labels)
    taken = {label.task for label in given if label.role is not role} - frame.carried.keys()
    of_taken = Counter(stratum for stratum in map(strata, taken) if stratum is not None)
    drawn = {task: strata(task) for task in _drawn(given, role, frame) - taken}
    counts = Counter(drawn.values())
    return {
        task: counts[stratum] / (sum(frame.sizes[stratum]) - of_taken[stratum])
        for task, stratum in drawn.items()
        if stratum is not None
    }


def pass_rate(
    frame: Frame, labels: Iterable[Annotation], role: LabelRole, places: Places
) -> KnownSoFar:
    """What people would pass of all answers, as `Desk.pass_rate` has it.

    Args:
        frame: Of a draw for the role.
        labels: The run's own, in the order they came.
        role: What the draw was for.
        places: Of labelled answers.
    """
    given = [label for label in labels if label.task not in frame.carried]
    scores = {task: each.score for task, each in labelled_tasks(given).items()}
    taken = {label.task for label in given if label.role is not role}
    may_be = _drawn(given, role, frame) - taken
    drawn = [task for task in scores if task in may_be and places(task).settled is None]
    codes = {stratum: code for code, stratum in enumerate(frame.sizes)}
    sizes = np.array([*frame.sizes.values()], dtype=np.int64).reshape(-1, LEVELS)
    settled = Counter(dict(frame.settled))
    others = [task for task in scores if task not in {*drawn}]
    for task in others:
        place = places(task)
        if place.settled is None:
            sizes[codes[place.stratum], place.level] -= 1
        else:
            settled[place.settled] -= 1
    known = [*settled.elements(), *frame.carried.values(), *(scores[task] for task in others)]
    return known_so_far(
        labelling_of(
            [scores[task] for task in drawn],
            [codes[places(task).stratum] for task in drawn],
            [places(task).level for task in drawn],
            sizes,
            known,
            SHARES,
        )
    )


def _drawn(labels: Iterable[Annotation], role: LabelRole, frame: Frame) -> set[str]:
    prefix = tag_of(role, None)
    return {
        label.task
        for label in labels
        if label.task not in frame.carried and any(tag.startswith(prefix) for tag in label.tags)
    }

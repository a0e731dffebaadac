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
from jurist.alignment.labels.progress import LEVELS, Drawable, drawable_of, labelling_of, level_of
from jurist.alignment.labels.sampling import strata_by, tag_of
from jurist.analysis.bounded import SHARES
from jurist.analysis.labelling import KnownSoFar, known_so_far
from jurist.columns.reading import Stamp, is_unchanged, stamp_of
from jurist.records import Annotation, LabelRole
from jurist.runs.results import results
from jurist.store import Store
from jurist.store.annotation_queues import AnnotationQueue
from jurist.store.carrying import is_carried, labels_of


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
    stamp: Stamp | None = None
    """Of the run as it was counted."""

    def as_json(self) -> str:
        """For the store."""
        return msgspec.json.encode(self).decode()


def read_frame(text: str) -> Frame:
    """A frame as the store keeps it."""
    return msgspec.json.decode(text, type=Frame)


def frame_of(drawable: Drawable, labels: Iterable[Annotation], stamp: Stamp | None) -> Frame:
    """Count what is drawn from.

    Args:
        drawable: Of the whole run.
        labels: Of the run, carried ones included.
        stamp: Of the run, taken before it was read.
    """
    answers = drawable.answers
    levels = answers.chosen(None, None)
    carried = {
        task: each.score
        for task, each in labelled_tasks(filter(is_carried, labels)).items()
        if task not in answers.settled
    }
    sizes: dict[str, list[int]] = {}
    for task, stratum in drawable.strata.items():
        if task not in answers.settled and task not in carried:
            sizes.setdefault(stratum, [0] * LEVELS)[levels[task]] += 1
    return Frame(
        {stratum: tuple(counts) for stratum, counts in sorted(sizes.items())},
        tuple(sorted(Counter(answers.settled.values()).items())),
        carried,
        stamp,
    )


def stamp_of_run(store: Store, run: str) -> Stamp | None:
    """What tells whether a run's verdicts are those that a frame counted."""
    with store.read() as connection:
        return stamp_of(connection, run)


def frame_of_queue(store: Store, queue: AnnotationQueue) -> Frame:
    """The frame of a queue's draw as the run is now: one that went on is counted anew.

    Whoever draws from a run that goes on, and labels later, would else have chances above 1.
    Counting takes seconds where the run is large: begin no transaction before.

    Args:
        store: Where the queue is.
        queue: Which.
    """
    frame = read_frame(queue.frame)
    with store.read() as connection:
        if frame.stamp is not None and is_unchanged(connection, queue.run, frame.stamp):
            return frame
        now = stamp_of(connection, queue.run)
    return frame if now == frame.stamp else _counted(store, queue.run, queue.role, now)


@lru_cache(maxsize=16)
def _counted(store: Store, run: str, role: LabelRole, stamp: Stamp | None) -> Frame:
    return frame_of(drawable_of(store, run, role), labels_of(store, run), stamp)


def places_in(store: Store, run: str, role: LabelRole, stamp: Stamp | None) -> Places:
    """Looks up single answers of a run, by their verdicts alone; what was looked up is kept.

    Args:
        store: Where the run is.
        run: Its id.
        role: By whose strata.
        stamp: Of the frame: of a run that has gone on, all is looked up anew.
    """
    return lambda task: _place(store, run, role, stamp, task)


@lru_cache(maxsize=1 << 16)
def _place(store: Store, run: str, role: LabelRole, _: Stamp | None, task: str) -> Place:
    verdicts = list(results(store, run, task=task))
    settled = with_settled({}, verdicts).get(task)
    scores = {row.judge: row.verdict.score for row in verdicts if row.verdict.score is not None}
    return Place(
        strata_by(role)(verdicts).get(task, ""),
        level_of(scores.values()),
        settled.score if settled else None,
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
        if stratum is not None and stratum in frame.sizes
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

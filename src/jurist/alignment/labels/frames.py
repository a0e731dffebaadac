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

from jurist.alignment.labels.columns import labelled_tasks, with_settled
from jurist.alignment.labels.drawable import LEVELS, Drawable, drawable_of, level_of
from jurist.alignment.labels.sampling import is_drawn, realised_probabilities, strata_by
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


Places = Callable[[str], Place | None]
"""By an answer's task; `None`: it is none of these, or its generator failed to answer."""


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


def frame_of(
    drawable: Drawable,
    levels: Mapping[str, int],
    labels: Iterable[Annotation],
    stamp: Stamp | None = None,
) -> Frame:
    """Count what is drawn from.

    Args:
        drawable: Of the whole run.
        levels: What `Answers.chosen` gave: of the answers that are counted.
        labels: Of the run, carried ones included.
        stamp: Of the run, taken before it was read.
    """
    carried = {
        task: labelled.score
        for task, labelled in labelled_tasks(filter(is_carried, labels)).items()
        if task in levels
    }
    settled: Counter[float] = Counter()
    sizes: dict[str, list[int]] = {}
    for task, level in levels.items():
        if task in carried:
            continue
        if task in drawable.answers.settled:
            settled[drawable.answers.settled[task]] += 1
        else:
            sizes.setdefault(drawable.strata[task], [0] * LEVELS)[level] += 1
    return Frame(
        {stratum: tuple(counts) for stratum, counts in sorted(sizes.items())},
        tuple(sorted(settled.items())),
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
    drawable = drawable_of(store, run, role)
    return frame_of(drawable, drawable.answers.chosen(), labels_of(store, run), stamp)


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
def _place(store: Store, run: str, role: LabelRole, _: Stamp | None, task: str) -> Place | None:
    verdicts = list(results(store, run, task=task))
    stratum = strata_by(role)(verdicts).get(task)
    if stratum is None:
        return None
    settled = with_settled({}, verdicts).get(task)
    scores = {row.judge: row.verdict.score for row in verdicts if row.verdict.score is not None}
    return Place(
        stratum,
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
    new = [label for label in labels if label.task not in frame.carried]
    taken = {label.task for label in new if label.role is not role}
    of_taken = Counter(map(strata, taken))
    drawn = {label.task for label in new if is_drawn(label, role)} - taken
    return realised_probabilities(
        {stratum: sum(counts) - of_taken[stratum] for stratum, counts in frame.sizes.items()},
        {task: stratum for task in drawn if (stratum := strata(task)) is not None},
    )

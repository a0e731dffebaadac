"""What is known of a run's answers while people label them, whenever one stops.

It speaks of *these answers*: the ones of the run that a generator gave, of one generator or of
all. Answers that were drawn for the desk's role are labelled in a random order within strata; all
other labels (of other roles, from earlier runs, brought along without a draw) and scores by the
rubric count as they are. What a judge says is used only to predict labels, so the interval holds
whatever the judge is worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from jurist.alignment.labels.columns import labelled_tasks
from jurist.alignment.labels.drawable import LEVELS
from jurist.alignment.labels.frames import Frame, Places
from jurist.alignment.labels.sampling import is_drawn
from jurist.analysis.bounded import SCORES, SHARES
from jurist.analysis.labelling import KnownSoFar, Labelling, known_so_far
from jurist.analysis.levels import PASS
from jurist.analysis.tables import Floats
from jurist.records import Annotation, LabelRole

_GUESSES = np.array([0.5, 0.2, 0.35, 0.5, 0.65, 0.8])
"""First predictions on the scale for each: a judge that is half right."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The answers that something is to be known of: made once, asked after each label."""

    frame: Frame
    """Of these answers, counted for the role."""
    places: Places
    role: LabelRole

    def pass_rate(self, labels: Iterable[Annotation]) -> KnownSoFar:
        """The share that people would pass: a score of 4 or more, in the median of several."""
        return known_so_far(self._labelling(labels, SHARES))

    def mean_score(self, labels: Iterable[Annotation]) -> KnownSoFar:
        """The mean score that people would give."""
        return known_so_far(self._labelling(labels, SCORES))

    def _labelling(self, labels: Iterable[Annotation], scale: tuple[float, float]) -> Labelling:
        frame = self.frame
        new = [label for label in labels if label.task not in frame.carried]
        placed = {task: self.places(task) for task in dict.fromkeys(label.task for label in new)}
        places = {task: place for task, place in placed.items() if place is not None}
        scores = {
            task: labelled.score for task, labelled in labelled_tasks(new).items() if task in places
        }
        taken = {label.task for label in new if label.role is not self.role}
        drawn = dict.fromkeys(
            label.task
            for label in new
            if label.task in places
            and label.task not in taken
            and places[label.task].settled is None
            and is_drawn(label, self.role)
        )
        codes = {stratum: code for code, stratum in enumerate(frame.sizes)}
        sizes = np.array([*frame.sizes.values()], dtype=np.int64).reshape(-1, LEVELS)
        settled = Counter(dict(frame.settled))
        others = [task for task in scores if task not in drawn]
        for task in others:
            place = places[task]
            if place.settled is None:
                sizes[codes[place.stratum], place.level] -= 1
            else:
                settled[place.settled] -= 1
        known = [*settled.elements(), *frame.carried.values(), *(scores[task] for task in others)]
        return Labelling(
            _values([scores[task] for task in drawn], scale),
            np.array([codes[places[task].stratum] for task in drawn], dtype=np.int64),
            np.array([places[task].level for task in drawn], dtype=np.int64),
            sizes,
            scale[0] + (scale[1] - scale[0]) * _GUESSES,
            _values(known, scale),
            scale,
        )


def _values(scores: list[float], scale: tuple[float, float]) -> Floats:
    values = np.array(scores, dtype=np.float64)
    return (values >= PASS).astype(np.float64) if scale == SHARES else values

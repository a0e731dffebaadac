"""What people said of a run's answers, as the columns that corrections are computed from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jurist.alignment.automatic import SETTLED, automatic
from jurist.analysis.corrected import Labels
from jurist.analysis.tables import Floats
from jurist.plurals import counted
from jurist.records import Annotation, LabelRole
from jurist.runs.ruled_answers import OnAnswer
from jurist.store.carrying import is_carried


@dataclass(frozen=True, slots=True)
class Labelled:
    """What people said of an answer, and how it came to be asked.

    `known` where the label does not measure the judge: it chose or tuned it, or the answer has
    its score by the rubric. `probability` is the chance with which others were drawn.
    """

    score: float
    probability: float | None
    known: bool = False


def labelled_tasks(annotations: Iterable[Annotation]) -> dict[str, Labelled]:
    """One score a task: the median of the annotators' preferred ones, not rounded.

    A task with any label of another role than `TEST` is known: a judge may have seen it. So is one
    whose label followed it from an earlier run: it was chosen by not having changed.
    """
    by_task: dict[str, list[Annotation]] = defaultdict(list)
    for label in annotations:
        by_task[label.task].append(label)
    found: dict[str, Labelled] = {}
    for task, given in by_task.items():
        chances = [e.sampling_probability for e in given if e.sampling_probability is not None]
        score = float(np.median([label.scores[0] for label in given]))
        spent = any(label.role is not LabelRole.TEST or is_carried(label) for label in given)
        found[task] = Labelled(score, max(chances) if chances else None, spent)
    return found


def with_settled(
    labels: Mapping[str, Labelled], results: Iterable[OnAnswer]
) -> dict[str, Labelled]:
    """The labels, and the answers that have their score by the rubric: all known.

    No query, a refusal, or a query where refusing is right: no judge was asked about these.
    """
    scores: dict[str, float | None] = {}
    for result in results:
        verdict = result.verdict
        settled = automatic(verdict) in SETTLED and result.candidate.failure is None
        before = scores.get(result.task, verdict.score)
        scores[result.task] = verdict.score if settled and before is not None else None
    found = dict(labels)
    for task, score in scores.items():
        if score is not None:
            said = labels.get(task)
            found[task] = Labelled(said.score if said else score, None, known=True)
    return found


def label_columns(
    scores: Floats,
    tasks: Sequence[str],
    labels: Mapping[str, Labelled],
    *,
    assume_random: bool = False,
) -> tuple[Labels, tuple[str, ...]]:
    """Columns of one system's answers, and what to say of the labels that were left out.

    Args:
        scores: The judge's, shape (answers,), NaN where it gave none.
        tasks: Of each answer.
        labels: By task.
        assume_random: Take labels without a sampling probability as drawn at random.
    """
    given = [labels.get(task) for task in tasks]
    nan = float("nan")
    people = np.asarray([nan if e is None else e.score for e in given], dtype=np.float64)
    known = np.asarray([e is not None and e.known for e in given], dtype=np.bool_)
    chance = np.asarray(
        [nan if e is None or e.probability is None else e.probability for e in given],
        dtype=np.float64,
    )
    drawn = ~np.isnan(people) & ~known
    unsure = drawn & np.isnan(chance)
    notes: list[str] = []
    if not unsure.any():
        pass
    elif drawn[~known].all():
        chance[unsure] = 1.0  # everything is labelled: nothing was sampled
    elif assume_random:
        others = ~known & ~(drawn & ~unsure)
        chance[unsure] = unsure.sum() / others.sum()
        taken = counted(int(unsure.sum()), "label is", "labels are")
        notes.append(f"{taken} taken as drawn at random, as you said")
    else:
        notes.append(
            f"left out for want of a sampling probability: {counted(int(unsure.sum()), 'label')}; "
            "say --assume-random if they were drawn at random"
        )
        people[unsure] = nan
    return Labels(scores, people, chance, known), tuple(notes)

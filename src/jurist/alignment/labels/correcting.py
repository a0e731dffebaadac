"""Putting a label right: what it said before, who changed it and why are kept."""

from __future__ import annotations

from dataclasses import replace

from jurist.errors import AnnotationError, InputError
from jurist.plurals import counted
from jurist.records import Annotation
from jurist.store import Store
from jurist.store.annotations import annotations_of
from jurist.store.corrections import correct_annotation
from jurist.store.runs import get_run


def correct_label(
    store: Store,
    run: str,
    task: str,
    *,
    annotator: str,
    scores: tuple[int, ...],
    reason: str,
) -> Annotation:
    """Change the scores of a label that was given in a run; what `annotate --correct` does.

    Args:
        store: Where the run is.
        run: Its id, how it begins, or its study's name.
        task: The labelled task, or how it begins.
        annotator: Whose label it is, who puts it right.
        scores: All that are acceptable, the best first, each 1 to 5.
        reason: Why; it is kept.

    Returns:
        The label as it was before.

    Raises:
        InputError: Nothing says what is right, who says so or why; or several tasks begin so.
        AnnotationError: The annotator has no label of that task in this run.
    """
    identity = get_run(store, run).id
    if not (scores and reason and annotator and task):
        raise InputError(
            "a correction says of which task what is right, who says so, and why",
            expected="a task, scores, an annotator and a reason",
            fix=f"jurist annotate {identity} --correct TASK --annotator ME --score 4 --why WHY",
        )
    begun = [label for label in annotations_of(store, identity) if label.task.startswith(task)]
    tasks = {label.task for label in begun}
    if len(tasks) > 1:
        raise InputError(
            f"{counted(len(tasks), 'labelled task begins', 'labelled tasks begin')} with {task!r}",
            expected="one",
            fix=f"see them all: jurist annotate {identity} --history",
        )
    before = next((label for label in begun if label.annotator == annotator), None)
    if before is None:
        raise AnnotationError(
            f"{annotator!r} has no label of a task {task!r} in the run {identity}",
            expected="a label that was given in this run; one that was carried to it is "
            "corrected where it was given",
            fix=f"see who labelled what: jurist annotate {identity} --history",
        )
    after = replace(before, scores=tuple(dict.fromkeys(scores)))
    if after != before:
        correct_annotation(store, after, by=annotator, reason=reason)
    return before

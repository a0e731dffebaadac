"""Settling a disagreement: the ruling is kept, and what teaches a judge becomes a tune label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jurist.alignment.against import Against
from jurist.alignment.disagreements.finding import Disagreement
from jurist.alignment.labels.files import LONGEST_NAME, make_annotation
from jurist.alignment.labels.items import rubric_of_task
from jurist.errors import AnnotationError, InputError
from jurist.records import Annotation, LabelRole
from jurist.store import Store
from jurist.store.annotations import (
    Ruling,
    Settlement,
    add_annotations,
    annotation_id,
    annotation_of,
    annotations_of,
    settle,
    settlements_of,
    unsettle,
)
from jurist.store.corrections import correct_annotation, withdraw_annotation

TEACHING = frozenset({Ruling.JUDGE_WRONG, Ruling.LABEL_WRONG})
"""Rulings after which the right score is known: they make a tune label."""
SETTLED = "settled"
"""Tag of labels that come from settling."""


def find_disagreement(
    found: Sequence[Disagreement], task: str, judge: str
) -> tuple[Disagreement, ...]:
    """The disagreements of one judge on one answer, against proof, people and judges.

    Args:
        found: Of a run.
        task: The answer's key, or how it begins.
        judge: The judge's name.

    Raises:
        InputError: There is none, or the key's beginning fits several answers.
    """
    mine = [each for each in found if each.task.startswith(task) and each.judge == judge]
    tasks = {each.task for each in mine}
    if len(tasks) == 1:
        return tuple(mine)
    known = sorted({each.judge for each in found if each.task.startswith(task)})
    if len(tasks) > 1:
        raise InputError(
            f"{len(tasks)} answers begin with {task!r}",
            expected="a key that one answer alone begins with",
            fix="give more of the key",
        )
    raise InputError(
        f"{judge!r} disagrees with nobody on the answer {task!r}",
        expected=f"one of {', '.join(known)}" if known else "an answer that is listed",
        fix="jurist disagreements RUN lists them",
    )


def settle_disagreement(
    store: Store,
    run: str,
    about: Sequence[Disagreement],
    ruling: Ruling,
    *,
    by: str,
    note: str = "",
    score: int | None = None,
    teach: bool = True,
) -> Annotation | None:
    """Keep a ruling, and make a tune label of it where it says what the right score is.

    `judge_wrong` makes the other side's score the label, a proof's before a person's;
    `label_wrong` the judge's own.

    Args:
        store: Where the run is.
        run: The run's id.
        about: What `find_disagreement` gave.
        ruling: Who was wrong.
        by: Who says so.
        note: Why; the label's rationale.
        score: The right score, where it is neither side's.
        teach: Whether to make a label at all.

    Returns:
        The tune label, or `None` where none was made.

    Raises:
        AnnotationError: The answer has labels for test or dev: it may not teach a judge.
        InputError: The right score is not known.
    """
    if not 0 < len(by) <= LONGEST_NAME or not by.isprintable():
        raise InputError(f"the settler is {by[:40]!r}", expected="a name", fix="say --by NAME")
    first = about[0]
    label = None
    if teach and ruling in TEACHING:
        if first.role in {LabelRole.TEST, LabelRole.DEV}:
            raise AnnotationError(
                f"the answer {first.task} has labels for {first.role}: it cannot become a tune "
                "label",
                expected="an answer without labels, or with tune labels: what tunes a judge must "
                "not also measure it",
                fix="keep the ruling alone with --no-label, or settle another answer",
            )
        with store.read() as connection:
            rubric = rubric_of_task(connection, run, first.task).version
        label = _label(run, about, ruling, by, note, score, rubric)
        _keep(store, run, label)
    settle(store, Settlement(run, first.task, first.judge, ruling, by, note))
    return label


def take_ruling_back(store: Store, run: str, task: str, judge: str, *, by: str) -> bool:
    """Let a disagreement be open again, and take back the tune label that its ruling made.

    Args:
        store: Where the run is.
        run: The run's id.
        task: The answer's key.
        judge: Whose disagreement was settled.
        by: Who says so.

    Returns:
        Whether there was a ruling.
    """
    ruled = next(
        (s for s in settlements_of(store, run) if (s.task, s.judge) == (task, judge)), None
    )
    if ruled is None:
        return False
    with store.write() as connection:
        unsettle(connection, run, task, judge)
        identity = annotation_id(run, task, _name(ruled.settled_by))
        label = annotation_of(connection, identity)
        if label is not None and ruled.ruling.value in label.tags:
            withdraw_annotation(connection, identity, by=by)
    return True


def _name(by: str) -> str:
    return f"{by} ({SETTLED})"[:LONGEST_NAME]


def _label(
    run: str,
    about: Sequence[Disagreement],
    ruling: Ruling,
    by: str,
    note: str,
    score: int | None,
    rubric: str,
) -> Annotation:
    first = about[0]
    right = score if score is not None else _right_score(about, ruling)
    rationale = note or first.witness or _other(about).other_reasoning
    return make_annotation(
        run,
        first.task,
        _name(by),
        (right,),
        LabelRole.TUNE,
        rubric=rubric,
        rationale=rationale,
        tags=(SETTLED, ruling.value),
    )


def _right_score(about: Sequence[Disagreement], ruling: Ruling) -> int:
    if ruling is Ruling.LABEL_WRONG:
        if not any(each.against is Against.PEOPLE for each in about):
            raise InputError(
                f"no person labelled the answer {about[0].task}",
                expected="label_wrong where the judge disagrees with a person",
            )
        return round(about[0].score)
    other = _other(about)
    if other.against is Against.JUDGE and len(about) > 1:
        raise InputError(
            f"{other.judge!r} contradicts {len(about)} judges, and nothing says who is right",
            expected="a score where the sides disagree",
            fix="say the right score with --score",
        )
    return round(other.other_score)


def _other(about: Sequence[Disagreement]) -> Disagreement:
    order = list(Against)
    return min(about, key=lambda each: order.index(each.against))


def _keep(store: Store, run: str, label: Annotation) -> None:
    """Store the label; one that the same person made here before gives way to it."""
    known = {each.id: each for each in annotations_of(store, run)}
    if label.id in known:
        before = known[label.id]
        if replace(label, sampling_probability=before.sampling_probability) == before:
            return
        correct_annotation(
            store,
            replace(label, sampling_probability=before.sampling_probability),
            by=label.annotator,
            reason=label.rationale,
        )
    else:
        add_annotations(store, [label])

"""Labels of people: reading them, and who may use which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from jurist.alignment.labels.sampling import tag_of
from jurist.alignment.rows import csv_rows, json_rows, number_of, unquoted
from jurist.errors import AnnotationError
from jurist.records import Annotation, LabelRole
from jurist.store.annotations import annotation_id
from jurist.store.carrying import is_carried

COLUMNS = (
    "task",
    "annotator",
    "score",
    "also_acceptable",
    "rationale",
    "tags",
    "rubric",
    "role",
    "sampling_probability",
)
LONGEST_NAME = 200
_SCORES = frozenset("12345")
_HALF = 0.5


class _Row(msgspec.Struct, frozen=True):
    task: str
    annotator: str = ""
    scores: list[int] | None = None
    score: int | None = None
    rationale: str = ""
    rubric: str = ""
    role: LabelRole | None = None
    sampling_probability: float | None = None
    tags: list[str] = []


def read_labels(
    text: str,
    *,
    run: str,
    role: LabelRole | None,
    where: str,
    rubrics: Mapping[str, str],
    annotator: str = "",
) -> tuple[Annotation, ...]:
    """Read JSONL, or CSV with a header, as annotations of a run; rows without a score are left.

    Args:
        text: The file's text. JSONL where its first character is `{`.
        run: The run whose answers were annotated.
        role: What the labels are for; a row that says otherwise is an error. `None`: the rows
            say it, `TEST` where they do not.
        where: The file, for errors.
        rubrics: By each task of the run, the version of the rubric that its annotators see, for
            rows that do not say it; a label of any other task is an error.
        annotator: Whose labels these are, whatever the rows say; empty: the rows say it.

    Raises:
        AnnotationError: Names the line and the field.
    """
    read = _json_rows if text.lstrip()[:1] == "{" else _csv_rows
    labels: list[Annotation] = []
    for number, row in read(text, where):
        place = f"{where}, line {number}"
        scores = row.scores or ([] if row.score is None else [row.score])
        if not scores:
            continue  # an exported task that nobody has annotated yet
        _check(row, scores, annotator or row.annotator, place)
        if row.task not in rubrics:
            raise AnnotationError(
                f"run {run} has no task {row.task!r}",
                expected="a task of this run",
                fix="export the tasks to annotate with `jurist annotate RUN --export`",
                where=place,
            )
        stored = _stored_role(row, role, place)
        strange = [tag for tag in row.tags if _drawn_for_another(tag, stored)]
        labels.append(
            Annotation(
                id=annotation_id(run, row.task, annotator or row.annotator),
                run=run,
                task=row.task,
                annotator=annotator or row.annotator,
                scores=tuple(dict.fromkeys(scores)),
                rubric=row.rubric or rubrics[row.task],
                role=stored,
                rationale=row.rationale,
                # The chance was that of a draw for another purpose: it says nothing for this one.
                sampling_probability=None if strange else row.sampling_probability,
                tags=tuple(tag for tag in row.tags if tag not in strange),
            )
        )
    if not labels:
        raise AnnotationError(
            "there is not one label",
            expected="a row with a score",
            fix="fill in scores, then import the file again",
            where=where,
        )
    return tuple(labels)


def _stored_role(row: _Row, told: LabelRole | None, place: str) -> LabelRole:
    if row.role and told and row.role is not told:
        raise AnnotationError(
            f"the file says {row.role}, you said {told}",
            expected="one role a label: what tunes a judge must not also measure it",
            fix=f"leave --role out to keep what the file says, or export with --role {told}",
            where=place,
        )
    return told or row.role or LabelRole.TEST


def _drawn_for_another(tag: str, role: LabelRole) -> bool:
    return tag.startswith("drawn:") and not tag.startswith(tag_of(role, None))


def _check(row: _Row, scores: list[int], annotator: str, place: str) -> None:
    if not all(1 <= score <= 5 for score in scores):
        raise AnnotationError(
            f"the score is {scores}",
            expected="a whole number from 1 to 5",
            fix="write 1, 2, 3, 4 or 5",
            where=place,
        )
    if not 0 < len(annotator) <= LONGEST_NAME or not annotator.isprintable():
        raise AnnotationError(
            f"the annotator is {annotator[:40]!r}",
            expected=f"1 to {LONGEST_NAME} printable characters",
            fix="fill in the column, or say --annotator NAME",
            where=place,
        )
    chance = row.sampling_probability
    if chance is not None and not 0 < chance <= 1:
        raise AnnotationError(
            f"the sampling probability is {chance}",
            expected="a number above 0, at most 1",
            fix="leave what was exported as it is, or leave it out",
            where=place,
        )


def make_annotation(
    run: str,
    task: str,
    annotator: str,
    scores: tuple[int, ...],
    role: LabelRole,
    *,
    rubric: str,
    rationale: str = "",
    sampling_probability: float | None = None,
    tags: tuple[str, ...] = (),
) -> Annotation:
    """An annotation under a version of the rubric."""
    return Annotation(
        annotation_id(run, task, annotator),
        run,
        task,
        annotator,
        scores,
        rubric,
        role,
        rationale,
        sampling_probability,
        tags,
    )


def _json_rows(text: str, where: str) -> Iterator[tuple[int, _Row]]:
    expected = '{"task", "annotator", "scores": [..] or "score", "rationale", ...}'
    return json_rows(text, _rows, where, expected=expected, raises=AnnotationError)


def _csv_rows(text: str, where: str) -> Iterator[tuple[int, _Row]]:
    rows = csv_rows(text, where, raises=AnnotationError)
    _, header = next(rows, (0, list[str]()))
    missing = {"task", "score"} - set(header)
    if missing:
        raise AnnotationError(
            f"the header lacks {', '.join(sorted(missing))}",
            expected=",".join(COLUMNS),
            fix="add the columns, or begin with `jurist annotate RUN --export FILE.csv`",
            where=f"{where}, line 1",
        )
    for number, row in rows:
        if row:
            yield number, _row_of(row, header, f"{where}, line {number}")


def _row_of(row: Sequence[str], header: Sequence[str], where: str) -> _Row:
    cells = {name: cell for name, cell in zip(header, row, strict=False) if name}
    if len(row) > len(header) or len(cells) < len(header):
        raise AnnotationError(
            f"the row has {'more' if len(row) > len(header) else 'fewer'} cells than the header",
            expected=f"{len(header)} cells",
            fix="put cells that hold the separator or line breaks in double quotes",
            where=where,
        )
    score, chance = cells["score"].strip(), cells.get("sampling_probability", "").strip()
    scores = [*([score] if score else []), *cells.get("also_acceptable", "").split()]
    return _Row(
        task=cells["task"],
        annotator=unquoted(cells.get("annotator", "")),
        scores=[_score(each, where) for each in scores],
        rationale=unquoted(cells.get("rationale", "")),
        rubric=cells.get("rubric", ""),
        role=_role(cells["role"], where) if cells.get("role") else None,
        sampling_probability=_chance(chance, where) if chance else None,
        tags=cells.get("tags", "").split(),
    )


def _score(cell: str, where: str) -> int:
    """A whole number, also as a program writes it that keeps a column's numbers as floats."""
    number = cell.replace(",", ".").removesuffix(".0")
    if number not in _SCORES:
        raise AnnotationError(
            f"the score is {cell[:40]!r}",
            expected="a whole number from 1 to 5",
            fix="write 1, 2, 3, 4 or 5, or leave the cell empty",
            where=where,
        )
    return int(number)


def _role(cell: str, where: str) -> LabelRole:
    if cell not in {*LabelRole}:
        raise AnnotationError(
            f"the role is {cell[:40]!r}",
            expected=f"one of {', '.join(LabelRole)}",
            fix="leave the cell empty and say --role",
            where=where,
        )
    return LabelRole(cell)


def _chance(cell: str, where: str) -> float:
    chance = number_of(cell)
    if chance is None:
        raise AnnotationError(
            f"the sampling probability is {cell[:40]!r}",
            expected="a number above 0, at most 1",
            fix="leave what was exported as it is, or the cell empty",
            where=where,
        )
    return chance


_rows = msgspec.json.Decoder(_Row)


def labels_that_measure(
    annotations: Iterable[Annotation], *, role: LabelRole = LabelRole.TEST
) -> Mapping[str, tuple[Annotation, ...]]:
    """The labels, by task, that an estimate or a report card may use.

    Args:
        annotations: All labels of a run; those of other roles are left out.
        role: `TEST`, or `DEV` for choosing between judges.

    Raises:
        AnnotationError: Asked for `TUNE`: what tuned a judge cannot measure it.
    """
    if role is LabelRole.TUNE:
        raise AnnotationError(
            "labels of the role 'tune' cannot enter an estimate",
            expected="labels of the role 'test' (or 'dev', for choosing): a judge that was tuned "
            "on a label agrees with it for that reason alone",
            fix="annotate other tasks with --role test",
        )
    measuring = [label for label in annotations if label.role is role]
    drawn = any(label.sampling_probability is not None for label in measuring)
    by_task: dict[str, list[Annotation]] = defaultdict(list)
    for label in measuring:
        # What was carried here was chosen by not having changed: all of that part is labelled.
        certain = drawn and is_carried(label)
        by_task[label.task].append(replace(label, sampling_probability=1.0) if certain else label)
    return {task: tuple(labels) for task, labels in by_task.items()}


def accepts(accepted: Iterable[int], score: float) -> bool:
    """Whether a score is one of those that people accept: a level next to it is; midway, either."""
    return any(abs(score - level) <= _HALF for level in accepted)

"""Labels of people: reading and writing them, and who may use which."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

import msgspec

from jurist.alignment import rubric
from jurist.errors import AnnotationError
from jurist.records import Annotation, LabelRole

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


class _Row(msgspec.Struct, frozen=True):
    task: str
    annotator: str = ""
    scores: list[int] | None = None
    score: int | None = None
    rationale: str = ""
    rubric: str = rubric.VERSION
    role: LabelRole | None = None
    sampling_probability: float | None = None
    tags: list[str] = []


def read_labels(
    text: str,
    *,
    run: str,
    role: LabelRole,
    where: str,
    tasks: frozenset[str],
    annotator: str = "",
) -> tuple[Annotation, ...]:
    """Read JSONL, or CSV with a header, as annotations of a run; rows without a score are left.

    Args:
        text: The file's text. JSONL where its first character is `{`.
        run: The run whose answers were annotated.
        role: What the labels are for, where a row does not say it.
        where: The file, for errors.
        tasks: The run's tasks; a label of any other is an error.
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
        if row.task not in tasks:
            raise AnnotationError(
                f"run {run} has no task {row.task!r}",
                fix="export the tasks to annotate with `jurist annotate RUN --export`",
                where=place,
            )
        labels.append(
            Annotation(
                id=_identity(run, row.task, annotator or row.annotator),
                run=run,
                task=row.task,
                annotator=annotator or row.annotator,
                scores=tuple(dict.fromkeys(scores)),
                rubric=row.rubric,
                role=row.role or role,
                rationale=row.rationale,
                sampling_probability=row.sampling_probability,
                tags=tuple(row.tags),
            )
        )
    if not labels:
        raise AnnotationError("there is not one label", where=where)
    return tuple(labels)


def _check(row: _Row, scores: list[int], annotator: str, place: str) -> None:
    if not all(1 <= score <= 5 for score in scores):
        raise AnnotationError(f"the score is {scores}", expected="1 to 5", where=place)
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
            f"the sampling probability is {chance}", expected="above 0, at most 1", where=place
        )


def _identity(run: str, task: str, annotator: str) -> str:
    return sha256(f"{run}\0{task}\0{annotator}".encode()).hexdigest()[:32]


def make_annotation(
    run: str,
    task: str,
    annotator: str,
    scores: tuple[int, ...],
    role: LabelRole,
    *,
    rationale: str = "",
    sampling_probability: float | None = None,
    tags: tuple[str, ...] = (),
) -> Annotation:
    """An annotation under the current rubric."""
    return Annotation(
        _identity(run, task, annotator),
        run,
        task,
        annotator,
        scores,
        rubric.VERSION,
        role,
        rationale,
        sampling_probability,
        tags,
    )


def _json_rows(text: str, where: str) -> Iterator[tuple[int, _Row]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield number, msgspec.json.decode(line, type=_Row)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise AnnotationError(
                str(error),
                expected='{"task", "annotator", "scores": [..] or "score", "rationale", ...}',
                where=f"{where}, line {number}",
            ) from None


def _csv_rows(text: str, where: str) -> Iterator[tuple[int, _Row]]:
    reader = csv.DictReader(io.StringIO(text))
    missing = {"task", "score"} - set(reader.fieldnames or ())
    if missing:
        raise AnnotationError(
            f"the header lacks {', '.join(sorted(missing))}",
            expected=",".join(COLUMNS),
            where=f"{where}, line 1",
        )
    for row in reader:
        number = reader.line_num
        try:
            also = [int(each) for each in (row.get("also_acceptable") or "").split()]
            first = [int(row["score"])] if (row.get("score") or "").strip() else []
            chance = row.get("sampling_probability")
            yield (
                number,
                _Row(
                    task=row["task"],
                    annotator=_read(row.get("annotator")),
                    scores=[*first, *also],
                    rationale=_read(row.get("rationale")),
                    rubric=row.get("rubric") or rubric.VERSION,
                    role=LabelRole(row["role"]) if row.get("role") else None,
                    sampling_probability=float(chance) if chance else None,
                    tags=(row.get("tags") or "").split(),
                ),
            )
        except (TypeError, ValueError) as error:
            raise AnnotationError(str(error), where=f"{where}, line {number}") from None


def write_csv(annotations: Iterable[Annotation]) -> str:
    """The annotations as CSV. Cells that a spreadsheet would run as a formula are quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for label in annotations:
        first, *others = label.scores
        cells = (
            label.task,
            label.annotator,
            first,
            " ".join(map(str, others)),
            label.rationale,
            " ".join(label.tags),
            label.rubric,
            label.role.value,
            "" if label.sampling_probability is None else label.sampling_probability,
        )
        writer.writerow([inert(cell) for cell in cells])
    return out.getvalue()


def inert(cell: str | float) -> str | float:
    """A cell that no spreadsheet runs as a formula; `read_labels` takes the quote off again."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _ACTIVE else cell


def _read(cell: str | None) -> str:
    given = cell or ""
    return given[1:] if given[:1] == "'" and given[1:2] in _ACTIVE else given


_ACTIVE = frozenset("=+-@\t\r")


def write_jsonl(annotations: Iterable[Annotation]) -> bytes:
    """The annotations, one JSON object a line; `read_labels` reads them back."""
    return b"".join(msgspec.json.encode(label) + b"\n" for label in annotations)


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
    by_task: dict[str, list[Annotation]] = defaultdict(list)
    for label in annotations:
        if label.role is role:
            by_task[label.task].append(label)
    return {task: tuple(labels) for task, labels in by_task.items()}

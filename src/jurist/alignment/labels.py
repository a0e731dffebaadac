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

COLUMNS = ("task", "annotator", "score", "also_acceptable", "rationale", "tags", "rubric", "role")
LONGEST = 20_000_000


class _Row(msgspec.Struct, frozen=True):
    task: str
    annotator: str
    scores: list[int] | None = None
    score: int | None = None
    rationale: str = ""
    rubric: str = rubric.VERSION
    role: LabelRole | None = None
    sampling_probability: float | None = None
    tags: list[str] = []


def read_labels(
    text: str, *, run: str, role: LabelRole, where: str, tasks: frozenset[str]
) -> tuple[Annotation, ...]:
    """Read JSONL, or CSV with a header, as annotations of a run.

    Args:
        text: The file's text. JSONL where its first character is `{`.
        run: The run whose answers were annotated.
        role: What the labels are for, where a row does not say it.
        where: The file, for errors.
        tasks: The run's tasks; a label of any other is an error.

    Raises:
        AnnotationError: Names the line and the field.
    """
    read = _json_rows if text.lstrip()[:1] == "{" else _csv_rows
    labels: list[Annotation] = []
    for number, row in read(text, where):
        place = f"{where}, line {number}"
        scores = row.scores if row.scores is not None else [row.score] if row.score else []
        if not scores or not all(1 <= score <= 5 for score in scores):
            raise AnnotationError(
                f"the score is {scores or 'missing'}", expected="1 to 5", where=place
            )
        if row.task not in tasks:
            raise AnnotationError(
                f"run {run} has no task {row.task!r}",
                fix="export the tasks to annotate with `jurist annotate RUN --export`",
                where=place,
            )
        labels.append(
            Annotation(
                id=_identity(run, row.task, row.annotator),
                run=run,
                task=row.task,
                annotator=row.annotator,
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
    missing = {"task", "annotator", "score"} - set(reader.fieldnames or ())
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
            yield (
                number,
                _Row(
                    task=row["task"],
                    annotator=row["annotator"],
                    scores=[int(row["score"]), *also],
                    rationale=row.get("rationale") or "",
                    rubric=row.get("rubric") or rubric.VERSION,
                    role=LabelRole(row["role"]) if row.get("role") else None,
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
        )
        writer.writerow([_inert(cell) for cell in cells])
    return out.getvalue()


def _inert(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@"} else cell


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

"""A generator that reads its answers from a file: what another system said, earlier.

One JSON object a line: `case` (its id), optionally `question` (its id or its text; else
the answer holds for every question of the case), and one of `query`, `refusal` and `failure`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec

from jurist.errors import DatasetError
from jurist.records import Candidate, FailureKind, Question
from jurist.roles.answers import failed, read_answer
from jurist.roles.protocols import Workspace
from jurist.roles.spec import Means, RoleSpec

_LONGEST_LINE: Final = 2_000_000


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    case: str
    question: str | None = None
    query: str | None = None
    refusal: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedGenerator:
    """Answers that are filed by case and question."""

    name: str
    version: str
    answers: Mapping[tuple[str, str | None], Candidate]

    def of_case(self, case_id: str) -> _RecordedCase:
        """The answers to one case's questions."""
        return _RecordedCase(self.name, self.version, self.answers, case_id)

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:  # noqa: ARG002
        """Without its case no answer can be found: a failure that says so."""
        return failed(FailureKind.MISSING, "a recording is asked by case")


@dataclass(frozen=True, slots=True)
class _RecordedCase:
    name: str
    version: str
    answers: Mapping[tuple[str, str | None], Candidate]
    case_id: str

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:  # noqa: ARG002
        for key in (question.id, question.text, None):
            found = self.answers.get((self.case_id, key))
            if found is not None:
                return found
        return failed(
            FailureKind.MISSING,
            f"the recording holds no answer for case {self.case_id!r}, question {question.id!r}",
        )


def read_recording(path: Path, *, name: str) -> RecordedGenerator:
    """Read a recording.

    Raises:
        DatasetError: The file or one of its lines cannot be used; names the line.
    """
    answers: dict[tuple[str, str | None], Candidate] = {}
    digest = blake2b(digest_size=16)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
                digest.update(line)
                if line.strip():
                    _file(answers, line, f"{path}, line {number}")
    except OSError as error:
        raise DatasetError(
            f"cannot read the recording: {error.strerror or error}", where=str(path)
        ) from error
    return RecordedGenerator(name, digest.hexdigest(), answers)


def make(spec: RoleSpec, means: Means) -> RecordedGenerator:
    """The generator that `recorded: FILE` names."""
    spec.take_only()
    path = means.folder / spec.text("the path of a JSONL file")
    return read_recording(path, name=spec.name or path.stem)


def _file(answers: dict[tuple[str, str | None], Candidate], line: bytes, where: str) -> None:
    try:
        record = msgspec.json.decode(line, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DatasetError(
            str(error),
            expected='{"case": ID, "question": ID or text (optional), and one of "query",'
            ' "refusal", "failure"}',
            where=where,
        ) from error
    given = [part for part in (record.query, record.refusal, record.failure) if part is not None]
    if len(given) != 1:
        raise DatasetError(
            f"{len(given)} of query, refusal and failure are there",
            expected="exactly one",
            where=where,
        )
    key = record.case, record.question
    if key in answers:
        raise DatasetError(
            f"a second answer for case {record.case!r}, question {record.question!r}",
            fix="remove one of them",
            where=where,
        )
    answers[key] = read_answer(
        {"query": record.query, "refusal": record.refusal, "failure": record.failure}
    )

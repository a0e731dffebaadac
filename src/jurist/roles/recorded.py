"""A generator that reads its answers from a file: what another system said, earlier.

One JSON object a line: `case` (its id), optionally `question` (its id or its text; else
the answer holds for every question of the case), optionally `sample` (which of several answers
it is, from 1), one of `query`, `refusal` and `failure`, and what the generator told beside it:
`cost`, `notes`, `trace_id`, `steps`, `transcript` (`particulars`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from jurist.errors import DatasetError
from jurist.records import Candidate, FailureKind, Question
from jurist.roles.answers import failed
from jurist.roles.protocols import Workspace
from jurist.roles.recorded_file import Key, index_recording
from jurist.roles.spec import Means, RoleSpec


class Answers(Protocol):
    """Answers by case and question: a mapping, or a file."""

    def get(self, key: Key, /) -> Candidate | None:
        """The answer under a key, if there is one."""
        ...


@dataclass(frozen=True, slots=True)
class RecordedGenerator:
    """Answers that are filed by case and question."""

    name: str
    version: str
    answers: Answers

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
    answers: Answers
    case_id: str
    sample: int = 1

    def of_sample(self, number: int) -> _RecordedCase:
        """The answers of that number."""
        return replace(self, sample=number)

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:  # noqa: ARG002
        try:
            for key in (question.id, question.text, None):
                found = self.answers.get((self.case_id, key, self.sample))
                if found is not None:
                    return found
        except DatasetError as error:
            return failed(FailureKind.ERROR, str(error))
        number = f" {self.sample}" if self.sample > 1 else ""
        return failed(
            FailureKind.MISSING,
            f"the recording holds no answer{number} for case {self.case_id!r}, "
            f"question {question.id!r}",
        )


def read_recording(path: Path, *, name: str) -> RecordedGenerator:
    """Read a recording.

    Raises:
        DatasetError: The file or one of its lines cannot be used; names the line.
    """
    found = index_recording(path)
    return RecordedGenerator(name, found.digest, found)


def make(spec: RoleSpec, means: Means) -> RecordedGenerator:
    """The generator that `recorded: FILE` names."""
    spec.take_only()
    path = means.folder / spec.text("the path of a JSONL file")
    return read_recording(path, name=spec.name or path.stem)

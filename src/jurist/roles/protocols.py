"""The three roles, as structural types: whatever has the method plays the role.

Each role says its `name` (how a study and its report call it) and its `version`,
a digest of all that shapes its answers (prompt, model, options, examples). Results are
stored under keys that hold both, so a changed role never inherits old answers.

A role that is an asynchronous context manager is entered before its first call
and left after its last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from jurist.languages.base import Language, Schema
from jurist.records import Candidate, Case, Question, Verdict


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a question is asked: a query language and what its queries may name."""

    language: Language
    schema: Schema
    name: str
    """The dataset's name in its study."""


class Role(Protocol):
    """What every role says of itself."""

    @property
    def name(self) -> str:
        """How studies and reports call it."""
        ...

    @property
    def version(self) -> str:
        """A digest of all that shapes its answers (hex)."""
        ...


class QuestionGenerator(Role, Protocol):
    """Turns a case's reference query into the requests that people would have typed."""

    async def ask(self, case: Case, workspace: Workspace) -> tuple[Question, ...]:
        """Questions whose right answer is the case's reference; their ids differ."""
        ...


class Generator(Role, Protocol):
    """The system under test: a question in, a query (or a refusal) out."""

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:
        """One answer. What goes wrong is a `Failure` in the candidate, not an exception."""
        ...


@runtime_checkable
class LeavesOneOut(Protocol):
    """A generator that remembers cases, and can forget the one it is asked about.

    A run never calls `answer` of such a generator itself, only that of what
    `without` returns: no generator sees the reference of the case it answers.
    """

    def without(self, case_id: str) -> Generator:
        """The same generator with one case, and all that was learnt from it, left out."""
        ...


@runtime_checkable
class FindsByCase(Protocol):
    """A generator whose answers are filed by case, such as a recording.

    A run never calls `answer` of such a generator itself, only that of what
    `of_case` returns.
    """

    def of_case(self, case_id: str) -> Generator:
        """The answers that are filed under one case."""
        ...


@runtime_checkable
class AnswersAnew(Protocol):
    """A generator that must be told that it is asked the same once more.

    Any other is just asked again: a ledger or a recording would give the first answer again.
    """

    def of_sample(self, number: int) -> Generator:
        """The same generator where it gives its answer of a number, from 1."""
        ...


class Judge(Role, Protocol):
    """Rules on how well a candidate answers a question, against the case's reference."""

    async def judge(
        self, question: Question, case: Case, candidate: Candidate, workspace: Workspace
    ) -> Verdict:
        """One verdict. What goes wrong is `Verdict.unscored`, not an exception."""
        ...

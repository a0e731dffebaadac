"""A generator behind the border."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Protocol, Self, cast

from jurist.privacy import NotCarriedError
from jurist.records import Candidate, Failure, FailureKind, Question
from jurist.roles.border.behind import Behind, private, revealed_failure
from jurist.roles.border.crossing import Telling
from jurist.roles.foreign import outcome_of
from jurist.roles.protocols import AnswersAnew, FindsByCase, Generator, LeavesOneOut, Workspace

_NO_REFERENCE = Failure(
    FailureKind.PRIVATE,
    "the reference of its case is no query, so what its question repeats of it cannot be hidden",
)


class Asking(Protocol):
    """Asks a generator a question, as it is where there is nothing to hide."""

    def __call__(
        self, inner: Generator, told: Question, outside: Workspace, telling: Telling | None, /
    ) -> Awaitable[Candidate]:
        """Its answer."""
        ...


@dataclass(frozen=True)
class BorderedGenerator(Behind[Generator]):
    """Answers questions that are told by pseudonyms; a run asks `without(case)`.

    What a number of a question means is looked up in the reference of its case, on this side:
    the generator is told nothing of it.
    """

    case_id: str | None = None
    sample: int = 1

    def without(self, case_id: str) -> Self:
        """The same generator, asked about a case that it must not remember."""
        return replace(self, case_id=case_id)

    def of_sample(self, number: int) -> Self:
        """The same generator where it is asked once more."""
        return replace(self, sample=number)

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:
        """The answer; a failure where the question or the answer cannot be told."""
        return await self.answered(
            question, workspace, lambda inner, told, outside, _: inner.answer(told, outside)
        )

    async def answered(self, question: Question, workspace: Workspace, ask: Asking) -> Candidate:
        """What `answer` gives, by a way of asking."""
        crossing = await self.border.crossing(workspace)
        if crossing.is_open:
            return await ask(self._asked(self.inner), question, workspace, None)
        about = () if self.case_id is None else crossing.known(self.case_id)
        if self.case_id in crossing.references and not about:
            return Candidate(failure=_NO_REFERENCE)
        telling = crossing.telling(about, (question.text,))
        try:
            told, outside = telling.told_question(question), crossing.outside
            inner = self._asked(self.retold(crossing))
        except NotCarriedError as error:
            return Candidate(failure=private(error))
        with self.watched(telling, told.text):
            answer = await outcome_of(inner, ask(inner, told, outside, telling))
        if isinstance(answer, Failure):
            return Candidate(failure=revealed_failure(answer, telling))
        try:
            return _heard(answer, telling)
        except NotCarriedError as error:
            return Candidate(failure=private(error), cost=answer.cost, steps=answer.steps)

    def _asked(self, inner: Generator) -> Generator:
        """The generator behind the border as it may be asked about the case."""
        if self.case_id is not None:
            if isinstance(inner, LeavesOneOut):
                inner = cast("LeavesOneOut", inner).without(self.case_id)
            elif isinstance(inner, FindsByCase):
                inner = cast("FindsByCase", inner).of_case(self.case_id)
        if isinstance(inner, AnswersAnew):
            inner = cast("AnswersAnew", inner).of_sample(self.sample)
        return inner


def _heard(answer: Candidate, telling: Telling) -> Candidate:
    """An answer with the originals in place of their pseudonyms."""
    return replace(
        answer,
        query=None if answer.query is None else telling.heard_query(answer.query),
        refusal=None if answer.refusal is None else telling.heard(answer.refusal),
        failure=None if answer.failure is None else revealed_failure(answer.failure, telling),
        notes=tuple(map(telling.heard, answer.notes)),
        transcript=tuple(
            replace(turn, text=telling.heard(turn.text)) for turn in answer.transcript
        ),
    )

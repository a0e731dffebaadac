"""A generator behind the border."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self, cast

from jurist.privacy import NotCarriedError
from jurist.records import Candidate, Failure, Question
from jurist.roles.border.behind import Behind, private, revealed_failure
from jurist.roles.border.crossing import Exchange
from jurist.roles.foreign import outcome_of
from jurist.roles.protocols import AnswersAnew, FindsByCase, Generator, LeavesOneOut, Workspace


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
        crossing = await self.border.crossing(workspace)
        if crossing.is_open:
            return await self._asked(self.inner).answer(question, workspace)
        about = () if self.case_id is None else crossing.known(self.case_id)
        exchange = crossing.exchange(about, (question.text,))
        try:
            told, outside = exchange.told_question(question), crossing.outside
            inner = self._asked(self.retold(crossing))
        except NotCarriedError as error:
            return Candidate(failure=private(error))
        with self.telling(exchange):
            answer = await outcome_of(inner, inner.answer(told, outside))
        if isinstance(answer, Failure):
            return Candidate(failure=revealed_failure(answer, exchange))
        try:
            return _heard(answer, exchange)
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


def _heard(answer: Candidate, exchange: Exchange) -> Candidate:
    """An answer with the originals in place of their pseudonyms."""
    return replace(
        answer,
        query=None if answer.query is None else exchange.heard_query(answer.query),
        refusal=None if answer.refusal is None else exchange.heard(answer.refusal),
        failure=None if answer.failure is None else revealed_failure(answer.failure, exchange),
        notes=tuple(map(exchange.heard, answer.notes)),
        transcript=tuple(
            replace(turn, text=exchange.heard(turn.text)) for turn in answer.transcript
        ),
    )

"""A question generator behind the border."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jurist.errors import ModelError
from jurist.privacy import NotCarriedError
from jurist.records import Case, CheckedBy, Failure, FailureKind, Question
from jurist.roles.border.behind import Behind, private, revealed_failure
from jurist.roles.border.crossing import Telling
from jurist.roles.faithfulness.ruling import check_mentions
from jurist.roles.foreign import outcome_of
from jurist.roles.protocols import QuestionGenerator, Workspace


@dataclass(frozen=True)
class BorderedQuestions(Behind[QuestionGenerator]):
    """Writes questions for queries that are told by pseudonyms."""

    async def ask(self, case: Case, workspace: Workspace) -> tuple[Question, ...]:
        """The questions, with the originals in place of the pseudonyms.

        Raises:
            ModelError: The case cannot be told, or nothing usable came back.
        """
        crossing = await self.border.crossing(workspace)
        if crossing.is_open:
            return await self.inner.ask(case, workspace)
        about = crossing.parsed(case.reference)
        if case.reference is not None and not about:
            reason = "its reference is no query, so nothing in it can be hidden"
            raise ModelError(Failure(FailureKind.PRIVATE, reason))
        telling = crossing.telling(about, [question.text for question in case.questions])
        try:
            told = Case(
                case.id,
                next(iter(telling.told_queries(*about)), None),
                tuple(map(telling.told_question, case.questions)),
            )
            inner, outside = self.retold(crossing), crossing.outside
        except NotCarriedError as error:
            raise ModelError(private(error)) from None
        with self.watched(telling, told.reference or ""):
            asked = await outcome_of(inner, inner.ask(told, outside))
        if isinstance(asked, Failure):
            raise ModelError(revealed_failure(asked, telling))
        return tuple(_heard(question, case, workspace, telling) for question in asked)


def _heard(question: Question, case: Case, workspace: Workspace, telling: Telling) -> Question:
    """A question with the originals; what was found by its words is looked for in these anew."""
    found = telling.heard_finding(question.faithfulness)
    text = telling.heard(question.text)
    if found is not None and found.by is CheckedBy.MENTION and case.reference is not None:
        found = check_mentions(text, case.reference, workspace)
    return replace(question, text=text, faithfulness=found)

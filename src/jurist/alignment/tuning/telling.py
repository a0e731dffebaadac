"""Labelled answers as a model may be told of them, and what it makes of these, heard."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from jurist.alignment.tuning.answers import LabelledAnswer
from jurist.models.sent import on_errand
from jurist.privacy import NotCarriedError
from jurist.records import Candidate
from jurist.roles.border.border import Border
from jurist.roles.border.crossing import Telling
from jurist.screening import screening


@dataclass(frozen=True, slots=True)
class ToldAnswers:
    """Answers as they may leave; those that cannot be told are not among them."""

    answers: tuple[LabelledAnswer, ...]
    telling: Telling
    """Of all of them."""
    level: str

    def watched(self) -> ExitStack:
        """Have what is sent within looked at, and its level put on record."""
        stack = ExitStack()
        stack.enter_context(screening(self.telling.screen))
        stack.enter_context(on_errand(privacy=self.level))
        return stack


async def told_answers(border: Border, answers: Sequence[LabelledAnswer]) -> ToldAnswers:
    """Answers as they may leave.

    Args:
        border: What the model stands behind.
        answers: At least one.
    """
    told = [await _told(border, answer) for answer in answers]
    kept = [each for each in told if each is not None]
    crossing = await border.crossing(answers[0].workspace)
    telling = Telling(
        crossing,
        tuple(query for _, each in kept for query in each.about),
        tuple(dict.fromkeys(found for _, each in kept for found in each.personal)),
        [text for _, each in kept for text in each.said],
    )
    return ToldAnswers(tuple(answer for answer, _ in kept), telling, border.level.value)


async def _told(border: Border, answer: LabelledAnswer) -> tuple[LabelledAnswer, Telling] | None:
    crossing = await border.crossing(answer.workspace)
    given = answer.candidate
    queries = [text for text in (answer.case.reference, given.query) if text is not None]
    about = [query for text in queries for query in crossing.parsed(text)]
    if len(about) < len(queries):
        return None
    reasons = answer.judged.reasoning if answer.judged is not None else ""
    said = (answer.question.text, answer.rationale, reasons, given.refusal or "")
    telling = crossing.telling(about, said)
    if crossing.is_open:
        return answer, telling
    try:
        texts = iter(telling.told_queries(*about))
        reference = None if answer.case.reference is None else next(texts)
        question = telling.told_question(answer.question)
        query = None if given.query is None else next(texts)
        refusal = None if query is not None else telling.told(given.refusal or "")
        told = replace(
            answer,
            workspace=crossing.outside,
            question=question,
            case=replace(answer.case, reference=reference, questions=(question,), note=""),
            candidate=Candidate(query=query, refusal=refusal),
            rationale=telling.told(answer.rationale),
            judged=answer.judged and replace(answer.judged, reasoning=telling.told(reasons)),
        )
    except NotCarriedError:
        return None
    return told, telling

"""A judge behind the border."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jurist.errors import InputError
from jurist.evidence.refusals import read_reference
from jurist.evidence.verdicts import NO_QUERY
from jurist.languages.base import Query
from jurist.privacy import NotCarriedError
from jurist.records import Candidate, Case, Failure, Question, Side, Verdict
from jurist.roles.border.behind import Behind, private, revealed_failure
from jurist.roles.border.crossing import Telling
from jurist.roles.foreign import outcome_of
from jurist.roles.protocols import Judge, Workspace

_LONGEST_REASON = 500


@dataclass(frozen=True)
class BorderedJudge(Behind[Judge]):
    """Rules on pseudonyms; its reasons are heard with what these stand for.

    An answer that is no query is a 1, as it is for proof, and nobody is asked: what it quotes
    cannot be told from its words.
    """

    async def judge(
        self, question: Question, case: Case, candidate: Candidate, workspace: Workspace
    ) -> Verdict:
        """The verdict; what cannot be told is `unscored`, with the reason."""
        crossing = await self.border.crossing(workspace)
        if crossing.is_open:
            return await self.inner.judge(question, case, candidate, workspace)
        reference = read_reference(self.name, workspace.language, workspace.schema, case.reference)
        if isinstance(reference, Verdict):
            return reference
        given: Query | None = None
        if candidate.query is not None:
            try:
                given = workspace.language.parse(candidate.query, workspace.schema)
            except InputError as error:
                return Verdict(self.name, 1.0, NO_QUERY + str(error)[:_LONGEST_REASON])
        about = [query for query in (reference, given) if query is not None]
        said = [text for text in (question.text, candidate.refusal) if text is not None]
        telling = crossing.telling(about, said)
        try:
            told = telling.told_question(question)
            texts = iter(telling.told_queries(*about))
            saved = None if reference is None else next(texts)
            answer = _answer(candidate, None if given is None else next(texts), telling)
            inner, outside = self.retold(crossing), crossing.outside
        except NotCarriedError as error:
            return Verdict(self.name, None, unscored=private(error))
        with self.watched(telling, told.text, saved or "", answer.query or answer.refusal or ""):
            ruling = inner.judge(told, Case(case.id, saved, (told,)), answer, outside)
            ruled = await outcome_of(inner, ruling)
        if isinstance(ruled, Failure):
            return Verdict(self.name, None, unscored=revealed_failure(ruled, telling))
        return replace(_heard(ruled, telling), judge=self.name)


@dataclass(frozen=True)
class BorderedReferenceJudge(BorderedJudge):
    """Rules on the reference itself, whatever was answered."""

    async def judge(
        self, question: Question, case: Case, candidate: Candidate, workspace: Workspace
    ) -> Verdict:
        """The verdict on the reference; see `BorderedJudge`."""
        shown = candidate if case.reference is None else Candidate(query=case.reference)
        ruled = await super().judge(question, case, shown, workspace)
        return replace(ruled, side=Side.REFERENCE)


def _answer(candidate: Candidate, query: str | None, telling: Telling) -> Candidate:
    """An answer as it may leave: nothing of how it came about."""
    if candidate.failure is not None:
        return Candidate(failure=Failure(candidate.failure.kind, ""))
    if query is not None:
        return Candidate(query=query)
    return Candidate(refusal=telling.told(candidate.refusal or ""))


def _heard(verdict: Verdict, telling: Telling) -> Verdict:
    """A verdict with the originals in its reasons; evidence on pseudonyms shows nobody anything."""
    return replace(
        verdict,
        reasoning=telling.heard(verdict.reasoning),
        unscored=verdict.unscored and revealed_failure(verdict.unscored, telling),
        evidence=None,
        members=tuple(_heard(member, telling) for member in verdict.members),
    )

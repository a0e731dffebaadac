"""Doubting the ground truth: does the reference itself answer the question?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from jurist.records import Candidate, Case, Failure, FailureKind, Question, Side, Verdict
from jurist.roles.border.remembering import Retelling
from jurist.roles.llm.judge import ModelJudge
from jurist.roles.protocols import Workspace
from jurist.roles.spec import digest_of


@dataclass(frozen=True)
class ReferenceJudge:
    """Shows a reference-free judge the case's own reference as if it were an answer.

    Its verdicts are on the side of the reference, so that no score of an answer is ever
    made of them. All answers to a question share one call.
    """

    name: str
    reader: ModelJudge

    @cached_property
    def version(self) -> str:
        """Digest of the reader's version."""
        return digest_of("reference", self.reader.version)

    def retold(self, retelling: Retelling) -> ReferenceJudge:
        """The same judge, whose reader's memory was retold."""
        return replace(self, reader=self.reader.retold(retelling))

    async def judge(
        self,
        question: Question,
        case: Case,
        candidate: Candidate,  # noqa: ARG002 - it is the reference that is ruled on
        workspace: Workspace,
    ) -> Verdict:
        """The verdict on the reference.

        Raises:
            BudgetExceeded: The run's budget ends here; nothing is stored for this case.
        """
        if case.reference is None:
            failure = Failure(FailureKind.MISSING, "the case is unbuildable: it has no reference")
            return Verdict(self.name, None, unscored=failure, side=Side.REFERENCE)
        ruled = await self.reader.read(question, case, Candidate(query=case.reference), workspace)
        return replace(ruled, judge=self.name, side=Side.REFERENCE)

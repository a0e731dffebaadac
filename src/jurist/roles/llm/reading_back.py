"""A question read back into a query by a model, and what proof says of that query."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from jurist.errors import BudgetExceeded, ModelError
from jurist.models import Models
from jurist.models.types import Request
from jurist.records import (
    Candidate,
    Case,
    CheckedBy,
    Faithfulness,
    Origin,
    Question,
    Relation,
)
from jurist.roles.llm.feedback import feedback_on, followed_by, problems_of
from jurist.roles.llm.fence import fence
from jurist.roles.llm.relevance import names_about
from jurist.roles.llm.templates import Template
from jurist.roles.offline.proof import ProofJudge
from jurist.roles.offline.proof_pool import ProofPool
from jurist.roles.protocols import Workspace
from jurist.roles.teaching import primer
from jurist.shortening import visible

_LONGEST_QUERY: Final = 500
_MOST_TOKENS: Final = 400


# Its name and docstring go into the request, and so into its key.
class ReadBack(msgspec.Struct, frozen=True):
    """The query that a second call reads out of the question."""

    query: str


@dataclass(frozen=True)
class BackReader:
    """Reads questions back, and has proof compare what it read with the reference."""

    model: str
    seed: int
    template: Template
    models: Models = field(repr=False)
    pool: ProofPool | None = field(default=None, repr=False)

    async def check(self, text: str, case: Case, workspace: Workspace) -> Faithfulness:
        """What proof says; where it says nothing, neither true nor false, with the reason.

        Raises:
            BudgetExceeded: The run's budget ends here.
        """
        method = f"read back by {self.model}, judged by proof"
        try:
            query = await self._read(text, workspace)
        except BudgetExceeded:
            raise
        except ModelError as error:
            return Faithfulness(None, method, error.failure.reason)
        asked = Question(case.id, text, Origin.SYNTHETIC)
        verdict = await ProofJudge(pool=self.pool).judge(
            asked, case, Candidate(query=query), workspace
        )
        evidence, read_as = verdict.evidence, f"read back as {query[:_LONGEST_QUERY]}"
        if evidence is None or evidence.relation is Relation.UNDECIDED:
            reason = verdict.unscored.reason if verdict.unscored else verdict.reasoning
            return Faithfulness(None, method, f"{read_as}: {reason}")
        if evidence.relation is Relation.EQUIVALENT:
            return Faithfulness(faithful=True, method=method, by=CheckedBy.PROOF)
        story = evidence.witnesses[0].story if evidence.witnesses else ""
        reason = f"{read_as}: {evidence.relation}; {story}"
        return Faithfulness(faithful=False, method=method, reason=reason)

    async def _read(self, text: str, workspace: Workspace) -> str:
        """The query; where it is none, the model is told so, and asked once more."""
        names = names_about(workspace, text)
        request = Request(
            self.model,
            self.template.render(
                language=primer(workspace),
                names=fence("NAMES", names, limit=len(names)),
                request=fence("REQUEST", text),
            ),
            msgspec.json.schema(ReadBack),
            0.0,
            _MOST_TOKENS,
            self.seed,
        )
        read, _ = await self.models.call_json(request, ReadBack)
        query = visible(read.query)
        problems = problems_of(query, workspace)
        if not problems:
            return query
        feedback = feedback_on(
            query,
            "\n".join(problems),
            fault="That is no query",
            wish="Write it again, mended, in the same form.",
        )
        messages = followed_by(request.messages, feedback)
        mended, _ = await self.models.call_json(replace(request, messages=messages), ReadBack)
        return visible(mended.query)

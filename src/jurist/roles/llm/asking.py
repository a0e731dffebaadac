"""A model generator that may ask the user back before it writes its query."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import msgspec

from jurist.records import Candidate, Cost, Question
from jurist.roles.conversations import Conversation
from jurist.roles.llm.costs import cost_of
from jurist.roles.llm.generator import Answer, ModelGenerator
from jurist.roles.llm.templates import Template, load_template
from jurist.roles.llm.user import talk
from jurist.roles.protocols import Workspace
from jurist.roles.spec import digest_of


# Its name and docstring go into the request, and so into its key.
class AnswerOrQuestion(msgspec.Struct, frozen=True):
    """What the model is asked for: a query, a refusal, or a question of its own."""

    query: str = ""
    refusal: str = ""
    ask: str = ""


@dataclass(frozen=True)
class AskingGenerator(ModelGenerator):
    """The same generator, which may ask `clarify` times before it answers."""

    clarify: int = 1
    user: Conversation | None = field(default=None, repr=False, compare=False)
    """Of the question under way."""

    @cached_property
    def _invitation(self) -> Template:
        return load_template("clarify", self.words)

    @cached_property
    def version(self) -> str:
        """Digest of what shapes the generator, and of how it may ask."""
        return digest_of(super().version, self._invitation.version, self.clarify)

    async def converse(
        self, question: Question, workspace: Workspace, user: Conversation
    ) -> Candidate:
        """One answer, after what the model asks.

        Raises:
            BudgetExceeded: The run's budget ends here; nothing is stored for this question.
        """
        return await replace(self, user=user).answer(question, workspace)

    async def _written(
        self, question: Question, workspace: Workspace, examples: str, feedback: str
    ) -> tuple[Answer, Cost]:
        cost, user = Cost(), self.user
        while user is not None and len(user.turns) < 2 * self.clarify:
            said, invitation = self._invitation.render(conversation=talk(user.turns))
            parts = (feedback, said.content, invitation.content)
            given, reply = await self._ask(
                question, workspace, examples, "\n\n".join(filter(None, parts)), AnswerOrQuestion
            )
            cost += cost_of(reply)
            if not given.ask.strip():
                return Answer(given.query, given.refusal), cost
            await user.ask(given.ask.strip())
        told = talk(user.turns) if user is not None else ""
        more = "\n\n".join(filter(None, (feedback, told)))
        answer, spent = await super()._written(question, workspace, examples, more)
        return answer, cost + spent

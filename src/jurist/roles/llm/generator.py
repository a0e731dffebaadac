"""Models as generators: one stage, plan then write, retrieval, repair with the checker's errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, TypeVar

import msgspec

from jurist.errors import BudgetExceeded, ModelError
from jurist.languages.words import NEUTRAL, Words
from jurist.models import Models
from jurist.models.types import Reply, Request
from jurist.records import Candidate, Cost, Question, Step
from jurist.roles.border.remembering import Retelling
from jurist.roles.llm.costs import cost_of
from jurist.roles.llm.feedback import feedback_on, problems_of
from jurist.roles.llm.fence import fence
from jurist.roles.llm.relevance import NAMES_LIMIT, names_about
from jurist.roles.llm.retrieval import Memory
from jurist.roles.llm.templates import Template, load_template
from jurist.roles.protocols import Workspace
from jurist.roles.spec import digest_of
from jurist.roles.teaching import primer

_LONGEST_NOTE: Final = 1_000


# Names and docstrings of what is asked for go into the request, and so into its key.
class Answer(msgspec.Struct, frozen=True):
    """What the model is asked for: a query or a refusal."""

    query: str = ""
    refusal: str = ""


AnswerT = TypeVar("AnswerT", bound=msgspec.Struct)


class Conditions(msgspec.Struct, frozen=True):
    """The plan of the two-stage generator."""

    conditions: list[str]
    joined: str = ""


@dataclass(frozen=True, slots=True)
class GeneratorOptions:
    """All that shapes a model generator's answers, besides its prompts' text.

    `plan` adds a first call that lists the conditions in words. `neighbours` are shown from
    the memory of saved queries; `repairs` is how often the checker's errors are sent back.
    """

    model: str
    plan: bool = False
    neighbours: Annotated[int, msgspec.Meta(ge=0, le=50)] = 0
    embeddings: str | None = None
    repairs: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = 0.0
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] = 512
    seed: int = 0
    names_limit: Annotated[int, msgspec.Meta(ge=0)] = NAMES_LIMIT
    template: Path | None = None


@dataclass(frozen=True)
class ModelGenerator:
    """Answers questions by asking a model; it sees the question and the schema only.

    `memory` are saved queries to retrieve examples from; a run asks `without(case)`.
    """

    name: str
    options: GeneratorOptions
    models: Models = field(repr=False)
    memory: Memory = field(default_factory=Memory, repr=False)
    left_out: str | None = None
    """The case whose saved queries are not seen."""
    sample: int = 1
    """Which of several answers to a question it gives; each is a call of its own."""
    words: Words = NEUTRAL
    """Of the language that it writes in."""

    @cached_property
    def _write(self) -> Template:
        return load_template("generate", self.words, override=self.options.template)

    @cached_property
    def _plan(self) -> Template:
        return load_template("plan", self.words)

    @cached_property
    def version(self) -> str:
        """Digest of the prompts' text, every option and the memory."""
        return digest_of(
            self._write.version,
            self._plan.version if self.options.plan else "",
            replace(self.options, template=None),
            self.memory.saved if self.options.neighbours else (),
        )

    def without(self, case_id: str) -> ModelGenerator:
        """The same generator, which never saw what was saved for this case."""
        return replace(self, left_out=case_id)

    def of_sample(self, number: int) -> ModelGenerator:
        """The same generator where it is asked once more."""
        return replace(self, sample=number)

    def retold(self, retelling: Retelling) -> ModelGenerator:
        """The same generator, whose saved queries were retold."""
        saved = [
            replace(each, question=told[0][0], query=told[1][0])
            for each in self.memory.saved
            if (told := retelling.pair((each.question,), (each.query,)))
        ]
        return replace(self, memory=Memory(tuple(saved)))

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:
        """One answer; what goes wrong with the model is a failure with its reason.

        Raises:
            BudgetExceeded: The run's budget ends here; nothing is stored for this question.
        """
        cost = Cost()
        notes: list[str] = []
        steps: list[Step] = []
        try:
            feedback = ""
            if self.options.plan:
                plan, reply = await self._ask_plan(question, workspace)
                cost += cost_of(reply)
                steps.append(Step("plan", cost_of(reply)))
                listed = "\n".join(f"- {condition}" for condition in plan.conditions)
                feedback = fence("PLAN", f"{listed}\njoined: {plan.joined}")
                notes.append(f"plan: {'; '.join(plan.conditions)} ({plan.joined})"[:_LONGEST_NOTE])
            examples, looked_up = await self._examples(question)
            cost += looked_up
            if self.options.neighbours:
                steps.append(Step("retrieve", looked_up))
            for attempt in range(self.options.repairs + 1):
                answer, spent = await self._written(question, workspace, examples, feedback)
                cost += spent
                steps.append(Step("repair" if attempt else "write", spent))
                candidate = replace(_candidate(answer, cost, notes), steps=tuple(steps))
                problems = problems_of(candidate.query, workspace) if candidate.query else []
                if not problems or attempt == self.options.repairs:
                    return candidate
                notes.append(f"sent back: {'; '.join(problems)}"[:_LONGEST_NOTE])
                feedback = feedback_on(
                    answer.query,
                    "\n".join(problems),
                    fault="It was not accepted",
                    wish="Write it again, mended.",
                )
        except BudgetExceeded:
            raise
        except ModelError as error:
            failure = error.failure
            return Candidate(failure=failure, cost=cost, notes=tuple(notes), steps=tuple(steps))
        raise AssertionError  # the last attempt returns

    async def _ask_plan(self, question: Question, workspace: Workspace) -> tuple[Conditions, Reply]:
        messages = self._plan.render(
            names=self._names(question, workspace),
            request=fence("REQUEST", question.text),
        )
        return await self.models.call_json(
            Request(
                self.options.model,
                messages,
                msgspec.json.schema(Conditions),
                self.options.temperature,
                self.options.max_tokens,
                self.options.seed,
                self.sample - 1,
            ),
            Conditions,
        )

    async def _written(
        self, question: Question, workspace: Workspace, examples: str, feedback: str
    ) -> tuple[Answer, Cost]:
        """What the model answers, and what that cost."""
        answer, reply = await self._ask(question, workspace, examples, feedback, Answer)
        return answer, cost_of(reply)

    async def _ask(
        self,
        question: Question,
        workspace: Workspace,
        examples: str,
        feedback: str,
        kind: type[AnswerT],
    ) -> tuple[AnswerT, Reply]:
        messages = self._write.render(
            language=primer(workspace),
            names=self._names(question, workspace),
            examples=examples,
            request=fence("REQUEST", question.text),
            feedback=feedback,
        )
        return await self.models.call_json(
            Request(
                self.options.model,
                messages,
                msgspec.json.schema(kind),
                self.options.temperature,
                self.options.max_tokens,
                self.options.seed,
                self.sample - 1,
            ),
            kind,
        )

    async def _examples(self, question: Question) -> tuple[str, Cost]:
        wanted, embedder = self.options.neighbours, self.options.embeddings
        if not wanted:
            return "", Cost()
        if embedder is None:
            found, cost = self.memory.nearest(question.text, wanted, without=self.left_out), Cost()
        else:
            found, cost = await self.memory.nearest_by_meaning(
                question.text, wanted, self.models, embedder, without=self.left_out
            )
        if not found:
            return "", cost
        shown = [
            f"{fence('REQUEST', saved.question)}\n"
            + fence("ANSWER", msgspec.json.encode({"query": saved.query}).decode())
            for saved in found
        ]
        return "\n\n".join(["Saved queries that may be similar:", *shown]), cost

    def _names(self, question: Question, workspace: Workspace) -> str:
        names = names_about(workspace, question.text, limit=self.options.names_limit)
        return fence("NAMES", names, limit=len(names))


def _candidate(answer: Answer, cost: Cost, notes: Sequence[str]) -> Candidate:
    if answer.query.strip():
        return Candidate(query=answer.query.strip(), cost=cost, notes=tuple(notes))
    reason = answer.refusal.strip() or "neither a query nor a reason"
    return Candidate(refusal=reason, cost=cost, notes=tuple(notes))

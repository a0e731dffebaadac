"""A model as question generator, with a check that the question says all the query says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import msgspec

from jurist.errors import BudgetExceeded, InputError, ModelError
from jurist.evidence import decide
from jurist.models import Models
from jurist.models.types import Request
from jurist.records import Case, Faithfulness, Origin, Question, Relation
from jurist.roles.llm.fence import fence
from jurist.roles.llm.relevance import relevant
from jurist.roles.llm.templates import Template, load_template
from jurist.roles.protocols import Workspace
from jurist.roles.spec import digest_of

SHORTEST, LONGEST = 20, 300
"""Characters of a request, as Segment's prompt box takes them."""


class QuestionStyle(StrEnum):
    """How the imagined marketer types."""

    TERSE = "terse"
    CONVERSATIONAL = "conversational"
    INDIRECT = "indirect"
    JARGON = "jargon"
    TYPO = "typo"
    SPANISH = "spanish"


INSTRUCTIONS = {
    QuestionStyle.TERSE: "Style: short, as a note to yourself.",
    QuestionStyle.CONVERSATIONAL: "Style: a whole sentence, as to a colleague.",
    QuestionStyle.INDIRECT: (
        "Style: say what these customers are like, in your own words for the names; "
        "keep every number and value."
    ),
    QuestionStyle.JARGON: "Style: marketing jargon (lapsed, high-intent, LTV); keep every number.",
    QuestionStyle.TYPO: "Style: typed in a hurry, with one or two spelling mistakes.",
    QuestionStyle.SPANISH: "Style: in Spanish.",
}


class Asked(msgspec.Struct, frozen=True):
    """What the model is asked for."""

    question: str


class ReadBack(msgspec.Struct, frozen=True):
    """The query that a second call reads out of the question."""

    query: str


@dataclass(frozen=True, slots=True)
class QuestionOptions:
    """All that shapes the questions, besides the prompts' text.

    `check` back-translates each question with `checker` (the same model if `None`) and
    asks for proof that the result means the same as the query.
    """

    model: str
    styles: tuple[QuestionStyle, ...] = (QuestionStyle.CONVERSATIONAL,)
    per_case: int = 1
    check: bool = True
    checker: str | None = None
    temperature: float = 0.7
    max_tokens: int = 200
    seed: int = 0
    template: Path | None = None


@dataclass(frozen=True)
class ModelQuestions:
    """Writes synthetic questions by asking a model."""

    name: str
    options: QuestionOptions
    models: Models = field(repr=False)

    @cached_property
    def _template(self) -> Template:
        return load_template("ask", override=self.options.template)

    @cached_property
    def _back(self) -> Template:
        return load_template("read-back")

    @property
    def version(self) -> str:
        """Digest of both prompts' text and every option."""
        return digest_of(
            self._template.version, self._back.version, replace(self.options, template=None)
        )

    async def ask(self, case: Case, workspace: Workspace) -> tuple[Question, ...]:
        """Distinct questions of a length that the box takes; none for an unbuildable case.

        Raises:
            BudgetExceeded: The run's budget ends here.
            ModelError: The model gave no usable question in any style.
        """
        if case.reference is None:
            return ()
        questions: list[Question] = []
        seen: set[str] = set()
        failure: ModelError | None = None
        for style in self.options.styles:
            for sample in range(self.options.per_case):
                try:
                    text = await self._write(case.reference, workspace, style, sample)
                except BudgetExceeded:
                    raise
                except ModelError as error:
                    failure = error
                    continue
                known = " ".join(text.lower().split())
                if known in seen or not SHORTEST <= len(text) <= LONGEST:
                    continue
                seen.add(known)
                checked = await self._check(text, case.reference, workspace)
                questions.append(
                    Question(
                        id=f"{case.id}/{self.name}/{style}/{sample}",
                        text=text,
                        origin=Origin.SYNTHETIC,
                        style=style,
                        author=self.name,
                        faithfulness=checked,
                    )
                )
        if not questions and failure is not None:
            raise failure
        return tuple(questions)

    async def _write(
        self, reference: str, workspace: Workspace, style: QuestionStyle, sample: int
    ) -> str:
        lines = workspace.language.names(workspace.schema)
        messages = self._template.render(
            language=workspace.language.primer(),
            names=relevant(lines, reference, limit=400),
            query=fence("QUERY", reference),
            style=INSTRUCTIONS[style],
        )
        options = self.options
        asked, _ = await self.models.call_json(
            Request(
                options.model,
                messages,
                msgspec.json.schema(Asked),
                options.temperature,
                options.max_tokens,
                options.seed,
                sample,
            ),
            Asked,
        )
        return " ".join(asked.question.split())

    async def _check(self, text: str, reference: str, workspace: Workspace) -> Faithfulness | None:
        if not self.options.check:
            return None
        model = self.options.checker or self.options.model
        method = f"read back by {model}, judged by proof"
        messages = self._back.render(
            language=workspace.language.primer(),
            names=relevant(workspace.language.names(workspace.schema), text),
            request=fence("REQUEST", text),
        )
        request = Request(
            model, messages, msgspec.json.schema(ReadBack), 0.0, 400, self.options.seed
        )
        try:
            read, _ = await self.models.call_json(request, ReadBack)
            meant = workspace.language.parse(read.query)
        except BudgetExceeded:
            raise
        except ModelError as error:
            return Faithfulness(None, method, error.failure.reason)
        except InputError as error:
            return Faithfulness(None, method, f"what was read back is no query: {error.problem}")
        evidence = decide(
            workspace.language, workspace.language.parse(reference), meant, workspace.schema
        )
        if evidence.relation is Relation.UNDECIDED:
            return Faithfulness(None, method, evidence.reason)
        faithful = evidence.relation is Relation.EQUIVALENT
        story = evidence.witnesses[0].story if evidence.witnesses else ""
        reason = "" if faithful else f"read back as {read.query}: {evidence.relation}; {story}"
        return Faithfulness(faithful, method, reason)

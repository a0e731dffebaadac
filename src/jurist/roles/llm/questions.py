"""A model as question generator, with a check that the question says all the query says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final

import msgspec

from jurist.errors import BudgetExceeded, ModelError
from jurist.languages.words import NEUTRAL, Words
from jurist.models import Models
from jurist.models.types import Request
from jurist.records import (
    Candidate,
    Case,
    Failure,
    FailureKind,
    Faithfulness,
    Origin,
    Question,
    Relation,
)
from jurist.roles.llm.fence import fence, visible
from jurist.roles.llm.relevance import names_about
from jurist.roles.llm.templates import Template, in_words, load_template
from jurist.roles.offline.proof import ProofJudge
from jurist.roles.offline.proof_pool import ProofPool
from jurist.roles.protocols import Workspace
from jurist.roles.spec import digest_of
from jurist.roles.teaching import primer

SHORTEST, LONGEST = 20, 300
"""Characters of a request, as a prompt box takes them."""


_LONGEST_QUERY: Final = 500


class QuestionStyle(StrEnum):
    """How who is imagined to ask types."""

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
        "Style: say what these {{words.inputs}} are like, in your own words for the names; "
        "keep every number and value."
    ),
    QuestionStyle.JARGON: "Style: {{words.jargon}}; keep every number.",
    QuestionStyle.TYPO: "Style: typed in a hurry, with one or two spelling mistakes.",
    QuestionStyle.SPANISH: "Style: in Spanish.",
}


# Names and docstrings of what is asked for go into the request, and so into its key.
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
    styles: Annotated[tuple[QuestionStyle, ...], msgspec.Meta(min_length=1)] = (
        QuestionStyle.CONVERSATIONAL,
    )
    per_case: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    check: bool = True
    checker: str | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.7
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] = 200
    seed: int = 0
    template: Path | None = None


@dataclass(frozen=True)
class ModelQuestions:
    """Writes synthetic questions by asking a model."""

    name: str
    options: QuestionOptions
    models: Models = field(repr=False)
    pool: ProofPool | None = field(default=None, repr=False)
    """Where proofs are computed; `None`: in a thread of this process."""
    words: Words = NEUTRAL
    """Of the language that it writes questions for."""

    @cached_property
    def _template(self) -> Template:
        return load_template("ask", self.words, override=self.options.template)

    @cached_property
    def _back(self) -> Template:
        return load_template("read-back", self.words)

    @cached_property
    def version(self) -> str:
        """Digest of the prompts' text and every option."""
        return digest_of(
            self._template.version,
            self._back.version if self.options.check else "",
            [in_words(INSTRUCTIONS[style], self.words) for style in self.options.styles],
            replace(self.options, template=None),
        )

    async def ask(self, case: Case, workspace: Workspace) -> tuple[Question, ...]:
        """Distinct questions of a length that the box takes; none for an unbuildable case.

        Raises:
            BudgetExceeded: The run's budget ends here.
            ModelError: The model gave no usable question in any style; says why.
        """
        if case.reference is None:
            return ()
        questions: dict[str, Question] = {}
        failures: list[Failure] = []
        for style in self.options.styles:
            for sample in range(self.options.per_case):
                try:
                    text = await self._write(case.reference, workspace, style, sample)
                except BudgetExceeded:
                    raise
                except ModelError as error:
                    failures.append(error.failure)
                    continue
                if not SHORTEST <= len(text) <= LONGEST:
                    failures.append(_of_wrong_length(text))
                    continue
                if text.casefold() in questions:
                    continue
                questions[text.casefold()] = Question(
                    id=f"{case.id}/{self.name}/{style}/{sample}",
                    text=text,
                    origin=Origin.SYNTHETIC,
                    style=style,
                    author=self.name,
                    faithfulness=await self._check(text, case, workspace),
                )
        if not questions:
            raise ModelError(failures[-1])
        return tuple(questions.values())

    async def _write(
        self, reference: str, workspace: Workspace, style: QuestionStyle, sample: int
    ) -> str:
        names = names_about(workspace, reference, limit=400)
        messages = self._template.render(
            language=primer(workspace),
            names=fence("NAMES", names, limit=len(names)),
            query=fence("QUERY", reference),
            style=in_words(INSTRUCTIONS[style], self.words),
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
        return " ".join(visible(asked.question).split())

    async def _check(self, text: str, case: Case, workspace: Workspace) -> Faithfulness | None:
        """What proof says of the query that a second call reads out of the question."""
        if not self.options.check:
            return None
        model = self.options.checker or self.options.model
        method = f"read back by {model}, judged by proof"
        names = names_about(workspace, text)
        messages = self._back.render(
            language=primer(workspace),
            names=fence("NAMES", names, limit=len(names)),
            request=fence("REQUEST", text),
        )
        request = Request(
            model, messages, msgspec.json.schema(ReadBack), 0.0, 400, self.options.seed
        )
        try:
            read, _ = await self.models.call_json(request, ReadBack)
        except BudgetExceeded:
            raise
        except ModelError as error:
            return Faithfulness(None, method, error.failure.reason)
        query = visible(read.query)
        asked = Question(case.id, text, Origin.SYNTHETIC)
        verdict = await ProofJudge(pool=self.pool).judge(
            asked, case, Candidate(query=query), workspace
        )
        evidence, shown = verdict.evidence, f"read back as {query[:_LONGEST_QUERY]}"
        if evidence is None or evidence.relation is Relation.UNDECIDED:
            reason = verdict.unscored.reason if verdict.unscored else verdict.reasoning
            return Faithfulness(None, method, f"{shown}: {reason}")
        if evidence.relation is Relation.EQUIVALENT:
            return Faithfulness(True, method)  # noqa: FBT003 - the record's first field
        story = evidence.witnesses[0].story if evidence.witnesses else ""
        return Faithfulness(False, method, f"{shown}: {evidence.relation}; {story}")  # noqa: FBT003


def _of_wrong_length(text: str) -> Failure:
    return Failure(
        FailureKind.UNPARSABLE,
        f"a question of {len(text)} characters, where {SHORTEST} to {LONGEST} are taken: "
        f"{text[:60]!r}",
    )

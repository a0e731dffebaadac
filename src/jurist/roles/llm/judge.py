"""A model as judge: 1 to 5 with reasons, over samples and both orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from statistics import fmean
from typing import Annotated

import msgspec

from jurist.errors import ModelError
from jurist.evidence.refusals import rule_on_refusal
from jurist.models import Models, schema_of
from jurist.models.types import Reply, Request
from jurist.records import Candidate, Case, Cost, Question, Verdict
from jurist.roles.llm.costs import cost_of
from jurist.roles.llm.fence import fence
from jurist.roles.llm.retrieval import Memory, Saved
from jurist.roles.llm.styles import (
    ASKS,
    TEMPLATES,
    Ruling,
    ScoreLevel,
    Style,
    example_of,
    ruling_type,
    score_distribution,
)
from jurist.roles.llm.templates import Template, load_template
from jurist.roles.protocols import Workspace
from jurist.roles.settling import settle
from jurist.roles.spec import digest_of


@dataclass(frozen=True, slots=True)
class Example:
    """A judged pair for the prompt: it must not come from the labels that estimates use."""

    question: str
    reference: str
    candidate: str
    reasoning: str
    score: ScoreLevel


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """All that shapes a model judge's verdicts, besides its prompt's text.

    `samples` verdicts are taken in each order and combined by mean: a verdict's `samples`
    are first those with the reference first, then those with the candidate first.
    `temperature` `None` means 0 for one sample and 0.7 for several, where the same answer k
    times would say nothing. `guidelines` are sentences distilled from people's rationales.
    Of `examples` only the `nearest` are shown, by TF-IDF of question and queries: those most
    like what is judged; `None` shows all.
    """

    model: str
    style: Style = Style.PLAIN
    chain_of_thought: bool = True
    samples: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    both_orders: bool = False
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] = 1024
    seed: int = 0
    examples: tuple[Example, ...] = ()
    nearest: Annotated[int, msgspec.Meta(ge=1, le=50)] | None = None
    guidelines: tuple[str, ...] = ()
    template: Path | None = None


@dataclass(frozen=True)
class ModelJudge:
    """Judges by asking a model; reference-based, or reference-free by its style."""

    name: str
    options: JudgeOptions
    models: Models = field(repr=False)

    @cached_property
    def _template(self) -> Template:
        return load_template(TEMPLATES[self.options.style], override=self.options.template)

    @cached_property
    def version(self) -> str:
        """Digest of the prompt's text and every option."""
        return digest_of(
            self._template.version, ASKS[self._shape], replace(self.options, template=None)
        )

    @cached_property
    def _memory(self) -> Memory:
        return Memory(
            tuple(
                Saved(str(place), _alike(each.question, each.reference, each.candidate), "")
                for place, each in enumerate(self.options.examples)
            )
        )

    def _examples(
        self, question: Question, case: Case, candidate: Candidate
    ) -> tuple[Example, ...]:
        examples, most = self.options.examples, self.options.nearest
        if most is None or most >= len(examples):
            return examples
        asked = _alike(question.text, case.reference or "", candidate.query or "")
        return tuple(examples[int(each.case)] for each in self._memory.nearest(asked, most))

    @property
    def _shape(self) -> type[Ruling]:
        return ruling_type(self.options.style, chain_of_thought=self.options.chain_of_thought)

    async def judge(
        self, question: Question, case: Case, candidate: Candidate, workspace: Workspace
    ) -> Verdict:
        """One verdict; what goes wrong with the model is `unscored`, with the reason.

        Of several samples, more than half of each order must be usable; the others count
        for nothing.

        Raises:
            BudgetExceeded: The run's budget ends here; nothing is stored for this case.
        """
        settled = rule_on_refusal(self.name, candidate, buildable=not case.unbuildable)
        if settled is not None:
            return settled
        orders = (False, True) if self._shows_both() else (False,)
        outcomes = await settle(
            self.models.call_json(
                self._request(question, case, candidate, workspace, swapped=swapped, sample=sample),
                self._shape,
            )
            for swapped in orders
            for sample in range(self.options.samples)
        )
        rulings = [each for each in outcomes if not isinstance(each, ModelError)]
        failure = next((each.failure for each in outcomes if isinstance(each, ModelError)), None)
        if failure is not None and not all(
            _most_are_usable(outcomes[start : start + self.options.samples])
            for start in range(0, len(outcomes), self.options.samples)
        ):
            cost = sum((cost_of(reply) for _, reply in rulings), start=Cost())
            return Verdict(self.name, None, unscored=failure, cost=cost)
        return self._combine(rulings)

    def _shows_both(self) -> bool:
        return self.options.both_orders and self.options.style is not Style.REFERENCE_FREE

    def _combine(self, replies: Sequence[tuple[Ruling, Reply]]) -> Verdict:
        scores = [self._score(ruling, reply) for ruling, reply in replies]
        levels = Counter(ruling.score for ruling, _ in replies)
        alone = replies[0] if len(replies) == 1 else None
        distribution = score_distribution(alone[1], alone[0].score) if alone else None
        confidence = (
            distribution.confidence
            if distribution
            else max(levels.values()) / len(replies)
            if len(replies) > 1
            else None
        )
        cost = sum((cost_of(reply) for _, reply in replies), start=Cost())
        reasons = dict.fromkeys(ruling.reasoning for ruling, _ in replies if ruling.reasoning)
        return Verdict(
            self.name,
            fmean(scores),
            reasoning="\n\n".join(reasons),
            samples=tuple(scores) if len(scores) > 1 else (),
            confidence=confidence,
            cost=cost,
        )

    def _score(self, ruling: Ruling, reply: Reply) -> float:
        if self.options.style is Style.G_EVAL:
            distribution = score_distribution(reply, ruling.score)
            if distribution is not None:
                return distribution.mean
        return float(ruling.score)

    def _request(
        self,
        question: Question,
        case: Case,
        candidate: Candidate,
        workspace: Workspace,
        *,
        swapped: bool,
        sample: int,
    ) -> Request:
        options = self.options
        shape = self._shape
        temperature = options.temperature
        if temperature is None:
            temperature = 0.0 if options.samples == 1 else 0.7
        messages = self._template.render(
            language=workspace.language.primer(),
            examples="\n\n".join(
                _shown(example, options.style, shape)
                for example in self._examples(question, case, candidate)
            ),
            task="\n".join(["Follow these guidelines:", *(f"- {g}" for g in options.guidelines)])
            if options.guidelines
            else "",
            question=fence("QUESTION", question.text),
            queries=_queries(case, candidate, options.style, swapped=swapped),
            ask=ASKS[shape],
        )
        return Request(
            model=options.model,
            messages=messages,
            reply_schema=schema_of(shape),
            temperature=temperature,
            max_tokens=options.max_tokens,
            seed=options.seed,
            sample=sample,
            top_logprobs=20 if options.style is Style.G_EVAL else 0,
        )


def _queries(case: Case, candidate: Candidate, style: Style, *, swapped: bool) -> str:
    answer = candidate.query or ""
    if style is Style.REFERENCE_FREE:
        return fence("QUERY", answer)
    label = "RESPONSE" if style is Style.PROMETHEUS else "CANDIDATE"
    parts = [fence("REFERENCE", case.reference or ""), fence(label, answer)]
    return "\n\n".join(reversed(parts) if swapped else parts)


def _alike(question: str, reference: str, candidate: str) -> str:
    """What two judged pairs are likened by."""
    return f"{question}\n{reference}\n{candidate}"


def _shown(example: Example, style: Style, shape: type[Ruling]) -> str:
    case = Case("example", example.reference)
    shown = _queries(case, Candidate(query=example.candidate), style, swapped=False)
    ruling = example_of(shape, example.reasoning, example.score)
    return f"Example:\n{fence('QUESTION', example.question)}\n\n{shown}\n\n{ruling}"


def _most_are_usable(outcomes: Sequence[object]) -> bool:
    return 2 * sum(isinstance(each, ModelError) for each in outcomes) < len(outcomes)

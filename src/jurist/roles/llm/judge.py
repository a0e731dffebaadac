"""A model as judge: 1 to 5 with reasons, over samples and both orders."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from statistics import fmean

import msgspec

from jurist.errors import BudgetExceeded, ModelError
from jurist.models import Models
from jurist.models.types import Reply, Request
from jurist.records import Candidate, Case, Cost, Question, Verdict
from jurist.roles.llm.costs import cost_of
from jurist.roles.llm.fence import fence
from jurist.roles.llm.styles import (
    ASKS,
    TEMPLATES,
    Reasoned,
    Ruling,
    Style,
    ruling_type,
    score_distribution,
)
from jurist.roles.llm.templates import Template, load_template
from jurist.roles.protocols import Workspace
from jurist.roles.refusals import rule_on_refusal
from jurist.roles.spec import digest_of


@dataclass(frozen=True, slots=True)
class Example:
    """A judged pair for the prompt: it must not come from the labels that estimates use."""

    question: str
    reference: str
    candidate: str
    reasoning: str
    score: int


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """All that shapes a model judge's verdicts, besides its prompt's text.

    `samples` verdicts are taken in each order and combined by mean. `temperature` `None`
    means 0 for one sample and 0.7 for several, where the same answer k times would say
    nothing. `guidelines` are sentences distilled from people's rationales.
    """

    model: str
    style: Style = Style.PLAIN
    chain_of_thought: bool = True
    samples: int = 1
    both_orders: bool = False
    temperature: float | None = None
    max_tokens: int = 1024
    seed: int = 0
    examples: tuple[Example, ...] = ()
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

    @property
    def version(self) -> str:
        """Digest of the prompt's text and every option."""
        return digest_of(self._template.version, replace(self.options, template=None))

    async def judge(
        self, question: Question, case: Case, candidate: Candidate, workspace: Workspace
    ) -> Verdict:
        """One verdict; what goes wrong with the model is `unscored`, with the reason.

        Raises:
            BudgetExceeded: The run's budget ends here; nothing is stored for this case.
        """
        settled = rule_on_refusal(self.name, case, candidate)
        if settled is not None:
            return settled
        orders = (False, True) if self._shows_both(case) else (False,)
        requests = [
            self._request(question, case, candidate, workspace, swapped=swapped, sample=sample)
            for swapped in orders
            for sample in range(self.options.samples)
        ]
        shape = ruling_type(self.options.style, chain_of_thought=self.options.chain_of_thought)
        try:
            replies = await asyncio.gather(
                *(self.models.call_json(request, shape) for request in requests)
            )
        except BudgetExceeded:
            raise
        except ModelError as error:
            return Verdict(self.name, None, unscored=error.failure)
        return self._combine(replies)

    def _shows_both(self, case: Case) -> bool:
        return (
            self.options.both_orders
            and self.options.style is not Style.REFERENCE_FREE
            and (case.reference is not None)
        )

    def _combine(self, replies: list[tuple[Ruling, Reply]]) -> Verdict:
        scores = [self._score(ruling, reply) for ruling, reply in replies]
        levels = Counter(ruling.score for ruling, _ in replies)
        distribution = score_distribution(replies[0][1]) if len(replies) == 1 else None
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
            distribution = score_distribution(reply)
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
        shape = ruling_type(options.style, chain_of_thought=options.chain_of_thought)
        temperature = options.temperature
        if temperature is None:
            temperature = 0.0 if options.samples == 1 else 0.7
        messages = self._template.render(
            language=workspace.language.primer(),
            examples="\n\n".join(_shown(example, options.style) for example in options.examples),
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
            reply_schema=msgspec.json.schema(shape),
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


def _shown(example: Example, style: Style) -> str:
    case = Case("example", example.reference)
    shown = _queries(case, Candidate(query=example.candidate), style, swapped=False)
    ruling = msgspec.json.encode(Reasoned(example.reasoning, example.score)).decode()
    return f"Example:\n{fence('QUESTION', example.question)}\n\n{shown}\n\n{ruling}"

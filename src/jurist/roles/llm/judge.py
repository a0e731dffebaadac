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
from jurist.evidence.refusals import rule_beforehand
from jurist.languages.words import NEUTRAL, Words
from jurist.models import Models, schema_of
from jurist.models.types import Reply, Request
from jurist.privacy.numbered import Shown
from jurist.records import Candidate, Case, Cost, Question, Verdict
from jurist.roles.border.remembering import Retelling
from jurist.roles.llm.costs import cost_of
from jurist.roles.llm.pairs import READING, Example, Pair, read_example, read_pair
from jurist.roles.llm.retrieval import Memory, Saved
from jurist.roles.llm.styles import (
    ASKS,
    TEMPLATES,
    Ruling,
    Style,
    example_of,
    ruling_type,
    score_distribution,
)
from jurist.roles.llm.templates import Template, in_words, load_template
from jurist.roles.protocols import Workspace
from jurist.roles.settling import settle
from jurist.roles.spec import digest_of
from jurist.roles.teaching import primer


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """All that shapes a model judge's verdicts, besides its prompt's text.

    `samples` verdicts are taken in each order and combined by mean: a verdict's `samples`
    are first those with the reference first, then those with the candidate first.
    `temperature` `None` means 0 for one sample and 0.7 for several, where the same answer k
    times would say nothing. `guidelines` are sentences distilled from people's rationales.
    Of `examples` only the `nearest` are shown, by TF-IDF of question and queries: those most
    like what is judged; `None` shows all. `shown` says which of the quoted texts are read.
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
    shown: Shown = Shown.PLAIN
    template: Path | None = None


@dataclass(frozen=True)
class ModelJudge:
    """Judges by asking a model; reference-based, or reference-free by its style."""

    name: str
    options: JudgeOptions
    models: Models = field(repr=False)
    words: Words = NEUTRAL
    """Of the language that it judges in."""
    _read: dict[str, tuple[list[str], Memory]] = field(
        default_factory=dict[str, tuple[list[str], Memory]], init=False, repr=False, compare=False
    )
    """The examples as they are read in a workspace, by its schema's digest."""

    @cached_property
    def _template(self) -> Template:
        return load_template(
            TEMPLATES[self.options.style], self.words, override=self.options.template
        )

    @cached_property
    def version(self) -> str:
        """Digest of the prompt's text, every option and how pairs are read."""
        options = replace(self.options, template=None)
        return digest_of(self._template.version, self._ask, options, READING)

    def _examples(self, pair: Pair, workspace: Workspace) -> list[str]:
        """The examples to be shown; likeness is between what a judge reads of both."""
        options, known = self.options, self._read.get(workspace.schema.digest)
        if known is None:
            pairs = [
                read_example(each, workspace, style=options.style, shown=options.shown)
                for each in options.examples
            ]
            texts = [
                _example(read, reasoning, each.score, options.style, self._shape)
                for (read, reasoning), each in zip(pairs, options.examples, strict=True)
            ]
            saved = (Saved(str(n), read.alike, "") for n, (read, _) in enumerate(pairs))
            known = self._read[workspace.schema.digest] = texts, Memory(tuple(saved))
        texts, memory = known
        if options.nearest is None or options.nearest >= len(texts):
            return texts
        return [texts[int(each.case)] for each in memory.nearest(pair.alike, options.nearest)]

    def retold(self, retelling: Retelling) -> ModelJudge:
        """The same judge, whose examples and guidelines were retold."""
        examples: list[Example] = []
        for each in self.options.examples:
            proses, queries = (each.question, each.reasoning), (each.reference, each.candidate)
            told = retelling.pair(proses, queries)
            if told is not None:
                (question, reasoning), (reference, candidate) = told
                examples.append(Example(question, reference, candidate, reasoning, each.score))
        sentences = map(retelling.sentence, self.options.guidelines)
        guidelines = tuple(sentence for sentence in sentences if sentence is not None)
        options = replace(self.options, examples=tuple(examples), guidelines=guidelines)
        return replace(self, options=options)

    @property
    def _ask(self) -> str:
        return in_words(ASKS[self._shape], self.words)

    @cached_property
    def _reply_schema(self) -> dict[str, object]:
        """What is asked for, with the language's words where it describes itself."""
        schema = msgspec.json.encode(schema_of(self._shape)).decode()
        return msgspec.json.decode(in_words(schema, self.words), type=dict[str, object])

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
        language, schema = workspace.language, workspace.schema
        ruled = rule_beforehand(self.name, language, schema, case.reference, candidate)
        if isinstance(ruled, Verdict):
            return ruled
        return await self.read(question, case, candidate, workspace)

    async def read(
        self, question: Question, case: Case, candidate: Candidate, workspace: Workspace
    ) -> Verdict:
        """What the model says of a query, where a score of it is wanted at all.

        Raises:
            BudgetExceeded: See `judge`.
        """
        style, shown = self.options.style, self.options.shown
        pair = read_pair(question, case, candidate, workspace, style=style, shown=shown)
        if isinstance(pair, Verdict):
            return replace(pair, judge=self.name)
        orders = (False, True) if self._shows_both() else (False,)
        outcomes = await settle(
            self.models.call_json(
                self._request(pair, workspace, swapped=swapped, sample=sample),
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
        return self._combine(rulings, pair)

    def _shows_both(self) -> bool:
        return self.options.both_orders and self.options.style is not Style.REFERENCE_FREE

    def _combine(self, replies: Sequence[tuple[Ruling, Reply]], pair: Pair) -> Verdict:
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
            reasoning=pair.veiled.reveal("\n\n".join(reasons)),
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

    def _request(self, pair: Pair, workspace: Workspace, *, swapped: bool, sample: int) -> Request:
        options = self.options
        temperature = options.temperature
        if temperature is None:
            temperature = 0.0 if options.samples == 1 else 0.7
        messages = self._template.render(
            language=primer(workspace),
            examples="\n\n".join(self._examples(pair, workspace)),
            task="\n".join(["Follow these guidelines:", *(f"- {g}" for g in options.guidelines)])
            if options.guidelines
            else "",
            question=pair.told_question(),
            queries=pair.told_queries(options.style, swapped=swapped),
            ask=self._ask,
        )
        return Request(
            model=options.model,
            messages=messages,
            reply_schema=self._reply_schema,
            temperature=temperature,
            max_tokens=options.max_tokens,
            seed=options.seed,
            sample=sample,
            top_logprobs=20 if options.style is Style.G_EVAL else 0,
        )


def _example(pair: Pair, reasoning: str, score: int, style: Style, shape: type[Ruling]) -> str:
    ruling = example_of(shape, reasoning, score)
    queries = pair.told_queries(style, swapped=False)
    return f"Example:\n{pair.told_question()}\n\n{queries}\n\n{ruling}"


def _most_are_usable(outcomes: Sequence[object]) -> bool:
    return 2 * sum(isinstance(each, ModelError) for each in outcomes) < len(outcomes)

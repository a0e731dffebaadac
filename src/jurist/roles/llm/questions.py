"""A model as question generator: each question is checked, asked for anew, or replaced.

A question counts where it is proved to say what its query says, or says all that its query
mentions and nothing else. Where no attempt does, it is the realizer's sentence, in the model's
words where these pass the same checks. What nothing finds faithful says so, and is asked only
where the study wants it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final

import msgspec

from jurist.errors import BudgetExceeded, InputError, ModelError, UnsupportedError
from jurist.languages.capabilities import SpeaksEnglish, Style
from jurist.languages.words import NEUTRAL, Words
from jurist.models import Models
from jurist.models.types import Message, Request
from jurist.records import Case, Failure, FailureKind, Faithfulness, Origin, Question
from jurist.roles.faithfulness.ruling import METHOD, check_mentions, mentions_version
from jurist.roles.llm.feedback import feedback_on, followed_by
from jurist.roles.llm.fence import fence
from jurist.roles.llm.reading_back import BackReader
from jurist.roles.llm.relevance import names_about
from jurist.roles.llm.templates import Template, in_words, load_template
from jurist.roles.offline.proof_pool import ProofPool
from jurist.roles.offline.realizer import LONGEST, by_construction, realize
from jurist.roles.protocols import Workspace
from jurist.roles.spec import digest_of
from jurist.roles.teaching import primer
from jurist.shortening import visible

SHORTEST: Final = 20
"""Characters of a request; `LONGEST` is the realizer's."""


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
_IN_ENGLISH: Final = frozenset(QuestionStyle) - {QuestionStyle.SPANISH}
_EXAMPLE: Final = re.compile(r'"question": "([^"]*)"')
"""The examples of a prompt."""


# Names and docstrings of what is asked for go into the request, and so into its key.
class Asked(msgspec.Struct, frozen=True):
    """What the model is asked for."""

    question: str


@dataclass(frozen=True, slots=True)
class QuestionOptions:
    """All that shapes the questions, besides the prompts' text.

    `read_back` has `checker` (the same model if `None`) translate each question back into a
    query, and asks for proof that it means the same. `attempts` is how often one question may be
    written; after the last, `stand_in` puts the sentence of the query's language in its place.
    """

    model: str
    styles: Annotated[tuple[QuestionStyle, ...], msgspec.Meta(min_length=1)] = (
        QuestionStyle.CONVERSATIONAL,
    )
    per_case: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    read_back: bool = True
    checker: str | None = None
    attempts: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    stand_in: bool = True
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.7
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] = 200
    seed: int = 0
    template: Path | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which question is to be written."""

    case: Case
    reference: str
    workspace: Workspace
    style: QuestionStyle
    sample: int


@dataclass(frozen=True, slots=True)
class _Tried:
    """A text that was not taken, and why."""

    text: str
    problem: str


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
    english_version: str = ""
    """Of that language, whose sentences may stand in for the model's."""

    @cached_property
    def _template(self) -> Template:
        return load_template("ask", self.words, override=self.options.template)

    @cached_property
    def _back(self) -> Template:
        return load_template("read-back", self.words)

    @cached_property
    def _reword(self) -> Template:
        return load_template("reword", self.words)

    @cached_property
    def _example(self) -> str:
        return " ".join(_EXAMPLE.findall(self._template.system))

    @cached_property
    def _reader(self) -> BackReader | None:
        options = self.options
        if not options.read_back:
            return None
        model = options.checker or options.model
        return BackReader(model, options.seed, self._back, self.models, self.pool)

    @cached_property
    def version(self) -> str:
        """Digest of the prompts' text, of what checks questions, and of every option."""
        return digest_of(
            self._template.version,
            self._back.version if self.options.read_back else "",
            self._reword.version if self.options.stand_in else "",
            [in_words(INSTRUCTIONS[style], self.words) for style in self.options.styles],
            replace(self.options, template=None),
            mentions_version(),
            self.english_version,
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
                wanted = _Wanted(case, case.reference, workspace, style, sample)
                try:
                    question = await self._question(wanted)
                except BudgetExceeded:
                    raise
                except ModelError as error:
                    failures.append(error.failure)
                    continue
                questions.setdefault(question.text.casefold(), question)
        if not questions:
            raise ModelError(failures[-1])
        return tuple(questions.values())

    async def _question(self, wanted: _Wanted) -> Question:
        """One question, written so often as may be; the last is kept where none passes."""
        tried: list[_Tried] = []
        last: Question | None = None
        while len(tried) < self.options.attempts:
            try:
                text = await self._write(wanted, tried)
            except BudgetExceeded:
                raise
            except ModelError:
                if not tried:
                    raise
                break
            if not SHORTEST <= len(text) <= LONGEST:
                tried.append(_Tried(text, _of_wrong_length(text).reason))
                continue
            ruling = await self._check(text, wanted)
            if tried:
                ruling = replace(ruling, reason=_joined(f"attempt {len(tried) + 1}", ruling.reason))
            last = self._made(wanted, text, ruling)
            if ruling.faithful:
                return last
            tried.append(_Tried(text, ruling.reason))
        stand_in = await self._stand_in(wanted, tried[-1])
        if stand_in is not None:
            return stand_in
        if last is None:
            raise ModelError(_of_wrong_length(tried[-1].text))
        return last

    def _made(self, wanted: _Wanted, text: str, ruling: Faithfulness) -> Question:
        return Question(
            id=f"{wanted.case.id}/{self.name}/{wanted.style}/{wanted.sample}",
            text=text,
            origin=Origin.SYNTHETIC,
            style=wanted.style,
            author=self.name,
            faithfulness=ruling,
        )

    async def _write(self, wanted: _Wanted, tried: Sequence[_Tried]) -> str:
        names = names_about(wanted.workspace, wanted.reference, limit=400)
        messages = self._template.render(
            language=primer(wanted.workspace),
            names=fence("NAMES", names, limit=len(names)),
            query=fence("QUERY", wanted.reference),
            style=in_words(INSTRUCTIONS[wanted.style], self.words),
        )
        for each in tried:
            feedback = feedback_on(
                each.text,
                each.problem,
                fault="That does not say what the query says",
                wish="Write it again: all that the query says, nothing else, in the same form.",
            )
            messages = followed_by(messages, feedback)
        return await self._reply(messages, wanted.sample)

    async def _reply(self, messages: tuple[Message, ...], sample: int) -> str:
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

    # --- checks -------------------------------------------------------------------------------

    async def _check(self, text: str, wanted: _Wanted) -> Faithfulness:
        """What proof says; where it says nothing, what is mentioned."""
        proved = None
        if self._reader is not None:
            proved = await self._reader.check(text, wanted.case, wanted.workspace)
            if proved.faithful is not None:
                return proved
        if wanted.style in _IN_ENGLISH:
            ruling = check_mentions(text, wanted.reference, wanted.workspace, self._example)
        else:
            ruling = Faithfulness(None, METHOD, "mentions are looked for in English alone")
        if proved is None or ruling.faithful:
            return ruling
        return replace(ruling, reason=f"{ruling.reason}; {proved.method}: {proved.reason}")

    async def _stand_in(self, wanted: _Wanted, last: _Tried) -> Question | None:
        """The realizer's sentence, reworded where that passes; `None` where there is none."""
        style = wanted.style
        if not self.options.stand_in or style not in _IN_ENGLISH:
            return None
        if not isinstance(wanted.workspace.language, SpeaksEnglish):
            return None
        try:
            sentence = realize(
                wanted.case.id,
                wanted.reference,
                wanted.workspace,
                styles=(Style(style) if style in {*Style} else Style.CONVERSATIONAL,),
                per_case=wanted.sample + 1,
                seed=self.options.seed,
                author=self.name,
            )[-1].text
        except (InputError, UnsupportedError):
            return None
        why = f"in place of one of which was found: {last.problem}"
        reworded = await self._reworded(sentence, wanted)
        if reworded is not None:
            text, ruling = reworded
            reason = f"the realizer's sentence in the model's words, {why}"
            return self._made(wanted, text, replace(ruling, reason=reason))
        ruling = by_construction(sentence)
        reason = _joined(ruling.reason, why)
        return self._made(wanted, sentence, replace(ruling, reason=reason))

    async def _reworded(self, sentence: str, wanted: _Wanted) -> tuple[str, Faithfulness] | None:
        """The sentence in the model's words, where these pass the checks of any question."""
        messages = self._reword.render(
            request=fence("REQUEST", sentence),
            style=in_words(INSTRUCTIONS[wanted.style], self.words),
        )
        try:
            text = await self._reply(messages, wanted.sample)
        except BudgetExceeded:
            raise
        except ModelError:
            return None  # the sentence itself is there
        if not SHORTEST <= len(text) <= LONGEST:
            return None
        ruling = await self._check(text, wanted)
        return (text, ruling) if ruling.faithful else None


def _joined(*reasons: str) -> str:
    return "; ".join(filter(None, reasons))


def _of_wrong_length(text: str) -> Failure:
    return Failure(
        FailureKind.UNPARSABLE,
        f"a question of {len(text)} characters, where {SHORTEST} to {LONGEST} are taken: "
        f"{text[:60]!r}",
    )

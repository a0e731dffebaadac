"""What a judge is taught: guidelines distilled from people's rulings, and the rulings themselves.

Each guideline names the labelled answers that it comes from, so that it can be unlearned
with any of them (after MemAlign's semantic and episodic memory).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import msgspec

from jurist.alignment.tuning.answers import LabelledAnswer
from jurist.alignment.tuning.telling import told_answers
from jurist.roles.border.border import Border
from jurist.roles.llm.fence import fence
from jurist.roles.llm.judge import Example
from jurist.roles.llm.pairs import read_texts
from jurist.roles.llm.templates import load_template
from jurist.shortening import visible

if TYPE_CHECKING:
    from jurist.models import Models

LONGEST_GUIDELINE: Final = 400
MOST_GUIDELINES: Final = 20
BATCH: Final = 10
"""Rulings shown at once: a model that sees more of them forgets the first."""


@dataclass(frozen=True, slots=True)
class Guideline:
    """A sentence for the judge, and the tasks of the rulings it was distilled from."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RememberedExample:
    """A ruling to be shown as it is, and the task it comes from."""

    source: str
    example: Example


@dataclass(frozen=True, slots=True)
class JudgeMemory:
    """All that a judge was taught, each part with its sources."""

    guidelines: tuple[Guideline, ...] = ()
    examples: tuple[RememberedExample, ...] = ()

    def without(self, sources: Collection[str]) -> JudgeMemory:
        """What is left when some rulings are forgotten.

        A guideline goes with any of its sources: nobody can tell what in it came from which.
        """
        forgotten = set(sources)
        return JudgeMemory(
            tuple(each for each in self.guidelines if forgotten.isdisjoint(each.sources)),
            tuple(each for each in self.examples if each.source not in forgotten),
        )


class _Distilled(msgspec.Struct, frozen=True):
    text: str
    sources: list[int]


class _Reply(msgspec.Struct, frozen=True):
    guidelines: list[_Distilled]


async def distil(
    memory: JudgeMemory,
    answers: Sequence[LabelledAnswer],
    models: Models,
    model: str,
    *,
    seed: int = 0,
    border: Border | None = None,
) -> JudgeMemory:
    """Teach a memory from labelled answers: guidelines it does not have yet, and examples.

    Rulings that contradict the judge come first. Each batch is shown what the ones before it
    taught. A guideline that names no ruling of its batch is dropped: it could not be
    unlearned.

    Args:
        memory: What is known already; rulings that it knows are not read again.
        answers: With labels of the role `tune`.
        models: Where the model is reached.
        model: Who distils.
        seed: Of the calls.
        border: What the model stands behind; `None`: there is nothing to hide.

    Raises:
        ModelError: The model gave no guidelines that can be read.
        BudgetExceeded: The budget ends here.
    """
    known = {each.source for each in memory.examples}
    fresh = [answer for answer in answers if answer.task not in known]
    fresh.sort(key=lambda answer: (-answer.judge_error, not answer.rationale, answer.task))
    for start in range(0, len(fresh), BATCH):
        batch = fresh[start : start + BATCH]
        found = (
            await _distilled(memory, batch, models, model, seed)
            if border is None
            else await _distilled_behind(border, memory, batch, models, model, seed)
        )
        room = MOST_GUIDELINES - len(memory.guidelines)
        memory = replace(memory, guidelines=(*memory.guidelines, *list(found)[: max(0, room)]))
    examples = [RememberedExample(answer.task, example_of(answer)) for answer in fresh]
    return replace(memory, examples=(*memory.examples, *examples))


def example_of(answer: LabelledAnswer) -> Example:
    """A labelled answer as an example for a prompt."""
    return Example(
        answer.question.text,
        answer.case.reference or "",
        answer.candidate.query or "",
        answer.rationale,
        answer.level,
    )


async def _distilled(
    memory: JudgeMemory,
    batch: Sequence[LabelledAnswer],
    models: Models,
    model: str,
    seed: int,
) -> list[Guideline]:
    from jurist.models import Request, schema_of
    from jurist.roles.teaching import primer

    template = load_template("distil", batch[0].workspace.language.words)
    items = [f"Item {place}:\n{fence('ITEM', _told(each))}" for place, each in enumerate(batch, 1)]
    messages = template.render(
        language=primer(batch[0].workspace),
        existing="\n".join(f"- {each.text}" for each in memory.guidelines) or "none yet",
        items="\n\n".join(items),
    )
    request = Request(model, messages, schema_of(_Reply), 0.0, 2048, seed)
    reply, _ = await models.call_json(request, _Reply)
    known = {each.text.casefold() for each in memory.guidelines}
    return list(_new(reply, batch, known))


async def _distilled_behind(
    border: Border,
    memory: JudgeMemory,
    batch: Sequence[LabelledAnswer],
    models: Models,
    model: str,
    seed: int,
) -> list[Guideline]:
    """What `_distilled` gives, of a model that is told pseudonyms and heard with the originals."""
    told = await told_answers(border, batch)
    if not told.answers:
        return []
    known = [replace(each, text=told.telling.told(each.text)) for each in memory.guidelines]
    shown = replace(memory, guidelines=tuple(known))
    with told.watched():
        found = await _distilled(shown, told.answers, models, model, seed)
    return [replace(each, text=told.telling.heard(each.text)) for each in found]


def _new(reply: _Reply, batch: Sequence[LabelledAnswer], known: set[str]) -> Iterator[Guideline]:
    for each in reply.guidelines:
        text = " ".join(visible(each.text).split())[:LONGEST_GUIDELINE]
        sources = tuple(
            batch[number - 1].task
            for number in dict.fromkeys(each.sources)
            if 1 <= number <= len(batch)
        )
        if text and sources and text.casefold() not in known:
            known.add(text.casefold())
            yield Guideline(text, sources)


def _told(answer: LabelledAnswer) -> str:
    """A labelled answer with the stand-ins that a judge reads: guidelines are put before judges."""
    judged = (
        answer.judged if answer.judged is not None and answer.judged.score is not None else None
    )
    said = (answer.question.text, answer.rationale, judged.reasoning if judged else "")
    saved, given = answer.case.reference, answer.candidate.query
    pair = read_texts(answer.workspace, saved, given or "", said)
    question, rationale, reasoning = pair.veiled.proses
    lines = [
        f"question: {question}",
        f"reference: {pair.reference or '(cannot be built)'}",
        f"candidate: {pair.candidate if given else '(refused)'}",
        f"people: {answer.score:g}",
    ]
    if rationale:
        lines.append(f"why: {rationale}")
    if judged is not None:
        lines.append(f"the judge: {judged.score:g}: {reasoning}")
    return "\n".join(lines)

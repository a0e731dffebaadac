"""Prompt evolution through `gepa`: instructions that are reflected on with scores and reasons.

A judge is told what people ruled and why; a generator what a proof found and which customer
tells its answer from the reference. What evolves is a template's instructions alone: its
places, the warning about fenced data and the form of the reply stay as they are.
"""

from __future__ import annotations

import asyncio
import importlib
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast

from jurist.errors import StudyError
from jurist.languages.words import Words
from jurist.private_files import write_private
from jurist.roles.llm.fence import fence
from jurist.roles.llm.templates import Template, load_template
from jurist.shortening import visible

if TYPE_CHECKING:
    from gepa.core.adapter import EvaluationBatch

    from jurist.models import Models

COMPONENT: Final = "instructions"
LONGEST: Final = 6_000
"""Characters of instructions that are tried; longer ones are cut."""
_FIXED: Final = re.compile(r"\{\{\w+\}\}|^Text between marks|^Reply with", re.MULTILINE)

_T = TypeVar("_T")
Task = TypeVar("Task")
Task_contra = TypeVar("Task_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Trial:
    """One task done with some instructions: how good it was, from 0 to 1, and why."""

    asked: str
    answered: str
    score: float
    feedback: str


class Attempt(Protocol[Task_contra]):
    """Does one task with the template of a file."""

    def __call__(self, task: Task_contra, template: Path) -> Awaitable[Trial]:
        """The trial; what fails is a trial with the score 0 that says why."""
        ...


@dataclass(frozen=True, slots=True)
class Instructions:
    """A template's evolving paragraphs, and those that stay."""

    evolving: str
    fixed: str
    user: str

    @staticmethod
    def of(template: Template) -> Instructions:
        """Paragraphs with places, the fence's warning and the reply's form are fixed."""
        paragraphs = template.system.split("\n\n")
        fixed = [each for each in paragraphs if _FIXED.search(each)]
        evolving = [each for each in paragraphs if not _FIXED.search(each)]
        return Instructions("\n\n".join(evolving), "\n\n".join(fixed), template.user)

    def with_text(self, text: str) -> str:
        """The template's file with other instructions, in which nothing is a place or a part."""
        shown = visible(text)[:LONGEST].replace("{{", "{ {")
        shown = re.sub(r"^# (system|user)\s*$", r"\1", shown, flags=re.MULTILINE)
        return f"# system\n{shown}\n\n{self.fixed}\n# user\n{self.user}\n"


@dataclass(frozen=True, slots=True)
class Evolved:
    """What evolution came to."""

    text: str
    """The best instructions on the validation tasks."""
    template: str
    """The whole template with them, as a file."""
    tried: int
    """Instructions that were measured on all validation tasks."""
    before: float
    """Mean score on the validation tasks of the instructions as they were."""
    after: float


async def evolve(
    template: Template,
    attempt: Attempt[Task],
    tune: Sequence[Task],
    dev: Sequence[Task],
    *,
    models: Models,
    reflection: str,
    what: str,
    words: Words,
    folder: Path,
    most_trials: int = 200,
    seed: int = 0,
) -> Evolved:
    """Evolve a template's instructions on tune tasks; the best on dev tasks wins.

    Args:
        template: As it is.
        attempt: Does one task with a template.
        tune: Tasks that are reflected on.
        dev: Tasks that choose.
        models: Where the reflection model is reached.
        reflection: The model that writes new instructions.
        what: Whose instructions these are, for that model: "a judge of queries".
        words: Of the language of what they are about.
        folder: Where templates are written that are tried.
        most_trials: About how many trials may be made in all.
        seed: Of every draw.

    Raises:
        StudyError: The extra `tune` is not installed.
        ModelError: The reflection model failed for good, or the budget ended.
    """
    optimize = _optimizer()
    parts = Instructions.of(template)
    loop = asyncio.get_running_loop()
    adapter = _Adapter(parts, attempt, folder, loop)

    def run() -> Evolved:
        result = optimize(
            seed_candidate={COMPONENT: parts.evolving},
            trainset=list(tune),
            valset=list(dev),
            adapter=adapter,
            reflection_lm=_Reflection(models, reflection, loop, seed),
            reflection_prompt_template=_reflection_prompt(what, words),
            max_metric_calls=most_trials,
            logger=_Silence(),
            seed=seed,
            raise_on_exception=True,
        )
        scores = result.val_aggregate_scores
        best = max(range(len(scores)), key=lambda place: (scores[place], -place))
        text = result.candidates[best][COMPONENT]
        return Evolved(text, parts.with_text(text), len(scores), scores[0], scores[best])

    return await asyncio.to_thread(run)


class _Result(Protocol):
    """What we read of gepa's result."""

    candidates: list[dict[str, str]]
    val_aggregate_scores: list[float]


def _optimizer() -> Callable[..., _Result]:
    try:
        module = importlib.import_module("gepa.api")
    except ModuleNotFoundError as error:
        raise StudyError(
            "prompt evolution needs the library gepa",
            expected="the package gepa",
            fix="pip install 'jurist[tune]'",
        ) from error
    return cast("Callable[..., _Result]", module.optimize)


@dataclass
class _Adapter:
    """What gepa asks of a system: scores for a batch, and the reasons to reflect on."""

    parts: Instructions
    attempt: Callable[[Any, Path], Awaitable[Trial]]
    folder: Path
    loop: asyncio.AbstractEventLoop
    propose_new_texts: None = None
    _known: dict[str, Path] = field(default_factory=dict[str, Path])

    def evaluate(
        self,
        batch: list[Any],
        candidate: dict[str, str],
        capture_traces: bool = False,  # noqa: FBT001, FBT002 - gepa's signature
    ) -> EvaluationBatch[Trial, str]:
        from gepa.core.adapter import EvaluationBatch

        template = self._file(candidate[COMPONENT])
        trials = _wait(self._all(batch, template), self.loop)
        return EvaluationBatch(
            outputs=[trial.answered for trial in trials],
            scores=[trial.score for trial in trials],
            trajectories=trials if capture_traces else None,
        )

    def make_reflective_dataset(
        self,
        candidate: dict[str, str],  # noqa: ARG002 - gepa's signature
        eval_batch: EvaluationBatch[Trial, str],
        components_to_update: list[str],
    ) -> Mapping[str, Sequence[Mapping[str, str]]]:
        records = [
            {
                "Inputs": fence("INPUT", trial.asked),
                "Generated Outputs": fence("OUTPUT", trial.answered),
                "Feedback": fence("FEEDBACK", f"score {trial.score:.2f} of 1. {trial.feedback}"),
            }
            for trial in eval_batch.trajectories or []
        ]
        return dict.fromkeys(components_to_update, records)

    async def _all(self, batch: Sequence[object], template: Path) -> list[Trial]:
        return list(await asyncio.gather(*(self.attempt(task, template) for task in batch)))

    def _file(self, text: str) -> Path:
        if text not in self._known:
            content = self.parts.with_text(text)
            path = self.folder / f"{sha256(content.encode()).hexdigest()[:16]}.md"
            write_private(path, content)
            self._known[text] = path
        return self._known[text]


@dataclass(frozen=True)
class _Reflection:
    """The reflection model as gepa calls it, through the engine: ledger, limits and budget."""

    models: Models
    model: str
    loop: asyncio.AbstractEventLoop
    seed: int

    def __call__(self, prompt: str | list[dict[str, Any]]) -> str:
        from jurist.models import Message, Request

        if not isinstance(prompt, str):
            raise TypeError("a reflection prompt is text")
        request = Request(self.model, (Message("user", prompt),), None, 0.7, 4096, self.seed)
        return _wait(self.models.call(request), self.loop).text


class _Silence:
    """gepa's log is its own business."""

    def log(self, message: str) -> None:
        """Say nothing."""


def _reflection_prompt(what: str, words: Words) -> str:
    messages = load_template("evolve", words).render(
        what=what, current="<curr_param>", examples="<side_info>"
    )
    return "\n\n".join(message.content for message in messages)


def _wait(work: Coroutine[Any, Any, _T], loop: asyncio.AbstractEventLoop) -> _T:
    """The result of asynchronous work of the loop's thread, for a thread that waits for it."""
    future: Future[_T] = asyncio.run_coroutine_threadsafe(work, loop)
    return future.result()

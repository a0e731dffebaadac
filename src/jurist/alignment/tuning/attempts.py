"""What prompt evolution tries: judges on labelled answers, generators on questions and proofs."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from jurist.alignment.tuning.answers import LabelledAnswer
from jurist.alignment.tuning.evolution import Trial
from jurist.alignment.tuning.judge import AT_ONCE, Measured, agrees, distance, measured
from jurist.analysis.levels import SAME
from jurist.evidence import judge_texts
from jurist.records import Candidate, Case, LabelRole, Question, Verdict
from jurist.roles.llm.pairs import read_texts
from jurist.roles.protocols import Generator, Judge, LeavesOneOut, Workspace
from jurist.runs.results import results, workspaces
from jurist.store import Store

_SHARES = ((LabelRole.TUNE, 0.5), (LabelRole.DEV, 0.75), (LabelRole.TEST, 1.0))


@dataclass(frozen=True, slots=True)
class JudgeAttempt:
    """Tries a judge's template on labelled answers; the reasons are people's."""

    make: Callable[[Path], Judge]

    async def __call__(self, task: LabelledAnswer, template: Path) -> Trial:
        """One answer judged, held against its label."""
        judge = self.make(template)
        verdict = await judge.judge(task.question, task.case, task.candidate, task.workspace)
        saved, given = task.case.reference, task.candidate.query
        said = (task.question.text, task.rationale, verdict.reasoning)
        pair = read_texts(task.workspace, saved, given or "", said)
        question, rationale, reasoning = pair.veiled.proses
        asked = (
            f"question: {question}\nreference: {pair.reference}\n"
            f"candidate: {pair.candidate if given else None}"
        )
        off = distance(verdict, task)
        if off is None:
            reason = verdict.unscored.reason if verdict.unscored else ""
            return Trial(asked, "(no score)", 0.0, f"it gave no score: {reason}")
        told = f"People gave {task.score:g}." + (f" Why: {rationale}" if rationale else "")
        score = 1.0 if agrees(verdict, task) else max(0.0, 1 - max(off, 1.0) / 4)
        return Trial(asked, f"{verdict.score:g}: {reasoning}", score, told)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of a run with the case that has the right answer."""

    workspace: Workspace
    case: Case
    question: Question

    @property
    def reference(self) -> str:
        """The reference among all datasets."""
        return f"{self.workspace.name}/{self.case.id}"


@dataclass(frozen=True, slots=True)
class GeneratorAttempt:
    """Tries a generator's template on questions; the reasons come from proofs and witnesses."""

    make: Callable[[Path, str], Generator]
    """Of a template and the dataset whose saved queries it may remember."""

    async def __call__(self, task: AskedQuestion, template: Path) -> Trial:
        """One question answered, the answer held against the reference by evidence."""
        candidate, verdict = await answer_and_prove(self.make(template, task.workspace.name), task)
        said = candidate.query or candidate.refusal or ""
        if verdict.score is None:
            reason = verdict.unscored.reason if verdict.unscored else ""
            return Trial(task.question.text, said or "(no answer)", 0.0, f"no verdict: {reason}")
        right = task.case.reference or "a refusal: it cannot be built here"
        told = f"{verdict.reasoning} The right answer is: {right}"
        return Trial(task.question.text, said, (verdict.score - 1) / 4, told)


async def answer_and_prove(generator: Generator, task: AskedQuestion) -> tuple[Candidate, Verdict]:
    """A generator's answer, never with the case in its memory, and the verdict of evidence."""
    if isinstance(generator, LeavesOneOut):
        generator = cast("LeavesOneOut", generator).without(task.case.id)
    candidate = await generator.answer(task.question, task.workspace)
    language, schema = task.workspace.language, task.workspace.schema
    verdict = await asyncio.to_thread(judge_texts, language, task.case.reference, candidate, schema)
    return candidate, verdict


async def measure_generator(
    make: Callable[[str], Generator], tasks: Sequence[AskedQuestion]
) -> Measured:
    """How often a generator's answers are proved right, and how far from a 5 they are.

    Args:
        make: Makes the generator for a dataset.
        tasks: What it is asked.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def score(task: AskedQuestion) -> float | None:
        async with gate:
            return (await answer_and_prove(make(task.workspace.name), task))[1].score

    scores = await asyncio.gather(*map(score, tasks))
    return measured(
        [float(each is not None and each >= SAME) for each in scores],
        [None if each is None else 5 - each for each in scores],
        [task.reference for task in tasks],
    )


def split_questions(
    store: Store, run: str, *, seed: int = 0
) -> Mapping[LabelRole, tuple[AskedQuestion, ...]]:
    """The questions of a run by reference: half to learn, a quarter each to choose and report."""
    places = workspaces(store, run)
    asked: dict[tuple[str, str, str], AskedQuestion] = {}
    for result in results(store, run):
        key = result.dataset, result.case.id, result.question.id
        asked.setdefault(key, AskedQuestion(places[result.dataset], result.case, result.question))
    references = sorted({task.reference for task in asked.values()})
    random.Random(f"{seed}/split").shuffle(references)  # noqa: S311 - a draw
    rank = {reference: place / len(references) for place, reference in enumerate(references)}
    by_role: dict[LabelRole, list[AskedQuestion]] = {role: [] for role in LabelRole}
    for task in asked.values():
        role = next(role for role, share in _SHARES if rank[task.reference] < share)
        by_role[role].append(task)
    return {role: tuple(tasks) for role, tasks in by_role.items()}

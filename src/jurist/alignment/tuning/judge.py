"""Tuning a judge: taught on tune labels, chosen on dev, reported once on test.

What is chosen because it did best on dev did a little too well there; the optimism, dev minus
test, says by how much, and is shown beside the result.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

import numpy as np

from jurist.alignment.labels.files import accepts
from jurist.alignment.tuning.answers import LabelledAnswer
from jurist.alignment.tuning.guidelines import JudgeMemory
from jurist.analysis.bounded import SHARES, bounded_mean
from jurist.analysis.intervals import Estimate
from jurist.analysis.tables import cluster_indices
from jurist.errors import AnnotationError
from jurist.records import LabelRole, Verdict
from jurist.roles.entering import entered
from jurist.roles.protocols import Judge
from jurist.roles.spec import RoleSpec

AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Measured:
    """How often a judge or a generator is right.

    `right` is the share of a judge's answers whose score an annotator accepts, or of
    a generator's that are proved right; an answer without a score is not right. `error` is the
    mean distance to the accepted scores (to a 5) over those with one, NaN where there is none.
    """

    right: Estimate
    error: float
    unscored: int


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to use what was learnt, and how it did on dev."""

    label: str
    spec: RoleSpec
    dev: Measured


@dataclass(frozen=True, slots=True)
class Tuned:
    """The judge as it was and as it was chosen.

    `optimism` is the chosen one's share on dev minus that on test, with Newcombe's interval;
    it and both test measurements are `None` without test labels.
    """

    contenders: tuple[Contender, ...]
    """All that were tried on dev, the judge as it was first."""
    chosen: int
    memory: JudgeMemory
    before_on_test: Measured | None
    after_on_test: Measured | None
    optimism: Estimate | None

    @property
    def winner(self) -> Contender:
        """The one that did best on dev."""
        return self.contenders[self.chosen]


async def measure(judge: Judge, answers: Sequence[LabelledAnswer]) -> Measured:
    """Have a judge rule on labelled answers, and hold its scores against the labels.

    Raises:
        BudgetExceeded: The budget ends here.
    """
    verdicts = await rule_all(judge, answers)
    pairs = list(zip(answers, verdicts, strict=True))
    return measured(
        [float(agrees(verdict, answer)) for answer, verdict in pairs],
        [distance(verdict, answer) for answer, verdict in pairs],
        [answer.reference for answer in answers],
    )


def measured(
    hits: Sequence[float], distances: Sequence[float | None], references: Sequence[str]
) -> Measured:
    """Sum up which answers are right, how far the others are off, by reference."""
    known = [each for each in distances if each is not None]
    clusters, _ = cluster_indices(references)
    return Measured(
        bounded_mean(np.asarray(hits), clusters, scale=SHARES),
        sum(known) / len(known) if known else math.nan,
        len(distances) - len(known),
    )


def distance(verdict: Verdict, answer: LabelledAnswer) -> float | None:
    """From the score to the nearest accepted one; `None` where there is no score."""
    score = verdict.score
    return None if score is None else min(abs(score - each) for each in answer.accepted)


def agrees(verdict: Verdict, answer: LabelledAnswer) -> bool:
    """Whether some annotator would accept the score."""
    return verdict.score is not None and accepts(answer.accepted, verdict.score)


async def rule_all(judge: Judge, answers: Sequence[LabelledAnswer]) -> list[Verdict]:
    """The judge's verdicts in the order of the answers, some at once."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def rule(answer: LabelledAnswer) -> Verdict:
        async with gate:
            return await judge.judge(
                answer.question, answer.case, answer.candidate, answer.workspace
            )

    async with entered([judge]):
        tasks = [asyncio.create_task(rule(answer)) for answer in answers]
        try:
            return list(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()


def require_roles(answers: Mapping[LabelRole, Sequence[LabelledAnswer]]) -> None:
    """Refuse to tune without labels to learn from and others to choose by.

    Raises:
        AnnotationError: There are no tune labels, or no dev labels.
    """
    for role, what, fix in (
        (
            LabelRole.TUNE,
            "to learn from",
            "settle disagreements (jurist disagreements RUN --interactive), or import labels "
            "with --role tune",
        ),
        (LabelRole.DEV, "to choose by", "annotate some answers with --role dev"),
    ):
        if not answers[role]:
            raise AnnotationError(
                f"there are no labels of the role {role} {what}",
                expected="labels of that role on answers that the judge was asked",
                fix=fix,
            )


async def choose(
    base: RoleSpec,
    memory: JudgeMemory,
    answers: Mapping[LabelRole, Sequence[LabelledAnswer]],
    make: Callable[[RoleSpec], Judge],
    *,
    shown: Sequence[int] = (3,),
    tell: Callable[[str], None] | None = None,
) -> Tuned:
    """Try guidelines and examples, alone and together, on dev; report the best once on test.

    Ties go to the smaller error, then to the simpler judge.

    Args:
        base: The judge as it was: an `llm`.
        memory: What was learnt from the tune labels.
        answers: By role.
        make: Makes a judge of a spec.
        shown: Numbers of nearest examples to try.
        tell: Is told what is being measured.

    Raises:
        AnnotationError: There are no labels to choose by.
        BudgetExceeded: The budget ends here.
    """
    require_roles(answers)
    contenders: list[Contender] = []
    for label, spec in _specs(base, memory, shown):
        if tell is not None:
            tell(f"dev: {label}")
        contenders.append(Contender(label, spec, await measure(make(spec), answers[LabelRole.DEV])))
    chosen = best_on_dev(contenders)

    async def on_test(spec: RoleSpec) -> Measured:
        return await measure(make(spec), answers[LabelRole.TEST])

    if tell is not None:
        tell("test")
    return await report_once(
        contenders, chosen, memory, on_test if answers[LabelRole.TEST] else None
    )


def best_on_dev(contenders: Sequence[Contender]) -> int:
    """The place of the contender with the best agreement; simpler ones come first."""

    def rank(place: int) -> tuple[float, float, int]:
        dev = contenders[place].dev
        error = math.inf if math.isnan(dev.error) else dev.error
        return (-dev.right.value, error, place)

    return min(range(len(contenders)), key=rank)


async def report_once(
    contenders: Sequence[Contender],
    chosen: int,
    memory: JudgeMemory,
    on_test: Callable[[RoleSpec], Awaitable[Measured]] | None,
) -> Tuned:
    """Measure the judge as it was and as it was chosen on test: the only look at it."""
    tuned = Tuned(tuple(contenders), chosen, memory, None, None, None)
    if on_test is None:
        return tuned
    before = await on_test(contenders[0].spec)
    after = before if chosen == 0 else await on_test(tuned.winner.spec)
    return replace(
        tuned,
        before_on_test=before,
        after_on_test=after,
        optimism=difference_of_shares(tuned.winner.dev.right, after.right),
    )


def difference_of_shares(first: Estimate, second: Estimate) -> Estimate:
    """First minus second of two independent shares, with Newcombe's hybrid interval.

    Newcombe 1998, method 10: d - sqrt((p1 - l1)^2 + (u2 - p2)^2) to
    d + sqrt((u1 - p1)^2 + (p2 - l2)^2), from the two intervals (l, u). Newcombe took
    Wilson's; with exact ones it covers more.
    """
    difference = first.value - second.value
    down = math.hypot(first.value - first.low, second.high - second.value)
    up = math.hypot(first.high - first.value, second.value - second.low)
    return Estimate(
        difference,
        difference - down,
        difference + up,
        first.n + second.n,
        first.clusters + second.clusters,
        "Newcombe",
    )


def _specs(base: RoleSpec, memory: JudgeMemory, shown: Sequence[int]) -> list[tuple[str, RoleSpec]]:
    """From simple to elaborate: as it was, with guidelines, with examples, with both."""
    taught = memory.guidelines
    counts = [count for count in shown if count and memory.examples]
    specs = [("as it was", base)]
    if taught:
        specs.append((f"{len(taught)} guidelines", with_guidelines(base, memory)))
    for count in counts:
        specs.append((f"{count} nearest examples", with_examples(base, memory, count)))
        if taught:
            both = with_examples(with_guidelines(base, memory), memory, count)
            specs.append((f"{len(taught)} guidelines, {count} nearest examples", both))
    return specs


def with_guidelines(base: RoleSpec, memory: JudgeMemory) -> RoleSpec:
    """The judge with the memory's guidelines after its own."""
    own = base.options.get("guidelines")
    given = cast("list[object]", own) if isinstance(own, list) else []
    learnt = [each.text for each in memory.guidelines if each.text not in given]
    return _with(base, guidelines=[*given, *learnt])


def with_examples(base: RoleSpec, memory: JudgeMemory, count: int) -> RoleSpec:
    """The judge that is shown the examples most like what it judges."""
    import msgspec

    examples = [msgspec.to_builtins(each.example) for each in memory.examples]
    return _with(base, examples=examples, nearest=count)


def _with(base: RoleSpec, **options: object) -> RoleSpec:
    return replace(base, options={**base.options, **options})
